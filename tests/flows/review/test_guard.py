"""The guard: who comes from elsewhere, asks under a wrong name or forges a request gets nothing, and every answer carries its headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx2 import Response

from flows.review.guard import COOKIE
from tests.flows.review.conftest import PASSWORD, Office


def sign_in(office: Office, password: str = PASSWORD, **headers: str) -> Response:
    form = {"name": "王审核", "password": password}
    return office.client().post("/sign-in", data=form, headers=headers, follow_redirects=False)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "127.0.0.1:8765.evil.example", ""])
def test_a_foreign_name_that_leads_here_is_refused_so_that_no_site_can_read_the_page_by_rebinding(office: Office, host: str) -> None:
    visit = office.visit()
    assert visit.get("/", Host=host).status_code == 421
    assert visit.get("/sign-in", Host=host).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_on_another_site_changes_nothing_and_signs_nobody_in(office: Office, headers: dict[str, str]) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    answer = visit.client.post(f"/dossier/{applicant}/copies", data={"copies": "3"}, headers={"X-CSRF-Token": visit.token, **headers})
    assert answer.status_code == 403
    assert sign_in(office, **headers).status_code == 403
    assert office.desk.dossier(applicant).copies == 0


def test_a_request_without_the_page_s_own_token_changes_nothing(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    stranger = office.visit("李审核")
    for token in ("", "x", "ü", stranger.token):
        fields = {"copies": "3", "csrf": token}
        assert visit.client.post(f"/dossier/{applicant}/copies", data=fields).status_code == 403
        given = token.encode() if token.isascii() else token.encode("utf-8")
        assert visit.client.post(f"/dossier/{applicant}/copies", data={"copies": "3"}, headers={b"X-CSRF-Token": given}).status_code == 403
    assert office.desk.dossier(applicant).copies == 0
    assert visit.client.post(f"/dossier/{applicant}/copies", data={"copies": "3", "csrf": visit.token}).status_code == 200
    assert office.desk.dossier(applicant).copies == 3


def test_a_form_too_long_to_be_one_of_ours_is_not_read_to_its_end(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    assert visit.post(f"/dossier/{applicant}/copies", copies="3", more="x" * 70_000).status_code == 413
    many = {f"f{number}": "" for number in range(200)}
    assert visit.post(f"/dossier/{applicant}/copies", **many).status_code == 413
    raw = visit.client.post(f"/dossier/{applicant}/copies", content=b"a=\xff\xfe", headers={"X-CSRF-Token": visit.token})
    assert raw.status_code == 413


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_sees_nothing_else(office: Office) -> None:
    client, applicant = office.client(), office.id_of("张建国")
    answer = client.get(f"/dossier/{applicant}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in") and "张建国" not in answer.text
    part = client.post(f"/dossier/{applicant}/undo", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in")
    client.cookies.set(COOKIE, "made-up")
    assert client.get("/", follow_redirects=False).status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites_and_only_over_tls_where_there_is_tls(office: Office) -> None:
    given = sign_in(office).headers["set-cookie"].lower()
    assert "httponly" in given and "samesite=strict" in given and "secure" not in given and "path=/" in given
    client = office.client()
    secure = client.post("https://127.0.0.1:8765/sign-in", data={"name": "王审核", "password": PASSWORD}, follow_redirects=False)
    assert "secure" in secure.headers["set-cookie"].lower()


def test_every_answer_forbids_foreign_scripts_frames_and_caches(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    answers = [visit.get(path) for path in ("/", f"/dossier/{applicant}", "/nothing", "/dossier/nobody", "/static/review.js")]
    answers += [office.client().get("/sign-in"), sign_in(office, "wrong"), visit.post("/sign-in")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy, answer.url
        assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store", answer.url


def test_a_wrong_password_is_not_told_from_a_wrong_name_and_the_sixth_try_must_wait(office: Office) -> None:
    wrong = sign_in(office, "wrong")
    unknown = office.client().post("/sign-in", data={"name": "没有此人", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401 and wrong.text == unknown.text
    for _ in range(4):
        sign_in(office, "wrong")
    assert sign_in(office).status_code == 429, "not even the right password counts while one must wait"


def test_who_guesses_names_from_one_address_must_wait_but_on_this_machine_not_everybody_with_them(office: Office) -> None:
    def tried(name: str, address: str, password: str = "wrong") -> int:
        form = {"name": name, "password": password}
        return office.client(address).post("/sign-in", data=form, follow_redirects=False).status_code

    for address, waits in (("10.0.0.9", 429), ("127.0.0.1", 303)):
        assert [tried(f"某人{number}", address) for number in range(5)] == [401] * 5
        assert tried("王审核", address, PASSWORD) == waits


def test_the_header_of_a_proxy_counts_only_where_it_is_switched_on_and_comes_from_this_machine(open_office: Callable[..., Office]) -> None:
    office = open_office("X-Remote-User")
    header = {b"X-Remote-User": "秘书".encode()}
    assert office.client("10.0.0.9").get("/", headers=header, follow_redirects=False).status_code == 303
    inside = office.client()
    assert inside.get("/", headers={"X-Remote-User": "nobody"}, follow_redirects=False).status_code == 303
    answer = inside.get("/", headers={"X-Remote-User": "wang"}, follow_redirects=False)
    assert answer.status_code == 303, "whoever has no account here gets nothing from a proxy either"
    office.accounts.set("wang", "reviewer", PASSWORD)
    answer = inside.get("/", headers={"X-Remote-User": "wang"}, follow_redirects=False)
    assert answer.status_code == 200 and "httponly" in answer.headers["set-cookie"].lower()
    again = inside.get("/", headers={"X-Remote-User": "wang"}, follow_redirects=False)
    assert "set-cookie" not in again.headers, "one session a person, not one a request"


def test_without_a_proxy_its_header_is_nothing(office: Office) -> None:
    assert office.client().get("/", headers={"X-Remote-User": "wang"}, follow_redirects=False).status_code == 303


def test_an_account_that_is_taken_away_or_changed_is_signed_out_at_once(office: Office) -> None:
    visit = office.visit()
    assert visit.get("/").status_code == 200
    office.accounts.set("王审核", "reviewer", "another password 1")
    assert visit.get("/").status_code == 303
    other = office.visit("李审核")
    office.accounts.remove("李审核")
    assert other.get("/").status_code == 303


def test_signing_out_ends_the_session_itself_not_only_the_cookie(office: Office) -> None:
    visit = office.visit()
    stolen = visit.client.cookies[COOKIE]
    assert visit.post("/sign-out").status_code == 303
    thief = office.client()
    thief.cookies.set(COOKIE, stolen)
    assert thief.get("/", follow_redirects=False).status_code == 303
