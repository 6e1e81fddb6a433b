"""What is known to be in some material (the truth), and what a warehouse says of it (the outcome): the two sides that are compared.

The truth is a JSON file: `samples/truth.json`, what the generator writes, or what `gongjiang evaluate --export-truth` makes of people's
corrections; its shape is described in `samples/README.md`. The outcome is read by `warehouse.outcome`. Both go to `pipeline.evaluation`.

Keys of the truth that nothing here uses are passed over: a generator may say more than is measured. Only one that is nearly a known key is
refused, for it is a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.base import Frozen
from schemas.codes import DocType, FileStatus, Source, Truth, Verdict
from schemas.records import FieldValue

_SLIP = 0.85  # likeness (0-1) from which an unknown key is taken for a misspelt one: page_kind, recomending_unit


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="after")
    def _no_slips(self) -> Self:
        for key in self.model_extra or {}:
            absent = type(self).model_fields.keys() - self.model_fields_set
            for meant in get_close_matches(key, absent, n=1, cutoff=_SLIP):
                raise PydanticCustomError("misspelt", "misspelt key", {"key": key, "meant": meant})
        return self


class TrueFile(_Known):
    """The state that an arrival should end in."""

    path: str
    status: FileStatus
    error_code: str | None = None


class TrueValue(_Known):
    """A value as it stands on its document, in normal form; '' says that nothing stands there. `hand`: it is handwritten."""

    field: str
    row: int = 0
    value: str
    hand: bool = False


class TrueDocument(_Known):
    """One document.

    `seals` maps a place (employer, recommending_unit, summary, certificate) to the organisation(s) on the seal; a form or summary on paper
    without an entry has no seal there. `kind` and `page_kinds` (page number → kind) name the degradation: clean, grey, copy, photo …
    """

    file: str
    page_from: int | None = None
    page_to: int | None = None
    doc_type: DocType
    source: Source
    kind: str | None = None
    dpi: int | None = None
    page_kinds: Mapping[str, str] = Field(default_factory=dict)
    style: str | None = None
    seals: Mapping[str, str | tuple[str, ...] | None] = Field(default_factory=dict)
    fields: tuple[TrueValue, ...] = ()

    def pages(self) -> tuple[int, ...]:
        """The pages that the document covers; page 0 stands for the body of a Word file, whose pictures are its pages 1, 2 …"""
        if self.page_from is None:
            return (0,)
        return tuple(range(self.page_from, (self.page_to or self.page_from) + 1))

    def kind_on(self, page: int | None) -> str:
        """The degradation of one of its pages."""
        return self.page_kinds.get(str(page), self.kind or "")


class TrueHonour(_Known):
    """An honour of an applicant under the five-year rule."""

    title: str
    qualifies: Truth


class TrueFinding(_Known):
    """A finding that the material demands; `aspect` says which entry of an HONOUR_MISMATCH disagrees."""

    code: str
    field: str = ""
    aspect: str | None = None


class TrueApplicant(_Known):
    """A person and recommending unit; without a `verdict` none is compared."""

    name: str
    recommending_unit: str | None = None
    verdict: Verdict | None = None
    honours: tuple[TrueHonour, ...] = ()
    findings: tuple[TrueFinding, ...] = ()


class GroundTruth(_Known):
    """All that is known about some material.

    `partial`: only single values are known (from corrections): then no value counts as invented, and nothing but values is compared.
    """

    partial: bool = False
    files: tuple[TrueFile, ...] = ()
    documents: tuple[TrueDocument, ...] = ()
    applicants: tuple[TrueApplicant, ...] = ()
    unit_findings: tuple[TrueFinding, ...] = ()


class LoadedFile(Frozen):
    """An arrival as it ended."""

    path: str
    status: FileStatus
    error_code: str | None = None


class LoadedDocument(Frozen):
    """A document as it was found, with the machine's values: corrections are left out, a value that another document vouches for does not
    await review."""

    document_id: str
    file: str
    doc_type: DocType
    page_from: int | None
    page_to: int | None
    source: Source
    fields: tuple[FieldValue, ...] = ()

    def pages(self) -> tuple[int, ...]:
        """The pages in the truth's count: a Word body is page 0 and its pictures, which follow it, are 1, 2 …"""
        if self.page_from is None:
            return (0,)
        shift = 1 if self.file.lower().endswith(".docx") else 0
        return tuple(range(self.page_from - shift, (self.page_to or self.page_from) - shift + 1))


class LoadedHonour(Frozen):
    """An honour as it was judged."""

    honour_id: str
    applicant_id: str
    title: str
    qualifies: Truth


class LoadedFinding(Frozen):
    """A finding as it was stated."""

    applicant_id: str | None
    code: str
    field: str


class LoadedApplicant(Frozen):
    """An applicant as found."""

    applicant_id: str
    name: str
    recommending_unit: str | None
    verdict: Verdict


class Outcome(Frozen):
    """What a warehouse says of some material."""

    files: tuple[LoadedFile, ...]
    documents: tuple[LoadedDocument, ...]
    applicants: tuple[LoadedApplicant, ...]
    honours: tuple[LoadedHonour, ...]
    findings: tuple[LoadedFinding, ...]
