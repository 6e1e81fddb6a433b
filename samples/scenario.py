"""Who applies through whom, with which honours and which planted mistakes: the script of the sample inbox.

Called by `inbox`, which makes files of it, and by `truth`, which checks that exactly the planted mistakes can be found.
"""

from __future__ import annotations

import zlib

import numpy as np

from samples.dossier import Applicant, Claim, Form, Honour, PaperState
from samples.honour_list import HONOURS
from samples.people import PEOPLE
from samples.prose import Trade, career, merits
from samples.tables import script_rows

UNIT_GROUP = "上海申浦装备集团有限公司工会"
UNIT_DISTRICT = "上海市宝山区质量创新促进中心"
UNIT_PARK = "上海虹泾科技园区工会联合会"

_TRADES = {row["name"]: Trade.from_row(row) for row in script_rows("trades")}


# What each applicant's office wrote, entry by entry.
_ENTRIES = {row["key"]: row for row in script_rows("entries")}

_EMPLOYERS = {key: row["employer"] for key, row in _ENTRIES.items()}

_NOT_ENTRIES = ("key", "filled_on", "opinion_on", "unit_on")
_DECLARED = ("declared_in_service", "declared_union_member", "declared_leader", "declared_managed_head", "declared_prior_title")


def _claims(honours: tuple[Honour, ...]) -> tuple[Claim, ...]:
    return tuple(
        Claim(h.claim_title or h.title, h.claim_issuer or h.issuer_text, h.claim_date or h.date, h.level, h.role)
        for h in honours
        if h.claimed
    )


def _form(key: str, name: str, unit: str, tick: str, changes: dict[str, str] | None = None, **options: object) -> Form:
    """The form as the applicant's office filled it in; `changes` are the planted deviations from the person's true data."""
    person = PEOPLE[name]
    written = _ENTRIES[key]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    entries = {
        "name": name,
        "sex": person.sex,
        "id_number": person.id_number,
        "phone": person.phone,
        "union_card_number": person.card_number,
        "recommending_unit": unit,
        **{field: written[field] for field in written if field not in _NOT_ENTRIES},
        **merits(_TRADES[name], rng),
        "employer_opinion_date": written["opinion_on"],
        "unit_opinion_date": written["unit_on"],
    }
    ticks = dict(zip(_DECLARED, ("yes", "yes", "no", "no", "no"), strict=True))
    for field, value in (changes or {}).items():
        (ticks if field in ticks else entries)[field] = value
    return Form(
        entries,
        _claims(HONOURS[key]),
        ticks,
        tuple(career(_TRADES[name], _EMPLOYERS[key], rng)),
        written["filled_on"],
        tick,
        str(options.get("wrapped_field", "")),
        bool(options.get("portrait", False)),
    )


def _paper(key: str, name: str, unit: str, signed_on: str, **options: object) -> PaperState:
    chosen: dict[str, object] = {"signature": name, "signed_on": signed_on, "employer_seal": _EMPLOYERS[key], "unit_seal": unit}
    return PaperState(**(chosen | options))  # type: ignore[arg-type]


def _union_name(key: str) -> str:
    return _EMPLOYERS[key] + "工会"


