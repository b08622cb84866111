"""The map file keeps every decision, says where each fault is, and grows without touching what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.datamap.condition import Condition
from troth.datamap.mapfile import dump, load, loads, map_hash, merge, write
from troth.datamap.model import DataMap, Dataset, Field, Keep, Link, Ref, Rule, System, Until
from troth.datamap.schema import Column, Schema, Table
from troth.terms.errors import MapError

CASES = Path(__file__).resolve().parents[1] / "cases" / "map"

WRITTEN = """\
# Decided by Olga on Monday.
troth: 1
controller: us
region: DK
shared_by: 2
systems:
  crm:
    url: sqlite:///crm.sqlite        # never a password
    datasets:
      # people first
      customer:
        subject: customer            # each row is a person
        key: [id]
        nobody: {id: 0}
        fields:
          id: key
          email: email
          remark: free_text?         # a guess
          nick: {category: username, erased: "-"}
          rep_id: key
        links:
          - columns: [rep_id]
            to: employee [id]
            means: MENTIONS
            declared: true
            when: rep_id IN (9, 10)  # only these
        on_get:
          - {link: rep_id, hide: [remark]}
        on_erase:
          - {link: "Order Details(customer)", delete_row: true}
        erase: anonymise
        keep:
          - law: dk.bookkeeping
            reason: accounting record
            columns: [email, nick]
            until: {start: id, years: 5, financial_year_end: 06-30}
            active: true
          - law: dispute 17
            columns: [remark]
            until: 2031-12-31
        tenant: rep_id
        unsearched: "it's elsewhere"
      employee: {subject: staff?, key: [id], fields: {id: key, email: email}}
      "Order Details":
        key: [a, b]
        fields: {a: key, b: key, customer: key, "Odd, [n]": email?}
        links:
          - {columns: [customer], to: 'crm.customer [id]', means: OWNED_BY?}
          - columns: [a, b]
            to: '"Order Details" [b, "Odd, [n]"]'
            means: MENTIONS
      # the last one
    unmapped:
      report: a copy that is made anew each night
