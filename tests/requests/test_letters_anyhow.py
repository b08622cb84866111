"""Whoever asks is written to whatever was understood of it, and whatever the notice happens to say."""

from __future__ import annotations

import pytest
from case_desk import Desk
from notice_bakery import workshop

ADDRESS = "facts:\n  authority.address: Carl Jacobsens Vej 35, 2500 Valby\n  authority.website: https://www.datatilsynet.dk\n"


@pytest.mark.parametrize("kinds", [(), ("erasure",)])
def test_an_unclear_request_is_acknowledged(desk: Desk, kinds: tuple[str, ...]) -> None:
    file = workshop(desk.company.folder / "notice") / "notice.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("facts:\n", ADDRESS, 1), encoding="utf-8")
    case = desk.open(*kinds, unclear=True, channel="mail")
    desk.work()
    assert [one["file"] for one in desk.papers(case, "letter")][:1] == ["acknowledgement.html"]
    assert desk.mails(case, "acknowledgement")


def test_a_withdrawal_is_answered_where_the_notice_names_no_consent(desk: Desk) -> None:
    file = workshop(desk.company.folder / "notice") / "notice.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("facts:\n", ADDRESS, 1), encoding="utf-8")
    case = desk.open("withdrawal")
    desk.work()
    assert "alt, hvad du havde sagt ja til" in desk.paper(case, "letter").decode("utf-8")
    assert desk.load(case).case.delivered
