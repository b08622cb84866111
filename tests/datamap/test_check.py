"""The check finds every drift between map and store, and every decision that is missing or in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from datamap_shapes import MUSIC, schemas, table

from troth.datamap.check import DRIFT, FINDINGS, Finding, check, fails
from troth.datamap.condition import Condition
from troth.datamap.model import DataMap, Field, Keep, Link, Ref, Rule, Until
from troth.datamap.propose import propose
from troth.datamap.schema import Column

CUSTOMER, INVOICE, TRACK = Ref("crm", "Customer"), Ref("crm", "Invoice"), Ref("crm", "Track")


@pytest.fixture(scope="module")
def decided() -> DataMap:
    return propose(schemas(*MUSIC), {"crm": "sqlite:///x"}).map


def _with(datamap: DataMap, ref: Ref, **changes: object) -> DataMap:
    changed = replace(datamap.datasets[ref], **changes)  # type: ignore[arg-type]
    return replace(datamap, datasets={**datamap.datasets, ref: changed})


def _found(datamap: DataMap, *tables: object) -> set[tuple[str, str]]:
    findings = check(datamap, schemas(*(tables or MUSIC)))  # type: ignore[arg-type]
    return {(finding.id, finding.place) for finding in findings if finding.level != "note"}


def test_a_decided_map_has_only_notes(decided: DataMap) -> None:
    findings = check(decided, schemas(*MUSIC))
    assert {finding.level for finding in findings} == {"note"}
    assert not fails(findings)


def test_every_finding_has_a_stable_entry() -> None:
    assert all(level in ("error", "warning", "note") and text for level, text in FINDINGS.values())
    assert set(FINDINGS) > DRIFT
    assert fails([Finding("map.M003", "warning", "crm.x", "gone")])


def test_new_dataset_and_column(decided: DataMap) -> None:
    customer = replace(MUSIC[1], columns=(*MUSIC[1].columns, Column("Phone", "text", "text")))
    newsletter = table("newsletter", "id* email:text")
    seen = _found(decided, MUSIC[0], customer, *MUSIC[2:], newsletter, table("a_view", "id", kind="view"))
    assert seen == {("map.M002", "crm.Customer.Phone"), ("map.M001", "crm.newsletter")}


def test_an_unmapped_dataset_is_decided(decided: DataMap) -> None:
    left_out = replace(decided, unmapped=((Ref("crm", "newsletter"), "kept by the agency"),))
    assert _found(left_out, *MUSIC, table("newsletter", "id* email:text")) == set()


def test_vanished_dataset_column_and_link(decided: DataMap) -> None:
    customer = replace(MUSIC[1], columns=MUSIC[1].columns[:-1], foreign_keys=())
    assert _found(decided, MUSIC[0], customer, *MUSIC[2:7]) == {
        ("map.M003", "crm.PlaylistTrack"),
        ("map.M004", "crm.Customer.SupportRepId"),
        ("map.M005", "crm.Customer.SupportRepId"),
        ("map.M005", "crm.PlaylistTrack.PlaylistId"),
        ("map.M005", "crm.PlaylistTrack.TrackId"),
    }


def test_a_declared_key_that_is_missing(decided: DataMap) -> None:
    kept = tuple(link for link in decided.links if link.source != INVOICE)
    seen = _found(replace(decided, links=kept))
    assert ("map.M006", "crm.Invoice") in seen
    assert ("map.M012", "crm.InvoiceLine.InvoiceId") in seen  # nobody owns the invoice any more
    assert ("map.M011", "crm.Invoice") in seen


@pytest.mark.parametrize(
    "change",
    [
        {"key": ("Gone",)},
        {"nobody": {"Gone": 0}},
        {"tenant": "Gone"},
        {"on_get": (Rule("SupportRepId", ("Gone",)),)},
        {"on_erase": (Rule("SupportRepId", ("Gone",)),)},
        {"keep": (Keep("dk.bookkeeping", ("Gone",), None),)},
        {"keep": (Keep("dk.bookkeeping", ("Email",), Until(start="Gone", years=5)),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_decision_that_names_a_column_that_does_not_exist(
    decided: DataMap, change: dict[str, object]
) -> None:
    assert _found(_with(decided, CUSTOMER, **change)) == {("map.M007", "crm.Customer.Gone")}


def test_a_condition_on_a_column_that_does_not_exist(decided: DataMap) -> None:
    links = [
        replace(link, condition=Condition("Gone = 1")) if link.source == INVOICE else link
        for link in decided.links
    ]
    assert _found(replace(decided, links=tuple(links))) == {("map.M007", "crm.Invoice.CustomerId")}


def test_a_rowid_is_a_key_that_is_no_column(decided: DataMap) -> None:
    assert _found(_with(decided, CUSTOMER, key=("rowid",))) == set()


@pytest.mark.parametrize(
    ("keep", "id_"),
    [
        (Keep("", ("Email",), Until(start="CustomerId", years=5)), "map.M008"),
        (Keep("dk.bookkeeping", ("Email",), None, active=True), "map.M009"),
        (Keep("dk.bokkeeping", ("Email",), None), "map.M015"),
    ],
    ids=["no law", "no end", "unknown law"],
)
def test_keep_rules(decided: DataMap, keep: Keep, id_: str) -> None:
    assert _found(_with(decided, CUSTOMER, keep=(keep,))) == {(id_, "crm.Customer")}


def test_a_law_in_words_is_a_law(decided: DataMap) -> None:
    keep = Keep("Legal hold in case 17/2026", ("Email",), Until(start="CustomerId", years=5), active=True)
    assert _found(_with(decided, CUSTOMER, keep=(keep,))) == set()


def test_people_who_cannot_be_found_or_erased(decided: DataMap) -> None:
    fields = {
        name: replace(field, category="none") for name, field in decided.datasets[CUSTOMER].fields.items()
    }
    assert _found(_with(decided, CUSTOMER, fields=fields, key=())) == {
        ("map.M010", "crm.Customer"),
        ("map.M016", "crm.Customer"),
    }


def test_personal_data_that_nobody_owns(decided: DataMap) -> None:
    fields = {**decided.datasets[TRACK].fields, "Name": Field("Name", "full_name")}
    composed = _with(decided, TRACK, fields=fields)
    assert _found(composed) == {("map.M011", "crm.Track")}
    assert _found(_with(composed, TRACK, unsearched="composers, long dead")) == set()


def test_places_alone_are_nobodys_data(decided: DataMap) -> None:
    fields = {**decided.datasets[TRACK].fields, "Name": Field("Name", "city")}
    assert _found(_with(decided, TRACK, fields=fields)) == set()


def test_copies_made_from_other_tables_need_no_owner(decided: DataMap) -> None:
    index = table("customer_search", "name:text email:text", kind="virtual", reads=("Customer",))
    proposed = propose(schemas(*MUSIC, index), {"crm": "sqlite:///x"}, decided).map
    assert Ref("crm", "customer_search") in proposed.datasets
    assert _found(proposed, *MUSIC, index) == set()


def test_guesses_are_notes(decided: DataMap) -> None:
    fields = {**decided.datasets[CUSTOMER].fields, "Email": Field("Email", "email", 0.5, reviewed=False)}
    links = tuple(replace(link, reviewed=False) for link in decided.links if link.source == CUSTOMER)
    others = tuple(link for link in decided.links if link.source != CUSTOMER)
    guessed = replace(_with(decided, CUSTOMER, fields=fields, subject_confidence=0.5), links=others + links)
    notes = [finding for finding in check(guessed, schemas(*MUSIC)) if finding.id == "map.M013"]
    assert {note.place for note in notes} == {
        "crm.Customer",
        "crm.Customer.Email",
        "crm.Customer.SupportRepId",
    }
    assert {note.level for note in notes} == {"note"}


def test_a_system_without_a_decision(decided: DataMap) -> None:
    found = check(decided, {**schemas(*MUSIC), **schemas(*MUSIC, system="shop")})
    assert [finding.place for finding in found if finding.level == "error"] == ["shop"]


def test_a_link_into_a_system_that_is_not_looked_at(decided: DataMap) -> None:
    elsewhere = Ref("billing", "account")
    account = replace(decided.datasets[CUSTOMER], ref=elsewhere)
    link = Link(CUSTOMER, ("Email",), elsewhere, ("Email",), "MENTIONS")
    wider = replace(decided, datasets={**decided.datasets, elsewhere: account}, links=(*decided.links, link))
    assert _found(wider) == set()
