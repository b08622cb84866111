"""A guessed link means what a declared one would, and stays a guess; keys that cannot be followed become a question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from troth.datamap.condition import Condition
from troth.datamap.inference import Guess, Inside
from troth.datamap.model import Link, Ref
from troth.datamap.propose import Proposal, propose
from troth.datamap.schema import Column, ForeignKey, Schema, Table

URLS = {"app": "sqlite:///app.sqlite"}
CUSTOMER = Table(
    "customer",
    (Column("id", "int", "integer"), Column("name", "text", "text"), Column("email", "text", "text")),
    key=("id",),
)
EMPLOYEE = replace(CUSTOMER, name="employee")
ADDRESS = Table("address", (Column("id", "int", "integer"), Column("street", "text", "text")), key=("id",))
ORDERS = Table(
    "orders",
    (
        Column("id", "int", "integer"), Column("customer_id", "int", "integer"), Column("sales_rep_id", "int", "integer"),
        Column("note", "text", "text"),
    ),
    key=("id",),
)  # fmt: skip
LINE = Table(
    "order_line", (Column("id", "int", "integer"), Column("order_id", "int", "integer"), Column("text", "text", "text")), key=("id",)
)  # fmt: skip
SHAPES: tuple[tuple[Table, str, str], ...] = (
    (ORDERS, "customer_id", "customer"),
    (ORDERS, "sales_rep_id", "employee"),
    (LINE, "order_id", "orders"),
)


def guess(source: str, column: str, target: str, confidence: float = 0.9) -> Guess:
    return Guess(Ref("app", source), (column,), Ref("app", target), ("id",), confidence, "the names agree")


def proposed(*tables: Table, guesses: tuple[Guess, ...] = (), inside: tuple[Inside, ...] = ()) -> Proposal:
    return propose({"app": Schema("app", {t.name: t for t in tables})}, URLS, guesses=guesses, inside=inside)


def declaring() -> list[Table]:
    """The same tables with their links declared."""
    found = {table.name: table for table in (CUSTOMER, EMPLOYEE, ADDRESS, ORDERS, LINE)}
    for table, column, target in SHAPES:
        key = ForeignKey(f"fk_{column}", (column,), target, ("id",))
        found[table.name] = replace(found[table.name], foreign_keys=(*found[table.name].foreign_keys, key))
    return list(found.values())


def meanings(links: tuple[Link, ...]) -> dict[tuple[str, str], str]:
    return {(link.source.dataset, link.name): link.means for link in links}


def test_a_guessed_link_means_what_a_declared_one_would() -> None:
    guesses = tuple(guess(table.name, column, target) for table, column, target in SHAPES)
    guessed = proposed(CUSTOMER, EMPLOYEE, ADDRESS, ORDERS, LINE, guesses=guesses).map.links
    declared = proposed(*declaring()).map.links
    assert meanings(guessed) == meanings(declared)
    assert meanings(guessed)["orders", "sales_rep_id"] == "MENTIONS"
    assert (
        meanings(guessed)["orders", "customer_id"]
        == meanings(guessed)["order_line", "order_id"]
        == "OWNED_BY"
    )


def test_a_guessed_link_is_neither_declared_nor_reviewed_and_says_how_sure_and_why() -> None:
    (link,) = proposed(
        CUSTOMER, ORDERS, guesses=(guess("orders", "customer_id", "customer", 0.83),)
    ).map.links
    assert (link.declared, link.reviewed, link.confidence) == (False, False, 0.83)
    assert link.reason.startswith("the names agree")


def test_what_the_store_declares_is_not_guessed_again() -> None:
    links = proposed(*declaring(), guesses=(guess("orders", "customer_id", "customer", 0.6),)).map.links
    (link,) = [link for link in links if link.name == "customer_id"]
    assert link.declared
    assert link.confidence == 1.0


def test_a_condition_comes_with_its_link() -> None:
    first = replace(guess("orders", "customer_id", "customer"), condition=Condition("note = 'customer'"))
    second = replace(guess("orders", "customer_id", "employee"), condition=Condition("note = 'employee'"))
    links = proposed(CUSTOMER, EMPLOYEE, ORDERS, guesses=(first, second)).map.links
    assert {(link.target.dataset, link.condition) for link in links} == {
        ("customer", Condition("note = 'customer'")), ("employee", Condition("note = 'employee'")),
    }  # fmt: skip


def test_a_guess_to_what_is_not_mapped_makes_no_link() -> None:
    assert proposed(ORDERS, guesses=(guess("orders", "customer_id", "customer"),)).map.links == ()


@pytest.mark.parametrize("path", ["lines[].customer_id", ""])
def test_keys_that_cannot_be_followed_are_asked_about(path: str) -> None:
    keys = Inside(
        Ref("app", "orders"), "note", path, Ref("app", "customer"), ("id",), 0.95, "the names agree"
    )
    (asked,) = [q for q in proposed(CUSTOMER, ORDERS, inside=(keys,)).questions if q.id == "map.Q015"]
    assert asked.place == "app.orders.note"
    assert f"note{': ' + path if path else ''} holds keys of customer" in asked.text
    assert not asked.blocking
