"""A proposed map says whose each row is from names and keys alone, and asks what it cannot know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from datamap_shapes import MUSIC, RENTAL, TRADE, schemas, table

from troth.datamap.check import check
from troth.datamap.mapfile import dump, loads, map_hash, merge
from troth.datamap.model import DataMap, Ref, Until
from troth.datamap.propose import Proposal, nobody_value, propose
from troth.datamap.questions import KINDS, question, ranked
from troth.datamap.schema import Column, Table

SHAPES = pytest.mark.parametrize("tables", [MUSIC, TRADE, RENTAL], ids=["music", "trade", "rental"])


def _propose(*tables: Table, existing: DataMap | None = None) -> Proposal:
    return propose(schemas(*tables), {"crm": "sqlite:///crm.sqlite"}, existing)


def _meanings(found: Proposal) -> dict[str, str]:
    return {
        f"{link.source.dataset}.{link.name}": link.means + ("" if link.reviewed else "?")
        for link in found.map.links
    }


def _subjects(found: Proposal) -> dict[str, str]:
    return {ref.dataset: dataset.subject for ref, dataset in found.map.datasets.items() if dataset.subject}


def _asked(found: Proposal) -> set[tuple[str, str]]:
    return {(question.id, question.place) for question in found.questions}


PERSON = table("customer", "id* name:text email:text")


def test_a_music_shop() -> None:
    found = _propose(*MUSIC)
    assert _subjects(found) == {"Employee": "employee", "Customer": "customer"}
    assert _meanings(found) == {
        "Employee.ReportsTo": "MENTIONS",
        "Customer.SupportRepId": "MENTIONS",
        "Invoice.CustomerId": "OWNED_BY",
        "InvoiceLine.InvoiceId": "OWNED_BY",
        "InvoiceLine.TrackId": "MENTIONS",
        "Track.GenreId": "MENTIONS",
        "PlaylistTrack.PlaylistId": "MENTIONS",
        "PlaylistTrack.TrackId": "MENTIONS",
    }
    assert all(link.declared for link in found.map.links)


def test_invoices_are_anonymised_and_a_keep_rule_is_only_proposed() -> None:
    found = _propose(*MUSIC)
    invoice = found.map.datasets[Ref("crm", "Invoice")]
    assert invoice.on_erase_default == "anonymise"
    (keep,) = invoice.keep
    assert (keep.law, keep.columns, keep.active) == (
        "dk.bookkeeping",
        ("BillingAddress", "BillingCity"),
        False,
    )
    assert keep.until == Until(start="InvoiceDate", years=5, financial_year_end=(12, 31))
    assert ("map.Q002", "crm.Invoice") in _asked(found)
    assert found.map.datasets[Ref("crm", "InvoiceLine")].on_erase_default == "anonymise"
    assert found.map.datasets[Ref("crm", "Track")].on_erase_default == "erase"
    assert found.map.datasets[Ref("crm", "Customer")].on_erase_default == "erase"


def test_a_trading_company() -> None:
    found = _propose(*TRADE)
    assert _subjects(found) == {"customers": "customer", "employees": "employee"}
    assert _meanings(found) == {
        "territories.region_id": "MENTIONS",
        "employee_territories.employee_id": "OWNED_BY",
        "employee_territories.territory_id": "MENTIONS",
        "products.supplier_id": "MENTIONS",
        "orders.customer_id": "OWNED_BY",
        "orders.employee_id": "MENTIONS",
        "Order Details.order_id": "OWNED_BY",
        "Order Details.product_id": "MENTIONS",
    }
    assert found.map.datasets[Ref("crm", "customers")].nobody == {"customer_id": "NOBOD"}
    assert ("map.Q008", "crm.suppliers") in _asked(found)


def test_a_rental_shop_no_customer_is_owned_through_a_store() -> None:
    found = _propose(*RENTAL)
    assert _subjects(found) == {"staff": "staff", "customer": "customer"}
    assert _meanings(found) == {
        "city.country_id": "MENTIONS",
        "address.city_id": "MENTIONS",
        "store.manager_staff_id": "MENTIONS",
        "store.address_id": "MENTIONS",
        "staff.address_id": "OWNS",
        "staff.store_id": "MENTIONS",
        "customer.store_id": "MENTIONS",
        "customer.address_id": "OWNS",
        "inventory.film_id": "MENTIONS",
        "inventory.store_id": "MENTIONS",
        "rental.inventory_id": "MENTIONS",
        "rental.customer_id": "OWNED_BY",
        "rental.staff_id": "MENTIONS",
        "payment.customer_id": "OWNED_BY",
        "payment.staff_id": "MENTIONS",
        "payment.rental_id": "OWNED_BY",
    }
    assert Ref("crm", "customer_list") not in found.map.datasets
    payment = found.map.datasets[Ref("crm", "payment")]
    assert payment.on_erase_default == "anonymise"
    assert payment.keep == ()  # nothing in the row names anybody
    # payment stays, anonymised, and must name a rental: so a rental that is nobody's is needed
    assert found.map.datasets[Ref("crm", "rental")].nobody == {"rental_id": 0}
    assert found.map.datasets[Ref("crm", "film")].nobody is None


@SHAPES
def test_a_fresh_proposal_has_no_drift_and_survives_the_file(tables: tuple[Table, ...]) -> None:
    found = _propose(*tables)
    assert [finding for finding in check(found.map, schemas(*tables)) if finding.level == "error"] == []
    text = dump(found.map)
    assert map_hash(loads(text)) == map_hash(found.map)
    assert check(loads(text), schemas(*tables)) == check(found.map, schemas(*tables))
    again = _propose(*tables, existing=loads(text))
    assert map_hash(again.map) == map_hash(found.map)
    assert merge(text, again.map, schemas(*tables)) == text
    assert _asked(again) == {(id_, place) for id_, place in _asked(found) if id_ != "map.Q009"}


@SHAPES
def test_questions_are_known_ranked_and_carry_a_remedy(tables: tuple[Table, ...]) -> None:
    questions = _propose(*tables).questions
    assert {each.id for each in questions} <= set(KINDS)
    assert [each.weight for each in questions] == sorted((each.weight for each in questions), reverse=True)
    assert all(each.remedy and each.text and each.place.startswith("crm.") for each in questions)


def test_the_same_question_is_asked_once_and_more_people_weigh_more() -> None:
    few, many = question("map.Q004", "a", "?", "!", rows=10), question("map.Q004", "b", "?", "!", rows=10_000)
    assert ranked([few, many, few]) == (many, few)
    assert question("map.Q001", "a", "?", "!").weight > many.weight


def test_sender_and_receiver_both_own_a_message() -> None:
    message = table(
        "message", "id* sender receiver body:text", "sender -> customer id", "receiver -> customer id"
    )
    assert _meanings(_propose(PERSON, message)) == {
        "message.sender": "OWNED_BY",
        "message.receiver": "OWNED_BY",
    }


def test_one_person_naming_another_is_a_question() -> None:
    member = table("member", "id* name:text email:text customer_id?", "customer_id -> customer id")
    found = _propose(PERSON, member)
    assert _meanings(found) == {"member.customer_id": "MENTIONS?"}
    assert ("map.Q006", "crm.member.customer_id") in _asked(found)


def test_a_row_with_the_persons_own_key_is_that_person() -> None:
    member = table("member", "customer_id* name:text email:text", "customer_id -> customer id")
    found = _propose(PERSON, member)
    assert _subjects(found) == {"customer": "customer"}
    assert _meanings(found) == {"member.customer_id": "OWNED_BY"}


def test_a_profile_of_one_person_is_theirs_by_a_guess() -> None:
    user = table(
        "users", "id* email:text name:text profile_id", "profile_id -> profile id", uniques=(("profile_id",),)
    )
    profile = table("profile", "id* birth_date:date street:text")
    badge = table("badge", "id* profile_id", "profile_id -> profile id")
    found = _propose(user, profile, badge)
    assert _meanings(found)["users.profile_id"] == "OWNS?"
    assert _meanings(found)["badge.profile_id"] == "OWNED_BY"


def test_an_address_book_of_a_customer_and_the_orders_that_use_it() -> None:
    book = table("customer_address", "id* customer_id street:text city:text", "customer_id -> customer id")
    order = table(
        "orders", "id* customer_id ship_to", "customer_id -> customer id", "ship_to -> customer_address id"
    )
    parcel = table("parcel", "id* customer_address_id", "customer_address_id -> customer_address id")
    found = _meanings(_propose(PERSON, book, order, parcel))
    assert found["customer_address.customer_id"] == "OWNED_BY"
    assert found["orders.ship_to"] == "MENTIONS"
    assert found["parcel.customer_address_id"] == "OWNED_BY"  # its only way to a person


def test_a_cycle_between_a_row_and_its_children_points_one_way() -> None:
    order = table(
        "orders", "id* customer_id last_event?", "customer_id -> customer id", "last_event -> event id"
    )
    event = table("event", "id* order_id", "order_id -> orders id")
    found = _meanings(_propose(PERSON, order, event))
    assert (found["event.order_id"], found["orders.last_event"]) == ("OWNED_BY", "MENTIONS")


def test_a_row_of_two_kinds_of_people_is_a_question() -> None:
    patient = table("patient", "id* name:text email:text")
    visit = table("visit", "id* customer patient", "customer -> customer id", "patient -> patient id")
    found = _propose(PERSON, patient, visit)
    assert set(_meanings(found).values()) == {"OWNED_BY?"}
    assert ("map.Q013", "crm.visit.customer") in _asked(found)


def test_a_history_belongs_to_what_it_follows() -> None:
    linked = table("customer_history", "id* customer_id name:text email:text", "customer_id -> customer id")
    found = _propose(PERSON, linked)
    assert _meanings(found) == {"customer_history.customer_id": "OWNED_BY"}
    assert _subjects(found) == {"customer": "customer"}
    loose = _propose(PERSON, table("customer_history", "id* customer_id name:text email:text"))
    assert ("map.Q010", "crm.customer_history") in _asked(loose)


def test_a_tenant_column_is_proposed_and_asked() -> None:
    found = _propose(table("customer", "id* name:text email:text tenant_id"))
    assert found.map.datasets[Ref("crm", "customer")].tenant == "tenant_id"
    assert ("map.Q009", "crm.customer") in _asked(found)


def test_a_row_that_names_only_who_handled_it_is_a_question() -> None:
    staff = table("employee", "id* first_name:text last_name:text email:text")
    call = table("call", "id* phone:text employee_id", "employee_id -> employee id")
    found = _propose(staff, call)
    assert _subjects(found) == {"employee": "employee"}
    assert ("map.Q014", "crm.call.employee_id") in _asked(found)  # a call they made, or their own record?
    phone = table("phone", "id*")
    beside = table(
        "call", "id* phone:text employee_id phone_id", "employee_id -> employee id", "phone_id -> phone id"
    )
    assert ("map.Q007", "crm.call") in _asked(_propose(staff, phone, beside))


def test_decisions_in_the_map_win() -> None:
    first = _propose(*MUSIC).map
    invoice, customer = Ref("crm", "Invoice"), Ref("crm", "Customer")
    decided = replace(
        first,
        datasets={
            **first.datasets,
            invoice: replace(first.datasets[invoice], keep=(), on_erase_default="erase"),
            customer: replace(first.datasets[customer], subject="buyer", nobody=None),
        },
        links=tuple(
            replace(link, means="ACCESSED_BY") if link.source == invoice else link for link in first.links
        ),
    )
    grown = (
        *MUSIC[:2],
        replace(MUSIC[2], columns=(*MUSIC[2].columns, Column("Remark", "text", "text"))),
        *MUSIC[3:],
    )
    found = _propose(*grown, existing=decided)
    assert found.map.datasets[customer] == decided.datasets[customer]
    assert found.map.datasets[invoice].keep == ()
    assert found.map.datasets[invoice].on_erase_default == "erase"
    assert list(found.map.datasets[invoice].fields)[-1] == "Remark"
    assert _meanings(found)["Invoice.CustomerId"] == "ACCESSED_BY"


def test_what_has_vanished_stays_in_the_map() -> None:
    first = _propose(*MUSIC).map
    shrunk = (*MUSIC[:1], replace(MUSIC[1], columns=MUSIC[1].columns[:-2], foreign_keys=()), *MUSIC[2:-1])
    found = _propose(*shrunk, existing=first)
    assert set(found.map.datasets) == set(first.datasets)
    assert set(found.map.datasets[Ref("crm", "Customer")].fields) == {
        column.name for column in MUSIC[1].columns
    }
    assert set(found.map.links) == set(first.links)


def test_unmapped_tables_are_not_proposed() -> None:
    first = replace(_propose(PERSON).map, unmapped=((Ref("crm", "scratch"), "emptied each night"),))
    found = _propose(PERSON, table("scratch", "id* email:text"), existing=first)
    assert Ref("crm", "scratch") not in found.map.datasets


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("id", "integer", "integer"), 0),
        (Column("id", "numeric", "decimal"), 0),
        (Column("id", "uuid", "uuid"), "00000000-0000-0000-0000-000000000000"),
        (Column("id", "text", "text"), "NOBODY"),
        (Column("id", "character varying(10)", "text", length=10), "NOBODY"),
        (Column("id", "char(5)", "text", length=5), "NOBOD"),
        (Column("id", "character(8)", "text", length=8), "NOBODY  "),
        (Column("id", "char(2)", "text", length=2), None),  # NO is a country
        (Column("id", "date", "date"), None),
        (Column("id", "mood", "enum", choices=("sad", "ok")), None),
    ],
    ids=lambda value: value.native if isinstance(value, Column) else repr(value),
)
def test_nobody_has_a_key_that_no_row_has(column: Column, value: object) -> None:
    assert nobody_value(column) == value


def test_a_subject_without_a_possible_nobody_is_a_question() -> None:
    person = table("customer", "born*:date name:text email:text")
    order = table("orders", "id* born:date", "born -> customer born")
    found = _propose(person, order)
    assert found.map.datasets[Ref("crm", "customer")].nobody is None
    assert ("map.Q011", "crm.customer") in _asked(found)


def test_nobody_carries_every_column_that_links_point_to() -> None:
    order = table("orders", "id* email:text", "email -> customer email")
    found = _propose(PERSON, order)
    assert found.map.datasets[Ref("crm", "customer")].nobody == {"id": 0, "email": "NOBODY"}


def test_two_systems_stand_side_by_side() -> None:
    both = {**schemas(PERSON), **schemas(PERSON, system="shop")}
    found = propose(both, {"crm": "sqlite:///a", "shop": "sqlite:///b"})
    assert {ref.system for ref in found.map.datasets} == {"crm", "shop"}
    assert found.map.systems["shop"].url == "sqlite:///b"
