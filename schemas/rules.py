"""The rulebook and an edition as data: what `editions/*.yaml` and `rulebook/*.yaml` must look like.

Loaded and checked by `pipeline.rulebook`; every rule cites the clause of the notice it comes from.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.base import Frozen
from schemas.calibration import Calibration
from schemas.codes import DocType, IssuerClass, Severity

Clause = Annotated[str, Field(pattern=r"^(notice:.+|contract:.+|GB .+)$")]


class Window(Frozen):
    """The span in which an honour must have been conferred, both days in (notice:一4).

    `deadline`: so many years back from the deadline; `calendar_years`: from 1 January so many years before, up to the deadline;
    `full_years`: the last so many whole calendar years before the deadline's.
    """

    anchor: Literal["deadline", "calendar_years", "full_years"] = "deadline"
    years: int = 5


class Correspondence(Frozen):
    """Who writes to the recommending units, and where what they send is to go (notice:四(三))."""

    sender: str = ""
    department: str = ""
    electronic: str = Field(default="", description="where electronic material goes")
    paper: str = Field(default="", description="where paper goes")
    contact: str = Field(default="", description="person and telephone for questions; left out where empty")
    days: int = Field(default=10, ge=1, description="days to answer where no date is given")


class Edition(Frozen):
    """One year's contest: its dates and what it demands."""

    edition: str
    title: str
    deadline: date
    window: Window
    required_fields: tuple[str, ...]
    required_material: tuple[str, ...]
    ban_years: int = 3
    review_below: float = Field(ge=0, le=1, description="values read with less confidence go to a person")
    mismatch_fields: tuple[str, ...] = Field(description="fields compared between the documents of one applicant")
    compared_texts: tuple[str, ...] = Field(default=(), description="long texts compared between the form as file and on paper")
    clauses: dict[str, Clause]
    paper_copies: int = Field(default=3, ge=0, description="copies of each applicant's material on paper (notice:四(三))")
    summary_copies: int = Field(default=1, ge=0, description="copies of a unit's summary table on paper (notice:四(三))")
    correspondence: Correspondence = Field(default_factory=Correspondence)

    def window_bounds(self) -> tuple[date, date]:
        """First and last day of the window, both in it."""
        if self.window.anchor == "calendar_years":
            return date(self.deadline.year - self.window.years, 1, 1), self.deadline
        if self.window.anchor == "full_years":
            return date(self.deadline.year - self.window.years, 1, 1), date(self.deadline.year - 1, 12, 31)
        start_year = self.deadline.year - self.window.years
        try:
            return self.deadline.replace(year=start_year), self.deadline
        except ValueError:  # 29 February in a year that has none: the window opens on 1 March
            return date(start_year, 3, 1), self.deadline


class IssuerName(Frozen):
    """One name of an issuer and the years in which it was valid (None: open)."""

    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    short_forms: tuple[str, ...] = ()
    after_expiry: Literal["flag", "unclear"] = Field(
        default="flag", description="a certificate dated outside the name's years: only pointed out, or no longer decidable"
    )


class Issuer(Frozen):
    """An organisation that confers honours, through its names."""

    id: str
    issuer_class: IssuerClass
    only_awards: tuple[str, ...] = Field(default=(), description="if given, the issuer counts only for titles that contain one of these")
    names: tuple[IssuerName, ...] = Field(min_length=1)
    note: str = ""


class IssuerPattern(Frozen):
    """A family of issuers recognised by a regular expression over the full name (e.g.

    every district's market regulation administration).
    """

    id: str
    issuer_class: IssuerClass
    pattern: str
    only_awards: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    after_expiry: Literal["flag", "unclear"] = "flag"
    note: str = ""


