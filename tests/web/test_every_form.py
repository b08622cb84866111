"""Every address refuses a form that no page of ours made; no answer sends anybody elsewhere, or shows what was typed as markup."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from every_route import Route
from http_visitor import Visitor, forms
from running_server import PASSWORD, Served

NOBODY = "00000000-0000-4000-8000-000000000000"
PARTS = {
    "<lang:language>": "en",
    "<slug:section>": "later",
    "<slug:name>": NOBODY,
    "<slug:mark>": "0" * 32,
    "<slug:link>": "a" * 32,
    "<int:number>": "1",
    "<int:pk>": "1",
}
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "\thttps://evil.example",
    "///evil.example",
)  # fmt: skip
ENDLESS = (
    "//evil.example",
    "//evil.example/..",
    "/\\evil.example/",
    "/%2f%2fevil.example",
    "/da//evil.example/",
    "/console//evil.example",
)
LOGIN = "/console/account/login/"


def path_of(one: Route) -> str:
    """An address for each, with parts that name nothing."""
    route = one.route
    for part, value in PARTS.items():
        route = route.replace(part, value)
    return "/" + (re.sub(r"\^password/key/.*", "password/key/1-a/", route) if "^" in route else route)


def test_every_address_is_tried(all_routes: list[Route]) -> None:
    assert [one.route for one in all_routes if re.search(r"[<(^$]", path_of(one))] == []


def test_no_form_is_taken_that_no_page_of_ours_made(served: Served, all_routes: list[Route]) -> None:
    """Without its token, with the token of another session, from another site: for whoever is signed in and whoever is not."""
    officer, stranger = served.staff("officer"), served.visitor()
    token = officer.get("/console/").form("language").fields["csrfmiddlewaretoken"]
    other = stranger.get(LOGIN).form("account/login").fields["csrfmiddlewaretoken"]
    for one in all_routes:
        path = path_of(one)
        for who in (officer, stranger):
            assert who.post(path, {"a": "b"}).status in (403, 404, 405), path
            away = who.post(
                path,
                {"csrfmiddlewaretoken": token},
                Origin="https://evil.example",
                Sec_Fetch_Site="cross-site",
            )
            assert away.status in (403, 404, 405), path
        if one.route.startswith("console/"):
            assert officer.post(path, {"csrfmiddlewaretoken": other}).status in (403, 405), path
    assert officer.get("/console/").status == 200, "nobody was signed out by it"


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nobody_is_sent_to_another_site(served: Served, there: str) -> None:
    served.staff("auditor")
    browser = served.visitor()
    page = browser.get(f"{LOGIN}?next={quote(there)}")
    entered = browser.send(page, "account/login", login="auditor", password=PASSWORD, next=there)
    assert entered.status == 302
    assert str(entered.header("Location")).startswith("/console/"), entered.header("Location")
    out = browser.send(browser.get("/console/account/logout/"), "", next=there)
    assert "evil" not in str(out.header("Location"))


@pytest.mark.parametrize("there", ENDLESS)
def test_an_address_that_lacks_its_end_leads_nowhere_else(served: Served, there: str) -> None:
    told = Visitor(served.base).get(served.base + there)
    assert not re.match(r"(?:https?:)?[/\\]{2}", str(told.header("Location") or "")), told.header("Location")


def test_what_is_typed_is_shown_as_it_was_typed(served: Served) -> None:
    """In a page, in its title, in its attributes; and no header ever has a line of it."""
    mark, browser = "\"'><script>kanarie()</script>{{7*7}}", served.visitor()
    page = browser.get("/en/")
    page = browser.send(page, "/ask/", choice="else")
    page = browser.send(page, "/ask/", home="DK")
    page = browser.send(page, "/ask/", kind="question")
    page = browser.send(
        page, "/ask/", name=mark, email="a@portal.example\r\nBcc: b@portal.example", agent="no"
    )
    assert page.status == 422, "an address of two lines is none"
    assert "<script>kanarie" not in page.text
    page = browser.send(page, "/ask/", name=mark, email="a@portal.example", agent="no")
    page = browser.send(page, "/ask/", words=mark)
    assert "kanarie()" in page.text
    assert "<script>kanarie" not in page.text
    assert "49" not in re.findall(r"kanarie\(\)[^<]*", page.text)[0]
    officer = served.staff("officer")
    typed = officer.send(
        officer.get("/console/type-in/"), "type-in", kind="", channel="phone", name=mark, words=mark
    )
    assert typed.status == 422
    assert "<script>kanarie" not in typed.text
    for one in (page, typed):
        assert all("kanarie" not in value for _, value in one.headers)


def test_every_form_that_changes_something_is_sent_by_post(served: Served) -> None:
    officer = served.staff("officer")
    for path in (
        "/console/",
        "/console/type-in/",
        "/console/promises/",
        "/console/map/",
        "/console/holds/",
        "/console/why/",
    ):
        found = [set(one.fields) for one in forms(officer.get(path).text) if one.method != "post"]
        assert found == ([{"number"}] if path == "/console/" else []), f"{path}: only a search is a get"


def test_the_pages_of_staff_are_kept_by_nobody(served: Served, all_routes: list[Route]) -> None:
    officer = served.staff("officer")
    for one in all_routes:
        if one.plain and one.route.startswith("console/") and "logout" not in one.route:
            page = officer.get(one.plain)
            assert "no-store" in str(page.header("Cache-Control")), one.route
