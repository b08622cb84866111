"""A person's yes or no is written into the map by exact edits: nothing else of the file changes, and it stays decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from troth.datamap.inference import Guess
from troth.datamap.mapdecide import decide
from troth.datamap.mapfile import dump, loads, map_hash, merge
from troth.datamap.model import Ref, Refused
from troth.datamap.propose import propose
from troth.datamap.schema import Column, Schema, Table
from troth.terms.errors import MapError, UsageError

WRITTEN = """\
# Ours.
troth: 1
systems:
  crm:
    url: sqlite:///crm.sqlite
    datasets:
      customer:
        subject: customer
        key: [id]
        fields:
          id: key
          email: email
          note: free_text? 0.60  # a remark, we think
          odd: unknown?
          extra: {category: json?, paths: {contact.email: email}}  # by hand
      hint:
        subject: hint?  # are they?
        key: [id]
        fields: {id: key, email: email?}
      orders:
        key: [id]
        fields:
          id: key
          cust_no: key
          rep: key
          other: key
        links:
          # the customer, surely
          - columns: [cust_no]
            to: customer [id]
            means: OWNED_BY? 0.97  # 99 of 100 sampled values are keys of customer
          - columns: [rep]
            to: customer [id]
            means: MENTIONS? 0.62
          - {columns: [other], to: "customer [id]", means: "MENTIONS?"}
          - columns: [other]
            to: hint [id]
            means: MENTIONS? 0.95
        erase: anonymise  # they stay
      flat: {key: [id], fields: {id: key, of: "key? 0.90"}, links: [{columns: [of], to: "orders [id]", means: OWNED_BY? 0.96}]}
  billing:
    url: sqlite:///billing.sqlite
    datasets:
      "odd, name":
        key: [no]
        fields: {no: key, by: key, at: key}
        links:
          - columns: [by, at]
            to: crm.orders [cust_no, rep]
            means: MENTIONS?
            declared: true
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that are not in both, signed."""
    old, new = before.splitlines(), after.splitlines()
    return [f"- {line}" for line in old if line not in new] + [f"+ {line}" for line in new if line not in old]


def run(*accept: str, reject: tuple[str, ...] = (), above: float | None = None, text: str = WRITTEN) -> str:
    return decide(text, loads(text, "m.yaml"), accept, reject, above).text


def test_a_confirmed_link_loses_its_question_mark_and_nothing_else() -> None:
    after = run("crm.orders.cust_no")
    assert changed(WRITTEN, after) == [
        "-             means: OWNED_BY? 0.97  # 99 of 100 sampled values are keys of customer",
        "+             means: OWNED_BY  # 99 of 100 sampled values are keys of customer",
    ]
    assert run("crm.orders.cust_no>crm.customer.id") == after


def test_a_link_of_several_columns_is_named_by_all_of_them() -> None:
    assert changed(WRITTEN, run("billing.odd, name.by,at")) == [
        "-             means: MENTIONS?", "+             means: MENTIONS"
    ]  # fmt: skip


def test_a_column_with_two_links_wants_the_whole_name() -> None:
    with pytest.raises(UsageError) as raised:
        run("crm.orders.other")
    assert "2 links" in raised.value.message
    assert "'crm.orders.other>crm.customer.id'" in raised.value.remedy
    after = run("crm.orders.other>crm.customer.id")
    assert '- {columns: [other], to: "customer [id]", means: MENTIONS}' in after
    assert "MENTIONS? 0.95" in after


def test_a_field_is_confirmed_in_either_form() -> None:
    assert "note: free_text  # a remark, we think" in run("crm.customer.note")
    assert "extra: {category: json, paths: {contact.email: email}}  # by hand" in run("crm.customer.extra")
    assert "fields: {id: key, email: email}" in run("crm.hint.email")


def test_that_rows_are_people_is_confirmed_or_refused() -> None:
    assert "subject: hint  # are they?" in run("crm.hint")
    refused = run(reject=("crm.hint",))
    assert changed(WRITTEN, refused) == ["-         subject: hint?  # are they?"]
    with pytest.raises(UsageError, match="it is decided"):
        run(reject=("crm.customer",))


def test_a_refused_link_moves_to_what_is_refused() -> None:
    after = run(reject=("crm.orders.rep",))
    found = loads(after)
    assert found.refused == (Refused(Ref("crm", "orders"), ("rep",), Ref("crm", "customer"), ("id",)),)
    assert "# the customer, surely" in after
    assert (
        "erase: anonymise  # they stay\n        refused:\n          - columns: [rep]\n            to: customer [id]\n"
        in after
    )
    both = run(reject=("crm.orders.cust_no",), text=after)
    assert both.count("refused:") == 1
    assert len(loads(both).refused) == 2


def test_the_last_link_goes_with_its_heading() -> None:
    text = WRITTEN.replace("            declared: true\n", "")
    after = run(reject=("billing.odd, name.by,at",), text=text)
    assert after.endswith(
        "        fields: {no: key, by: key, at: key}\n        refused:\n"
        "          - columns: [by, at]\n            to: crm.orders [cust_no, rep]\n"
    )
    flat = run(reject=("crm.flat.of",))
    assert '"key? 0.90"}, refused: [{columns: [of], to: ' in flat
    assert loads(flat).links_from.get(Ref("crm", "flat"), ()) == ()


def test_everything_above_a_bound_is_confirmed_at_once() -> None:
    decided = decide(WRITTEN, loads(WRITTEN), above=0.95)
    assert sorted(d.name for d in decided.decisions) == [
        "crm.flat.of>crm.orders.id", "crm.orders.cust_no>crm.customer.id", "crm.orders.other>crm.hint.id"
    ]  # fmt: skip
    some = {d.name for d in decide(WRITTEN, loads(WRITTEN), above=0.6).decisions}
    assert {"crm.customer.note", "crm.flat.of"} <= some
    assert "crm.customer.odd" not in {d.name for d in decide(WRITTEN, loads(WRITTEN), above=0.0).decisions}


def test_yes_and_no_together() -> None:
    decided = decide(WRITTEN, loads(WRITTEN), ["crm.customer.note"], ["crm.orders.cust_no"], 0.9)
    names = {(d.name, d.refused) for d in decided.decisions}
    assert ("crm.orders.cust_no>crm.customer.id", True) in names
    assert ("crm.orders.cust_no>crm.customer.id", False) not in names
    assert ("crm.customer.note", False) in names


def test_what_is_decided_stays_decided() -> None:
    once = run("crm.orders.cust_no", reject=("crm.orders.rep",))
    again = decide(once, loads(once), ["crm.orders.cust_no"], ["crm.orders.rep"])
    assert again.text == once
    assert (again.decisions, again.already) == ((), ("crm.orders.rep", "crm.orders.cust_no"))


@pytest.mark.parametrize(
    ("accept", "reject", "message", "remedy"),
    [
        ("crm.orders.custno", "", "no such link or column", "crm.orders.cust_no"),
        ("", "crm.order.rep", "no such link or column", "crm.orders.rep"),
        ("", "crm.customer.note", "no link leaves this column", "fields"),
        ("", "billing.odd, name.by,at", "the store itself declares this link", "MENTIONS"),
        ("crm.customer.odd", "", "nobody guessed", "fields"),
        ("zzz", "", "no such link or column", "--json"),
    ],
)
def test_what_cannot_be_decided_is_one_clear_sentence(
    accept: str, reject: str, message: str, remedy: str
) -> None:
    with pytest.raises(UsageError) as raised:
        run(*filter(None, [accept]), reject=tuple(filter(None, [reject])))
    assert message in raised.value.message
    assert remedy in raised.value.remedy


def test_a_refused_link_is_not_confirmed_by_the_way() -> None:
    refused = run(reject=("crm.orders.rep>crm.customer.id",))
    with pytest.raises(UsageError, match="refuses"):
        run("crm.orders.rep>crm.customer.id", text=refused)


def test_a_rule_that_names_the_link_keeps_it() -> None:
    text = WRITTEN.replace(
        "        erase: anonymise",
        "        on_get:\n          - {link: rep, hide: [other]}\n        erase: anonymise",
    )
    with pytest.raises(MapError, match="unknown link"):
        run(reject=("crm.orders.rep",), text=text)


def test_line_ends_stay_as_they_are() -> None:
    after = run("crm.orders.cust_no", reject=("crm.orders.rep",), text=WRITTEN.replace("\n", "\r\n"))
    assert after.count("\r\n") == after.count("\n")


def test_how_sure_a_guess_is_survives_and_is_no_decision() -> None:
    found = loads(WRITTEN)
    assert [link.confidence for link in found.links_from[Ref("crm", "orders")]] == [0.97, 0.62, 0.5, 0.95]
    assert {link.address: link.confidence for link in loads(dump(found)).links} == {
        link.address: link.confidence for link in found.links
    }
    surer = replace(found, links=tuple(replace(link, confidence=0.8) for link in found.links))
    assert map_hash(surer) == map_hash(found)
    refused = replace(
        found, refused=(Refused(Ref("crm", "orders"), ("other",), Ref("crm", "hint"), ("id",)),)
    )
    assert map_hash(refused) != map_hash(found)
    assert loads(dump(refused)).refused == refused.refused


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("refused: [{columns: [nope], to: 'customer [id]'}]", "unknown column 'nope'"),
        ("refused: [{columns: [rep], to: 'nobody [id]'}]", "unknown dataset"),
        ("refused: [{columns: [rep]}]", "needs 'to'"),
    ],
)
def test_a_refused_link_is_read_as_strictly_as_any(written: str, fault: str) -> None:
    with pytest.raises(MapError, match=fault):
        loads(WRITTEN.replace("erase: anonymise", written))


def test_a_path_holds_a_known_category() -> None:
    assert loads(WRITTEN).datasets[Ref("crm", "customer")].fields["extra"].paths == (
        ("contact.email", "email"),
    )
    with pytest.raises(MapError, match="unknown category 'emial'"):
        loads(WRITTEN.replace("contact.email: email", "contact.email: emial"))
    long = loads(WRITTEN)
    customer = long.datasets[Ref("crm", "customer")]
    paths = tuple((f"people[].contact.number {n}", "phone") for n in range(9))
    fields = {**customer.fields, "extra": replace(customer.fields["extra"], paths=paths)}
    grown = replace(long, datasets={**long.datasets, customer.ref: replace(customer, fields=fields)})
    assert loads(dump(grown)).datasets[customer.ref].fields["extra"].paths == paths
    assert max(map(len, dump(grown).splitlines())) < 120


# ------------------------------------------------------------------ a second look


def table(name: str, *columns: str) -> Table:
    made = tuple(Column(column, "integer", "integer") for column in columns)
    return Table(name, made, key=("id",), uniques=(("id",),))


SCHEMAS = {
    "crm": Schema(
        "crm", {"customer": table("customer", "id", "email"), "orders": table("orders", "id", "cust", "rep")}
    )
}
URLS = {"crm": "sqlite:///crm.sqlite"}


def guess(column: str, sure: float, target: str = "customer") -> Guess:
    return Guess(Ref("crm", "orders"), (column,), Ref("crm", target), ("id",), sure, "the names agree")


def mapped(text: str | None, *guesses: Guess) -> str:
    before = loads(text, "m") if text else None
    proposed = propose(SCHEMAS, URLS, before, {}, guesses).map
    return merge(text, proposed, SCHEMAS) if text else dump(proposed)


def test_a_second_look_leaves_every_decision() -> None:
    found = (guess("cust", 0.9), guess("rep", 0.7))
    text = mapped(None, *found)
    text = decide(text, loads(text), ["crm.orders.cust"], ["crm.orders.rep"]).text
    assert mapped(text, *found) == text
    assert mapped(text, guess("cust", 0.99), guess("rep", 0.99), guess("rep", 0.99, "orders")) == text
    assert mapped(text) == text


def test_a_guess_yields_only_to_a_much_surer_one() -> None:
    text = mapped(None, guess("cust", 0.6))
    assert mapped(text, guess("cust", 0.65)) == text
    surer = mapped(text, guess("cust", 0.9))
    assert [link.confidence for link in loads(surer).links] == [0.9]
    other = mapped(text, guess("cust", 0.9, "orders"))
    assert [(link.target.dataset, link.confidence) for link in loads(other).links] == [("orders", 0.9)]
    assert mapped(text, guess("cust", 0.62, "orders")) == text


def test_a_guess_that_a_rule_leans_on_stays() -> None:
    text = mapped(None, guess("cust", 0.6)).rstrip("\n") + "\n        on_get: [{link: cust, hide: [rep]}]\n"
    assert [link.target.dataset for link in loads(mapped(text, guess("cust", 0.95, "orders"))).links] == [
        "customer"
    ]
