"""The commands as an outsider types them: what is promised of each is there, as a page and as one JSON object."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from terminal import ALMA, BENT, CARL, Ended, Terminal, shop

pytestmark = pytest.mark.process
QUESTION = {"id", "place", "text", "remedy", "blocking"}


POSTGRES_SHOP = """
CREATE TABLE customer (id uuid PRIMARY KEY, full_name text, email text UNIQUE, born date, photo bytea);
CREATE TABLE orders (
  id int PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customer, amount numeric(12,4), paid_at timestamptz
);
INSERT INTO customer VALUES
  ('00000000-0000-4000-8000-000000000001', 'Alma Æblegren', 'alma@example.dk', '1871-02-03', '\\x00ff10');
INSERT INTO orders VALUES (1, '00000000-0000-4000-8000-000000000001', 0.1000, '2024-01-02 03:04:05+00');
"""


def alone(found: Ended) -> dict[str, Any]:
    """The object on stdout; beside it nothing but progress."""
    assert all(line.startswith("… ") for line in found.err.splitlines()), found.err
    return found.json


def asks(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        assert question.keys() == QUESTION


def test_map_tells_datasets_links_and_questions(tmp_path: Path) -> None:
    terminal = shop(tmp_path / "new")
    told = alone(terminal("map", "shop.sqlite", "--json", "-o", "here.yaml"))
    assert (terminal.folder / "here.yaml").exists()
    datasets = {d["dataset"]: d for d in told["datasets"]}
    assert set(datasets) == {"customer", "orders", "note"}
    assert {d["system"] for d in told["datasets"]} == {"shop"}
    assert [d for d in datasets if datasets[d]["subject"]] == ["customer"]
    email = next(f for f in datasets["customer"]["fields"] if f["name"] == "email")
    assert email["category"] == "email"
    assert 0.5 < email["confidence"] <= 1
    link = next(link for link in told["links"] if link["from"]["dataset"] == "orders")
    assert (link["from"]["columns"], link["to"]["dataset"], link["to"]["columns"]) == (
        ["customer_id"],
        "customer",
        ["id"],
    )
    assert link["declared"] is True
    assert link["kind"] == "OWNED_BY"
    assert 0 < link["confidence"] <= 1
    asks(told["questions"])


def test_the_options_of_a_command_come_in_any_order(terminal: Terminal) -> None:
    (terminal.folder / "troth.map.yaml").rename(terminal.folder / "other.yaml")
    orders = (
        ("find", "--map", "other.yaml", ALMA, "--json"),
        ("find", ALMA, "--json", "--map", "other.yaml"),
        ("find", "--json", f"email={ALMA}", "--map=other.yaml"),
    )
    told = [alone(terminal(*arguments))["matches"] for arguments in orders]
    assert told[0]
    assert told[0] == told[1] == told[2]


def test_a_second_map_keeps_decisions_and_comments(terminal: Terminal) -> None:
    path = terminal.folder / "troth.map.yaml"
    decided = path.read_text().replace("weight: person_other", "weight: none  # the parcel's, not theirs")
    assert decided != path.read_text()
    path.write_text(decided)
    assert "Updated troth.map.yaml" in terminal("map", "shop.sqlite").out
    assert path.read_text() == decided
    terminal.change("ALTER TABLE note ADD COLUMN author_email TEXT")
    told = alone(terminal("map", "--json"))  # without an address: the systems of the map
    assert told["merged"] is True
    grown = path.read_text()
    assert "# the parcel's, not theirs" in grown
    assert "author_email: email" in grown
    assert terminal("map", "--check", code=None).code in (0, 3)


def test_map_check_finds_what_has_no_decision(terminal: Terminal) -> None:
    assert terminal("map", "--check", code=0).out
    terminal.change("CREATE TABLE survey (id INTEGER PRIMARY KEY, email TEXT)")
    told = alone(terminal("map", "--check", "--json", code=3))
    assert ("map.M001", "shop.survey") in {(f["id"], f["place"]) for f in told["findings"]}
    assert "shop.survey" in terminal("map", "--check", code=3).out


@pytest.mark.parametrize(
    "named", [ALMA, f"email={ALMA}", "phone=+4520102010", "20 10 20 10", "customer=1", "customer.id=1", "1"]
)
def test_a_person_is_named_by_a_value_or_by_kind_and_value(terminal: Terminal, named: str) -> None:
    told = alone(terminal("find", named, "--json"))
    assert {m["dataset"] for m in told["matches"] if m["relation"] == "owns"} == {
        "customer",
        "orders",
        "note",
    }
    assert all(
        m["key"] in ({"id": 1}, {"id": 10}, {"id": 11}, {"id": 100}) for m in told["matches"] if not m["copy"]
    )


def test_find_tells_rows_exactly_in_strict_json(terminal: Terminal) -> None:
    told = alone(terminal("find", ALMA, "--json"))
    assert told.keys() >= {"matches", "questions", "not_searched"}
    for match in told["matches"]:
        assert match.keys() >= {"system", "dataset", "key", "relation", "row"}
        assert match["relation"] in ("owns", "accesses")
    row = next(m["row"] for m in told["matches"] if m["dataset"] == "customer")
    assert row["full_name"] == "Alma Æblegren"
    assert row["photo"] == {"bytes": 3, "base64": "AP8Q"}
    assert row["weight"] == "inf"  # JSON has no infinity
    long = alone(terminal("find", BENT, "--json"))
    assert next(m["row"]["photo"] for m in long["matches"] if m["dataset"] == "customer") == {"bytes": 2000}
    asks(told["questions"])
    assert {"what": "shop.customer (photo)", "reason": "bytes are not looked into"} in told["not_searched"]


def test_find_without_anybody_says_so(terminal: Terminal) -> None:
    told = alone(terminal("find", "dora@example.dk", "--json"))
    assert told["matches"] == []
    assert [q["id"] for q in told["questions"]] == ["find.Q000"]
    page = terminal("find", "dora@example.dk")
    assert "Nobody was found" in page.out
    assert page.err == ""


def test_a_dry_run_tells_the_plan_and_changes_nothing(terminal: Terminal) -> None:
    before = (terminal.folder / "shop.sqlite").read_bytes()
    told = alone(terminal("erase", ALMA, "--dry-run", "--json", "--sql"))
    assert told.keys() >= {"plan", "hash", "statements", "questions", "sql"}
    for step in told["plan"]:
        assert step.keys() == {"system", "dataset", "action", "rows", "columns", "reason", "law", "until"}
        assert step["action"] in ("erase", "anonymise", "keep", "unlink")
        assert step["rows"] > 0
    assert {(s["dataset"], s["action"], s["rows"]) for s in told["plan"]} >= {
        ("customer", "erase", 1),
        ("note", "erase", 1),
    }
    assert len(told["hash"]) == 64
    assert told["statements"] > 0
    statements = " ".join(item["statement"] for item in told["sql"])
    assert 'DELETE FROM "customer"' in statements
    assert ALMA not in statements
    assert (terminal.folder / "shop.sqlite").read_bytes() == before
    assert not (terminal.folder / ".troth").exists()
    page = terminal("erase", ALMA, "--dry-run", "--sql").out
    assert 'DELETE FROM "customer"' in " ".join(page.split())
    assert told["hash"] in page


def test_erase_without_yes_does_nothing_and_says_how(terminal: Terminal) -> None:
    before = (terminal.folder / "shop.sqlite").read_bytes()
    page = terminal("erase", ALMA)
    assert "Nothing was done. Say --yes" in page.out
    told = terminal("erase", "--json", ALMA)
    assert told.json["plan"]
    assert "Say --yes" in told.err
    assert (terminal.folder / "shop.sqlite").read_bytes() == before
    assert not (terminal.folder / ".troth").exists()


def test_erase_erases_certifies_and_counts_all_its_statements(terminal: Terminal) -> None:
    plan = alone(terminal("erase", ALMA, "--dry-run", "--json"))
    told = alone(terminal("erase", ALMA, "--yes", "--json", "--plan", plan["hash"]))
    assert told.keys() >= {"erased", "anonymised", "kept", "statements", "certificates", "questions"}
    assert told["erased"] == sum(s["rows"] for s in plan["plan"] if s["action"] == "erase")
    assert told["anonymised"] == sum(s["rows"] for s in plan["plan"] if s["action"] == "anonymise")
    assert told["kept"] == []
    asks(told["questions"])
    acts = sum(s["action"] != "keep" for s in plan["plan"])
    assert (
        told["statements"] >= plan["statements"] + acts
    )  # reading, then at least one statement for each act
    assert [Path(path).suffix for path in told["certificates"]] == [".json"]
    assert Path(told["certificates"][0]).with_suffix(".html").is_file()
    assert terminal.rows("SELECT count(*) FROM customer WHERE email = 'alma@example.dk'") == [(0,)]
    assert [m for m in alone(terminal("find", ALMA, "--json"))["matches"] if not m["copy"]] == []
    again = alone(terminal("erase", ALMA, "--yes", "--json"))
    assert (again["erased"], again["certificates"]) == (0, [])


def test_a_batch_file_names_one_person_a_line(terminal: Terminal) -> None:
    lines = f"\ufeff# left in May\r\n{ALMA}\r\n\r\nphone=+45 20 10 20 20\r\n"
    (terminal.folder / "people.txt").write_bytes(lines.encode())
    told = alone(terminal("erase", "--batch", "people.txt", CARL, "--yes", "--json"))
    assert len(told["certificates"]) == 3
    assert terminal.rows("SELECT email FROM customer WHERE email LIKE '%@example.dk'") == []


def test_a_question_that_must_be_decided_first_ends_with_4_and_nothing_done(terminal: Terminal) -> None:
    terminal.change("UPDATE customer SET phone = '+45 20 10 20 10' WHERE id = 2")
    before = (terminal.folder / "shop.sqlite").read_bytes()
    told = terminal("erase", "phone=+4520102010", "--yes", "--json", code=4)
    assert told.json["erased"] == 0
    assert told.json["certificates"] == []
    assert any(q["blocking"] for q in told.json["questions"])
    for arguments in (("--yes",), ()):
        page = terminal("erase", "phone=+4520102010", *arguments, code=4)
        assert "a person must decide first" in page.out
        assert "customer=1" in page.out  # how to say which one
    assert terminal("erase", "phone=+4520102010", "--dry-run").code == 0
    assert (terminal.folder / "shop.sqlite").read_bytes() == before


def test_a_stopped_run_ends_with_5_and_resume_finishes_it(terminal: Terminal) -> None:
    twin = shop(terminal.folder / "twin")
    twin("map", "shop.sqlite")
    whole = alone(twin("erase", BENT, "--yes", "--json"))
    with closing(sqlite3.connect(terminal.folder / "shop.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody else writes, and does not end
        soon = ("--lock-timeout", "1s")
        stopped = terminal("erase", BENT, "--yes", "--json", *soon, code=5).json
        assert stopped["stopped"]["place"].startswith("shop.")
        assert "troth resume" in stopped["stopped"]["remedy"]
        assert (stopped["erased"], stopped["certificates"]) == (0, [])
        assert "Stopped half-way" in terminal("resume", *soon, code=5).out
        assert len(alone(terminal("find", BENT, "--json"))["matches"]) == 3  # the person can still be found
    (run,) = alone(terminal("resume", "--json"))["runs"]
    assert {k: run[k] for k in ("erased", "anonymised", "kept")} == {
        k: whole[k] for k in ("erased", "anonymised", "kept")
    }
    assert run["statements"] >= whole["statements"] > stopped["statements"] > 0
    assert len(run["certificates"]) == 1
    assert alone(terminal("resume", "--json")) == {"runs": []}
    assert "Nothing was cut off" in terminal("resume").out


def test_export_writes_a_folder(terminal: Terminal) -> None:
    told = alone(terminal("export", ALMA, "-o", "mine", "--json"))
    assert told["rows"] >= 4
    assert (terminal.folder / "mine" / "index.html").is_file()
    written = json.loads((terminal.folder / "mine" / "data.json").read_text())
    assert written["totals"]["rows"] == told["rows"]
    page = terminal("export", "-o", "again", ALMA)
    assert "again/index.html" in page.out
    assert page.err == ""


def test_verify_holds_a_certificate_against_a_pinned_key(after: Terminal) -> None:
    known = alone(after("verify", "certificate.json", "--key", "troth.pub", "--json"))
    assert known["consistent"] is True
    assert known["signer"]
    key = (after.folder / "troth.pub").read_text().strip()
    assert alone(after("verify", "--key", key, "--json", "certificate.json")) == known
    unknown = after("verify", "certificate.json", code=4)
    assert "Consistent, signer unknown" in unknown.out
    assert alone(after("verify", "certificate.json", "--json", code=4))["signer"] is None
    assert after("verify", "certificate.json", "--key", "troth.pub", "--about", CARL).code == 0
    assert after("verify", "certificate.json", "--key", "troth.pub", "--about", ALMA, code=1).code == 1


def test_ledger_verify_recomputes_the_log(after: Terminal) -> None:
    told = alone(after("ledger", "verify", "--against", "certificate.json", "--json"))
    assert told["holds"] is True
    assert told["entries"] >= 3
    assert told["certificates"] == 1
    assert told["key"] in after("ledger", "verify").out


def test_stores_prints_what_each_can_do(terminal: Terminal) -> None:
    told = alone(terminal("stores", "--json"))
    kinds = {store["name"]: store for store in told["stores"]}
    assert {"sqlite", "postgres"} <= set(kinds)
    for capability in (c for store in told["stores"] for c in store["capabilities"]):
        assert capability["state"] in ("can", "could", "cannot yet", "never")
        assert capability["state"] == "can" or capability["reason"]
    assert "cannot yet" in terminal("stores").out


def test_nobody_reading_is_no_traceback(terminal: Terminal) -> None:
    process = terminal.start("stores")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_file_option_does_not_swallow_the_next_option(terminal: Terminal) -> None:
    told = terminal("export", ALMA, "-o", "--json", code=2)
    assert "--json is an option, not a file" in told.err
    assert not (terminal.folder / "--json").exists()


@pytest.mark.postgres
def test_the_same_story_on_postgresql(tmp_path: Path, new_live: Any) -> None:
    live = new_live("postgres")
    live.run(POSTGRES_SHOP)
    terminal = Terminal(tmp_path)
    mapped = alone(terminal("map", f"shop={live.url}", "--json"))
    assert len(mapped["credentials"]) == 1
    told = alone(terminal("find", ALMA, "--json"))
    rows = {m["dataset"]: m["row"] for m in told["matches"]}
    assert rows["customer"]["id"] == "00000000-0000-4000-8000-000000000001"
    assert rows["customer"]["born"] == "1871-02-03"
    assert rows["customer"]["photo"] == {"bytes": 3, "base64": "AP8Q"}
    assert rows["orders"]["amount"] == "0.1000"  # to the digit
    assert rows["orders"]["paid_at"].startswith("2024-01-02T03:04:05")
    others = [n for n in told["not_searched"] if n["what"] == "shop.other databases"]
    assert len(others) == 1
    plan = alone(terminal("erase", ALMA, "--dry-run", "--sql", "--json"))
    done = alone(terminal("erase", ALMA, "--yes", "--json"))
    assert done["erased"] == sum(s["rows"] for s in plan["plan"] if s["action"] == "erase") > 0
    assert done["statements"] > plan["statements"]
    assert live.query("SELECT count(*) FROM customer WHERE email = 'alma@example.dk'") == [(0,)]


def test_a_store_that_refuses_while_we_read_stops_nothing_half_way(terminal: Terminal) -> None:
    path = terminal.folder / "shop.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 3 :] = b"\xff" * (len(data) - 4096 * 3)  # the catalogue stands, the rows are torn
    path.write_bytes(data)
    told = terminal("find", ALMA, "--json", code=2).json
    assert told["error"]["place"].startswith("shop")
    assert (
        "Nothing was changed" in told["error"]["remedy"] or "Nothing was written" in told["error"]["remedy"]
    )
