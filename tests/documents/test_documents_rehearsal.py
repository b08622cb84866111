"""The bundle's first page lists every part an authority asks for, with its digest, or says that it is missing and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from troth.documents.rehearsal import PARTS, Missing, Piece, Rehearsal, as_json, cover
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

NONE_YET = Missing(
    "breaches",
    Both("der føres intet register endnu", "no register is kept yet"),
    Both("Før et.", "Keep one."),
)
BUNDLE = Rehearsal(
    "Nordlys & Sønner", datetime(2026, 11, 23, 12, tzinfo=UTC), "ledger\n2\nsFodV/v=\n",
    tuple(Piece(name, f"{name}.html", f"{n:064x}", 10, Both(f"indhold {n}", f"content {n}"))
          for n, name in enumerate(PARTS) if name != "breaches"),
    (NONE_YET,), ((Both("Anmodninger", "Requests"), 1204),),
)  # fmt: skip


def test_each_language_tells_every_part_and_what_is_missing(read: Any) -> None:
    page = read(cover(BUNDLE))
    for lang in ("da", "en"):
        told = " ".join(page.texts[lang].split())
        for piece in BUNDLE.pieces:
            for words in (piece.file, piece.digest, getattr(piece.holds, lang)):
                assert words in told
        assert getattr(NONE_YET.why, lang) in told
        assert ("Før et." if lang == "da" else "Keep one.") in told
        assert "Nordlys & Sønner" in told
    assert "1.204" in page.texts["da"]
    assert "1,204" in page.texts["en"]
    assert {one["href"] for one in page.all("a")} >= {piece.file for piece in BUNDLE.pieces}


def test_a_part_that_nobody_speaks_of_is_refused() -> None:
    with pytest.raises(UsageError, match="breaches: a part of the bundle is neither there"):
        cover(replace(BUNDLE, missing=()))
    with pytest.raises(UsageError, match="no such part"):
        cover(replace(BUNDLE, pieces=(*BUNDLE.pieces, replace(BUNDLE.pieces[0], part="luck"))))


def test_what_is_there_and_yet_not_whole_is_both_listed_and_missing(read: Any) -> None:
    told = read(cover(replace(BUNDLE, missing=(NONE_YET, replace(NONE_YET, part="holds"))))).texts["en"]
    assert "holds.html" in told
    assert told.count("no register is kept yet") == 4


def test_words_never_become_markup(read: Any) -> None:
    hostile = "<script>alert(1)</script>"
    bundle = replace(BUNDLE, company=hostile, checkpoint=hostile)
    assert hostile in read(cover(bundle)).texts["da"]


def test_the_list_for_machines_is_the_pages() -> None:
    told: Any = as_json(BUNDLE)
    assert [one["sha256"] for one in told["files"]] == [piece.digest for piece in BUNDLE.pieces]
    assert told["missing"][0]["why"] == {"da": NONE_YET.why.da, "en": NONE_YET.why.en}
