"""What the server writes down holds no person: not their words, their address, nor the address they asked for."""

from __future__ import annotations

from http_visitor import Visitor
from running_server import Served

CANARY = "qx7canary"


def visit(served: Served, browser: Visitor) -> None:
    """Leaves the canary wherever a visitor can."""
    said = {
        "User_Agent": CANARY,
        "Referer": f"http://{CANARY}.example/",
        "X_Forwarded_For": CANARY,
        "Cookie": f"troth={CANARY}",
    }
    for path in (
        "/en/",
        f"/en/{CANARY}",
        f"/en/?mail={CANARY}@example.dk",
        "/console/",
        f"/console/{CANARY}/",
        f"/static/{CANARY}",
    ):
        browser.get(path, **said)
        browser.post(path, {"name": CANARY}, **said)
    browser.get("/en/", Host=f"{CANARY}.example")
    browser.get("/en", Accept_Language=CANARY)
    form = browser.get("/console/account/login/")
    browser.send(form, "account/login", login=CANARY, password=f"{CANARY} {CANARY}")
    browser.post("/console/account/login/", {"login": CANARY}, Origin=f"http://{CANARY}.example")
    browser.get(f"/console/account/password/key/1-{CANARY}/")


def test_no_line_holds_what_a_visitor_said(served: Served) -> None:
    before = len(served.lines())
    visit(served, served.visitor())
    lines = served.lines()[before:]
    assert len(lines) > 15
    text = served.log.read_text(encoding="utf-8")
    assert CANARY not in text
    assert '"route": "<lang:language>/"' in text  # the sweep reads the lines it means
    assert "127.0.0.1" not in "".join(line for line in text.splitlines() if line.startswith("{"))


def test_each_line_is_an_object_that_says_when_and_what(served: Served) -> None:
    served.visitor().get("/da/")
    text = [line for line in served.log.read_text(encoding="utf-8").splitlines() if not line.startswith("{")]
    assert len(text) <= 2, text  # the greeting, before the first line
    line = [one for one in served.lines() if one.get("route") == "<lang:language>/"][-1]
    assert set(line) == {"at", "level", "from", "event", "method", "route", "status", "ms"}
