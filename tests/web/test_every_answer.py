"""What holds for every answer: headers, no cookie before the sign-in, nothing of others, no detail of a fault."""

from __future__ import annotations

import http.client
import re
import socket
import sqlite3
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from every_route import Route
from running_server import Served

from troth.web.health import FRESH

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OTHERS = (
    "/",
    "/healthz",
    "/readyz",
    "/nowhere",
    "/da/nowhere",
    "/console/nowhere",
    "/static/site/site.css",
    "/static/nothing.css",
)


def paths(all_routes: list[Route]) -> list[str]:
    return [*OTHERS, *(one.plain for one in all_routes if one.plain)]


def test_every_answer_bears_the_headers(served: Served, all_routes: list[Route]) -> None:
    stranger = served.visitor()
    for path in paths(all_routes):
        page = stranger.get(path)
        for name, value in STRICT.items():
            assert page.header(name) == value, (path, name)
        assert page.header("Referrer-Policy") in ("same-origin", "no-referrer"), path
        policy = dict(
            part.strip().split(" ", 1) for part in str(page.header("Content-Security-Policy")).split(";")
        )
        assert policy["default-src"] == "'none'", path
        assert policy["frame-ancestors"] == "'none'", path
        assert policy["base-uri"] == "'none'", path
        assert "unsafe" not in str(policy), path
        assert "*" not in str(policy), path
        assert page.header("Permissions-Policy"), path
        assert page.header("Access-Control-Allow-Origin") is None, path
        assert page.header("Server") is None, path


def test_no_page_loads_anything_of_others_or_has_a_style_or_script_within(
    served: Served, all_routes: list[Route]
) -> None:
    stranger, staff = served.visitor(), served.staff("officer")
    for path in paths(all_routes):
        for who in (stranger, staff):
            page = who.get(path, follow=True) if "logout" not in path else who.get(path)
            if "html" not in str(page.header("Content-Type")):
                continue
            assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", page.text), path
            assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page.text), path
            for script in re.findall(r"<script([^>]*)>", page.text):
                assert "src=" in script or 'type="application/json"' in script, path


def test_a_person_gets_no_cookie(served: Served, all_routes: list[Route]) -> None:
    stranger = served.visitor()
    outside = [path for path in paths(all_routes) if not path.startswith("/console/account/")]
    assert "/da/" in outside
    for path in outside:
        assert stranger.get(path).header("Set-Cookie") is None, path
    assert stranger.post("/da/", {"a": "b"}).header("Set-Cookie") is None
    assert stranger.get("/console/account/login/").header("Set-Cookie")  # so the sweep can find one


def test_every_form_of_the_portal_asks_for_its_token(served: Served, all_routes: list[Route]) -> None:
    """Whatever is sent to the portal without one is refused, be there a form or not."""
    stranger = served.visitor()
    for one in all_routes:
        if one.plain and not one.route.startswith("console/"):
            assert stranger.post(one.plain, {"a": "b"}).status in (403, 405), one.route
            assert stranger.post(one.plain, {"form": "x:y:z"}).status in (403, 405), one.route


# ------------------------------------------------------------------ language and errors


@pytest.mark.parametrize(
    ("accepted", "there"),
    [
        ("da", "/da/"), ("da-DK,da;q=0.9,en;q=0.8", "/da/"), ("en-US", "/en/"), ("de,en;q=0.5,da;q=0.6", "/da/"), ("de", "/en/"),
        ("", "/en/"), ("da;q=0,en", "/en/"), ("da;q=x", "/en/"), (",;,;;", "/en/"), ("a" * 9_000, "/en/"),
    ],
)  # fmt: skip
def test_the_front_door_leads_to_a_language(served: Served, accepted: str, there: str) -> None:
    page = served.visitor(accepted).get("/")
    assert (page.status, page.header("Location")) == (302, there)
    assert "Accept-Language" in str(page.header("Vary"))


def test_a_page_names_its_language_and_leads_to_the_other(served: Served) -> None:
    for language, other in (("da", "en"), ("en", "da")):
        page = served.visitor(other).get(f"/{language}/")
        assert f'<html lang="{language}">' in page.text
        assert page.header("Content-Language") == language
        assert f'href="/{other}/"' in page.text


@pytest.mark.parametrize(
    ("path", "title"),
    [("/da/x", "Siden findes ikke"), ("/en/x", "There is no such page"), ("/x", "There is no such page")],
)
def test_an_unknown_page_says_so_in_its_language(served: Served, path: str, title: str) -> None:
    page = served.visitor().get(path)
    assert (page.status, page.title) == (404, title)


