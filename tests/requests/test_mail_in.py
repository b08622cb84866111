"""A mail opens or joins one case, lies there sealed as it came, and is never lost, answered in a loop, or shown to a stranger."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, Desk
from raw_mails import bounce, plain

from troth.requests import commands as do
from troth.workflows import case_papers, cases, desk_lists, mail_in, mail_out
from troth.workflows.cases import File, Opened
from troth.workflows.mail_in import Taken, accept

CANARY = "kanarie-ord"
ASKS = f"Slet venligst alle mine data. {CANARY}\n"


def mail(
    text: str = ASKS, headline: str = "Sletning", sender: str = f"Alma Vind <{ALMA}>", **more: str
) -> bytes:
    return plain(text, headline, sender, **more)


def file(desk: Desk, taken: Taken) -> File:
    return cases.load(desk.house, taken.case)


def inbox(desk: Desk) -> list[dict[str, Any]]:
    return desk_lists.inbox(desk.house)


def papers(desk: Desk, taken: Taken, kind: str = "mail") -> list[dict[str, Any]]:
    return desk.papers(Opened(taken.case, "", ""), kind)


def whole(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_plain_mail_opens_a_case(desk: Desk) -> None:
    taken = accept(desk.house, mail(), came=datetime(2026, 2, 27, 9, tzinfo=UTC))
    lies = file(desk, taken)
    assert taken.how == "opened"
    assert (lies.case.kinds, lies.case.channel, lies.case.language, lies.case.unclear) == (
        ("erasure",),
        "mail",
        "da",
        False,
    )
    assert lies.case.received == date(2026, 2, 27)
    assert (lies.asker["email"], lies.asker["name"], lies.asker["answerable"]) == (ALMA, "Alma Vind", True)
    (paper,) = papers(desk, taken)
    assert (paper["headline"], paper["readable"], paper["signs"][0][0]) == ("Sletning", True, "erasure")
    with cases.at_desk(desk.house) as books:
        assert case_papers.paper(books, taken.case, paper["name"], desk.house.now()) == mail()


def test_a_mail_of_late_evening_comes_in_on_our_own_day(desk: Desk) -> None:
    """At half past eleven at night by Greenwich it is tomorrow in Copenhagen."""
    desk.company.clock[0] = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert file(desk, accept(desk.house, mail())).case.received == date(2026, 3, 2)


def test_our_state_holds_nothing_of_a_mail_in_the_clear(desk: Desk) -> None:
    accept(desk.house, mail())
    held = whole(desk.house.home) + whole(desk.house.home.with_name(".troth.copy"))
    assert b"request_opened" in held
    assert not [word for word in (CANARY, ALMA, "Alma Vind", "ravn.example") if word.encode() in held]


def test_the_same_mail_twice_is_one_mail(desk: Desk) -> None:
    first = accept(desk.house, mail())
    again = accept(desk.house, b"Received: from mx2 by mx1\r\n" + mail())
    assert (again.case, again.how) == (first.case, "known")
    assert len(inbox(desk)) == 1
    assert len(papers(desk, first)) == 1


def test_two_mails_under_one_id_are_two(desk: Desk) -> None:
    """Otherwise a stranger who guesses an id could send it first, and the person's own mail would be overlooked."""
    first = accept(desk.house, mail("Hej, hvornår har I åbent?"))
    second = accept(desk.house, mail())
    assert {one.how for one in (first, second)} == {"opened"}
    assert len(inbox(desk)) == 2


