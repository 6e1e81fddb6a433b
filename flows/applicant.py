"""The applicant that somebody names on the command line.

Comes in: a name, identity number or applicant's id. Goes out: the applicant's id, name and unit. Called by the commands about one person.
"""

from __future__ import annotations

from flows.explain import ApplicantNotFound
from schemas.base import Frozen
from schemas.records import Id
from warehouse.connection import Warehouse


class Named(Frozen):
    """One application: a person and the unit that recommends them (None: none stated)."""

    applicant_id: Id
    name: str
    id_number: str | None
    phone: str | None
    recommending_unit: str | None


def applicants_called(warehouse: Warehouse, typed: str) -> list[Named]:
    """Every application of the one person that `typed` names. Raises ApplicantNotFound: nobody, or several people."""
    wanted = "".join(typed.split())
    rows = warehouse.execute(
        "SELECT applicant_id, name, id_number, phone, recommending_unit FROM core.applicants ORDER BY recommending_unit, applicant_id"
    )
    known = [Named(**dict(zip(Named.model_fields, row, strict=True))) for row in rows]
    found = [one for one in known if wanted in (one.applicant_id, one.id_number)]
    found = found or [one for one in known if "".join(one.name.split()) == wanted]
    if not found:
        raise ApplicantNotFound("没有这位申报人。", '请用 gongjiang query "SELECT applicant_id, name FROM review.applicants" 查看。')
    if len({one.id_number or one.applicant_id for one in found}) > 1:
        listed = "；".join(f"{one.applicant_id} {one.recommending_unit or '未注明推荐单位'}" for one in found)
        raise ApplicantNotFound(f"有 {len(found)} 位申报人叫“{found[0].name}”。", f"请改用申报人编号：{listed}。")
    return found


def application_called(warehouse: Warehouse, typed: str) -> Named:
    """The one application that `typed` names. Raises ApplicantNotFound, also where a person has several."""
    found = applicants_called(warehouse, typed)
    if len(found) > 1:
        listed = "；".join(f"{one.applicant_id} {one.recommending_unit or '未注明推荐单位'}" for one in found)
        raise ApplicantNotFound(f"{found[0].name}有 {len(found)} 份申报。", f"请改用申报人编号：{listed}。")
    return found[0]
