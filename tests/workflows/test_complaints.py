"""A certificate sends people to the authority that the notice names; where nothing names one, to the one of their own country."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from after_world import ALMA, Company
from notice_bakery import workshop

from live import Live

IRISH = "authority.name: Tilsynet i Irland"


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def page(company: Company) -> str:
    (path,) = (company.home / "certificates").glob("*.html")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("head", "said", "unsaid"),
    [
        (IRISH, ["klage til Tilsynet i Irland, eller til tilsynsmyndigheden"], ["Datatilsynet", "Californien"]),
        (
            f"{IRISH}\n  authority.website: irland.example\n  california.authority: Tilsynet i Californien",
            ["klage til Tilsynet i Irland (irland.example), eller", "Bor du i Californien, kan du klage til Tilsynet i Californien."],
            ["Datatilsynet"],
        ),
        (None, ["klage til tilsynsmyndigheden i det EU-land"], ["Datatilsynet", "Tilsynet i Irland", "Californien"]),
        ("authority.name: [", ["klage til tilsynsmyndigheden i det EU-land"], ["Datatilsynet"]),
    ],
    ids=["named", "California too", "no notice", "a notice that cannot be read"],
)  # fmt: skip
def test_the_certificate_names_whom_the_notice_names(
    company: Company, head: str | None, said: list[str], unsaid: list[str]
) -> None:
    if head is not None:
        notice = workshop(company.folder / "notice") / "notice.yaml"
        text = notice.read_text(encoding="utf-8")
        assert "authority.name: Datatilsynet" in text
        notice.write_text(text.replace("authority.name: Datatilsynet", head), encoding="utf-8")
    company.erase(ALMA)
    told = page(company)
    assert [words for words in said if words not in told] == []
    assert [words for words in unsaid if words in told] == []