@pytest.mark.parametrize(
    ("raw", "unclear"),
    [
        (b"", True), (b"\xff\xfe\x00garbage", True), (mail("Hvornår kommer min sofa?"), True), (mail("x" * 3_000_000), True),
        (b"From: a@b.example\r\n\r\n" + b"x" * 11_000_000, True), (mail("Slet ikke mine data."), True), (mail(), False),
    ],
    ids=["nothing", "garbage", "no request", "long", "too large", "denied", "plain"],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_case_for_an_officer(desk: Desk, raw: bytes, unclear: bool) -> None:
    taken = accept(desk.house, raw)
    assert file(desk, taken).case.unclear is unclear
    with cases.at_desk(desk.house) as books:
        (paper,) = papers(desk, taken)
        assert case_papers.paper(books, taken.case, paper["name"], desk.house.now()) == raw


def test_an_agents_mail_waits_for_its_permission(desk: Desk) -> None:
    taken = accept(desk.house, mail("I act on behalf of Ms Wren. Please delete her personal data."))
    lies = file(desk, taken)
    assert (lies.case.agent, lies.case.unclear) == ("claimed", True)
    assert lies.asker["agent"]["email"] == ALMA
    assert lies.asker["email"] == ""


# ------------------------------------------------------------------ joining


def letter_of(desk: Desk, case: str, once: str = "a letter", automatic: bool = True) -> str:
    """Posts a letter in the case; its Message-ID."""
    from django.db import transaction

    from troth.mail.models import MailOut

    with cases.at_desk(desk.house) as books, transaction.atomic():
        mail_out.post(
            desk.house, books, case, mail_out.Posted("Din sag", "Kære Alma", automatic=automatic), once
        )
        row = MailOut.objects.of(books.tenant).get(case=case, once=once)
        return f"<{row.name}@troth.invalid>"


def test_an_answer_to_our_letter_joins_its_case(desk: Desk) -> None:
    first = accept(desk.house, mail())
    ours = letter_of(desk, first.case)
    answer = accept(
        desk.house,
        mail("Her er mit svar", "Re: hej", "other@x.example", Message_ID="<2@x.example>", In_Reply_To=ours),
    )
    assert (answer.case, answer.how) == (first.case, "joined")
    assert len(papers(desk, first)) == 2
    assert list(file(desk, first).notes.values()) == ["mail"]


def test_a_number_joins_only_who_wrote_from_the_cases_own_address(desk: Desk) -> None:
    first = accept(desk.house, mail())
    number = file(desk, first).number
    stranger = accept(desk.house, mail("Mere", f"Re: sag {number}", BO, Message_ID="<2@x.example>"))
    own = accept(desk.house, mail("Mere", f"Re: sag {number}", ALMA.upper(), Message_ID="<3@x.example>"))
    assert (stranger.how, own.how) == ("opened", "joined")
    assert own.case == first.case


def test_an_answer_that_asks_for_more_is_a_request_of_its_own(desk: Desk) -> None:
    """Its time counts from the day it came; an answer to a case that nobody understood yet explains that case."""
    first = accept(desk.house, mail())
    ours = letter_of(desk, first.case)
    more = accept(
        desk.house,
        mail("Send mig også en kopi af mine data.", "Re: hej", Message_ID="<2@x.example>", In_Reply_To=ours),
    )
    same = accept(
        desk.house, mail("Ja, slet mine data.", "Re: hej", Message_ID="<3@x.example>", In_Reply_To=ours)
    )
    asked = accept(
        desk.house, mail("Hvem er jeres DPO?", "Re: hej", Message_ID="<4@x.example>", In_Reply_To=ours)
    )
    assert (more.how, file(desk, more).case.kinds) == ("opened", ("access",))
    assert (same.how, asked.how) == ("joined", "joined")
    vague = accept(desk.house, mail("Hvornår kommer min sofa?", Message_ID="<5@x.example>"))
    clear = accept(
        desk.house,
        mail("Slet mine data.", "Re", Message_ID="<6@x.example>", In_Reply_To=letter_of(desk, vague.case)),
    )
    assert (clear.how, clear.case) == ("joined", vague.case)


def test_a_mail_to_a_closed_case_opens_a_new_one(desk: Desk) -> None:
    first = accept(desk.house, mail())
    ours = letter_of(desk, first.case)
    cases.change(desk.house, first.case, do.Retract(), "person")
    again = accept(
        desk.house, mail("Alligevel: slet mine data", Message_ID="<2@x.example>", In_Reply_To=ours)
    )
    assert (again.how, file(desk, again).case.kinds) == ("opened", ("erasure",))


def test_a_bounce_lies_in_its_case_and_its_letter_is_not_waited_for(desk: Desk) -> None:
    first = accept(desk.house, mail())
    ours = letter_of(desk, first.case)
    late = accept(desk.house, bounce(ours, "delayed", "4.4.1"))
    assert (late.case, mail_out.outbox(desk.house)["letters"][0]["state"]) == (first.case, "waiting")
    dead = accept(desk.house, bounce(ours) + b"\n")
    assert (dead.case, dead.how) == (first.case, "joined")
    assert len(papers(desk, first, "bounce")) == 2
    assert [one["state"] for one in mail_out.outbox(desk.house)["letters"]] == ["never"]


def test_a_bounce_of_nothing_of_ours_is_read_by_an_officer(desk: Desk) -> None:
    taken = accept(desk.house, bounce("<strange@x.example>"))
    lies = file(desk, taken)
    assert (taken.how, lies.case.unclear, lies.case.kinds, lies.asker["answerable"]) == (
        "opened",
        True,
        (),
        False,
    )


# ------------------------------------------------------------------ loops


@pytest.mark.parametrize(
    "more",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<x.y.example>"},
        {"Return_Path": "<>"},
    ],
)
def test_nothing_of_ours_answers_a_program_by_itself(desk: Desk, more: dict[str, str]) -> None:
    taken = accept(desk.house, mail(**more))
    letter_of(desk, taken.case)
    (held,) = mail_out.outbox(desk.house)["letters"]
    assert held["state"] == "held"
    letter_of(desk, taken.case, "decided", automatic=False)
    assert [one["state"] for one in mail_out.outbox(desk.house)["letters"]] == ["held", "waiting"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Alma Vind", True), ("Åse-Marie O'Brien", True), ("J. P. Ø. Holm", True), ("Win a prize at evil.example", False),
        ("x http://evil", False), ("<b>Alma</b>", False), ("A" * 90, False), ("Ring 12345678", False),
    ],
)  # fmt: skip
def test_only_a_name_comes_back_in_a_letter(desk: Desk, name: str, kept: bool) -> None:
    """Who a mail is from is a claim: a letter to them must not carry what a stranger wrote as their name."""
    raw = mail().replace(b"Alma Vind <", f'"{name}" <'.encode())
    assert file(desk, accept(desk.house, raw)).asker["name"] == (name if kept else "")