class Issuers(Frozen):
    """`rulebook/issuers.yaml`."""

    issuers: tuple[Issuer, ...]
    patterns: tuple[IssuerPattern, ...] = ()
    separators: str = Field(default="[、，,；;\\s/]+", description="regular expression between joint issuers")
    joint_openings: str = Field(
        default="^", description="regular expression for the start of a pattern name that follows another name without a break"
    )
    conjunctions: tuple[str, ...] = Field(default=(), description="words between joint issuers that may also be part of a name")
    not_issuing_roles: tuple[str, ...] = Field(
        default=(), description="labels of organisations that stand on a certificate without conferring it"
    )
    issuing_roles: tuple[str, ...] = Field(default=(), description="labels of the organisations that confer")
    decorations: tuple[str, ...] = Field(default=(), description="what may stand beside an issuer's name without belonging to it: (盖章) …")
    repair_suffixes: tuple[str, ...] = Field(
        default=(), description="ends of pattern names in which one misread character may be put right"
    )
    organisation_suffixes: tuple[str, ...] = Field(default=(), description="last characters that show a line to be an organisation's name")
    character_variants: dict[str, str] = Field(default_factory=dict, description="traditional form → simplified form, as OCR mixes them")
    never_in_names: tuple[str, ...] = Field(default=(), description="words of certificates that are part of no organisation's name")
    renaming_days: int = Field(default=0, ge=0, description="days around a change of name in which the other name is nothing to point out")
    former_places: dict[str, date] = Field(
        default_factory=dict, description="place that was abolished → last day on which an authority of it can have conferred anything"
    )
    exact_reading_floor: float = Field(
        default=0.85, ge=0, le=1, description="a reading that equals an expected name exactly is believed from this confidence on"
    )


class AwardEra(Frozen):
    """Who usually conferred an award up to and including a year, where that has changed."""

    until: int
    usual_issuers: tuple[str, ...]