"""


def _map(**changes: object) -> DataMap:
    ref = Ref("crm", "customer")
    dataset = Dataset(ref, ("id",), {"id": Field("id", "key")}, **changes)  # type: ignore[arg-type]
    return DataMap({"crm": System("crm", "sqlite:///x", ("customer",))}, {ref: dataset}, ())


def test_it_reads_every_decision() -> None:
    found = loads(WRITTEN, "map.yaml")
    customer = found.datasets[Ref("crm", "customer")]
    assert (found.shared_by, found.region, found.file) == (2, "DK", "map.yaml")
    assert found.systems["crm"].datasets == ("customer", "employee", "Order Details")
    assert found.unmapped == ((Ref("crm", "report"), "a copy that is made anew each night"),)
    assert (customer.subject, customer.key, customer.nobody) == ("customer", ("id",), {"id": 0})
    assert list(customer.fields) == ["id", "email", "remark", "nick", "rep_id"]
    assert not customer.fields["remark"].reviewed
    assert customer.fields["nick"] == Field("nick", "username", erased_value="-")
    assert customer.on_get == (Rule("rep_id", ("remark",)),)
    assert customer.on_erase == (Rule("Order Details(customer)", (), whole_row=True),)
    assert customer.on_erase_default == "anonymise"
    assert customer.keep[0].until == Until(start="id", years=5, financial_year_end=(6, 30))
    assert customer.keep[0].active
    assert customer.keep[1].until == Until(on=date(2031, 12, 31))
    assert not customer.keep[1].active
    assert customer.tenant == "rep_id"
    assert customer.unsearched == "it's elsewhere"
    assert found.datasets[Ref("crm", "employee")].subject_confidence < 0.8


def test_it_reads_links_with_odd_names_and_conditions() -> None:
    found = {link.name: link for link in loads(WRITTEN).links}
    assert found["rep_id"].condition == Condition("rep_id IN (9, 10)")
    assert found["rep_id"].declared
    assert not found["customer"].reviewed
    assert found["customer"].target == Ref("crm", "customer")
    assert found["a, b"].target == Ref("crm", "Order Details")
    assert found["a, b"].target_columns == ("b", "Odd, [n]")


def test_what_is_dumped_reads_back_the_same() -> None:
    found = loads(WRITTEN)
    again = loads(dump(found))
    assert dump(again) == dump(found)
    assert map_hash(again) == map_hash(found)
    assert again.datasets == found.datasets
    assert set(again.links) == set(found.links)


def test_a_link_into_another_system_reads_back() -> None:
    crm, billing = Ref("crm", "sales.customer"), Ref("billing", "customer list")
    datasets = {ref: Dataset(ref, ("id",), {"id": Field("id", "key")}) for ref in (crm, billing)}
    systems = {name: System(name, "sqlite:///x", ()) for name in ("crm", "billing")}
    links = (
        Link(crm, ("id",), billing, ("id",), "OWNED_BY"),
        Link(billing, ("id",), crm, ("id",), "ACCESSED_BY"),
    )
    text = dump(DataMap(systems, datasets, links))
    assert 'to: billing."customer list" [id]' in text
    assert set(loads(text).links) == set(links)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=4, unique=True
    )
)
def test_any_name_and_any_text_read_back(names: list[str]) -> None:
    ref = Ref("crm", names[0])
    fields = {name: Field(name, "username", erased_value=name) for name in names}
    nobody = dict.fromkeys(names, names[0])
    dataset = Dataset(ref, (names[0],), fields, nobody=nobody, unsearched=f"{names[0]}: # x")
    links = (Link(ref, tuple(names), ref, tuple(reversed(names)), "MENTIONS"),)
    written = DataMap({"crm": System("crm", "sqlite:///x", (names[0],))}, {ref: dataset}, links)
    read = loads(dump(written))
    assert read.datasets == written.datasets
    assert read.links == links


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.dates(date(1000, 1, 1)),
        st.text("0123456789-:xeo", max_size=9),
    )
)
@settings(max_examples=80, deadline=None)
def test_any_key_value_reads_back_with_its_type(value: object) -> None:
    written = _map(nobody={"id": value})
    read = loads(dump(written)).datasets[Ref("crm", "customer")].nobody
    assert read == {"id": value}
    assert type(read["id"]) is type(value)


def test_the_hash_ignores_comments_and_order() -> None:
    bare = "\n".join(
        line.split("  #")[0] for line in WRITTEN.splitlines() if not line.lstrip().startswith("#")
    )
    assert map_hash(loads(bare)) == map_hash(loads(WRITTEN))
    moved = WRITTEN.replace("          email: email\n", "").replace(
        "          rep_id: key\n", "          rep_id: key\n          email: email\n"
    )
    assert moved != WRITTEN
    assert map_hash(loads(moved)) == map_hash(loads(WRITTEN))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("means: MENTIONS\n            declared", "means: MENTIONS?\n            declared"),
        ("nobody: {id: 0}", 'nobody: {id: "0"}'),
        ("years: 5", "years: 6"),
        ("active: true", "active: false"),
        ("remark: free_text?", "remark: free_text"),
        ("subject: staff?", "subject: staff"),
        ("shared_by: 2", "shared_by: 3"),
        ("sqlite:///crm.sqlite", "sqlite:///other.sqlite"),
    ],
)
def test_the_hash_moves_with_every_decision(old: str, new: str) -> None:
    assert old in WRITTEN
    assert map_hash(loads(WRITTEN.replace(old, new))) != map_hash(loads(WRITTEN))


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda case: case.stem)
def test_a_fault_is_said_with_its_line_and_remedy(case: Path) -> None:
    expected = case.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(MapError) as fault:
        loads(case.read_text(encoding="utf-8"), "map")
    assert str(fault.value) == expected
    assert "canary" not in str(fault.value)


def test_a_password_is_never_written() -> None:
    url = "postgresql://alice:canary-hunter2@db.example/crm"
    with pytest.raises(MapError, match="password") as fault:
        dump(replace(_map(), systems={"crm": System("crm", url, ())}))
    assert "canary" not in str(fault.value)


def test_there_are_cases() -> None:
    assert len(list(CASES.glob("*.yaml"))) >= 45


def test_no_file_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="troth map"):
        load(tmp_path / "map.yaml")


def test_writing_replaces_the_file_or_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "map.yaml"
    write(path, WRITTEN)
    assert load(path).shared_by == 2

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="disk full"):
        write(path, "half")
    assert path.read_text(encoding="utf-8") == WRITTEN
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.yaml"]


# ------------------------------------------------------------------ merging


def _grown() -> tuple[DataMap, dict[str, Schema]]:
    """The written map with a new column here, a new link there, a new dataset and a new system."""
    found = loads(WRITTEN)
    customer, employee = Ref("crm", "customer"), Ref("crm", "employee")
    phone, boss = Field("phone", "phone"), Field("boss", "key")
    fields = found.datasets[customer].fields
    placed = {name: fields[name] for name in ("id", "email")} | {"phone": phone}
    datasets = {
        **found.datasets,
        customer: replace(found.datasets[customer], fields={**placed, **fields}),
        employee: replace(found.datasets[employee], fields={**found.datasets[employee].fields, "boss": boss}),
    }
    for ref in (Ref("crm", "dept"), Ref("web", "login")):
        datasets[ref] = Dataset(ref, ("id",), {"id": Field("id", "key")})
    links = (
        *found.links,
        Link(employee, ("boss",), employee, ("id",), "MENTIONS", declared=True),
        Link(customer, ("phone",), employee, ("id",), "MENTIONS", reviewed=False),
    )
    systems = {**found.systems, "web": System("web", "sqlite:///w", ())}
    schemas = {}
    for system in systems:
        held = {ref.dataset: dataset for ref, dataset in datasets.items() if ref.system == system}
        tables = {
            name: Table(name, tuple(Column(f, "text", "text") for f in d.fields)) for name, d in held.items()
        }
        schemas[system] = Schema(system, tables)
    return replace(found, systems=systems, datasets=datasets, links=links), schemas


def test_merging_nothing_changes_no_byte() -> None:
    assert merge(WRITTEN, loads(WRITTEN), {}) == WRITTEN


def test_merging_adds_what_is_new_and_keeps_every_line() -> None:
    proposed, schemas = _grown()
    merged = merge(WRITTEN, proposed, schemas)
    assert map_hash(loads(merged)) == map_hash(proposed)
    kept = iter(merged.splitlines())
    changed = [line for line in WRITTEN.splitlines() if "employee: {" not in line and line not in kept]
    assert changed == []
    lines = [line.strip() for line in merged.splitlines()]
    assert lines[lines.index("phone: phone") - 1] == "email: email"
    assert lines[lines.index("web:") - 1] == "report: a copy that is made anew each night"
    assert merge(merged, proposed, schemas) == merged


def test_merging_never_overrules_the_file() -> None:
    found = loads(WRITTEN)
    customer = Ref("crm", "customer")
    other = replace(
        found.datasets[customer],
        subject=None, keep=(Keep("x", ("id",), None),), on_erase_default="erase",
        fields={"id": Field("id", "email")},
    )  # fmt: skip
    links = tuple(replace(link, means="OWNED_BY", reviewed=True) for link in found.links)
    proposed = replace(found, datasets={**found.datasets, customer: other}, links=links)
    assert merge(WRITTEN, proposed, {}) == WRITTEN


def test_merging_adds_to_empty_and_missing_collections() -> None:
    text = "troth: 1\nsystems:\n  crm:\n    url: sqlite:///x\n    datasets:  # none yet\n"
    proposed, schemas = _grown()
    merged = merge(text, proposed, schemas)
    assert "# none yet" in merged
    assert set(loads(merged).datasets) == set(proposed.datasets)
    nothing = merge("troth: 1\nsystems: {}", proposed, schemas)
    assert map_hash(loads(nothing)) == map_hash(replace(proposed, shared_by=1, region="DK"))


def test_merging_keeps_windows_line_ends() -> None:
    proposed, schemas = _grown()
    merged = merge(WRITTEN.replace("\n", "\r\n"), proposed, schemas)
    assert merged.replace("\r\n", "").count("\n") == 0
    assert merged.replace("\r\n", "\n") == merge(WRITTEN, proposed, schemas)


def test_a_large_map_reads_in_seconds() -> None:
    refs = [Ref("crm", f"table_{number}") for number in range(300)]
    fields = {
        f"column_{number}": Field(f"column_{number}", "free_text", reviewed=False) for number in range(18)
    }
    datasets = {ref: Dataset(ref, ("column_0",), fields) for ref in refs}
    text = dump(DataMap({"crm": System("crm", "sqlite:///x", ())}, datasets, ()))
    assert len(loads(text).datasets) == 300