_GROUP = (
    Applicant(
        "A01",
        PEOPLE["沈嘉禾"],
        UNIT_GROUP,
        _EMPLOYERS["A01"],
        "docx",
        _form("A01", "沈嘉禾", UNIT_GROUP, "box", portrait=True),
        HONOURS["A01"],
        _paper("A01", "沈嘉禾", UNIT_GROUP, "2024年3月1日", dpi=150, kinds=("clean",) * 4),
        union_name=_union_name("A01"),
    ),
    Applicant(
        "A02",
        PEOPLE["顾喆"],
        UNIT_GROUP,
        _EMPLOYERS["A02"],
        "docx",
        _form("A02", "顾喆", UNIT_GROUP, "filled"),
        HONOURS["A02"],
        _paper("A02", "顾喆", UNIT_GROUP, "2024年3月2日", kinds=("grey", "grey", "grey", "clean"), turns={3: 180}),
        union_name=_union_name("A02"),
        union_design="blue",
    ),
    Applicant(
        "A03",
        PEOPLE["欧阳振邦"],
        UNIT_GROUP,
        _EMPLOYERS["A03"],
        "docx",
        _form("A03", "欧阳振邦", UNIT_GROUP, "check"),
        HONOURS["A03"],
        _paper(
            "A03",
            "欧阳振邦",
            UNIT_GROUP,
            "2024年2月28日",
            employer_seal="上海申浦物流有限公司",
            kinds=("copy", "copy", "copy", "clean"),
            typeface="ming",
        ),
        union_name=_union_name("A03"),
        planted=(
            ("SEAL_MISMATCH", "employer"),
            ("HONOUR_OUT_OF_WINDOW", "2018年度上海市优秀质量管理小组"),
            ("HONOUR_UNCLEAR", "2022年全国质量信得过班组"),
            ("HONOUR_ISSUER_NOT_RECOGNISED", "2021年全国机械工业优秀质量管理小组活动成果一等奖"),
            ("NO_QUALIFYING_HONOUR", ""),
        ),
    ),
    Applicant(
        "A04",
        PEOPLE["郑伟康"],
        UNIT_GROUP,
        _EMPLOYERS["A04"],
        "docx",
        _form("A04", "郑伟康", UNIT_GROUP, "box", {"phone": "15821960784"}),
        HONOURS["A04"],
        _paper("A04", "郑伟康", UNIT_GROUP, "2024年3月4日", dpi=200, turns={2: 90}, dates_by_hand=True),
        {"phone": "15821960748"},
        union_name=_union_name("A04"),
        union_number="6210310000845512",
        planted=(
            ("FIELD_MISMATCH", "phone"),
            ("FIELD_MISMATCH", "union_card_number"),
            ("HONOUR_MISMATCH", "2022年上海市优秀质量管理小组"),
            ("HONOUR_UNCLAIMED", "2020年上海市质量管理小组活动优秀推进者"),
        ),
    ),
)


_FANG = PEOPLE["方䶮"].id_number
# Any other character than the right one makes the check digit wrong.
_FANG_WRONG = _FANG[:17] + ("3" if _FANG[17] != "3" else "5")

_DISTRICT = (
    Applicant(
        "A05",
        PEOPLE["宋立群"],
        UNIT_DISTRICT,
        _EMPLOYERS["A05"],
        "docx",
        _form("A05", "宋立群", UNIT_DISTRICT, "box"),
        HONOURS["A05"],
        _paper("A05", "宋立群", UNIT_DISTRICT, "2024年3月2日", signature="", kinds=("photo",) * 4, dates_by_hand=True),
        union_name=_union_name("A05"),
        union_design="screenshot",
        planted=(("SIGNATURE_MISSING", ""), ("DUPLICATE_APPLICATION", ""), ("HONOUR_UNCLEAR", "宝山区质量标兵")),
    ),
    Applicant(
        "A06",
        PEOPLE["方䶮"],
        UNIT_DISTRICT,
        _EMPLOYERS["A06"],
        "docx",
        _form("A06", "方䶮", UNIT_DISTRICT, "control", {"id_number": _FANG_WRONG}),
        HONOURS["A06"],
        union_name=_union_name("A06"),
        summary_changes={"id_number": _FANG},
        planted=(
            ("FIELD_INVALID", "id_number"),
            ("FIELD_MISMATCH", "id_number"),
            ("ID_CARD_SIDE_MISSING", "back"),
            ("CERTIFICATE_MISSING", "2023年上海市优秀质量管理小组"),
            ("PAPER_FORM_MISSING", ""),
        ),
    ),
    Applicant(
        "A07",
        PEOPLE["许文澜"],
        UNIT_DISTRICT,
        _EMPLOYERS["A07"],
        "retyped",
        _form("A07", "许文澜", UNIT_DISTRICT, "box", {"phone": "1376490531"}),
        HONOURS["A07"],
        union_name=_union_name("A07"),
        union_design="blue",
        planted=(
            ("FIELD_INVALID", "phone"),
            ("ID_CARD_EXPIRED", ""),
            ("HONOUR_ISSUER_NOT_RECOGNISED", "全国质量检验先进工作者"),
            ("HONOUR_MISMATCH", "全国质量检验先进工作者"),
            ("PAPER_FORM_MISSING", ""),
        ),
    ),
    Applicant(
        "A08",
        PEOPLE["汤国梁"],
        UNIT_DISTRICT,
        _EMPLOYERS["A08"],
        "pdf",
        _form("A08", "汤国梁", UNIT_DISTRICT, "box", {"declared_leader": "yes"}),
        HONOURS["A08"],
        union_name=_union_name("A08"),
        planted=(
            ("LEADER_EXCLUDED", ""),
            ("PRIOR_TITLE", ""),
            ("HONOUR_RECIPIENT_MISMATCH", "2022年上海市质量协会质量技术奖三等奖"),
            ("HONOUR_ISSUER_NOT_RECOGNISED", "上海市五一劳动奖章"),
            ("PAPER_FORM_MISSING", ""),
        ),
    ),
    Applicant(
        "A12",
        PEOPLE["韩志远"],
        UNIT_DISTRICT,
        _EMPLOYERS["A12"],
        "",
        None,
        (),
        union_name=_union_name("A12"),
        planted=(("FORM_MISSING", ""), ("BANNED", ""), ("NO_QUALIFYING_HONOUR", "")),
    ),
)