def test_a_page_that_only_takes_forms_leads_back_when_it_is_loaded_again(served: Served) -> None:
    page = served.visitor().get("/da/ask/")
    assert (page.status, page.header("Allow")) == (405, "POST")
    assert (page.title, 'href="/da/"' in page.text) == ("Siden findes ikke", True)


def test_a_fault_of_ours_tells_nothing_of_itself(served: Served) -> None:
    staff = served.staff("officer")
    with closing(sqlite3.connect(served.folder / ".troth" / "state.sqlite")) as state:
        state.execute("ALTER TABLE security_staffrole RENAME TO gone")
        try:
            page = staff.get("/console/")
        finally:
            state.execute("ALTER TABLE gone RENAME TO security_staffrole")
    assert (page.status, page.title) == (500, "Something went wrong on our side")
    assert not re.search(r"Error|Traceback|sqlite|staffrole|\.py", page.text)
    assert page.header("X-Frame-Options") == "DENY"
    assert any("OperationalError" in str(line.get("fault")) for line in served.lines())
    assert staff.get("/console/").status == 200


# ------------------------------------------------------------------ what comes in


def raw(served: Served, text: bytes) -> bytes:
    """What a client that keeps to no rule gets."""
    url = urlsplit(served.base)
    with closing(socket.create_connection((str(url.hostname), url.port), timeout=10)) as line:
        line.sendall(text)
        return line.recv(65_536)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "", "[::1"]
)
def test_another_host_is_not_answered(served: Served, host: str) -> None:
    page = served.visitor().get("/en/", Host=host)
    assert page.status == 400
    assert "evil" not in page.text


def test_only_the_files_for_browsers_are_given(served: Served) -> None:
    stranger = served.visitor()
    assert stranger.get("/static/site/site.css").status == 200
    assert stranger.get("/static/mfa/js/webauthn.js").status == 200
    for path in (
        "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2f..%2fsettings.py", "/static//etc/passwd",
        "/static/site/..%5c..%5csettings.py", "/static/site/", "/static/", "/.troth/state.sqlite", "/state.sqlite",
        "/troth.map.yaml", "/static/site/site.css/", "/static/site/%00site.css", "/da/../../troth.map.yaml",
    ):  # fmt: skip
        assert stranger.get(path).status in (400, 404), path
    told = raw(
        served, b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert b"root:" not in told
    assert b" 404 " in told.split(b"\r\n")[0]


def test_what_is_too_large_is_not_read(served: Served) -> None:
    told = raw(served, b"POST /en/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n")
    assert b" 413 " in told.split(b"\r\n")[0]
    told = raw(
        served, b"POST /en/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    assert b" 411 " in told.split(b"\r\n")[0]
    told = raw(served, b"GET /en/ HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 50_000 + b"\r\n\r\n")
    assert b" 431 " in told.split(b"\r\n")[0]
    page = served.visitor().post("/en/", {"a": "b" * 400_000})
    assert page.status in (400, 403, 405, 413)


def test_many_fields_are_refused_before_they_are_kept(served: Served) -> None:
    page = served.visitor().post("/console/account/login/", {f"a{n}": "b" for n in range(300)})
    assert page.status in (400, 403)


def test_methods_that_nobody_needs_are_refused(served: Served) -> None:
    line = http.client.HTTPConnection(urlsplit(served.base).netloc, timeout=10)
    for method in ("TRACE", "DELETE", "PUT", "PATCH"):
        line.request(method, "/", headers={"Origin": served.base})
        answer = line.getresponse()
        answer.read()
        assert answer.status in (403, 405), method
    line.close()


# ------------------------------------------------------------------ whether it lives


def test_it_says_that_it_lives_and_that_it_can_work(served: Served) -> None:
    stranger = served.visitor()
    assert stranger.get("/healthz").text == "alive\n"
    time.sleep(FRESH)
    proxied = {"X-Forwarded-For": "203.0.113.7"}
    ready = stranger.get("/readyz", **proxied)
    assert (ready.status, ready.text) == (200, '{"state":true,"tables":true,"map":true}')
    where = served.folder / "troth.map.yaml"
    kept = where.read_text(encoding="utf-8")
    where.write_text("troth: [", encoding="utf-8")
    try:
        assert stranger.get("/readyz").status == 200  # asked a moment ago
        time.sleep(FRESH)
        unready = stranger.get("/readyz", **proxied)
    finally:
        where.write_text(kept, encoding="utf-8")
    assert (unready.status, unready.text) == (503, '{"state":true,"tables":true,"map":false}')


def test_there_is_no_security_txt_without_a_contact(served: Served) -> None:
    assert served.visitor().get("/.well-known/security.txt").status == 404
