"""The register of backups from a shell: exit codes, both languages, stdin, and what --json holds."""

from __future__ import annotations

import shutil
import subprocess

from terminal import TROTH, Terminal

SAID = ("--system", "shop", "--reader", "role:dba", "--keep", "9000d", "--guarded")


def test_a_backup_from_add_to_forget(terminal: Terminal) -> None:
    told = terminal(
        "backup", "add", "one", "--taken", "2026-01-02", "--encrypted", "age", *SAID, "--json"
    ).json
    assert told == {"added": 1, "known": 0, "gone": 0, "receipts_withdrawn": 0}
    assert "isolated" in terminal("backup", "list").out
    assert "isoleret" in terminal("backup", "list", TROTH_LANGUAGE="da").out
    found = terminal("backup", "check", "--json", code=3).json
    assert {one["id"] for one in found["findings"]} == {"backup.B001", "backup.B007", "backup.B009"}
    danish = terminal("backup", "check", code=3, TROTH_LANGUAGE="da").out
    assert "systemets nyeste backup er for gammel" in danish
    assert "A restore drill of shop is due" in terminal("due").out
    assert "1 gone" in terminal("backup", "forget", "one").out
    assert terminal("backup", "list", "--json").json == {"backups": []}


def test_what_is_wrong_is_said_with_its_place_and_a_remedy(terminal: Terminal) -> None:
    for line, place in (
        (("backup", "forget", "one"), "NAME"),
        (("backup", "read", "tape", "-", *SAID), "KIND"),
        (("backup", "read", "restic", "missing.json", *SAID), "LISTING"),
        (("backup", "add", "one", "--taken", "2026-01-02T10:00", *SAID), "--taken"),
        (("canary",), "troth canary"),
    ):
        told = terminal(*line, "--json", code=2).json
        assert told["error"]["place"] == place
        assert told["error"]["remedy"]


def test_a_listing_comes_by_stdin(terminal: Terminal) -> None:
    listing = '[{"time": "2026-01-02T03:00:00Z", "id": "aa11", "hostname": "vault"}]'
    done = subprocess.run(
        [TROTH, "backup", "read", "restic", "-", *SAID], input=listing, cwd=terminal.folder, text=True,
        capture_output=True, check=False, env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 new" in done.stdout
    (one,) = terminal("backup", "list", "--json").json["backups"]
    assert (one["name"], one["isolated"]) == ("aa11", True)


def test_a_recipe_a_drill_and_a_final_receipt_from_a_shell(terminal: Terminal) -> None:
    vault = terminal.folder / "vault"
    vault.mkdir()
    shutil.copyfile(terminal.folder / "shop.sqlite", vault / "shop-1.sqlite")
    (vault / "beside").mkdir()
    told = terminal("backup", "read", "folder", str(vault), *SAID, "--took", "1h").out
    assert "1 new" in told
    assert "folders or links" in told
    assert "from now on" in terminal("backup", "recipe", "shop", "--dump", f"{vault}/shop-*").out
    terminal("erase", "alma@example.dk", "--yes")
    out = terminal("due", TROTH_LANGUAGE="da").out
    assert "Øvelsen lykkedes: shop" in out
    assert terminal("backup", "recipe", "shop", "--none", "--json").json == {"system": "shop", "recipe": None}
    (vault / "shop-1.sqlite").unlink()
    terminal("backup", "forget", "shop-1.sqlite")
    told = terminal("due", "--json").json["backups"]
    assert told["final_receipts"] == 1
    (path,) = told["receipts"]
    key = (terminal.folder / ".troth" / "troth.pub").read_text().strip()
    told = terminal("verify", path, "--key", key, "--about", "alma@example.dk").out
    assert "in no registered backup" in " ".join(told.split())
    danish = terminal("verify", path, "--key", key, TROTH_LANGUAGE="da").out
    assert "ikke i nogen registreret sikkerhedskopi" in " ".join(danish.split())
    terminal("verify", path, "--key", key, "--about", "bent@example.dk", code=1)


def test_a_recipe_that_cannot_be_done_is_refused(terminal: Terminal) -> None:
    for line, place in (
        (("shop",), "troth backup recipe"),
        (("store", "--dump", "/x/*"), "SYSTEM"),
        (("shop", "--dump", "x/*"), "--dump"),
        (("shop", "--command", "/no/such"), "--command"),
        (("shop", "--dump", "/x/*", "--within", "long"), "--within"),
        (("shop", "--none"), "SYSTEM"),
    ):
        assert terminal("backup", "recipe", *line, "--json", code=2).json["error"]["place"] == place
