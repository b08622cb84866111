"""Half a setting for mail stops the start, and no password stays where another program would find it."""

from __future__ import annotations

import pytest

from troth.main import take_secrets
from troth.terms.errors import UsageError
from troth.terms.settings import from_environment

FROM = {"TROTH_MAIL_FROM": "Bakken <privat@bakken.example>"}


@pytest.mark.parametrize(
    "environment",
    [
        {"TROTH_MAIL": "smtps://mail.example.com"}, {"TROTH_MAIL": "mail.example.com", **FROM}, {"TROTH_MAIL": "http://x.example", **FROM},
        {"TROTH_IMAP": "imaps://mail.example.com"}, {"TROTH_IMAP": "privat@mail.example.com"},
    ],
)  # fmt: skip
def test_half_a_setting_stops_the_start(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"TROTH_(MAIL|IMAP) is no"):
        from_environment(environment)


def test_a_whole_one_does_not() -> None:
    made = from_environment(
        {"TROTH_MAIL": "smtps://mail.example.com", "TROTH_IMAP": "imaps://u@mail.example.com", **FROM}
    )
    assert (made.mail, made.imap) == ("smtps://mail.example.com", "imaps://u@mail.example.com")


def test_passwords_are_taken_out_of_the_environment() -> None:
    environment = {
        "TROTH_MAIL_PASSWORD": "a",
        "TROTH_IMAP_PASSWORD": "b",
        "TROTH_MAIL": "smtp://x",
        "PATH": "/bin",
    }
    assert take_secrets(environment) == {"TROTH_MAIL_PASSWORD": "a", "TROTH_IMAP_PASSWORD": "b"}
    assert environment == {"TROTH_MAIL": "smtp://x", "PATH": "/bin"}
