"""What planning really asks, with real links and rows in it, is Danish on a Danish page and in a Danish terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from troth.cli.show import Show
from troth.cli.words import Words
from troth.datamap.model import Link, Ref
from troth.datamap.questions import Question
from troth.documents.words import danish, place, place_both
from troth.planning import doubts
from troth.planning.barred import Bar
from troth.planning.plan import Step
from troth.planning.sought import Sought, parse

PEOPLE, ORDERS = Ref("crm", "customer"), Ref("crm", "orders")
LINK = Link(ORDERS, ("buyer",), PEOPLE, ("id",), "SAME_AS", reviewed=False)
NODES = [(PEOPLE, (number,)) for number in range(7)]
EMAIL = ("email", "alma@example.dk")


def asked() -> Iterator[Question]:
    for text in ("alma@example.dk", "tlf=+45 20 10 20 10", "Alma Æblegren", "17", "cpr=010170-1234"):
        yield doubts.nobody(parse(text))
    yield doubts.nobody(Sought("x", "kunde nr."))
    yield doubts.ambiguous(parse("alma@example.dk"), NODES[:2])
    yield doubts.ambiguous(parse("alma@example.dk"), NODES)
    yield doubts.ambiguous(parse("alma@example.dk"), NODES[:2], ["K1", "K2"])
    yield doubts.ambiguous(parse("alma@example.dk"), NODES, [f"K{number}" for number in range(9)])
    for identifier in (
        EMAIL,
        ("phone", "+45 20 10 20 10"),
        ("national_id", "0101701234"),
        ("full_name", "Alma Æblegren"),
    ):
        yield doubts.shared(identifier, {PEOPLE: NODES, ORDERS: NODES[:2]})
        yield doubts.uncertain(identifier, NODES[0])
        yield doubts.uncertain(identifier, (PEOPLE, ("a", 3)), contradicts=True)
    yield doubts.shared_by_link(LINK, {PEOPLE: NODES})
    yield doubts.contradicted(LINK, NODES[0])
    yield doubts.guessed(LINK, NODES[:1])
    yield doubts.guessed(LINK, NODES)
    yield doubts.alike(NODES[0], EMAIL[1], "plus-address")
    yield doubts.forbidden("crm", ["UPDATE (name, email) on customer", "DELETE on orders"], True)
    yield doubts.unfitting(PEOPLE, "email")
    yield doubts.several_controllers(NODES, ["K1", "K2"])
    yield doubts.instruction(ORDERS, "K1")
    yield doubts.unconfirmed(
        LINK, "1 rows are reached only over a link to crm.customer that nobody has confirmed"
    )
    yield doubts.by_hand(
        "plan.Q005",
        ORDERS,
        ["id"],
        "not linked to the person mention the name; they were left as they are",
        {(4,): {0}},
        40,
    )
    yield doubts.hold_lost("4db850a5", "crm.orders")
    step = Step(ORDERS, "keep", ("id",), (), [(1,)], hold="4db850a5")
    yield from doubts.unconfirmed_holds([step], [Bar("4db850a5", "Art. 17(3)(e)", "", pending=True)])


ASKED = list(asked())


def test_every_doubt_is_said_in_danish() -> None:
    heard = [*ASKED, *(doubts.hold_unclear(one) for one in ASKED if one.id.startswith("find."))]
    assert {one.id for one in heard} > {
        "find.Q000",
        "find.Q006",
        "hold.Q001",
        "hold.Q002",
        "hold.Q003",
        "plan.Q016",
    }
    for one in heard:
        for said in (one.text, one.remedy):
            told = danish(said)
            assert told is not None, said
            assert told != said
    names = [name for name in vars(doubts) if name.islower() and not name.startswith("_")]
    makers = {
        name
        for name in names
        if getattr(vars(doubts)[name], "__annotations__", {}).get("return") == "Question"
    }
    assert len(makers) == 16, "a new doubt is to be asked here too"


def test_a_danish_terminal_asks_in_danish(capsys: pytest.CaptureFixture[str]) -> None:
    told = [
        {"id": one.id, "place": one.place, "text": one.text, "remedy": one.remedy, "blocking": one.blocking}
        for one in ASKED
    ]
    Show(Words("da")).questions(told, most=99)
    out = capsys.readouterr().out
    assert "alle datasæt om personer: a•••@e•••.dk findes ikke i nogen række om en person" in " ".join(
        out.split()
    )
    assert " names " not in out
    assert "If it is" not in out
    Show(Words("en")).questions(told, most=99)
    out = " ".join(capsys.readouterr().out.split())
    assert "every dataset of people: a•••@e•••.dk names no row of a person" in out


def test_a_place_is_a_name_or_has_its_danish() -> None:
    assert place("every dataset of people").da == "alle datasæt om personer"
    assert place("crm.<b>") == ("crm.<b>", "crm.<b>")
    assert place_both("crm.<b>") == "crm.&lt;b&gt;"
    assert place_both("every dataset of people").count("<span") == 2
