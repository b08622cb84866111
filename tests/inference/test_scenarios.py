"""What inference must find and must leave alone, one small invented database for each."""

from __future__ import annotations

from random import Random
from typing import Any

from inference_worlds import World, found

from troth.datamap.inference import Guess, Inferred
from troth.datamap.model import Ref

DRAW = Random(11)


def ends(inferred: Inferred) -> dict[str, str]:
    """`table.columns` -> target, of every link returned."""
    return {f"{g.source.dataset}.{','.join(g.columns)}": str(g.target) for g in inferred.links}


def many(size: int, top: int) -> list[int]:
    return [DRAW.randint(1, top) for _ in range(size)]


def people(size: int) -> dict[str, list[Any]]:
    return {"id": list(range(1, size + 1)), "name": [f"Person {n}" for n in range(size)]}


# ------------------------------------------------------------------ names


def test_danish_names_prefixes_abbreviations_and_roles_are_understood() -> None:
    world = World()
    world.add("tblKunder", {"KundeID": list(range(1, 81)), "Navn": ["x"] * 80}, key=("KundeID",))
    world.add(
        "dbo.Medarbejdere", {"MedarbNr": list(range(1, 10)), "Leder": [None, *many(8, 1)]}, key=("MedarbNr",)
    )
    world.add("addresses", people(300))
    world.add("departments", people(12))
    world.add(
        "tblOrdre",
        {
            "OrdreNr": list(range(1, 501)),
            "KundeNr": many(500, 80),
            "levering_address_id": many(500, 300),
            "dept_no": many(500, 12),
            "OprettetAf": many(500, 9),
            "Antal": many(500, 9),
        },
        key=("OrdreNr",),
    )
    got = ends(world.inferred())
    assert got == {
        "tblOrdre.KundeNr": "app.tblKunder",
        "tblOrdre.levering_address_id": "app.addresses",
        "tblOrdre.dept_no": "app.departments",
        "tblOrdre.OprettetAf": "app.dbo.Medarbejdere",
        "dbo.Medarbejdere.Leder": "app.dbo.Medarbejdere",
    }


def test_names_and_types_alone_are_enough_where_they_are_plain() -> None:
    world = World()
    world.add("customers", people(5))
    world.add("invoices", {"id": [1], "customer_id": [1], "amount": [1.5], "quantity": [2]})
    world.add("invoice_lines", {"id": [1], "invoice_id": [1], "parent_line_id": [1]})
    got = ends(world.inferred(values=False))
    assert got == {
        "invoices.customer_id": "app.customers",
        "invoice_lines.invoice_id": "app.invoices",
        "invoice_lines.parent_line_id": "app.invoice_lines",
    }
    assert world.asked == []


def test_quantities_ages_years_and_postcodes_are_no_links() -> None:
    world = World()
    world.add("genre", {"id": list(range(1, 31)), "name": [f"g{n}" for n in range(30)]})
    world.add("shop", {"id": list(range(1, 2101)), "name": [f"s{n}" for n in range(2100)]})
    world.add(
        "reading",
        {
            "id": list(range(1, 901)),
            "quantity": many(900, 30),
            "age": many(900, 30),
            "year": [DRAW.randint(1990, 2025) for _ in range(900)],
            "rating": many(900, 5),
            "sort_order": many(900, 30),
            "postcode": [DRAW.randint(1000, 2100) for _ in range(900)],
            "floor": many(900, 9),
            "shoe_size": [DRAW.randint(20, 30) for _ in range(900)],
        },
    )
    assert world.inferred().links == ()


# ------------------------------------------------------------------ one to one


def test_an_extension_shares_its_key_with_what_it_extends() -> None:
    world = World()
    world.add("customer", people(400))
    world.add(
        "customer_profile", {"customer_id": list(range(1, 401)), "bio": ["x"] * 400}, key=("customer_id",)
    )
    world.add(
        "truck", {"vehicle_id": [3, 9, 14, 22, 39, 57, 58, 81], "load": many(8, 99)}, key=("vehicle_id",)
    )
    world.add("vehicle", {"id": list(range(1, 101)), "plate": [f"AB{n}" for n in range(100)]})
    assert ends(world.inferred()) == {
        "customer_profile.customer_id": "app.customer", "truck.vehicle_id": "app.vehicle",
    }  # fmt: skip


