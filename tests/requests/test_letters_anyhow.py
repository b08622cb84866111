"""Whoever asks is written to whatever was understood of it, and whatever the notice happens to say."""

from __future__ import annotations

import pytest
from case_desk import Desk
from notice_bakery import workshop

from troth.requests import commands as do

ADDRESS = "facts:\n  authority.address: Carl Jacobsens Vej 35, 2500 Valby\n  authority.website: https://www.datatilsynet.dk\n"


def with_authority(desk: Desk) -> None:
    """The notice says where to complain."""
    file = workshop(desk.company.folder / "notice") / "notice.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("facts:\n", ADDRESS, 1), encoding="utf-8")


@pytest.mark.parametrize("kinds", [(), ("erasure",)])
def test_an_unclear_request_is_acknowledged(desk: Desk, kinds: tuple[str, ...]) -> None:
    with_authority(desk)
    case = desk.open(*kinds, unclear=True, channel="mail")
    desk.work()
    assert [one["file"] for one in desk.papers(case, "letter")][:1] == ["acknowledgement.html"]
    assert desk.mails(case, "acknowledgement")


def test_a_withdrawal_is_answered_where_the_notice_names_no_consent(desk: Desk) -> None:
    with_authority(desk)
    case = desk.open("withdrawal")
    desk.work()
    assert "alt, hvad du havde sagt ja til" in desk.paper(case, "letter").decode("utf-8")
    assert desk.load(case).case.delivered


def test_a_refusal_names_its_ground_in_words(desk: Desk) -> None:
    with_authority(desk)
    case = desk.known("access")
    desk.work()
    desk.do(case, do.Decide("access", "refused", ("eu.excessive",), "Fem gange."))
    desk.work()
    said = desk.paper(case, "letter").decode("utf-8")
    assert "anmodningen er overdreven, især fordi den gentages (GDPR artikel 12, stk. 5)" in said
    assert "eu.excessive" not in said
