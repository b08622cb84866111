"""A person who asks for their data gets a folder that is whole, theirs alone, safe to open, and says what it lacks."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from troth.documents.export import DatasetInfo, ExportWriter, FieldInfo
from troth.documents.export_shape import grouped
from troth.terms.errors import TrothError, UsageError

ISSUED = datetime(2026, 11, 22, 18, tzinfo=UTC)
EVIL = "\"><script>alert('x')</script>&\x00\ud800<!--"


def fields(**categories: str) -> tuple[FieldInfo, ...]:
    return tuple(FieldInfo(name, category) for name, category in categories.items())


def info(
    system: str, dataset: str, *, why: str = "", hidden: tuple[str, ...] = (), **categories: str
) -> DatasetInfo:
    return DatasetInfo(system, dataset, "owns", fields(**categories), why, 0, hidden)


def writer(folder: Path, **changes: Any) -> ExportWriter:
    cover: dict[str, Any] = {
        "about": [("email", "a•••@e•••.dk")],
        "issued": ISSUED,
        "controller": "Nordlys",
        "not_searched": [("legacy_mailer", "not in the map")],
        "questions": [
            {"id": "map.Q004", "place": "crm.notes", "text": "Whose is it?", "remedy": "troth map --accept"}
        ],
    }
    return ExportWriter(folder, **(cover | changes))


def export(
    folder: Path, *parts: tuple[DatasetInfo, list[dict[str, object]]], **changes: Any
) -> dict[str, Any]:
    with writer(folder, **changes) as out:
        for dataset, rows in parts:
            out.dataset(dataset)
            for number, cells in enumerate(rows):
                out.row({"id": number}, cells, "owns")
    loaded: dict[str, Any] = json.loads((folder / "data.json").read_text("utf-8"))
    return loaded


def index(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def test_the_index_tells_by_subject_what_was_found_and_why_it_is_kept(tmp_path: Path, read: Any) -> None:
    customers = info(
        "crm", "customers", why="To deliver.", hidden=("seller",), name="full_name", mail="email", town="city"
    )
    invoices = info("billing", "invoices", why="Bookkeeping.", total="amount", at="date", street="street")
    export(
        tmp_path / "out",
        (customers, [{"name": "Alice Kjær", "mail": "alice@example.dk", "town": "Ribe"}]),
        (
            invoices,
            [{"total": Decimal("12.50"), "at": date(2024, 1, i + 1), "street": "Gade 1"} for i in range(3)],
        ),
        (info("crm", "calls"), []),
    )
    page = read(index(tmp_path / "out"))
    for lang, own in (
        ("da", ["Hvem du er", "Adresser og steder", "Hvad du har købt og betalt", "Her ledte vi ikke", "4 rækker i 2 datasæt",
                "står ikke i datakortet", "E-mailadresse", "Tilbageholdt", "22. november 2026 kl. 18.00 UTC"]),
        ("en", ["Who you are", "Addresses and places", "What you bought and paid", "Where we did not look",
                "4 rows in 2 datasets", "not in the map", "E-mail address", "Withheld", "22 November 2026, 18:00 UTC"]),
    ):  # fmt: skip
        told = " ".join(page.texts[lang].split())
        facts = ["Nordlys", "a•••@e•••.dk", "Alice Kjær", "alice@example.dk", "Ribe", "12.50", "2024-01-03", "Gade 1", "To deliver.",
                 "Bookkeeping.", "seller", "calls", "legacy_mailer", "Whose is it?", "map.Q004", "data.json", "EU", "77"]  # fmt: skip
        assert [fact for fact in [*own, *facts] if fact not in told] == []
        assert "Datatilsynet" not in told, "no notice names it"
        assert told.index("Alice Kjær") < told.index("Ribe") < told.index("12.50"), "by subject, not by table"


def test_data_json_keeps_types_and_whole_texts(tmp_path: Path) -> None:
    long = "æ" * 5000
    cells: dict[str, object] = {
        "dec": Decimal("1.10"), "day": date(2024, 2, 29), "at": datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC), "clock": time(9, 30),
        "id": UUID(int=7), "yes": True, "none": None, "int": 2**70, "float": 0.5, "nan": float("nan"), "text": long, "evil": EVIL,
        "json": {"a": [1, None, {"b": Decimal("2")}]}, "span": timedelta(hours=1), "list": ("x", b"\x00"), "set": {"b", "a"},
    }  # fmt: skip
    data = export(tmp_path / "out", (info("s", "d", **dict.fromkeys(cells, "unknown")), [cells]))
    row = data["datasets"][0]["rows"][0]
    assert row["key"] == {"id": 0}
    assert row["relation"] == "owns"
    assert row["cells"] == {
        "dec": "1.10", "day": "2024-02-29", "at": "2024-02-29T01:02:03+00:00", "clock": "09:30:00",
        "id": str(UUID(int=7)), "yes": True, "none": None, "int": 2**70, "float": 0.5, "nan": "nan", "text": long, "evil": EVIL,
        "json": {"a": [1, None, {"b": "2"}]}, "span": "1:00:00", "list": ["x", {"file": "files/000001-d.list.bin"}], "set": ["a", "b"],
    }  # fmt: skip
    html = index(tmp_path / "out")
    assert long not in html
    assert "5.000 tegn" in html
    assert "5,000 characters" in html


def test_the_shape_of_data_json(tmp_path: Path) -> None:
    data = export(
        tmp_path / "out", (info("s", "d", why="w", hidden=("h",), mail="email", odd="never_heard_of"), [])
    )
    assert data["format"] == "troth-export/1"
    assert data["issued"] == "2026-11-22T18:00:00+00:00"
    assert data["about"] == [{"kind": "email", "masked": "a•••@e•••.dk"}]
    assert data["not_searched"] == [{"what": "legacy_mailer", "reason": "not in the map"}]
    assert data["open_questions"][0]["id"] == "map.Q004"
    assert data["totals"] == {"rows": 0, "datasets": 1, "files": 0}
    assert data["datasets"] == [
        {
            "system": "s", "dataset": "d", "relation": "owns", "why": "w", "hidden": ["h"],
            "fields": [{"name": "mail", "category": "email", "dpv": "pd:EmailAddress"},
                       {"name": "odd", "category": "never_heard_of", "dpv": ""}],
            "rows": [], "count": 0,
        }
    ]  # fmt: skip


def test_nothing_a_row_or_a_map_says_becomes_markup(tmp_path: Path, read: Any) -> None:
    dataset = DatasetInfo(EVIL, EVIL, "owns", fields(**{EVIL: "email", "b": "unknown"}), EVIL, 1, (EVIL,))
    for rows in (1, 3, 30):
        folder = tmp_path / str(rows)
        with writer(folder, controller=EVIL, about=[(EVIL, EVIL)], not_searched=[(EVIL, EVIL)],
                    questions=[dict.fromkeys(("id", "place", "text", "remedy"), EVIL)]) as out:  # fmt: skip
            out.dataset(dataset)
            for _ in range(rows):
                out.row({EVIL: EVIL}, {EVIL: EVIL, "b": {EVIL: EVIL}}, EVIL)
        for path in folder.rglob("*.html"):
            assert "alert('x')" in read(path.read_text("utf-8")).texts["en"]
            assert path.resolve().is_relative_to(folder.resolve())
        json.loads((folder / "data.json").read_text("utf-8"))


def test_many_rows_are_paged_and_every_page_can_be_reached(tmp_path: Path, read: Any) -> None:
    rows: list[dict[str, object]] = [{"n": f"cell {i}", "ok": True} for i in range(1001)]
    data = export(tmp_path / "out", (info("crm", "events", why="To see.", n="free_text", ok="status"), rows))
    assert data["datasets"][0]["count"] == len(data["datasets"][0]["rows"]) == 1001
    assert "cell 7<" not in index(tmp_path / "out")
    pages = sorted((tmp_path / "out" / "pages").iterdir())
    assert [page.name for page in pages] == [f"crm.events-000{n}.html" for n in (1, 2, 3)]
    seen = []
    for path in pages:
        page = read(path.read_text("utf-8"))
        seen += page.texts["da"].split("cell ")[1:]
        for link in page.all("a"):
            target = (link["href"] or "").partition("#")[0]
            assert not target or (path.parent / target).resolve().is_file()
    assert [int(words.split()[0]) for words in seen] == list(range(1001))
    html = pages[1].read_text("utf-8")
    assert 'rel="prev"' in html
    assert 'href="crm.events-0003.html#en" rel="next"' in html
    assert 'rel="next"' not in pages[2].read_text("utf-8")
    assert 'href="pages/crm.events-0001.html"' in index(tmp_path / "out")


def test_twenty_rows_stand_on_the_index_and_one_more_does_not(tmp_path: Path) -> None:
    for count, paged in ((20, False), (21, True)):
        folder = tmp_path / str(count)
        export(folder, (info("s", "d", n="free_text"), [{"n": f"cell {i}"} for i in range(count)]))
        assert bool(list((folder / "pages").iterdir())) is paged
        assert ("cell 19<" in index(folder)) is not paged


def test_bytes_become_files_named_by_number_and_place_only(tmp_path: Path) -> None:
    contents = {
        "png": b"\x89PNG\r\n\x1a\nabc", "jpg": b"\xff\xd8\xff\xe0", "pdf": b"%PDF-1.7", "gif": b"GIF89a..", "bin": b"<html><script>",
    }  # fmt: skip
    rows: list[dict[str, object]] = [{"x": content} for content in contents.values()]
    data = export(tmp_path / "out", (info("s", "../../etc", x="photo"), [*rows, {"x": memoryview(b"")}]))
    files = [row["cells"]["x"]["file"] for row in data["datasets"][0]["rows"]]
    assert files == [f"files/00000{n}-etc.x.{kind}" for n, kind in enumerate([*contents, "bin"], 1)]
    for file, content in zip(files, [*contents.values(), b""], strict=True):
        assert (tmp_path / "out" / file).read_bytes() == content
        assert f'href="{file}"' in index(tmp_path / "out")
    assert data["totals"]["files"] == 6


def test_names_that_look_alike_as_files_get_files_of_their_own(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"n": i} for i in range(21)]
    names = ["Orders", "orders", "a/b", "a-b", ".", "x" * 300]
    export(tmp_path / "out", *((info("s", name, n="quantity"), rows) for name in names))
    assert len(list((tmp_path / "out" / "pages").iterdir())) == len(names)
    assert max(len(path.name) for path in (tmp_path / "out" / "pages").iterdir()) < 150


def test_only_its_owner_can_read_an_export(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    export(folder, (info("s", "d", x="photo"), [{"x": b"%PDF-"}] * 21))
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert list(folder.parent.iterdir()) == [folder], "nothing is left beside it"


def test_half_an_export_never_stands_in_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    out = writer(folder)
    out.dataset(info("s", "d", n="quantity"))
    for i in range(30):
        out.row({"id": i}, {"n": i}, "owns")
    assert not folder.exists()
    out.abandon()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TrothError), writer(folder) as failing:
        failing.row({"id": 1}, {}, "owns")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_export_is_replaced_and_nothing_else_ever(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    export(folder, (info("s", "d", x="photo"), [{"x": b"old"}]))
    export(folder, (info("s", "e", n="quantity"), [{"n": 1}]))
    assert list((folder / "files").iterdir()) == []
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds more than an earlier export"):
        writer(folder)
    assert (folder / "mine.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("occupy", ["file", "link", "other json", "no json"])
def test_a_place_that_is_not_ours_is_refused(tmp_path: Path, occupy: str) -> None:
    folder = tmp_path / "out"
    makers: dict[str, Callable[[], object]] = {
        "file": lambda: folder.write_text(""),
        "link": lambda: folder.symlink_to(tmp_path),
        "other json": lambda: (folder.mkdir(), (folder / "data.json").write_text('{"format": "else"}')),
        "no json": lambda: (folder.mkdir(), (folder / "index.html").write_text("")),
    }
    makers[occupy]()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError):
        writer(folder)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_filled_while_we_wrote_is_not_overwritten(tmp_path: Path) -> None:
    out = writer(tmp_path / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "theirs").write_text("")
    with pytest.raises(UsageError):
        out.close()
    out.abandon()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "theirs"]


def test_a_withheld_cell_cannot_slip_in(tmp_path: Path) -> None:
    out = writer(tmp_path / "out")
    with pytest.raises(TrothError, match="before its dataset"):
        out.row({"id": 1}, {}, "owns")
    out.dataset(info("s", "d", hidden=("seller",), n="quantity"))
    with pytest.raises(TrothError, match="not among"):
        out.row({"id": 1}, {"n": 1, "seller": "Sam"}, "owns")
    out.abandon()


def test_a_row_of_somebody_elses_says_so_and_a_missing_cell_too(tmp_path: Path, read: Any) -> None:
    with writer(tmp_path / "out") as out:
        out.dataset(info("s", "d", a="free_text", b="free_text"))
        out.row({"id": b"\x01\xff"}, {"a": "mine"}, "owns")
        out.row({"id": 2}, {"a": "", "b": None}, "accesses")
    told = " ".join(read(index(tmp_path / "out")).texts["en"].split())
    assert "2 somebody else's, open to you" in told
    assert "01ff mine (not shown)" in told
    assert "(empty) –" in told


def test_close_counts_and_can_be_called_again(tmp_path: Path) -> None:
    out = writer(tmp_path / "out")
    out.dataset(info("s", "d", x="photo"))
    out.row({"id": 1}, {"x": b"1"}, "owns")
    assert out.close() == out.close() == {"rows": 1, "datasets": 1, "files": 1}
    out.abandon()
    assert (tmp_path / "out" / "index.html").exists()


def test_with_nothing_found_and_nothing_open_the_index_says_so(tmp_path: Path, read: Any) -> None:
    export(tmp_path / "out", (info("s", "d", x="photo"), []), not_searched=[], questions=[], controller="us")
    page = read(index(tmp_path / "out"))
    assert "We found no data about you" in page.texts["en"]
    assert "Not everything is settled" not in page.texts["en"]
    assert "complete" not in page.html


def test_neutral_fields_stay_with_what_their_dataset_is_about() -> None:
    def shape(**categories: str) -> dict[str, list[str]]:
        return {group: [f.name for f in members] for group, members in grouped(fields(**categories)).items()}

    invoice = {"total": "amount", "a": "street", "b": "city", "c": "country", "at": "date", "id": "key"}
    assert shape(**invoice) == {"where": ["a", "b", "c"], "paid": ["total", "at"], "technical": ["id"]}
    person = {"n": "full_name", "m": "email", "note": "free_text", "since": "date", "odd": "never_heard_of"}
    assert shape(**person) == {"who": ["n", "m", "since", "odd"], "did": ["note"]}
    assert shape(ip="ip_address", at="date") == {"technical": ["ip", "at"]}
    assert shape(x="unknown") == {"did": ["x"]}
