"""The notice from a shell: exit codes, both languages, and what --json holds."""

from __future__ import annotations

import json
import shutil

import pytest
from notice_bakery import PROSE, workshop
from terminal import ALMA, BENT, Terminal


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """The shop with a notice that has no fault, and beside it a version that keeps data longer."""
    for name, keep in (("notice", "P2Y"), ("next", "P3Y")):
        workshop(terminal.folder / name, keep)
    return terminal


def test_a_plain_text_is_held_against_the_law(shop: Terminal) -> None:
    shutil.copyfile(PROSE / "paraphrase.da.md", shop.folder / "old.txt")
    told = shop("notice", "lint", "old.txt", "--json", code=3).json["findings"]
    assert {tuple(one) for one in told} == {
        ("id", "level", "law", "language", "file", "line", "message", "hint")
    }
    (officer,) = [one for one in told if one["id"] == "notice.N103"]
    assert (officer["level"], officer["language"], officer["file"], officer["line"]) == (
        "error",
        "da",
        "old.txt",
        1,
    )
    assert officer["law"].startswith("GDPR Art. 13(1)(b)")
    (kept,) = [one for one in told if one["id"] == "notice.N109"]
    assert (kept["level"], kept["message"].split(":")[0]) == ("warning", "vague or incomplete")
    assert (
        "opbevarer din konto"
        in (shop.folder / "old.txt").read_text(encoding="utf-8").splitlines()[kept["line"] - 1]
    )
    only = shop("notice", "lint", "old.txt", "--law", "us_ca", "--json", code=3).json["findings"]
    assert {one["id"][:9] for one in only} == {"notice.N2"}
    danish = shop("notice", "lint", "old.txt", code=3, TROTH_LANGUAGE="da").out
    assert "mangler: databeskyttelsesrådgiverens kontaktoplysninger" in danish
    assert (
        "missing: how to reach the data protection officer" in shop("notice", "lint", "old.txt", code=3).out
    )


def test_a_folder_without_fault_is_clean(shop: Terminal) -> None:
    assert shop("notice", "lint", "notice", "--json").json == {"findings": []}
    assert "nothing to find fault with" in shop("notice", "lint", "notice").out
    (shop.folder / "notice" / "en.md").write_text("We never bake.\n", encoding="utf-8")
    told = shop("notice", "lint", "notice", "--json", code=3).json["findings"]
    assert {"notice.N001", "notice.N003"} <= {one["id"] for one in told}


def test_a_difference_is_told(shop: Terminal) -> None:
    assert shop("notice", "diff", "notice", "notice", "--json").json == {"material": False, "changes": []}
    told = shop("notice", "diff", "notice", "next", "--json", code=3).json
    assert told["material"] is True
    (change,) = told["changes"]
    assert (change["promise"], change["kind"]) == ("P1", "longer_retention")
    assert "2 years after last_activity → 3 years" in change["why"]
    assert "væsentlig" in shop("notice", "diff", "notice", "next", code=3, TROTH_LANGUAGE="da").out
    assert shop("notice", "diff", "next", "notice", "--json").json["material"] is False


def test_a_version_from_publish_to_activate(shop: Terminal) -> None:
    day = shop.rows("SELECT date('now')")[0][0]
    later = shop.rows("SELECT date('now', '+30 days')")[0][0]
    assert shop("notice", "publish", "notice", "--effective", day, "--json").json["outbox"]["waiting"] == 0
    assert "holds now" in shop("notice", "activate").out
    told = shop("notice", "publish", "next", "--effective", later).out
    assert "3 wait to be told" in told
    assert "Not activated: 3" in shop("notice", "activate", code=4).out
    assert shop("notice", "outbox", "--json").json["outbox"] == [
        {
            "notice": "workshop",
            "number": 2,
            "effective": later,
            "waiting": 3,
            "unreachable": 0,
            "state": "waiting",
        }
    ]
    everything = "".join(
        path.read_text("latin-1") for path in (shop.folder / ".troth").rglob("*") if path.is_file()
    )
    assert ALMA not in everything
    assert shop("notice", "outbox", "--write", "to.csv", "--json").json["written"] == 3
    assert {ALMA, BENT} <= set((shop.folder / "to.csv").read_text(encoding="utf-8").split())
    assert "told, by your word" in shop("notice", "outbox", "--sent", "by e-mail").out
    assert f"it holds from {later} only" in shop("notice", "activate", code=4).out
    assert [one["state"] for one in shop("notice", "versions", "--json").json["versions"]] == [
        "active",
        "published",
    ]
    assert "gælder" in shop("notice", "versions", TROTH_LANGUAGE="da").out
    assert shop("ledger", "verify").code == 0


def test_a_notice_with_faults_is_not_published(shop: Terminal) -> None:
    (shop.folder / "notice" / "en.md").write_text("We never bake.\n", encoding="utf-8")
    later = shop.rows("SELECT date('now', '+30 days')")[0][0]
    told = shop("notice", "publish", "notice", "--effective", later, code=3).out
    assert "Nothing was published." in told
    assert shop("notice", "versions", "--json").json == {"versions": []}


def test_exports_are_written(shop: Terminal) -> None:
    for kind, name in (("ropa30-1", "r.csv"), ("ropa30-1", "r.html"), ("dpv", "d.jsonld")):
        assert shop("notice", "export", kind, "notice", "--to", name, "--json").json == {
            "written": name,
            "findings": [],
        }
    told = shop("notice", "export", "tilt", "notice", "--to", "t.json", "--json", code=3).json
    assert "an empty fact: notice.url" in [one["message"] for one in told["findings"]]
    assert (
        json.loads((shop.folder / "t.json").read_text(encoding="utf-8"))["controller"]["name"]
        == "Lyngby Cykelværksted ApS"
    )


@pytest.mark.parametrize(
    "line",
    [
        ("lint", "nowhere"),
        ("lint", "shop.sqlite"),
        ("lint", "notice", "--language", "da"),
        ("lint", "notice", "--law", "uk"),
        ("diff", "notice", "nowhere"),
        ("publish", "notice", "--effective", "soon"),
        ("outbox", "--sent", "by e-mail"),
        ("outbox", "--sent", "a", "--others", "b"),
        ("activate",),
        ("export", "pdf", "notice", "--to", "x.pdf"),
        ("export", "ropa30-2", "notice", "--to", "x.csv"),
    ],
    ids=" ".join,
)
def test_what_is_wrong_is_said_and_nothing_is_done(shop: Terminal, line: tuple[str, ...]) -> None:
    told = shop("notice", *line, "--json", code=2).json
    assert told["error"]["message"]
    assert not (shop.folder / "x.pdf").exists()
