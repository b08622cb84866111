"""A row about an erased person is counted and stopped at the import, whatever file it comes in; who it is, is never said."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from after_world import ALMA, Company

from live import KINDS, Live
from troth.terms.errors import UsageError
from troth.workflows.imports import import_guard

LEADS = [
    {"Navn": "Dan Dam", "E-mail": "dan@other.example", "Telefon": "20 99 88 77", "Bemærkning": ""},
    {"Navn": "A. Vind", "E-mail": ALMA.upper(), "Telefon": "", "Bemærkning": ""},  # the address
    {
        "Navn": "Alma  Vind",
        "E-mail": "",
        "Telefon": "+45 20304050",
        "Bemærkning": "",
    },  # number and name agree
    {
        "Navn": "Eva Elm",
        "E-mail": "eva@other.example",
        "Telefon": "20304050",
        "Bemærkning": "",
    },  # a recycled number
    {"Navn": "Alma Vind", "E-mail": "alma.vind@other.example", "Telefon": "", "Bemærkning": ""},  # a namesake
    {"Navn": "Fie Friis", "E-mail": "fie@other.example", "Telefon": "", "Bemærkning": f"kender {ALMA}, ring"},
]
MATCHED = {1, 2, 5}


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    company = Company(new_live("sqlite", "crm"), tmp_path / "company")
    company.erase(ALMA)
    return company


def written(kind: str, folder: Path) -> Path:
    path = folder / f"leads.{kind.partition('-')[0]}"
    if kind.startswith("csv"):
        delimiter, encoding = {
            "csv": (",", "utf-8"),
            "csv-danish": (";", "cp1252"),
            "csv-excel": (";", "utf-8-sig"),
        }[kind]
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, LEADS[0].keys(), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(LEADS)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in LEADS), encoding="utf-8")
    else:
        parquet.write_table(pa.Table.from_pylist(LEADS), path)
    return path


def read(path: Path) -> list[str]:
    """The names of the rows in a file."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            first = file.readline()
            file.seek(0)
            return [row["Navn"] for row in csv.DictReader(file, delimiter=";" if ";" in first else ",")]
    if path.suffix == ".jsonl":
        return [json.loads(line)["Navn"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["Navn"] for row in parquet.read_table(path).to_pylist()]


@pytest.mark.parametrize("kind", ["csv", "csv-danish", "csv-excel", "jsonl", "parquet"])
def test_a_file_is_counted_and_the_others_are_passed_on(company: Company, tmp_path: Path, kind: str) -> None:
    source = written(kind, tmp_path)
    out = tmp_path / f"clean{source.suffix}"
    assert import_guard(company.house(), str(source)) == {"rows": 6, "matched": 3}
    assert import_guard(company.house(), str(source), out) == {"rows": 6, "matched": 3}
    assert read(out) == [row["Navn"] for at, row in enumerate(LEADS) if at not in MATCHED]
    assert import_guard(company.house(), str(out)) == {"rows": 3, "matched": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_counted(company: Company, new_live: Callable[..., Live], kind: str) -> None:
    source = new_live(kind, "import")
    source.run(
        "CREATE TABLE lead (id INTEGER PRIMARY KEY, navn VARCHAR(80), email VARCHAR(80), tlf VARCHAR(20));"
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, txt VARCHAR(80)); INSERT INTO thing VALUES (1, 'a kite');"
        f"INSERT INTO lead VALUES (1, 'Dan Dam', 'dan@other.example', NULL), (2, NULL, '{ALMA}', NULL),"
        "(3, 'Alma Vind', NULL, '20304050');"
    )
    assert import_guard(company.house(), source.url) == {"rows": 4, "matched": 2}


def test_who_came_back_may_be_imported(company: Company, tmp_path: Path) -> None:
    company.live.run(f"INSERT INTO person VALUES (7, '{ALMA}', 'Alma Vind', NULL)")
    company.later(hours=1)
    assert company.due()["rechecks"][0]["returned"] == 1
    assert import_guard(company.house(), str(written("csv", tmp_path)))["matched"] == 0


def test_rows_with_more_cells_than_heads_are_looked_into(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(f"a,b\n1,2,{ALMA}\n1\n\n", encoding="utf-8")
    assert import_guard(company.house(), str(path)) == {"rows": 2, "matched": 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("leads.txt", "x", "no file we can read"),
        ("missing.csv", None, "cannot be read"),
        ("broken.jsonl", '{"a": 1}\nnot json\n', "no JSON object"),
        ("broken.parquet", "PAR1", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message_without_a_value(
    company: Company, tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as fault:
        import_guard(company.house(), str(tmp_path / name))
    assert "not json" not in str(fault.value)


def test_a_file_is_never_written_over_itself(company: Company, tmp_path: Path) -> None:
    source = written("csv", tmp_path)
    with pytest.raises(UsageError, match="the file itself"):
        import_guard(company.house(), str(source), source)


def test_without_a_state_it_says_so(company: Company, tmp_path: Path, new_live: Callable[..., Live]) -> None:

    company.settings["home"] = tmp_path / "nowhere"
    with pytest.raises(UsageError, match="nobody can know who was erased"):
        import_guard(company.house(), str(written("csv", tmp_path)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("float.csv", "Navn,Telefon\nAlma Vind,20304050.0\nDan Dam,20304051.0\n"),
        ("science.csv", "Navn,Telefon\nAlma Vind,4.520304050E+09\n"),
        ("remark.csv", "Navn,Telefon,Bem\nAlma Vind,,ring 20 30 40 50\n"),
        ("twice.csv", "Navn,Telefon,Telefon\nAlma Vind,20304050,\n"),
        ("wide.csv", f"navn,email\nx,{'y' * 140_000} {ALMA}\n"),
        ("later.jsonl", '{"a":1}\n{"navn":"Alma Vind","telefon":"20304050"}\n'),
        ("nested.jsonl", '{"p":{"navn":"Alma Vind","telefon":20304050.0}}\n'),
        ("listed.jsonl", '{"navn":"Alma Vind","telefon":["1","20304050"]}\n'),
        (
            "people.jsonl",
            '{"of":[{"navn":"Bo Holm","telefon":"1"},{"navn":"Alma Vind","telefon":"20304050"}]}\n',
        ),
    ],
)
def test_whatever_shape_the_row_has(company: Company, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert import_guard(company.house(), str(tmp_path / name))["matched"] == 1


def test_marks_of_two_people_in_one_line_are_not_one_person(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text('{"of":[{"navn":"Alma Vind","telefon":"1"},{"navn":"Bo Holm","telefon":"20304050"}]}\n')
    assert import_guard(company.house(), str(path))["matched"] == 0


def test_a_file_in_utf_16_is_read_and_bytes_are_not(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(f"navn,email\nx,{ALMA}\n", encoding="utf-16")
    assert import_guard(company.house(), str(path))["matched"] == 1
    path.write_bytes(f"navn,email\nx,{ALMA}\n".encode("utf-16-le"))
    with pytest.raises(UsageError, match="cannot be read"):
        import_guard(company.house(), str(path))


@pytest.mark.parametrize("first", [f"Alma Vind,{ALMA}", "Alma Vind,+45 20304050"])
def test_a_first_line_that_is_no_headings_is_refused(company: Company, tmp_path: Path, first: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(f"{first}\nDan Dam,1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no line of headings") as fault:
        import_guard(company.house(), str(path), tmp_path / "out.csv")
    assert "Alma" not in str(fault.value)
    assert not (tmp_path / "out.csv").exists()


def test_columns_of_one_name_are_passed_on_and_half_a_file_is_not(company: Company, tmp_path: Path) -> None:
    source, out = tmp_path / "leads.csv", tmp_path / "out.csv"
    source.write_bytes(b"navn,tlf,tlf\nDan Dam,1,2\n")
    import_guard(company.house(), str(source), out)
    assert out.read_text().splitlines() == ["navn,tlf,tlf", "Dan Dam,1,2"]
    source.write_bytes(b"navn,tlf,tlf\nEva Elm,1,2\n" * 9_000 + b"\xe6,1,2\n")
    with pytest.raises(UsageError, match="cannot be read"):
        import_guard(company.house(), str(source), out)
    assert "Dan Dam" in out.read_text()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".o")] == []
