"""What an applicant hands in, as data: honours, form entries and the state of the papers.

Defined here, filled by `scenario`, drawn by `annexes`, `certificates` and `sheets`, judged by `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from samples.people import Person


@dataclass(frozen=True)
class Honour:
    """One honour: what its certificate says and what the form claims.

    `date` and `claim_date` are as written; `claim_issuer`, `claim_title` only where the claim differs from the certificate.
    `members` is empty for a person's honour and for a team certificate that lists nobody; `recipient` replaces the applicant's name.
    """

    title: str
    issuers: tuple[str, ...]
    date: str
    level: str
    role: str
    design: str
    heading: str = "荣誉证书"
    claim_date: str = ""
    claim_issuer: str = ""
    claim_title: str = ""
    claimed: bool = True
    certified: bool = True
    team: str = ""
    project: str = ""
    number: str = ""
    prize: str = ""
    recipient: str = ""
    members: tuple[str, ...] = ()

    @property
    def issuer_text(self) -> str:
        """Joint issuers in one line, as a form writes them."""
        return "、".join(self.issuers)


@dataclass(frozen=True)
class Claim:
    """One row of the form's table of honours, as written."""

    title: str
    issuer: str
    date: str
    level: str
    role: str


@dataclass(frozen=True)
class Form:
    """A filled application form, every entry as written. `ticks` maps the five `declared_*` fields to yes or no.

    `tick` is the way of ticking: `box` ☑, `filled` ■, `check` √ in place of the box, `after` □√, `control` a Word checkbox.
    """

    entries: dict[str, str]
    claims: tuple[Claim, ...]
    ticks: dict[str, str]
    cv: tuple[str, ...]
    filled_on: str
    tick: str = "box"
    wrapped_field: str = ""
    portrait: bool = False


@dataclass(frozen=True)
class PaperState:
    """What happened to the printed form: signature, seals (the name each seal bears, empty for none), hand-written dates."""

    signature: str
    signed_on: str
    employer_seal: str
    unit_seal: str
    kinds: tuple[str, ...] = ("clean", "clean", "clean", "clean")
    dpi: int = 150
    turns: dict[int, int] = field(default_factory=dict)
    dates_by_hand: bool = False
    typeface: str = "song"


@dataclass(frozen=True)
class Applicant:
    """One person put forward by one unit. `paper` is None when no paper form came, `electronic` empty when no file came."""

    key: str
    person: Person
    unit: str
    employer: str
    electronic: str
    form: Form | None
    honours: tuple[Honour, ...]
    paper: PaperState | None = None
    paper_changes: dict[str, str] = field(default_factory=dict)
    union_design: str = "plastic"
    union_name: str = ""
    union_number: str = ""
    card_ethnicity: str = ""
    summary_changes: dict[str, str] = field(default_factory=dict)
    planted: tuple[tuple[str, str], ...] = ()
