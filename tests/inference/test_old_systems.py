"""What inference must see in systems without declared keys, with 0 for NULL, prefixed tables and codes for types."""

from __future__ import annotations

from random import Random
from typing import Any

from inference_worlds import World
from test_scenarios import ends, people

from troth.datamap.inference import Guess

DRAW = Random(23)


def many(size: int, top: int, low: int = 1) -> list[int]:
    return [DRAW.randint(low, top) for _ in range(size)]


def links_of(world: World, dataset: str) -> list[Guess]:
    return [guess for guess in world.inferred().links if guess.source.dataset == dataset]


def test_a_table_without_a_declared_key_is_named_by_its_own_number() -> None:
    for key in ((), ("rowid",)):  # as PostgreSQL and SQLite say it
        world = World()
        world.add("customer", {"customer_no": list(range(5_000, 7_400)), "name": ["x"] * 2_400}, key=key)
        world.add("agent", {"ini": [f"a{n:02}" for n in range(20)], "name": ["x"] * 20}, key=key)
        world.add(
            "visit",
            {
                "id": list(range(1, 1_501)),
                "customer_no": [DRAW.randint(5_000, 7_399) for _ in range(1_500)],
                "agent_ini": [f"a{DRAW.randrange(20):02}" for _ in range(1_500)],
            },
            key=key,
        )
        assert ends(world.inferred()) == {"visit.customer_no": "app.customer", "visit.agent_ini": "app.agent"}


def test_a_number_that_the_store_holds_twice_is_no_key() -> None:
    world = World()
    rows = [n // 2 for n in range(2, 4_002)]  # every other row of the sample hides that each stands twice
    world.add("card", {"card_no": rows, "name": ["x"] * 4_000}, key=())
    world.add("use", {"id": list(range(1, 901)), "card_no": many(900, 2_000)})
    honest = world.answer

    def with_repeats(ref: Any, select: Any) -> list[Any]:
        return [row * 2 if ref.dataset == "card" else row for row in honest(ref, select)]

    assert "use.card_no" in ends(world.inferred())  # as long as nobody sees it
    world.answer = with_repeats  # type: ignore[method-assign]  # reason: a store gives one row for each row
    assert world.inferred().links == ()


def test_a_count_of_a_keyless_tables_own_rows_names_no_other_table() -> None:
    world = World()
    world.add("visit", {"id": list(range(1, 701)), "name": [f"v{n}" for n in range(700)]})
    world.add("userlog", {"lb": list(range(1, 691)), "text": ["x"] * 690}, key=("rowid",))
    assert world.inferred().links == ()


def test_zero_for_nobody_does_not_hide_whom_the_others_name() -> None:
    world = World()
    world.add("staff", people(30))
    world.add("customer", people(400))
    world.add(
        "ticket",
        {
            "id": list(range(1, 601)),
            "staff_id": [0 if n % 3 else DRAW.randint(1, 30) for n in range(600)],
            "customer_id": many(600, 400),
        },
    )
    by_column = {guess.columns[0]: guess for guess in links_of(world, "ticket")}
    assert {column: guess.target.dataset for column, guess in by_column.items()} == {
        "staff_id": "staff", "customer_id": "customer",
    }  # fmt: skip
    condition = by_column["staff_id"].condition
    assert condition is not None
    assert condition.holds({"staff_id": 4})
    assert not condition.holds({"staff_id": 0})
    assert by_column["customer_id"].condition is None


def test_an_empty_text_for_nobody_is_no_key_either() -> None:
    world = World()
    codes = [f"B{n:03}" for n in range(40)]
    world.add("branch", {"branch_code": codes, "name": ["x"] * 40}, key=("branch_code",))
    world.add(
        "loan",
        {"id": list(range(1, 301)), "branch_code": ["" if n % 4 else DRAW.choice(codes) for n in range(300)]},
    )
    (guess,) = links_of(world, "loan")
    assert guess.condition is not None
    assert not guess.condition.holds({"branch_code": ""})
    assert guess.condition.holds({"branch_code": "B001"})


def test_zero_is_a_key_where_a_row_bears_it() -> None:
    world = World()
    world.add("branch", {"id": list(range(12)), "name": ["x"] * 12})
    world.add("loan", {"id": list(range(1, 301)), "branch_id": many(300, 11, low=0)})
    (guess,) = links_of(world, "loan")
    assert guess.condition is None


def test_a_column_beside_a_type_in_codes_nobody_knows_gets_no_plain_link() -> None:
    world = World()
    world.add("task", people(80))
    world.add("ticket", people(500))
    world.add(
        "thread",
        {
            "id": list(range(1, 401)),
            "object_id": many(400, 500),
            "object_type": [DRAW.choice("TA") for _ in range(400)],
        },
    )
    assert links_of(world, "thread") == []


def test_what_all_tables_begin_with_says_nothing() -> None:
    world = World()
    for noun in ("staff", "department", "form", "queue", "canned"):
        world.add(f"zz_{noun}", people(40))
    world.add("zz_ticket", {"id": list(range(1, 301)), "dept_id": many(300, 40), "staff_id": many(300, 40)})
    assert ends(world.inferred()) == {
        "zz_ticket.dept_id": "app.zz_department", "zz_ticket.staff_id": "app.zz_staff",
    }  # fmt: skip


def test_the_number_in_a_tables_name_tells_it_from_its_sisters() -> None:
    world = World()
    for n in range(6):
        world.add(
            f"part_a{n}", {f"part_a{n}_id": list(range(1, 61)), "x": ["x"] * 60}, key=(f"part_a{n}_id",)
        )
    world.add("use", {"id": list(range(1, 201)), "part_a4_id": many(200, 60)})
    assert ends(world.inferred()) == {"use.part_a4_id": "app.part_a4"}


def test_small_numbers_without_a_name_are_never_nearly_sure() -> None:
    world = World()
    world.add("shelf", people(40))
    world.add("parcel", {"id": list(range(1, 901)), "wonder": many(900, 40)})
    assert all(guess.confidence <= 0.6 for guess in world.inferred().links)
    world.add("crate", {"id": list(range(1, 901)), "shelf_id": many(900, 40)})
    assert max(guess.confidence for guess in world.inferred().links) > 0.9


def test_what_kind_a_row_is_does_not_name_another_row() -> None:
    world = World()
    world.add("relationship", {"id": list(range(1, 61)), "relationship": many(60, 40)})
    assert world.inferred().links == ()


def test_a_table_that_adds_to_each_row_of_another_is_not_the_parent() -> None:
    world = World()
    world.add("publishers", {"pub_id": list(range(700, 800)), "name": ["x"] * 100}, key=("pub_id",))
    world.add("pub_info", {"pub_id": list(range(700, 800)), "logo": ["x"] * 100}, key=("pub_id",))
    world.add("titles", {"id": list(range(1, 401)), "pub_id": [DRAW.randint(700, 799) for _ in range(400)]})
    assert ends(world.inferred())["titles.pub_id"] == "app.publishers"
