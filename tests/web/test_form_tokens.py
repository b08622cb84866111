"""A form of no account is taken only from a page of ours, for its purpose, while it is young."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.signing import TimestampSigner
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from troth.records.cabinet import open_cabinet
from troth.web.site import forms
from troth.web.site.forms import OLDEST, comes_from_us, token

OURS = "https://privacy.havgry.example"


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path) -> Iterator[None]:
    open_cabinet(tmp_path / ".troth")
    house = SimpleNamespace(settings=SimpleNamespace(address=OURS))
    with override_settings(
        TROTH_HOUSE=house, ALLOWED_HOSTS=["*"], SECRET_KEY="a secret for this test alone, long enough"
    ):
        yield


def sent(value: str | None, method: str = "post", **headers: str) -> HttpRequest:
    given = {
        "Origin": OURS,
        "Sec-Fetch-Site": "same-origin",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    fields = {} if value is None else {forms.FIELD: value}
    made = getattr(RequestFactory(), method)(
        "/da/ask/", fields, headers={k: v for k, v in given.items() if v}
    )
    assert isinstance(made, HttpRequest)
    return made


def taken(request: HttpRequest, purpose: str = "ask", oldest: timedelta = OLDEST) -> str | None:
    return forms.read(request, purpose, oldest)


def test_a_form_of_ours_is_taken_and_known_again() -> None:
    made = token("ask")
    first = taken(sent(made))
    assert first
    assert taken(sent(made)) == first  # sent twice, it is the same form
    assert taken(sent(token("ask"))) not in (None, first)


@pytest.mark.parametrize("value", [None, "", "x", "a:b:c", "::", "é:1:2", "a" * 100_000])
def test_no_token_is_no_form(value: str | None) -> None:
    assert taken(sent(value)) is None


def test_a_token_is_good_for_its_purpose_alone() -> None:
    assert taken(sent(token("confirm"))) is None
    assert taken(sent(token("confirm")), "confirm")
    foreign = TimestampSigner(salt="troth.form.ask", key="somebody else's secret").sign("x")
    assert taken(sent(foreign)) is None


def test_a_token_that_was_changed_is_none() -> None:
    made = token("ask")
    for at in range(0, len(made), 5):
        other = made[:at] + ("A" if made[at] != "A" else "B") + made[at + 1 :]
        assert taken(sent(other)) is None, at


def test_a_token_grows_old() -> None:
    made = token("ask")
    assert taken(sent(made), oldest=timedelta(seconds=-1)) is None


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_a_post_is_a_form(method: str) -> None:
    assert taken(sent(token("ask"), method)) is None


@pytest.mark.parametrize(
    ("origin", "site", "ours"),
    [
        (OURS, "same-origin", True),
        ("http://testserver", "same-origin", True),  # as the request itself says
        ("null", "same-origin", True),  # a page that says no-referrer
        ("", "same-origin", True),
        (OURS, "", True),  # an older browser says its origin alone
        ("", "", False),  # who says nothing is not believed
        ("null", "", False),
        (OURS, "cross-site", False), (OURS, "same-site", False), (OURS, "none", False), (OURS, "SAME-ORIGIN", False),
        ("https://evil.example", "same-origin", False), ("https://evil.example", "", False),
        (f"{OURS}.evil.example", "", False), ("http://privacy.havgry.example", "", False), (f"{OURS}:8443", "", False),
    ],
)  # fmt: skip
def test_where_a_form_stood_is_what_the_browser_says(origin: str, site: str, ours: bool) -> None:
    request = sent(token("ask"), Origin=origin, Sec_Fetch_Site=site)
    assert comes_from_us(request) is ours
    assert (taken(request) is not None) is ours