def test_two_tables_that_both_count_from_one_are_not_one_to_one() -> None:
    world = World()
    world.add("customer", people(400))
    world.add("product", people(400))
    world.add("shipment", {"id": list(range(1, 391)), "weight": many(390, 90)})
    world.add("order_status", {"id": list(range(1, 6)), "name": list("abcde")})
    world.add("orders", {"id": list(range(1, 901)), "customer_id": many(900, 400)})
    assert ends(world.inferred()) == {"orders.customer_id": "app.customer"}


def test_a_column_that_repeats_its_own_rows_key_is_no_link_to_itself() -> None:
    world = World()
    world.add("ticket", {"k1": list(range(1, 301)), "k2": list(range(1, 301))}, key=("k1",))
    assert world.inferred().links == ()


# ------------------------------------------------------------------ polymorphic


def _comments() -> World:
    world = World()
    world.add("posts", people(60))
    world.add("photos", people(500))
    world.add("users", people(40))
    kinds = [DRAW.choice(["Post", "App\\Models\\Photo"]) for _ in range(300)]
    ids = [DRAW.randint(1, 60) if kind == "Post" else DRAW.randint(1, 500) for kind in kinds]
    world.add(
        "comments",
        {
            "id": list(range(1, 301)), "commentable_type": kinds, "commentable_id": ids,
            "user_id": many(300, 40), "body": ["x"] * 300,
        },
    )  # fmt: skip
    return world


def test_a_type_beside_an_id_gives_one_link_for_each_table_with_its_condition() -> None:
    links = [g for g in _comments().inferred().links if g.source.dataset == "comments"]
    polymorphic = {g.target.dataset: g for g in links if g.columns == ("commentable_id",)}
    assert set(polymorphic) == {"posts", "photos"}
    for guess, row in ((polymorphic["posts"], "Post"), (polymorphic["photos"], "App\\Models\\Photo")):
        assert guess.condition is not None
        assert guess.condition.holds({"commentable_type": row})
        assert not guess.condition.holds({"commentable_type": "User"})
    assert [g.target.dataset for g in links if g.columns == ("user_id",)] == ["users"]


def test_a_type_that_names_no_table_makes_nothing_polymorphic() -> None:
    world = World()
    world.add("customer", people(90))
    world.add(
        "account",
        {"id": list(range(1, 201)), "customer_type": ["gold", "basic"] * 100, "customer_id": many(200, 90)},
    )
    links = world.inferred().links
    assert [(g.columns, g.target.dataset, g.condition) for g in links] == [
        (("customer_id",), "customer", None)
    ]


# ------------------------------------------------------------------ several columns


def test_a_composite_key_is_named_by_both_columns_together() -> None:
    world = World()
    world.add("orders", people(150))
    pairs = [(order, line) for order in range(1, 151) for line in range(1, DRAW.randint(2, 6))]
    world.add(
        "order_line",
        {"order_id": [p[0] for p in pairs], "line_no": [p[1] for p in pairs], "text": ["x"] * len(pairs)},
        key=("order_id", "line_no"),
    )
    sent = [DRAW.choice(pairs) for _ in range(200)]
    world.add(
        "delivery",
        {"id": list(range(1, 201)), "order_id": [p[0] for p in sent], "line_no": [p[1] for p in sent]},
    )
    assert ends(world.inferred()) == {
        "order_line.order_id": "app.orders", "delivery.order_id,line_no": "app.order_line",
    }  # fmt: skip


def test_two_columns_that_only_fit_one_by_one_are_no_composite_link() -> None:
    world = World()
    world.add("film", people(120))
    world.add("actor", people(80))
    cast = sorted({(DRAW.randint(1, 120), DRAW.randint(1, 80)) for _ in range(400)})
    world.add(
        "film_actor",
        {"film_id": [c[0] for c in cast], "actor_id": [c[1] for c in cast]},
        key=("film_id", "actor_id"),
    )
    world.add("award", {"id": list(range(1, 301)), "film_id": many(300, 120), "actor_id": many(300, 80)})
    assert ends(world.inferred()) == {
        "film_actor.film_id": "app.film", "film_actor.actor_id": "app.actor",
        "award.film_id": "app.film", "award.actor_id": "app.actor",
    }  # fmt: skip


# ------------------------------------------------------------------ across stores


