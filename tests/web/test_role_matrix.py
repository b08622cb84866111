"""Each page of the console is seen by the roles that tests/web/roles.toml names, and by nobody else."""

from __future__ import annotations

import tomllib
from pathlib import Path

from every_route import Route
from running_server import ROLES, Served

TABLE: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("roles.toml").read_text(encoding="utf-8")
)
OPEN = ("console/account/", "console/language/")  # signing in; the language of a session


def within(all_routes: list[Route]) -> list[Route]:
    return [one for one in all_routes if one.route.startswith("console/") and not one.route.startswith(OPEN)]


def test_the_table_names_every_page_and_its_roles(all_routes: list[Route]) -> None:
    assert {one.route: sorted(one.roles or ()) for one in within(all_routes)} == {
        route: sorted(roles) for route, roles in TABLE.items()
    }


def test_a_stranger_is_sent_to_sign_in(served: Served, all_routes: list[Route]) -> None:
    stranger = served.visitor()
    paths = [one.plain for one in within(all_routes) if one.plain]
    assert "/console/" in paths
    for path in paths:
        page = stranger.get(path)
        assert page.status == 302, path
        assert str(page.header("Location")).startswith("/console/account/login/"), path
        assert stranger.post(path, {}).status in (302, 403, 405), path


def test_each_role_sees_its_pages_and_no_other(served: Served, all_routes: list[Route]) -> None:
    for role in ROLES:
        browser = served.staff(role)
        for one in within(all_routes):
            if one.plain:
                allowed = role in TABLE[one.route]
                status = browser.get(one.plain).status
                assert (status != 403) == allowed, (role, one.route, status)


def test_who_only_reads_sends_nothing(served: Served, all_routes: list[Route]) -> None:
    browser = served.staff("auditor")
    form = browser.get("/console/").form("language")
    for one in within(all_routes):
        if one.plain:
            assert browser.post(one.plain, form.fields).status == 403, one.route
