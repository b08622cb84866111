"""A letter waits in the outbox with what made it necessary, goes once there is an exit, and is told of when it cannot arrive."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA
from case_desk import OLGA, Desk
from raw_mails import plain
from smtp_server import Taken, server

import troth.example
from troth.mail.exit import Smtp
from troth.mail.message import Enclosure
from troth.terms.errors import UsageError
from troth.workflows import cases, mail_out
from troth.workflows.cases import Opened
from troth.workflows.mail_in import accept
from troth.workflows.mail_out import Posted, outbox, post, release
from troth.workflows.mail_round import mail_round

EXAMPLE = Path(troth.example.__file__).parent
LETTER = Posted(
    "Din sag",
    "Kære Alma, kanarie-brev",
    "<p>Kære Alma</p>",
    (Enclosure("svar.pdf", "application/pdf", b"%PDF"),),
    "da",
)


@pytest.fixture(scope="module")
def running() -> Iterator[Taken]:
    with server() as taken:
        yield taken


@pytest.fixture
def smtp(running: Taken, desk: Desk) -> Taken:
    """A mail server, and the settings that name it."""
    running.mails.clear()
    running.refuse.clear()
    running.data = "250 OK"
    desk.company.settings |= {
        "mail": f"smtp://127.0.0.1:{running.port}",
        "mail_from": "Vindheim <privat@vindheim.example>",
    }
    return running


@pytest.fixture
def case(desk: Desk) -> Opened:
    """A case that a mail opened; its own letters are not what is looked at here."""
    taken = accept(
        desk.house, plain("Hvornår kommer min sofa?", "Sofa", ALMA, Message_ID="<sofa@vind.example>")
    )
    with cases.at_desk(desk.house) as books:
        from troth.records.models import Job

        Job.objects.of(books.tenant).delete()
    return Opened(taken.case, "", "")


def write(desk: Desk, case: Opened, once: str = "one", letter: Posted = LETTER) -> str:
    from django.db import transaction

    with cases.at_desk(desk.house) as books, transaction.atomic():
        return post(desk.house, books, case.name, letter, once)


def states(desk: Desk) -> list[tuple[str, int]]:
    return [(one["state"], one["code"]) for one in outbox(desk.house)["letters"]]


def notes(desk: Desk, case: Opened) -> list[str]:
    return list(desk.load(case).notes.values())


def test_a_letter_goes_to_whoever_asked_as_an_answer_to_their_mail(
    desk: Desk, case: Opened, smtp: Taken
) -> None:
    assert write(desk, case) == "waiting"
    desk.work()
    (envelope,) = smtp.mails
    came = message_from_bytes(envelope.original_content, policy=default)
    assert envelope.rcpt_tos == [ALMA]
    assert (came["In-Reply-To"], came["Auto-Submitted"], came["Subject"]) == (
        "<sofa@vind.example>",
        "auto-replied",
        "Din sag",
    )
    assert came["Message-ID"].endswith("@vindheim.example>")
    assert [file.get_filename() for file in came.iter_attachments()] == ["svar.pdf"]
    assert states(desk) == []


def test_under_one_name_a_letter_is_posted_once(desk: Desk, case: Opened, smtp: Taken) -> None:
    assert [write(desk, case), write(desk, case)] == ["waiting"] * 2
    desk.work()
    assert (write(desk, case), len(smtp.mails)) == ("sent", 1)


def test_without_an_exit_nothing_is_lost(desk: Desk, case: Opened, running: Taken) -> None:
    running.mails.clear()
    write(desk, case)
    desk.work()
    assert (outbox(desk.house)["exit"], states(desk)) == ("", [("waiting", 0)])
    desk.company.settings |= {
        "mail": f"smtp://127.0.0.1:{running.port}",
        "mail_from": "privat@vindheim.example",
    }
    desk.company.later(hours=2)
    mail_round(desk.house)
    assert ([one.rcpt_tos for one in running.mails], states(desk)) == ([[ALMA]], [])


def test_a_server_that_is_away_is_tried_again(desk: Desk, case: Opened, smtp: Taken) -> None:
    smtp.data = "451 4.3.0 not now"
    write(desk, case)
    desk.work()
    assert (states(desk), smtp.mails) == ([("waiting", 451)], [])
    smtp.data = "250 OK"
    desk.company.later(minutes=1)
    desk.work()
    assert (states(desk), len(smtp.mails)) == ([], 1)


def test_what_will_never_arrive_is_told_to_the_officer(desk: Desk, case: Opened, smtp: Taken) -> None:
    smtp.refuse[ALMA] = f"550 5.1.1 no such user {ALMA}"
    write(desk, case)
    desk.work()
    assert states(desk) == [("never", 550)]
    assert notes(desk, case) == ["letter not delivered: 550"]
    smtp.refuse.clear()
    release(desk.house, outbox(desk.house)["letters"][0]["name"], OLGA)
    desk.work()
    assert (states(desk), len(smtp.mails)) == ([], 1)


def test_after_five_days_a_letter_is_given_up_aloud(desk: Desk, case: Opened, smtp: Taken) -> None:
    smtp.data = "451 4.3.0 not now"
    write(desk, case)
    for _ in range(5):
        desk.company.later(days=1)
        mail_round(desk.house)
    assert states(desk) == [("never", 451)]
    assert notes(desk, case) == ["letter not delivered: 451"]


def test_an_officer_lets_a_held_letter_go(desk: Desk, smtp: Taken) -> None:
    taken = accept(desk.house, plain("hej", "Sofa", ALMA, Auto_Submitted="auto-generated"))
    case = Opened(taken.case, "", "")
    assert write(desk, case) == "held"
    assert write(desk, case, "owner", Posted("Opgave", "x", to="owner@bakken.example")) == "waiting"
    desk.work()
    assert [one.rcpt_tos for one in smtp.mails] == [["owner@bakken.example"]]
    held = next(one["name"] for one in outbox(desk.house)["letters"] if one["case"] == case.name)
    release(desk.house, held, OLGA)
    desk.work()
    assert [ALMA] in [one.rcpt_tos for one in smtp.mails]
    with pytest.raises(UsageError, match="no such letter"):
        release(desk.house, held, OLGA)


def test_a_case_without_an_address_is_answered_by_post(desk: Desk) -> None:
    case = desk.open("access", who="")
    assert write(desk, case) == ""


def test_a_letter_that_could_never_be_sent_is_refused_where_it_is_written(desk: Desk, case: Opened) -> None:
    with pytest.raises(UsageError, match="headline"):
        write(desk, case, letter=Posted("Din sag\r\nBcc: x@y.example", "x"))
    with pytest.raises(UsageError, match="no e-mail address"):
        write(desk, case, letter=Posted("Din sag", "x", to="a@b.example, c@d.example"))
    assert states(desk) == []


def test_a_letter_that_does_not_come_about_is_not_posted(desk: Desk, case: Opened) -> None:
    from django.db import transaction

    with cases.at_desk(desk.house) as books, transaction.atomic():
        post(desk.house, books, case.name, LETTER, "one")
        transaction.set_rollback(True)
    assert states(desk) == []


def test_the_outbox_and_our_state_show_nobody(desk: Desk, case: Opened) -> None:
    write(desk, case)
    shown = repr(outbox(desk.house))
    folder: Path = desk.house.home
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"mail_mailout" in held
    for word in (ALMA, "kanarie-brev", "Din sag"):
        assert word not in shown
        assert word.encode() not in held


def test_an_exit_that_is_half_set_is_refused(desk: Desk, case: Opened) -> None:
    desk.company.settings["mail"] = "smtp://mail.example.com"
    with pytest.raises(UsageError, match="TROTH_MAIL_FROM"):
        mail_out.exit_of(desk.house)
    desk.company.settings |= {"mail": "smtps://user@mail.example.com", "mail_from": "privat@vindheim.example"}
    with pytest.raises(UsageError, match="TROTH_MAIL_PASSWORD"):
        mail_out.exit_of(desk.house)
    desk.company.variables["TROTH_MAIL_PASSWORD"] = "hunter2"
    way = mail_out.exit_of(desk.house)
    assert isinstance(way, Smtp)
    assert (way.tls, way.password, "hunter2" in repr(way)) == ("tls", "hunter2", False)


def test_a_password_may_stand_in_a_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    desk.company.variables["TROTH_MAIL_PASSWORD"] = f"file:{tmp_path / 'secret'}"
    assert mail_out.secret(desk.house, "TROTH_MAIL_PASSWORD") == "hunter2"


@pytest.mark.process
def test_a_kill_after_the_servers_answer_sends_the_same_mail_again(
    desk: Desk, case: Opened, smtp: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can know whether it had gone; the second has the same Message-ID, by which mail programs tell."""
    from django.db import connection

    from troth.workflows.jobs import put_back

    write(desk, case)
    connection.close()
    child = os.fork()
    if child == 0:
        real = Smtp.send

        def send(*given: Any) -> Any:
            real(*given)
            os.kill(os.getpid(), signal.SIGKILL)

        monkeypatch.setattr(Smtp, "send", send)
        desk.work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with cases.at_desk(desk.house) as books:
        from troth.records.models import Job

        (worker,) = Job.objects.of(books.tenant).filter(state="claimed").values_list("worker", flat=True)
        assert put_back(books.tenant, worker, desk.house.now() + timedelta()) == 1
    desk.work()
    first, second = (message_from_bytes(one.original_content)["Message-ID"] for one in smtp.mails)
    assert first == second
    assert states(desk) == []


