"""Nobody enters the console but by a link that was made for them, with a second factor where the role asks for one."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from one_time_code import code
from running_server import PASSWORD, Served

from troth.terms.errors import UsageError
from troth.workflows.staff import Role, known_roles

LOGIN = "/console/account/login/"


@pytest.fixture(scope="module", autouse=True)
def _people(served: Served) -> None:
    served.accounts(dict.fromkeys(("once", "officer-once-more", "leaving", "dismissed"), ("auditor",)))


def test_the_console_leads_to_the_sign_in_page_and_back(served: Served) -> None:
    stranger = served.visitor()
    page = stranger.get("/console/")
    assert (page.status, page.header("Location")) == (302, f"{LOGIN}?next=%2Fconsole%2F")
    assert served.staff("officer").get("/console/").status == 200


def test_nobody_signs_up_and_no_password_is_mailed(served: Served) -> None:
    stranger = served.visitor()
    for path in ("signup/", "email/", "forgotten/"):
        page = stranger.get(f"/console/account/{path}")
        assert page.title == "Passwords are not given out here"
        assert stranger.post(f"/console/account/{path}", {}).status in (403, 405)
    assert "signup" not in stranger.get(LOGIN).text
    assert stranger.get("/console/account/3rdparty/signup/").status in (302, 404)


def test_a_link_works_once(served: Served) -> None:
    path = served.link_path("once")
    first, second = served.visitor(), served.visitor()
    form, other = first.get(path, follow=True), second.get(path, follow=True)
    assert first.send(form, "password", password1=PASSWORD, password2=PASSWORD).status == 302
    assert "password1" not in second.get(path, follow=True).text
    changed = second.send(
        other, "password", password1="quite another phrase", password2="quite another phrase"
    )
    assert "password1" not in changed.text
    entered = second.send(second.get(LOGIN), "account/login", login="once", password="quite another phrase")
    assert entered.status == 200  # the form again


def test_a_weak_password_is_refused(served: Served) -> None:
    browser = served.visitor()
    form = browser.get(served.link_path("officer-once-more"), follow=True)
    for bad in ("short", "officer-once-more", "123456789012"):
        page = browser.send(form, "password", password1=bad, password2=bad)
        assert page.status == 200
        assert 'class="errors"' in page.text
        assert page.title.startswith("Error:")


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(served: Served) -> None:
    served.staff("support")
    said = set()
    for name in ("support", "nobody-of-ours"):
        browser = served.visitor()
        page = browser.send(
            browser.get(LOGIN), "account/login", login=name, password="wrong lanterns over it"
        )
        assert page.status == 200
        found = re.search(r'<div class="errors".*?</div>', page.text, flags=re.S)
        assert found
        said.add(found[0])
    assert len(said) == 1


def test_the_session_of_a_stranger_is_not_the_one_of_who_signs_in(served: Served) -> None:
    served.staff("auditor")
    browser = served.visitor()
    browser.cookies["troth"] = ("a" * 32, "/console/")
    form = browser.get(LOGIN)
    token = browser.cookies["troth-form"]
    assert browser.send(form, "account/login", login="auditor", password=PASSWORD).status == 302
    assert browser.cookies["troth"][0] != "a" * 32
    assert browser.cookies["troth-form"] != token
    thief = served.visitor()
    thief.cookies["troth"] = ("a" * 32, "/console/")
    assert thief.get("/console/").status == 302


def test_cookies_are_for_the_console_alone_and_out_of_reach_of_scripts(served: Served) -> None:
    served.staff("auditor")
    browser = served.visitor()
    form = browser.get(LOGIN)
    page = browser.send(form, "account/login", login="auditor", password=PASSWORD)
    given = [value for name, value in (*form.headers, *page.headers) if name.lower() == "set-cookie"]
    assert len(given) >= 2
    for cookie in given:
        assert "path=/console/" in cookie.lower()
        assert "httponly" in cookie.lower()
        assert "samesite=" in cookie.lower()
        assert "domain=" not in cookie.lower()
        assert "expires=" not in cookie.lower()  # gone with the window
        assert "max-age=" not in cookie.lower()


def test_signing_out_ends_the_session_on_the_server(served: Served) -> None:
    browser = served.sign_in("leaving", "support")
    copied = served.visitor()
    copied.cookies = dict(browser.cookies)
    assert copied.get("/console/").status == 200
    assert browser.send(browser.get("/console/"), "logout").status == 302
    assert copied.get("/console/").status == 302


def test_an_account_that_is_closed_is_out_at_once(served: Served) -> None:
    browser = served.sign_in("dismissed", "officer")
    assert browser.get("/console/").status == 200
    assert served.troth("staff", "remove", "dismissed")["roles"] == []
    assert browser.get("/console/").status == 302
    again = browser.send(browser.get(LOGIN), "account/login", login="dismissed", password=PASSWORD)
    assert again.status == 200
    listed = {one["name"]: one for one in served.troth("staff", "list")["staff"]}  # type: ignore[attr-defined]
    assert (listed["dismissed"]["active"], listed["dismissed"]["roles"]) == (False, [])


# ------------------------------------------------------------------ the second factor


def test_an_officer_without_a_second_factor_sees_nothing_until_there_is_one(strict: Served) -> None:
    browser = strict.sign_in("olga", "officer")
    page = browser.get("/console/")
    assert (page.status, page.title) == (403, "Your role needs a second factor")
    asked = browser.get("/console/account/2fa/totp/activate/", follow=True)
    form = browser.send(
        asked, "reauthenticate", password=PASSWORD, follow=True
    )  # who left the screen open is not enough
    assert "img-src 'self' data:" in str(form.header("Content-Security-Policy"))
    found = re.search(r'value="([A-Z2-7]{16,})"', form.text)
    assert found
    done = browser.send(form, "totp", code=code(found[1]))
    assert done.status == 302, done.text
    assert browser.get("/console/").status == 200
    _asked_again(strict, found[1])


def _asked_again(strict: Served, secret: str) -> None:
    """From now on the password alone does not open it."""
    browser = strict.visitor()
    page = browser.send(browser.get(LOGIN), "account/login", login="olga", password=PASSWORD)
    assert page.header("Location") == "/console/account/2fa/authenticate/"
    assert browser.get("/console/").status == 302
    wrong = browser.send(browser.get("/console/account/2fa/authenticate/"), "authenticate", code="000000")
    assert wrong.status == 200
    assert browser.get("/console/").status == 302
    assert browser.send(
        browser.get("/console/account/2fa/authenticate/"), "authenticate", code=code(secret)
    ).status in (200, 302)


def test_who_only_reads_may_sign_in_without_one(strict: Served) -> None:
    assert strict.staff("auditor").get("/console/").status == 200


def test_a_command_makes_the_account_and_only_with_a_role_there_is(served: Served) -> None:
    told = served.troth("staff", "add", "Vera", "--role", "auditor", "--role", "support")
    assert (told["name"], told["roles"], told["new"]) == ("vera", ["auditor", "support"], True)
    assert str(told["link"]).startswith("http://127.0.0.1:8000/console/account/password/key/")


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        (["admin_tenant"], ""),
        (["officer"], "acme"),
        (["admin_tenant", "officer"], "acme"),
        (["boss"], ""),
        ([], ""),
    ],
)
def test_a_role_that_is_none_or_belongs_to_no_customer_is_refused(roles: list[str], scope: str) -> None:
    with pytest.raises(UsageError):
        known_roles(roles, scope)
    assert known_roles(["admin_tenant"], "acme") == (Role.ADMIN_TENANT,)


def test_a_password_is_kept_as_argon2id_at_the_named_cost(served: Served) -> None:
    served.staff("auditor")
    with closing(
        sqlite3.connect(f"file:{served.folder / '.troth' / 'state.sqlite'}?mode=ro", uri=True)
    ) as state:
        kept = [
            text for (text,) in state.execute("SELECT password FROM auth_user WHERE password NOT LIKE '!%'")
        ]
    assert kept
    assert all(text.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$") for text in kept)
