"""An evaluation as one self-contained page: no script, no network, the reliability diagram as inline SVG.

Comes in: the figures and tables of an evaluation. Goes out: HTML. Called by `evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.evaluation_view import Examples, Headline, Section, cell_text
from pipeline.evaluation.evaluate import Evaluation
from pipeline.evaluation.reliability import Reliability
from pipeline.evaluation.shares import Share

# The diagram's plot area in SVG units. The axis shows the failures (1 - confidence) logarithmically: nearly everything lies above 0.9.
_LEFT, _TOP, _SIDE = 54.0, 16.0, 300.0
_TICKS = (0.0, 0.5, 0.9, 0.99, 0.999, 1.0)


@dataclass(frozen=True)
class Dot:
    """A bin in the diagram: its centre and radius in SVG units, and what a reader who points at it is told."""

    x: float
    y: float
    radius: float
    told: str


@dataclass(frozen=True)
class Tick:
    """A mark on both axes: its distance from the origin in SVG units, and its label."""

    offset: float
    label: str


@dataclass(frozen=True)
class Diagram:
    """A reliability diagram ready to be drawn."""

    left: float
    top: float
    side: float
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]


def evaluation_page(
    evaluation: Evaluation, headings: Sequence[Headline], tables: Sequence[Section], wrong: Sequence[Examples], made_at: datetime
) -> str:
    """The page; everything that came out of somebody's file is escaped. `made_at` is shown as given."""
    environment = Environment(
        loader=PackageLoader("flows", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = cell_text
    environment.tests["share"] = lambda cell: isinstance(cell, Share)
    style = files("warehouse").joinpath("templates/report.css").read_text(encoding="utf-8")
    own_style = files("flows").joinpath("templates/evaluation.css").read_text(encoding="utf-8")
    return environment.get_template("evaluation.html").render(
        evaluation=evaluation,
        headings=headings,
        tables=tables,
        wrong=wrong,
        diagram=diagram(evaluation.reliability),
        made_at=made_at.strftime("%Y年%m月%d日 %H:%M"),
        style=style + own_style,
    )


def diagram(reliability: Reliability) -> Diagram:
    """The diagram of the bins; a dot's area grows with the number of values in it."""
    most = max((one.count for one in reliability.bins), default=1)
    dots = tuple(
        Dot(
            x=round(_LEFT + _SIDE * _place(one.confidence), 1),
            y=round(_TOP + _SIDE * (1 - _place(one.right)), 1),
            radius=round(3 + 11 * (one.count / most) ** 0.5, 1),
            told=f"置信度 {one.low:g}–{one.high:g}：{one.count} 项，平均 {one.confidence:.3f}，实际正确 {one.right:.3f}",
        )
        for one in reliability.bins
    )
    ticks = tuple(Tick(round(_SIDE * _place(value), 1), f"{value:g}") for value in _TICKS)
    return Diagram(_LEFT, _TOP, _SIDE, dots, ticks)


def _place(share: float) -> float:
    """A share (0-1) on the diagram's axis (0-1): each factor of ten in failures takes the same room, 0.9999 and above stand at the end."""
    return min(1.0, -math.log10(max(1e-4, 1.0 - 0.9999 * share)) / 4)