def test_we_do_not_answer_ourselves(desk: Desk) -> None:
    desk.company.settings["mail_from"] = f"Bakken <{ALMA}>"
    assert file(desk, accept(desk.house, mail())).asker["answerable"] is False


def test_an_empty_envelope_is_not_answered(desk: Desk) -> None:
    assert file(desk, accept(desk.house, mail(), envelope="")).asker["answerable"] is False


def test_one_sender_is_answered_a_few_times_a_day(desk: Desk) -> None:
    """Two programs that answer each other come to an end; a person's mails all lie in their cases."""
    taken = [accept(desk.house, mail(Message_ID=f"<{n}@x.example>")) for n in range(mail_in.MOST_ANSWERS + 2)]
    assert [file(desk, one).asker["answerable"] for one in taken] == [True] * mail_in.MOST_ANSWERS + [
        False
    ] * 2
    assert file(desk, accept(desk.house, mail(sender=BO))).asker["answerable"]
    desk.company.later(days=1, seconds=1)
    assert file(desk, accept(desk.house, mail(Message_ID="<late@x.example>"))).asker["answerable"]


def test_what_marks_a_mail_ends(desk: Desk) -> None:
    accept(desk.house, mail())
    desk.company.later(days=91)
    accept(desk.house, mail(sender=BO))
    from troth.mail.models import MailIn

    with cases.at_desk(desk.house) as books:
        assert MailIn.objects.of(books.tenant).count() == 1


def test_damaged_mails_all_lie_in_cases_as_they_came(desk: Desk) -> None:
    """The reader's own thousand is in tests/mail; here each is taken in, and what lies there is what came."""
    dice = random.Random(2)
    for number in range(25):
        seeds = [
            mail(Message_ID=f"<{number}@x.example>"),
            bounce(f"<{number}@y.example>"),
            mail(f"{number}", List_Id="<a.b>"),
        ]
        raw = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 9)):
            at = dice.randrange(len(raw))
            raw[at : at + dice.choice([0, 1, 40])] = dice.choice(
                [b"", b"\x00", b"\xff\xfe", b"\r\n\r\n", b"--xx", b"=?utf-8?b?"]
            )
        raw += f" {number}".encode()
        taken = accept(desk.house, bytes(raw), envelope=dice.choice([None, "", "a@b.example"]))
        with cases.at_desk(desk.house) as books:
            lie = [*papers(desk, taken), *papers(desk, taken, "bounce")]
            kept = [case_papers.paper(books, taken.case, one["name"], desk.house.now()) for one in lie]
        assert bytes(raw) in kept


def test_looking_at_a_mail_is_entered(desk: Desk) -> None:
    taken = accept(desk.house, mail())
    assert CANARY in cases.personal(desk.house, taken.case, OLGA, "review")["words"]
