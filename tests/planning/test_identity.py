"""One person in several systems: who is joined to whom, by what, and where the walk stops and asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from identity_world import SCRIPTS, datasets, owned

from live import KINDS, Live, World, map_of
from troth.planning.person import Person
from troth.terms.errors import MapError
from troth.workflows.find import gather

MIXED = [*KINDS, pytest.param("mixed", marks=pytest.mark.postgres)]
Make = Callable[..., World]

KIND_OF = {"mixed": {"crm": "sqlite", "shop": "postgres", "letters": "sqlite"}}


@pytest.fixture
def make(new_live: Callable[..., Live]) -> Make:
    def made(
        kind: str = "sqlite", told: dict[str, dict[str, Any]] | None = None, more: str = "", **top: Any
    ) -> World:
        lives = {}
        for name, script in SCRIPTS.items():
            lives[name] = new_live(KIND_OF.get(kind, {}).get(name, kind), name)
            lives[name].run(script)
        lives["crm"].run(more or "SELECT 1")
        return World(lives, map_of(told or datasets(), **top))

    return made


def who(world: World, *identifiers: str) -> tuple[list[Person], list[str]]:
    with world.inquiry() as inquiry:
        people = inquiry.who(identifiers)
        return people, [question.id for question in inquiry.identified.questions]


def rows(person: Person) -> set[tuple[str, Any]]:
    return {(str(ref), key[0]) for ref, key in person.rows}


ALICE = {("crm.contact", 1), ("shop.customer", 4711), ("letters.subscriber", 7)}


@pytest.mark.parametrize("kind", MIXED)
@pytest.mark.parametrize(
    "typed",
    ["alice@home.example", "alice@WORK.example", "alice@school.example", "contact=1", "shop.customer=4711"],
)
def test_whatever_of_hers_is_typed_she_is_found_whole(make: Make, kind: str, typed: str) -> None:
    (person,), questions = who(make(kind), typed)
    assert rows(person) == ALICE
    assert questions == []
    assert {value for category, value in person.identifiers if category == "email"} == {
        "alice@home.example", "alice@work.example", "alice@school.example",
    }  # fmt: skip


@pytest.mark.parametrize("kind", MIXED)
def test_erasure_takes_copies_of_every_address_and_nobody_elses(make: Make, kind: str) -> None:
    world = make(kind)
    world.erase("alice@work.example")
    crm, shop, letters = (world.systems[name] for name in ("crm", "shop", "letters"))
    assert shop.query("SELECT line FROM log ORDER BY id") == [
        ("sent to [erased] and bob@work.example",), ("to bob@home.example",),
    ]  # fmt: skip
    assert crm.query("SELECT id FROM contact ORDER BY id") == [(2,), (3,)]
    assert crm.query("SELECT id, email FROM contact_email") == [(2, "bob@work.example")]
    assert shop.query("SELECT customer_no FROM customer ORDER BY 1") == [(4712,), (4799,)]
    assert shop.query("SELECT id FROM orders ORDER BY 1") == [(2,), (3,)]
    assert letters.query("SELECT id FROM letter") == [(2,)]
    assert crm.query("SELECT id, sender, recipient FROM message") == [(2, 2, None)]
    assert rows(who(world, "bob@work.example")[0][0]) == {
        ("crm.contact", 2),
        ("shop.customer", 4712),
        ("letters.subscriber", 8),
    }


def test_whom_somebody_wrote_to_is_not_who_they_are(make: Make) -> None:
    world = make()
    (alice,), _ = who(world, "contact=1")
    assert ("email", "bob@home.example") not in alice.identifiers
    world.erase("contact=1")
    assert world.systems["shop"].query("SELECT line FROM log WHERE id = 2") == [("to bob@home.example",)]


def test_without_the_maps_word_a_second_address_names_nobody(make: Make) -> None:
    told = datasets()
    del told["crm"]["contact_email"]["identifies"]
    (stranger,), questions = who(make(told=told), "alice@work.example")
    assert (rows(stranger), questions) == (set(), ["find.Q000"])


def test_an_address_of_two_people_is_asked_about(make: Make) -> None:
    world = make(
        more="INSERT INTO contact_email VALUES (4, 2, 'alice@school.example', 0), (5, 2, 'family@home.example', 0)"
    )
    world.systems["crm"].run("INSERT INTO contact_email VALUES (6, 1, 'family@home.example', 0)")
    people, questions = who(world, "alice@school.example")
    assert (people, questions) == ([], ["find.Q001"])
    (alice,), questions = who(world, "alice@home.example")
    assert rows(alice) == {("crm.contact", 1), ("shop.customer", 4711)}
    assert questions == ["find.Q002", "find.Q002"]
    assert {value for _, value in alice.shared} == {"alice@school.example", "family@home.example"}
    world.systems["shop"].write("INSERT INTO log VALUES (9, 'to family@home.example')")
    world.erase("alice@home.example")
    assert world.systems["shop"].query("SELECT line FROM log WHERE id = 9") == [("to family@home.example",)]
    assert world.systems["crm"].query("SELECT id FROM contact_email ORDER BY id") == [(2,), (4,), (5,)]


def test_a_telephone_of_its_own_table_finds_its_owner(make: Make) -> None:
    told = datasets()
    told["crm"]["phones"] = {
        "key": ["nr"], "fields": {"nr": "key", "contact_id": "key", "phone": "phone"},
        "links": [owned("contact_id", "contact [id]")], "identifies": ["phone"],
    }  # fmt: skip
    more = "CREATE TABLE phones (nr INTEGER PRIMARY KEY, contact_id INTEGER, phone TEXT); INSERT INTO phones VALUES (1, 1, '61718191');"
    (alice,), questions = who(make(told=told, more=more), "+45 61 71 81 91")
    assert (rows(alice), questions) == (ALICE, [])
    assert ("phone", "+4561718191") in alice.identifiers


# -- links that say who is the same -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MIXED)
def test_a_link_that_nobody_confirmed_is_a_question_and_never_followed(make: Make, kind: str) -> None:
    world = make(kind, datasets("SAME_AS?"))
    (alice,), questions = who(world, "alice@home.example")
    assert rows(alice) == ALICE - {("shop.customer", 4711)}
    assert questions == ["find.Q006"]
    (asked,) = world.plan("alice@home.example").blocked
    assert "--accept 'crm.contact.customer_no>shop.customer.customer_no'" in asked.remedy
    assert "4711" not in asked.text + asked.remedy


def test_naming_both_rows_answers_the_question(make: Make) -> None:
    world = make(told=datasets("SAME_AS?"))
    plan = world.plan("alice@home.example", "shop.customer=4711")
    assert not plan.blocked
    world.erase("alice@home.example", "shop.customer=4711")
    assert world.systems["shop"].query("SELECT id FROM orders ORDER BY 1") == [(2,), (3,)]


def test_a_link_that_only_mentions_joins_nobody(make: Make) -> None:
    (alice,), questions = who(make(told=datasets("MENTIONS")), "alice@home.example")
    assert (rows(alice), questions) == (ALICE - {("shop.customer", 4711)}, [])


def test_names_that_contradict_a_link_are_asked_about(make: Make) -> None:
    told = datasets()
    told["shop"]["customer"]["fields"]["company"] = "full_name"
    world = make(told=told)
    world.systems["shop"].run("UPDATE customer SET company = 'Mallory Madsen' WHERE customer_no = 4711")
    (alice,), questions = who(world, "alice@home.example")
    assert (rows(alice), questions) == (ALICE - {("shop.customer", 4711)}, ["find.Q003"])


def test_one_customer_of_several_contacts_is_shared(make: Make) -> None:
    world = make(more="UPDATE contact SET customer_no = '4711' WHERE id = 3")
    (alice,), questions = who(world, "alice@home.example")
    assert (rows(alice), questions) == (ALICE - {("shop.customer", 4711)}, ["find.Q002"])
    people, _ = who(world, "shop.customer=4711")
    assert rows(people[0]) == {("shop.customer", 4711)}


def test_a_number_that_is_no_number_ties_nobody(make: Make) -> None:
    world = make(more="UPDATE contact SET customer_no = 'ukendt' WHERE id IN (1, 3)")
    assert rows(who(world, "alice@home.example")[0][0]) == ALICE - {("shop.customer", 4711)}


# -- customers ----------------------------------------------------------------------------------------------------------


def test_one_address_under_two_customers_proposes_a_scope(make: Make) -> None:
    told = datasets("MENTIONS")
    told["crm"]["contact"] |= {
        "tenant": "tenant",
        "fields": told["crm"]["contact"]["fields"] | {"tenant": "none"},
    }
    more = "ALTER TABLE contact ADD tenant TEXT; UPDATE contact SET tenant = 'north'; "
    more += "INSERT INTO contact VALUES (9, 'Alice Jensen', 'alice@home.example', NULL, 'south')"
    world = make(told=told, more=more)
    with world.inquiry() as inquiry:
        inquiry.who(["alice@home.example"])
        (question,) = [q for q in inquiry.identified.questions if q.id == "find.Q001"]
    assert "--scope: north, south" in question.remedy
    world.scope = "south"
    (alice,), questions = who(world, "alice@home.example")
    assert (rows(alice), questions) == ({("crm.contact", 9)}, [])


# -- many people --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MIXED)
def test_statements_do_not_grow_with_people(make: Make, kind: str) -> None:
    world, sent = make(kind), []
    for name, table, columns in (
        ("crm", "contact", "({n}, 'Person Number{n}', 'p{n}@home.example', '{n}')"),
        ("crm", "contact_email", "({n}, {n}, 'p{n}@work.example', 1)"),
        ("shop", "customer", "({n}, 'x')"),
        ("letters", "subscriber", "({n}, 'p{n}@work.example', 'Person Number{n}')"),
    ):
        values = ", ".join(columns.format(n=10_000 + n) for n in range(1_000))
        world.systems[name].run(f"INSERT INTO {table} VALUES {values}")
    for many in (2, 1_000):
        with world.inquiry() as inquiry:
            people = inquiry.who([f"p{10_000 + n}@home.example" for n in range(many)])
            assert len(people) == many
            assert all(len(person.rows) == 3 for person in people)
            sent.append(sum(store.statements() for store in inquiry.stores.values()))
    assert sent[0] == sent[1]


# -- what the map may say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["crm"]["contact_email"].update(identifies=["verified"]), "names nobody"),
        (lambda told: told["crm"]["contact_email"].pop("links"), "nothing says whom"),
        (
            lambda told: told["crm"]["contact_email"]["links"][0].update(when="verified = 1"),
            "nothing says whom",
        ),
        (
            lambda told: told["crm"]["contact_email"]["links"].append(owned("verified", "contact [id]")),
            "nothing says whom",
        ),
        (lambda told: told["crm"]["contact"].update(identifies=["email"]), "nothing says whom"),
        (lambda told: told["shop"]["customer"].pop("subject"), "SAME_AS ties people"),
    ],
)
def test_the_map_is_refused_where_it_does_not_say_who(change: Callable[[Any], Any], said: str) -> None:
    told = datasets()
    change(told)
    with pytest.raises(MapError) as refused:
        map_of(told)
    assert said in refused.value.message


def test_what_is_shown_names_the_row_that_holds_the_address(make: Make) -> None:
    with make().inquiry() as inquiry:
        inquiry.who(["alice@school.example"])
        list(gather(inquiry))
        reasons = {str(ref): reason for (ref, _), reason in inquiry.identified.reasons.items()}
    assert reasons["crm.contact"].here[0] == (("crm", "contact_email"), (3,))
    assert reasons["letters.subscriber"].origin is None


def test_nobody_is_cut_off_on_a_guess(make: Make) -> None:
    """A column that only seems to name people: its rows are left as they are, and the guess is asked about first."""
    told = datasets()
    told["shop"]["orders"]["links"].append(owned("agent", "crm.contact [id]", "MENTIONS?"))
    told["shop"]["orders"]["fields"]["agent"] = "key"
    world = make(told=told)
    world.systems["shop"].run(
        "ALTER TABLE orders ADD agent INTEGER; UPDATE orders SET agent = 1 WHERE id = 3"
    )
    (asked,) = world.plan("alice@home.example").blocked
    assert (asked.id, asked.place) == ("plan.Q011", "shop.orders (agent)")
    assert "--accept 'shop.orders.agent>crm.contact.id'" in asked.remedy
    told["shop"]["orders"]["links"][-1]["means"] = "MENTIONS"
    world.datamap = map_of(told)
    world.erase("alice@home.example")
    assert world.systems["shop"].query("SELECT id, agent FROM orders ORDER BY id") == [(2, None), (3, None)]


TWICE = "INSERT INTO contact VALUES (9, 'Alice Jensen', 'alice@home.example', '4714')"


def one_person(world: World, *identifiers: str) -> tuple[list[set[tuple[str, Any]]], set[str]]:
    """Who it comes to where everything was proven to be one person's, and what is still asked."""
    with world.inquiry() as inquiry:
        inquiry.one = True
        people = inquiry.who(identifiers)
        return [rows(one) for one in people if one.rows], {one.id for one in inquiry.identified.questions}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("typed", "found", "asked"), [
    (["alice@home.example"], [], {"find.Q001"}),
    (["alice@home.example", "contact=9"], [{("crm.contact", 9)}], {"find.Q002"}),
    (["alice@home.example", "contact=1", "contact=9"], [ALICE | {("crm.contact", 9)}], set()),
    (["contact=1", "contact=2"], [ALICE | {("crm.contact", 2), ("shop.customer", 4712), ("letters.subscriber", 8)}], {"find.Q002"}),
])  # fmt: skip
def test_what_names_one_row_says_which_of_several_is_meant(
    make: Make, typed: list[str], found: list[set[tuple[str, Any]]], asked: set[str], order: int
) -> None:
    world = make(more=TWICE)
    assert one_person(world, *typed[::order]) == (found, asked)
    people, questions = who(world, *typed[::order])
    assert ("find.Q001" in questions) == ("alice@home.example" in typed), "of several people it says nothing"
    assert len([one for one in people if one.rows]) == len([one for one in typed if "=" in one])