def test_a_customer_number_is_the_same_in_two_stores_whatever_its_form() -> None:
    world = World()
    numbers = DRAW.sample(range(10_000, 99_999), 300)
    world.add(
        "contact", {"contact_id": list(range(1, 301)), "customer_no": [f"00{n}" for n in numbers]},
        key=("contact_id",), system="crm",
    )  # fmt: skip
    world.add("kunde", {"kundenr": sorted(numbers), "navn": ["x"] * 300}, key=("kundenr",), system="billing")
    world.add(
        "faktura",
        {"id": list(range(1, 401)), "kundenr": [DRAW.choice(numbers) for _ in range(400)]},
        system="billing",
    )
    links = world.inferred().links
    assert {(str(g.source), g.columns, str(g.target), g.target_columns) for g in links} == {
        ("crm.contact", ("customer_no",), "billing.kunde", ("kundenr",)),
        ("billing.faktura", ("kundenr",), "billing.kunde", ("kundenr",)),
    }


def test_an_e_mail_address_is_a_key_across_stores_in_any_case() -> None:
    world = World()
    mails = [f"person{n}@example.org" for n in range(120)]
    world.add("member", {"id": list(range(1, 121)), "email": mails}, uniques=(("email",),), system="club")
    world.add(
        "ticket",
        {"id": list(range(1, 61)), "requester_email": [m.upper() for m in mails[:60]]},
        system="desk",
    )
    (guess,) = world.inferred().links
    assert (str(guess.source), guess.columns, str(guess.target)) == (
        "desk.ticket",
        ("requester_email",),
        "club.member",
    )


def test_small_ids_of_two_stores_are_not_the_same_thing() -> None:
    world = World()
    world.add("customer", people(300), system="billing")
    world.add("product", people(300), system="stock")
    world.add("sale", {"id": list(range(1, 301)), "k2": many(300, 200)}, system="stock")
    assert [g for g in world.inferred().links if g.source.system != g.target.system] == []


# ------------------------------------------------------------------ arrays and JSON


def test_keys_in_arrays_and_json_are_told_apart_from_links() -> None:
    world = World()
    world.add("tags", people(50))
    world.add("customers", people(300))
    world.add(
        "events",
        {
            "id": list(range(1, 101)),
            "tag_ids": [f"[{DRAW.randint(1, 50)}, {DRAW.randint(1, 50)}]" for _ in range(100)],
            "payload": [
                f'{{"lines": [{{"customer_id": {DRAW.randint(1, 300)}, "n": 3}}]}}' for _ in range(100)
            ],
        },
    )
    got = world.inferred()
    assert got.links == ()
    assert {(i.column, i.path, i.target.dataset) for i in got.inside} == {
        ("tag_ids", "", "tags"), ("payload", "lines[].customer_id", "customers"),
    }  # fmt: skip


# ------------------------------------------------------------------ what is known, asked and told


def test_nothing_is_guessed_for_columns_that_a_person_or_the_store_has_decided() -> None:
    world = World()
    world.add("customer", people(60))
    world.add("orders", {"id": list(range(1, 201)), "customer_id": many(200, 60)})
    refused = (Ref("app", "orders"), ("customer_id",), Ref("app", "customer"), ("id",))
    assert world.inferred(known=frozenset({refused})).links == ()


def test_a_reason_holds_no_value_and_a_repr_shows_none() -> None:
    world = World()
    secret = [f"zz-{n}-secret" for n in range(90)]
    world.add("card", {"card_no": secret, "name": ["x"] * 90}, key=("card_no",))
    world.add("loan", {"id": list(range(1, 201)), "card_no": [DRAW.choice(secret) for _ in range(200)]})
    inferred = world.inferred()
    (guess,) = inferred.links
    assert "keys of card" in guess.reason
    assert "secret" not in repr(inferred)
    assert isinstance(guess, Guess)


def test_there_is_one_question_for_each_key_however_many_columns_may_name_it() -> None:
    world = World()
    world.add("customer", people(5_000))
    for number in range(12):
        world.add(f"event{number}", {"id": list(range(1, 301)), "customer_id": many(300, 5_000)})
    got = found(world.inferred(most=500))
    assert len(got) == 12
    assert len(world.asked) == 1
    assert all(confidence >= 0.9 for confidence in got.values())


def test_a_column_whose_values_are_no_keys_is_no_link_whatever_its_name() -> None:
    world = World()
    world.add("customer", people(5_000))
    world.add("orders", {"id": list(range(1, 301)), "customer_id": [10_000 + n for n in many(300, 5_000)]})
    assert world.inferred(most=500).links == ()
