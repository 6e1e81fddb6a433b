"""What a confidence is made of, and the curves that turn a reader's score into the share of values that are right.

`Signals` travel with every value (`core.fields.signals`). A `Calibration` is data: `rulebook/calibration.json`, fitted by
`gongjiang calibrate` from a truth or from people's corrections, and applied by `pipeline.confidence`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.base import Frozen
from schemas.layout import Confidence

# What a value's own form says of it: `listed` is an entry of a closed list or has a right check digit, `plausible` has the form that its
# field demands, `failed` contradicts it; free text has none.
Check = Literal["none", "plausible", "listed", "failed"]

# Strokes of handwriting run level and upright less often than print's (median over a form 0.16-0.24 for six of seven hands, 0.24-0.45 for
# print), and less often than the printed words around them (0.42-0.66 of their share; print that is blurred all over 0.89-1.12, a slanting
# face 0.66 and more). Both must be so; where no printed words stand around, the first more clearly.
_PRINT_FROM, _PRINT_BESIDE, _PRINT_ALONE = 0.25, 0.78, 0.22


class Signals(BaseModel):
    """What is known of a reading beside the text. Signals that a later version adds or drops do no harm to stored ones."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    score: Confidence = Field(description="as the mapper stated it, from the recogniser's scores")
    line: Confidence | None = Field(default=None, description="of the least certain line that the value stands in")
    least: Confidence | None = Field(default=None, description="of the least certain character of those lines")
    disputed: bool = Field(default=False, description="a second reading of a line differs")
    check: Check = "none"
    document: str = Field(default="", description="type of the document that states the value")
    length: int = Field(default=0, ge=0, description="characters of the value")
    quality: Confidence = Field(default=1.0, description="of the page's picture")
    axial: Confidence | None = Field(
        default=None, description="median share of level and upright edges in the lines of the document's values; low where written by hand"
    )
    axial_beside: Confidence | None = Field(default=None, description="the same of the words printed around them")
    doubtful: bool = Field(default=False, description="a stage found a reason for a person to look, whatever the score")

    @property
    def by_hand(self) -> bool:
        """Whether the document looks filled in with a pen."""
        if self.axial is None:
            return False
        return self.axial < (_PRINT_ALONE if self.axial_beside is None else min(_PRINT_FROM, _PRINT_BESIDE * self.axial_beside))


class Knot(Frozen):
    """One step of a curve: from this score on, `right` of the values are right; it was fitted from `count` values."""

    score: Confidence
    right: Confidence
    count: int = Field(ge=0)


class Curve(Frozen):
    """The share of right values of one stratum, a function of the score that never falls."""

    stratum: str
    count: int = Field(ge=0)
    wrong: int = Field(ge=0)
    knots: tuple[Knot, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Curve:
        for lower, upper in zip(self.knots, self.knots[1:], strict=False):
            if lower.score >= upper.score or lower.right > upper.right:
                raise ValueError("分数和正确率必须由低到高排列")
        return self


class Calibration(Frozen):
    """All curves, the confidence below which a person looks, and where they come from."""

    fitted_with: str = Field(description="the command that wrote the file")
    sources: tuple[str, ...] = Field(description="the material it was fitted on, e.g. mixed-101")
    fitted_at: str = ""
    count: int = Field(ge=0, description="values")
    wrong: int = Field(ge=0)
    review_below: Confidence
    curves: tuple[Curve, ...] = Field(min_length=1)
