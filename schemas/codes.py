"""The closed lists of the public data contract: document types, verdicts, three-valued truth, severities, field names.

Used by every package; a code that is not here cannot be loaded.
"""

from enum import StrEnum
from typing import Literal, get_args


class DocType(StrEnum):
    """What a logical document is (contract: `review.documents.doc_type`)."""

    APPLICATION_FORM = "application_form"
    RECOMMENDATION_SUMMARY = "recommendation_summary"
    ID_CARD = "id_card"
    UNION_CARD = "union_card"
    CERTIFICATE = "certificate"
    OTHER = "other"
    BLANK = "blank"


class Source(StrEnum):
    """How a document reached us: born digital, or paper that was scanned or photographed."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class FileStatus(StrEnum):
    """The final state of an arrival."""

    LOADED = "loaded"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Truth(StrEnum):
    """Three-valued truth: what cannot be decided is UNCLEAR, never guessed."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class IssuerClass(StrEnum):
    """Whose honours count (contract: `review.honours.issuer_class`), best first."""

    GOVERNMENT = "government"
    CAQ = "caq"
    SAQ = "saq"
    UNCLEAR = "unclear"
    OTHER = "other"


class Verdict(StrEnum):
    """The state of an applicant, gravest first."""

    EXCLUDED = "excluded"
    INCOMPLETE = "incomplete"
    REVIEW = "review"
    READY = "ready"


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKER = "blocker"
    WARNING = "warning"
    INFO = "info"


class FindingStatus(StrEnum):
    """What a person made of a finding."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WAIVED = "waived"


FormField = Literal[
    "name", "sex", "birth_date", "ethnicity", "nationality", "political_status", "education", "skill_level",
    "professional_title", "id_number", "phone", "employer", "industry", "post", "duty", "years_in_post", "union_card_number",
    "district", "address", "postcode", "recommending_unit", "cv", "declared_in_service", "declared_union_member",
    "declared_leader", "declared_managed_head", "declared_prior_title", "craft_speciality", "quality_skill", "leading_role",
    "contribution", "honour_title", "honour_issuer", "honour_date", "honour_level", "honour_role", "signature", "signed_on",
    "employer_opinion", "employer_opinion_date", "unit_opinion", "unit_opinion_date",
]  # fmt: skip
CardField = Literal["authority", "valid_from", "valid_to", "card_number", "union_name", "status"]
CertificateField = Literal["recipient", "team", "members", "certificate_number"]
# Not values of the contract's list but needed to check it: which sides of the ID card a document shows, a stamp that voids the copy, the
# edges at which the card is cut off, and the name on each seal.
CheckField = Literal[
    "card_side",
    "card_void",
    "card_cut",
    "seal_employer",
    "seal_recommending_unit",
    "seal_summary",
    "seal_certificate",
    "title",
    "filled_on",
    "contact",
    "contact_phone",
]

# Read to check other values by; nobody needs to look at them for their own sake.
CHECK_FIELDS: frozenset[str] = frozenset(get_args(CheckField))
FIELD_NAMES: frozenset[str] = frozenset((*get_args(FormField), *get_args(CardField), *get_args(CertificateField), *get_args(CheckField)))
