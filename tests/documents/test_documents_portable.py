"""A copy in a form to move is whole or not there, and no spreadsheet runs anything of it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from troth.documents.portable import LeftOut, PortableWriter
from troth.terms.bilingual import Both
from troth.terms.errors import TrothError, UsageError

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEFT = (LeftOut("crm.score", ("score",), Both("Vi har lavet det.", "We made it.")),)


def writer(folder: Path, left_out: Any = LEFT) -> PortableWriter:
    return PortableWriter(folder, issued=AT, controller="Nordlys & Sønner", left_out=left_out)


def test_values_are_exact_in_json_and_harmless_in_csv(tmp_path: Path, read: Any) -> None:
    texts = ["=1+1", "@SUM(A1)", "-2+cmd|' /C calc'!A0", "+45 00 00 00 00", "-12,5", "a\nb", "", "<b>", "\tx"]
    with writer(tmp_path / "out") as out:
        out.dataset("crm", "note", ["id", "text", "blob"])
        for n, text in enumerate(texts):
            out.row({"id": n, "text": text, "blob": b"%PDF-x" if n == 0 else None})
    data = json.loads((tmp_path / "out/data.json").read_text(encoding="utf-8"))
    (dataset,) = data["datasets"]
    assert [row["text"] for row in dataset["rows"]] == texts
    assert dataset["rows"][0]["blob"]["file"].endswith(".pdf")
    with (tmp_path / "out/tables/crm.note.csv").open(encoding="utf-8", newline="") as file:
        cells = [line["text"] for line in csv.DictReader(file)]
    assert cells == [
        "'=1+1",
        "'@SUM(A1)",
        "'-2+cmd|' /C calc'!A0",
        "+45 00 00 00 00",
        "-12,5",
        "a\nb",
        "",
        "<b>",
        "'\tx",
    ]
    told = read((tmp_path / "out/index.html").read_text(encoding="utf-8"))
    for lang, why in (("da", "Vi har lavet det."), ("en", "We made it.")):
        assert why in told.texts[lang]
        assert "crm · note" in told.texts[lang]


def test_nothing_is_left_of_a_copy_that_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with writer(tmp_path / "out") as out:
            out.dataset("crm", "note", ["id"])
            out.row({"id": 1, "secret": 2})

    with pytest.raises(TrothError, match="other columns"):
        fail()
    assert not list(tmp_path.iterdir())


def test_two_datasets_of_one_name_have_a_file_each(tmp_path: Path) -> None:
    with writer(tmp_path / "out", ()) as out:
        for name in ("Note", "note"):
            out.dataset("crm", name, ["id"])
            out.row({"id": name})
    assert len(list((tmp_path / "out/tables").iterdir())) == 2
    assert "Intet er udeladt" in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_nobodys_folder_is_written_over(tmp_path: Path) -> None:
    with writer(tmp_path / "out"):
        pass
    with writer(tmp_path / "out"):
        pass  # an earlier such copy
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/data.json").write_text('{"format": "troth-export/1"}', encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        writer(tmp_path / "mine")
