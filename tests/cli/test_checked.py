"""Promises from a shell: check, status, attest; exit codes, both languages, and what --json holds."""

from __future__ import annotations

import sqlite3
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from terminal import Terminal

NOTICE = {
    "notice.yaml": "notice: 1\nid: shop\nlanguages: [da, en]\ncategories:\n  account: {da: Konto, en: Account, fields: [email]}\n",
    "promises.yaml": (
        "- id: P2\n  kind: S\n  control: {name: drift}\n"
        "- id: P41\n  kind: D\n  control: {name: attested, parameters: {what: sharing is off}}\n"
        "- id: P71\n  kind: C\n  control: {name: consent}\n"
    ),
    "da.md": "# Erklæring\n\nKortet dækker alt. {P2}\nDeling er slået fra, <b>altid</b>. {P41}\nKun med samtykke. {P71}\nTak. {none}\n",
    "en.md": "# Notice\n\nThe map covers everything. {P2}\n"
    "Sharing is off, <b>always</b>. {P41}\nOnly with consent. {P71}\nThank you. {none}\n",
}
DRIFT = "CREATE TABLE calls (id INTEGER PRIMARY KEY, phone TEXT)"


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    folder = terminal.folder / "notice"
    folder.mkdir()
    for name, text in NOTICE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return terminal


def alter(shop: Terminal, sql: str) -> None:
    with sqlite3.connect(shop.folder / "shop.sqlite") as db:
        db.execute(sql)


def test_a_broken_control_is_seen_and_mended(shop: Terminal) -> None:
    told = shop("check", "--json").json
    assert [(one["id"], one["status"]) for one in told["promises"]] == [
        ("P2", "kept"),
        ("P41", "stale"),
        ("P71", "unbound"),
    ]
    for one in told["promises"][0]["checks"]:
        assert {"name", "polarity", "kind", "verdict", "collected", "expires"} <= one.keys()
        assert one["collected"] < one["expires"]
    alter(shop, DRIFT)
    out = shop("check", "P2", code=1).out
    assert "broken" in out
    assert "the map does not cover the stores: shop.calls" in out
    assert "Broken: 1" in out
    assert "brudt" in shop("check", "P2", code=1, TROTH_LANGUAGE="da").out
    assert shop("status", code=1).out.count("!  broken") == 1
    alter(shop, "DROP TABLE calls")
    assert "Broken: 0" in shop("check", "P2").out
    assert "+  kept" in shop("status", "P2").out


def test_the_notice_is_shown_with_its_lights(shop: Terminal) -> None:
    shop("check")
    english, danish = shop("status").out, shop("status", TROTH_LANGUAGE="da").out
    assert "The map covers everything. (P2)" in english
    assert "Kortet dækker alt. (P2)" in danish
    for word in ("kept", "stale", "unbound"):
        assert word in english
    for word in ("holdt", "forældet", "ubundet"):
        assert word in danish
    one = shop("status", "P2").out
    for words in (
        "Control: drift",
        "drift.seen (live, negative): holds",
        "entry 0",
        "1 time",
        "troth ledger verify",
    ):
        assert words in one
    assert "waits for consent and objection" in shop("status", "P71").out


def test_a_persons_word(shop: Terminal) -> None:
    said = ("attest", "P41", "--by", "Olga Holm", "--says", "I looked at the settings", "--until")
    told = shop(*said, "2099-01-01", "--json", code=2).json
    assert told["error"]["place"] == "--until"
    until = "2028-01-01"
    assert "Noted for P41" in shop(*said, until).out
    assert "attested" in shop("status", "P41").out
    assert "Olga Holm" in shop("status", "P41").out
    assert shop("status", "P41", "--json").json["status"] == "attested"


def test_a_store_that_cannot_be_asked_is_not_green(shop: Terminal) -> None:
    shop("check")
    (shop.folder / "shop.sqlite").rename(shop.folder / "away.sqlite")
    told = shop("check", "P2", "--json", code=2).json
    assert told["promises"][0]["status"] == "stale"
    (shop.folder / "away.sqlite").rename(shop.folder / "shop.sqlite")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (("check", "P99"), "PROMISE"),
        (("status", "P99"), "PROMISE"),
        (("status", "P2", "--html", "x.html"), "--html"),
        (("status", "--html", "nowhere/x.html"), "nowhere/x.html"),
        (("attest", "P2", "--by", "", "--says", "I looked at it", "--until", "2028-01-01"), "--by, --says"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(shop: Terminal, line: tuple[str, ...], place: str) -> None:
    told = shop(*line, "--json", code=2).json
    assert told["error"]["place"] == place
    assert told["error"]["remedy"]


def test_without_a_notice_it_says_so(terminal: Terminal) -> None:
    for command in ("check", "status"):
        assert "docs/notice.md" in terminal(command, code=2).err


class Tags(HTMLParser):
    """The page as a browser would take it apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.seen if tag == name]


def test_the_page_stands_alone(shop: Terminal) -> None:
    shop("check")
    alter(shop, DRIFT)
    shop("check", code=1)
    assert "status.html" in shop("status", "--html", "status.html", code=1).out
    text = (shop.folder / "status.html").read_text(encoding="utf-8")
    page = Tags(text)
    names = [tag for tag, _ in page.seen]
    assert names.count("h1") == 1
    assert names.count("main") == 1
    assert not {"script", "img", "link", "iframe", "form"} & set(names)
    assert not [attributes for _, attributes in page.seen if "style" in attributes or "onclick" in attributes]
    assert not [one for one in page.of("a") if not str(one["href"]).startswith("#")]
    ids = [str(attributes["id"]) for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(one["href"])[1:] for one in page.of("a")} <= set(ids)
    assert page.of("html")[0]["lang"] == "da"
    assert [one["content"] for one in page.of("meta") if one.get("name") == "viewport"] == [
        "width=device-width, initial-scale=1"
    ]
    for words in (
        "brudt",
        "broken",
        "ubundet",
        "unbound",
        "the map does not cover the stores: shop.calls",
        "&lt;b&gt;always&lt;/b&gt;",
    ):
        assert words in text
    assert "<b>" not in text
    levels = [int(tag[1]) for tag in names if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
