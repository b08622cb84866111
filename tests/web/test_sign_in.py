"""Signing in."""

from __future__ import annotations

from running_server import Served


def test_x(served: Served) -> None:
    b = served.staff("officer")
    page = b.get("/console/")
    print(page.text, b.cookies)
    assert page.status == 200