_PARK = (
    Applicant(
        "A09",
        PEOPLE["蒋雨桐"],
        UNIT_PARK,
        _EMPLOYERS["A09"],
        "docx",
        _form("A09", "蒋雨桐", UNIT_PARK, "box", wrapped_field="employer"),
        HONOURS["A09"],
        _paper("A09", "蒋雨桐", UNIT_PARK, "2024年3月14日", kinds=("clean",) * 4),
        union_name=_union_name("A09"),
    ),
    Applicant(
        "A10",
        PEOPLE["罗建平"],
        UNIT_PARK,
        _EMPLOYERS["A10"],
        "",
        _form("A10", "罗建平", UNIT_PARK, "check"),
        HONOURS["A10"],
        _paper(
            "A10",
            "罗建平",
            UNIT_PARK,
            "2024年3月8日",
            unit_seal="",
            kinds=("faint", "grey", "grey", "clean"),
            turns={2: 270},
            typeface="ming",
        ),
        union_name=_union_name("A10"),
        union_design="blue",
        planted=(
            ("ELECTRONIC_FORM_MISSING", ""),
            ("LATE_SUBMISSION", ""),
            ("SEAL_MISSING", "recommending_unit"),
            ("OPINION_MISSING", "recommending_unit"),
            ("FIELD_MISMATCH", "birth_date"),
        ),
    ),
    Applicant(
        "A11",
        PEOPLE["古丽娜尔·艾山"],
        UNIT_PARK,
        _EMPLOYERS["A11"],
        "docx",
        _form("A11", "古丽娜尔·艾山", UNIT_PARK, "after", {"declared_union_member": "no", "union_card_number": "无"}),
        HONOURS["A11"],
        planted=(
            ("NOT_UNION_MEMBER", ""),
            ("UNION_CARD_MISSING", ""),
            ("SUMMARY_ROW_MISSING", ""),
            ("ID_CARD_SIDES_APART", ""),
            ("PAPER_FORM_MISSING", ""),
        ),
    ),
    Applicant(
        "A13",
        PEOPLE["宋立群"],
        UNIT_PARK,
        _EMPLOYERS["A13"],
        "docx",
        _form("A13", "宋立群", UNIT_PARK, "filled", {"leading_role": ""}),
        HONOURS["A13"],
        union_name=_union_name("A13"),
        summary_changes={"employer": "上海宝沪钢管制造有限公司"},
        planted=(
            ("DUPLICATE_APPLICATION", ""),
            ("FIELD_MISSING", "leading_role"),
            ("FIELD_MISMATCH", "employer"),
            ("HONOUR_ISSUER_NOT_RECOGNISED", "2021年江苏省优秀质量管理小组"),
            ("PAPER_FORM_MISSING", ""),
        ),
    ),
)


def applicants() -> list[Applicant]:
    """Everybody, by key."""
    return sorted([*_GROUP, *_DISTRICT, *_PARK], key=lambda each: each.key)


# Planted mistakes of units, not of applicants: (unit, code, field).
UNIT_PLANTS = ((UNIT_PARK, "SEAL_MISSING", "summary"), (UNIT_GROUP, "UNKNOWN_DOCUMENT", ""))
