"""What was done to a page: the truth that orientation, deskewing and rectification are measured against.

Made by `scans`; read by the generator's truth and by the benchmarks.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PageFate:
    """A page's lot.

    `turn`: degrees clockwise (0, 90, 180, 270) that the page lies wrong; `skew`: degrees clockwise besides; `dpi`: of the bytes; `corners`:
    of a photographed sheet as it lies in the picture, (x, y) as fractions, top left first, clockwise, None for scans; `applied`: the
    effects with their strengths.
    """

    turn: int
    skew: float
    dpi: int
    corners: tuple[tuple[float, float], ...] | None = None
    applied: dict[str, float | str] = field(default_factory=dict)