def test_a_mail_is_acknowledged_by_mail_once_and_the_answer_to_that_joins_its_case(
    desk: Desk, smtp: Taken
) -> None:
    """The whole way: a plain mail, our letter, their answer; and a program that answers our letter gets none."""
    folder = desk.house.map_path.parent
    shutil.copytree(EXAMPLE / "notice", folder / "notice")
    shutil.copy(EXAMPLE / "troth.retention.yaml", folder)
    taken = accept(desk.house, plain("Slet venligst alle mine data.", "Sletning", ALMA))
    desk.work()
    (ours, *_) = [
        message_from_bytes(one.original_content, policy=default)
        for one in smtp.mails
        if one.rcpt_tos == [ALMA]
    ]
    assert desk.load(Opened(taken.case, "", "")).case.acknowledged is not None
    assert ours["Auto-Submitted"] == "auto-replied"
    sent = len(smtp.mails)
    robot = accept(
        desk.house,
        plain(
            "Jeg er på ferie", "Autosvar", ALMA, Message_ID="<r@x.example>", In_Reply_To=ours["Message-ID"]
        ),
    )
    answer = accept(
        desk.house, plain("Tak!", "Re", ALMA, Message_ID="<a@x.example>", In_Reply_To=ours["Message-ID"])
    )
    desk.work()
    assert [(one.case, one.how) for one in (robot, answer)] == [(taken.case, "joined")] * 2
    assert len(smtp.mails) == sent