class Award(Frozen):
    """One award of the catalogue (`rulebook/awards.yaml`): helps to read and to compare titles; the printed issuer decides."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    usual_issuers: tuple[str, ...] = ()
    eras: tuple[AwardEra, ...] = Field(default=(), description="earlier usual issuers, oldest first; afterwards `usual_issuers`")
    since: int | None = Field(default=None, description="year of the first conferral, where it is known")
    level: str | None = None
    holder: Literal["team", "person", "organisation", "any"] = "any"


class CertificateWording(Frozen):
    """The words by which the parts of a certificate are recognised (part of `rulebook/awards.yaml`); all compared squeezed."""

    headings: tuple[str, ...] = Field(default=(), description="lines that name the kind of paper, never the honour")
    conferring: tuple[str, ...] = Field(default=(), description="verbs between recipient and honour: 荣获, 被评为 …")
    giving: tuple[str, ...] = Field(default=(), description="verbs that the recipient follows: 授予 …")
    closings: tuple[str, ...] = Field(default=(), description="formulas that end the text: 特发此证 …")
    title_tails: tuple[str, ...] = Field(default=(), description="words after a title that do not belong to it: 荣誉称号 …")
    event_tails: tuple[str, ...] = Field(default=(), description="words after an event's name that do not belong to the title: 评选 …")
    title_words: tuple[str, ...] = Field(default=(), description="words by which a line without a verb may be an honour's title")
    title_labels: tuple[str, ...] = ()
    grade_labels: tuple[str, ...] = ()
    person_labels: tuple[str, ...] = ()
    team_labels: tuple[str, ...] = ()
    organisation_labels: tuple[str, ...] = ()
    project_labels: tuple[str, ...] = ()
    member_labels: tuple[str, ...] = ()
    number_labels: tuple[str, ...] = ()
    date_labels: tuple[str, ...] = ()
    level_labels: tuple[str, ...] = ()
    other_date_words: tuple[str, ...] = Field(
        default=(), description="words beside a date that show it not to be the conferral's: 有效期 …"
    )
    honorifics: tuple[str, ...] = ()
    roles_in_brackets: tuple[str, ...] = Field(default=(), description="what may follow a member's name: 组长 …")
    addresses: tuple[str, ...] = Field(default=(), description="words that stand for a recipient named above: 你, 贵单位 …")
    team_suffixes: tuple[str, ...] = ()
    employer_suffixes: tuple[str, ...] = Field(default=(), description="ends of an employer's name that stands before a person or team")
    compound_surnames: tuple[str, ...] = Field(default=(), description="surnames of two characters: a name of four may be one person's")
    surnames: str = Field(default="", description="surnames of one character: what begins with none of them is no plain person's name")
    person_attributes: tuple[str, ...] = Field(default=(), description="ends of what stands before a person's name: 部, 车间, 工程师 …")
    courtesies: tuple[str, ...] = Field(default=(), description="words before an addressee that are no part of the name: 尊敬的 …")
    praise_words: tuple[str, ...] = Field(default=(), description="words that show a team's name to be an honour instead: 先进集体 …")
    title_ends: tuple[str, ...] = Field(default=(), description="words with which the title of an honour may end")
    contest_words: tuple[str, ...] = Field(default=(), description="ends of an event's name whose prize bears that name: 大赛, 发布会 …")
    label_ends: tuple[str, ...] = Field(default=(), description="ends of a label that is not listed: 发表人, 案例名称 …")
    and_others: tuple[str, ...] = Field(default=(), description="words that show a list of names to be incomplete: 等 …")
    abbreviations: dict[str, str] = Field(default_factory=dict, description="abbreviation in titles → full form")
    title_noise: tuple[str, ...] = Field(default=(), description="words that make no difference between two titles")
    blank_words: tuple[str, ...] = Field(default=(), description="what people write into a row that claims nothing: 无 …")
    hosting: tuple[str, ...] = Field(default=(), description="words after the issuers in running text: 主办, 颁发 …")
    near_name_certainty: float = Field(
        default=0.99,
        ge=0,
        le=1,
        description="a recognised name one character off the applicant's is another person's only from this confidence on",
    )
    agreeing_readings: float = Field(
        default=0.96, ge=0, le=1, description="confidence of a line that two readers read alike but for punctuation"
    )
    stamps: tuple[str, ...] = Field(
        default=(), description="regular expressions of lines that an office stamped over the certificate: 已阅, 与原件核对无误 …"
    )
    noise_below: float = Field(
        default=0.5, ge=0, le=1, description="scraps of up to three characters read with less confidence are no text"
    )
    scopes: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="scope of an award → words by which its title states it")
    rank_words: tuple[str, ...] = Field(default=(), description="words that open a statement of the own role or rank")
    ranks: tuple[str, ...] = Field(default=(), description="wordings that state the own rank among the holders, {n} for the number")
    own_teams: tuple[str, ...] = Field(default=(), description="words before the name of the own team in running text: 所在, 带领 …")
    text_labels: tuple[str, ...] = Field(default=(), description="labels before issuer or date in running text: 授予单位, 时间 …")


class Awards(Frozen):
    """`rulebook/awards.yaml`."""

    awards: tuple[Award, ...]
    grades: tuple[str, ...]
    levels: tuple[str, ...]
    level_synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="a level of `levels` → other ways to write it")
    certificate: CertificateWording = Field(default_factory=CertificateWording)


class FindingRule(Frozen):
    """How a finding is worded and weighed (`rulebook/findings.yaml`). `message` has named placeholders."""

    code: str
    group: Literal["eligibility", "completeness", "consistency", "honour", "reading"]
    severity: Severity
    clause: Clause
    message: str
    variants: dict[str, str] = Field(default_factory=dict, description="other wordings of the message, by circumstance")
    variant_severities: dict[str, Severity] = Field(default_factory=dict, description="where a circumstance makes it weigh less or more")


class Comparison(Frozen):
    """What the resolver and the checks must know to compare names, organisations and statuses (part of `rulebook/findings.yaml`)."""

    legal_forms: tuple[str, ...] = Field(default=(), description="words that do not make another organisation: 有限公司, 股份有限公司, …")
    generic_words: tuple[str, ...] = Field(default=(), description="words that many organisations share: left out when a seal is compared")
    honorifics: tuple[str, ...] = Field(default=(), description="what may follow a person's name on a certificate")
    not_in_person_names: tuple[str, ...] = Field(default=(), description="syllables that show a short text to be an organisation or a team")
    chinese_nationalities: tuple[str, ...] = Field(default=(), description="regular expressions of wordings that state Chinese nationality")
    foreign_nationalities: tuple[str, ...] = Field(default=(), description="regular expressions of wordings that state another nationality")
    ended_memberships: tuple[str, ...] = Field(default=(), description="union card statuses that end the membership")
    suspended_memberships: tuple[str, ...] = Field(
        default=(), description="union card statuses that leave the membership open: a person must look"
    )
    combined_summary_fields: tuple[str, ...] = Field(
        default=(), description="fields whose summary column holds two values: containment agrees"
    )
    contained_fields: tuple[str, ...] = Field(
        default=(), description="fields of which a shorter form agrees with the longer: 浦东, 浦东新区"
    )
    synonyms: dict[str, tuple[tuple[str, ...], ...]] = Field(
        default_factory=dict, description="field → groups of wordings that mean the same"
    )
    phone_pattern: str = r"1[3-9]\d{9}|0\d{9,11}"
    postcode_pattern: str = r"\d{6}"
    seal_other_below: float = Field(
        default=0.5, ge=0, le=1, description="share of a seal's characters found in the expected name under which it is another's"
    )
    seal_unread_share: float = Field(default=0.25, ge=0, le=1, description="share of a name that may be unread on its own seal")
    form_seen_share: float = Field(
        default=0.7, ge=0, le=1, description="share of required fields seen above which an absent field counts as blank"
    )


class ChecklistItem(Frozen):
    """One line of the form review sheet (形式审查表): what is checked, and which findings speak against it (`fields`: only about these)."""

    title: str
    clause: Clause
    codes: tuple[str, ...]
    fields: tuple[str, ...] = ()


class NoticeRules(Frozen):
    """What a notice to a recommending unit says about each finding: what to do (`ask`, by code), only that it is so (`tell`), or nothing,
    because it is for the association itself to settle (`ours`)."""

    ask: dict[str, str] = Field(default_factory=dict)
    tell: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


class Findings(Frozen):
    """`rulebook/findings.yaml`."""

    findings: tuple[FindingRule, ...]
    field_titles: dict[str, str] = Field(description="Chinese names of the fields, for messages")
    document_titles: dict[str, str] = Field(default_factory=dict, description="Chinese names of document types and sources, for messages")
    checklist: tuple[ChecklistItem, ...] = Field(default=(), description="the form review sheet, in its order")
    notice: NoticeRules = Field(default_factory=NoticeRules, description="what goes into notices to recommending units")
    comparison: Comparison = Field(default_factory=Comparison)


class Cue(Frozen):
    """A sign of a document type: a regular expression over the squeezed page text, its weight, and where it must stand."""

    pattern: str
    weight: float
    place: Literal["anywhere", "heading"] = "anywhere"


class DocumentRule(Frozen):
    """The cues of one document type.

    `opens`: wordings of a page with which a new document begins, in the order in which they follow one another; `spans_pages`: a
    document may run over several pages; `shares_page`: several may share a page, of one type only where each has a line that each such
    document has once, e.g. a heading or a date (`heads`, regular expressions for the whole squeezed line).
    """

    doc_type: DocType
    threshold: float
    cues: tuple[Cue, ...]
    opens: tuple[str, ...] = ()
    spans_pages: bool = False
    shares_page: bool = False
    heads: tuple[str, ...] = ()
    sections: tuple[str, ...] = Field(default=(), description="regular expressions of a form's sections in order, the cover first")
    essence: str = Field(default="", description="regular expression of what a part of a page must hold to be such a document by itself")


class FieldRule(Frozen):
    """How one field is found and normalised: its label as people write it (compared squeezed), and its normal form."""

    field: str
    labels: tuple[str, ...] = ()
    form: Literal["text", "name", "date", "date_range", "sex", "ethnicity", "phone", "id_number", "digits"] = "text"
    parts: bool = Field(default=False, description="holds two things with a slash between them: 岗位／职务")


class Approval(Frozen):
    """A cell in which somebody writes, signs or seals: the words, their date, and the field that takes the mark."""

    labels: tuple[str, ...]
    text_field: str | None = None
    date_field: str
    signature_field: str | None = None
    seal_field: str | None = None
    signature_labels: tuple[str, ...] = ()
    printed: tuple[str, ...] = Field(default=(), description="wording that is printed on the blank form: no part of the opinion")


class Answers(Frozen):
    """The words that a declaration is answered with, and those that turn a question into its opposite (未获评)."""

    agreed: tuple[str, ...] = ("是",)
    denied: tuple[str, ...] = ("否",)
    negations: tuple[str, ...] = ()


class DocumentFields(Frozen):
    """The fields of one document type.

    `fields` have a label beside, above or before their value; `columns` are those of the repeated table; `declarations` are
    questions answered by a tick; `approvals` the cells to be signed and sealed; `seal_field` takes a seal anywhere on the document.
    """

    doc_type: DocType
    fields: tuple[FieldRule, ...] = ()
    columns: tuple[FieldRule, ...] = ()
    declarations: tuple[FieldRule, ...] = ()
    answers: Answers = Answers()
    approvals: tuple[Approval, ...] = ()
    seal_field: str | None = None


class CardAnchor(Frozen):
    """A printed word of an ID card and where it stands: the middle of its left edge as shares of the card's width and height."""

    word: str
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class CardRules(Frozen):
    """What is known of every ID card and union card (part of `rulebook/documents.yaml`)."""

    ethnicities: tuple[str, ...] = Field(default=(), description="without 族, as ID cards print them (GB/T 3304)")
    provinces: tuple[str, ...] = Field(default=(), description="how an address on an ID card begins")
    address_end: str = Field(default=r"[^\d\-]", description="regular expression for the last character of a whole address")
    authority: str = Field(default="公安局", description="regular expression for the whole name of an issuing office")
    union_name_end: str = Field(default="工会", description="regular expression for the end of a union's whole name")
    void_stamps: tuple[str, ...] = Field(default=(), description="wordings that forbid copies of a copy: 复印无效 …")
    not_void: str = Field(
        default="(?!)", description="regular expression for wordings that contain one and leave this copy valid: 再复印无效 …"
    )
    purpose_notes: str = Field(default="(?!)", description="regular expression for lines that holders write over a copy: 仅供…使用 …")
    note_opening: str = Field(default="(?!)", description="regular expression for the words with which such a note opens within a line")
    character_variants: dict[str, str] = Field(default_factory=dict, description="traditional form → simplified form, as OCR mixes them")
    believed_from: float = Field(
        default=0.8, ge=0, le=1, description="confidence from which a reading is believed that a closed list or a fixed wording bears out"
    )
    front: tuple[CardAnchor, ...] = ()
    back: tuple[CardAnchor, ...] = ()
    cut_share: float = Field(default=0.15, gt=0, description="share of the card that must lie beyond the paper's edge to call it cut")
    cut_share_incomplete: float = Field(default=0.07, gt=0, description="the same where something of that side could not be read")


class Documents(Frozen):
    """`rulebook/documents.yaml`."""

    documents: tuple[DocumentRule, ...]
    fields: tuple[DocumentFields, ...]
    cards: CardRules = Field(default_factory=CardRules)

    @model_validator(mode="after")
    def _one_rule_a_type(self) -> Documents:
        seen = [rule.doc_type for rule in self.documents]
        if len(seen) != len(set(seen)):
            raise ValueError("a document type has more than one rule")
        return self


class Rulebook(Frozen):
    """Everything the stages need to know, loaded and checked, with the version that every verdict carries."""

    version: str
    edition: Edition
    documents: Documents
    issuers: Issuers
    awards: Awards
    findings: Findings
    calibration: Calibration | None = None
