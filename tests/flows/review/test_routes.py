"""A crawler over every route: none is open without signing in, none changes anything without a token, each keeps to its roles."""

from __future__ import annotations

import json
from collections.abc import Iterator

from starlette.routing import Mount, Route

from flows.review.application import READERS
from tests.flows.review.conftest import WHO, Office

OPEN = {("GET", "/sign-in"), ("POST", "/sign-in")}


def routes(office: Office) -> Iterator[tuple[str, str]]:
    """Method and address of every route, with a real applicant, file and page filled in."""
    ((file_id,),) = office.warehouse.execute("SELECT file_id FROM core.files WHERE path = '张建国/身份证.jpg'")
    place = {"{applicant_id:str}": office.id_of("张建国"), "{file_id:str}": str(file_id), "{page:int}": "1"}
    for route in office.app.routes:
        if isinstance(route, Mount):
            assert route.path == "/static", "a mounted application would bypass the roles"
            continue
        assert isinstance(route, Route)
        path = route.path
        for name, real in place.items():
            path = path.replace(name, real)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            assert "{" not in path, f"the crawler does not know what to fill into {route.path}"
            yield method, path


def test_no_route_is_open_without_signing_in(office: Office) -> None:
    client, seen = office.client(), []
    for method, path in routes(office):
        answer = client.request(method, path, follow_redirects=False)
        seen.append(path)
        if (method, path) in OPEN:
            assert answer.status_code in (200, 401)
        else:
            assert answer.status_code in (303, 401), (method, path)
            assert answer.headers.get("location", answer.headers.get("hx-redirect")) == "/sign-in"
            assert "张建国" not in answer.text
    assert len(seen) >= 18


def test_no_route_changes_anything_without_a_token(office: Office) -> None:
    visit = office.visit()
    changing = [path for method, path in routes(office) if method != "GET" and (method, path) not in OPEN]
    before = _said(office)
    for path in changing:
        assert visit.client.post(path, data={"copies": "3", "stage": "1", "outcome": "passed"}).status_code == 403, path
    assert _said(office) == before and len(changing) >= 10


def test_looking_changes_nothing_of_what_people_said(office: Office) -> None:
    visit = office.visit()
    before = _said(office)
    for method, path in routes(office):
        if method == "GET":
            found = 404 if path.startswith("/typed/") else 200  # the original of this picture is not kept here
            assert visit.get(path).status_code in (found, 303), path
    assert _said(office) == before


def test_a_route_has_no_other_method_than_its_own(office: Office) -> None:
    visit = office.visit()
    known = set(routes(office))
    for _, path in known:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            answer = visit.client.request(method, path, headers={"X-CSRF-Token": visit.token}, follow_redirects=False)
            assert answer.status_code == 405, (method, path)


def test_an_analyst_sees_no_person_anywhere_and_each_try_is_on_record(office: Office) -> None:
    client = office.client()
    assert WHO["统计"] == "analyst" and "analyst" not in READERS
    client.post("/sign-in", data={"name": "统计", "password": "correct horse battery"}, follow_redirects=False)
    refused = client.get("/")
    token = refused.text.split("X-CSRF-Token&#34;:&#34;" if "&#34;" in refused.text else '"X-CSRF-Token":"')[1][:32]
    tried = 0
    for method, path in routes(office):
        if "sign" in path:
            continue
        answer = client.request(method, path, headers={"X-CSRF-Token": token}, follow_redirects=False)
        assert answer.status_code == 403 and "张建国" not in answer.text and "统计员" in answer.text, path
        tried += 1
    events = [json.loads(line) for line in office.audit.read_text(encoding="utf-8").splitlines()]
    assert sum(event["what"] == "refused" and event["who"] == "统计" for event in events) == tried + 1


def test_every_list_of_the_page_asks_for_a_role_that_exists(office: Office) -> None:
    assert set(WHO.values()) == {"reviewer", "secretariat", "analyst"} and set(WHO.values()) > READERS


def test_an_address_that_does_not_exist_is_said_in_words(office: Office) -> None:
    visit = office.visit()
    assert visit.get("/nothing").status_code == 404 and "没有这个页面" in visit.get("/nothing").text
    unknown = visit.get("/dossier/0000000000000000")
    assert unknown.status_code == 404 and "没有这位申报人" in unknown.text
    assert visit.get("/page/0000/1.jpg").status_code == 404
    assert visit.get("/page/0000/x.jpg").status_code == 404


def _said(office: Office) -> list[tuple[object, ...]]:
    tables = ("finding_decisions", "value_decisions", "stage_records", "paper_copies", "notices")
    return [office.warehouse.execute(f"SELECT count(*) FROM core.{name}")[0] for name in tables]
