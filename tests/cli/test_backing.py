"""The register of backups from a shell: exit codes, both languages, stdin, and what --json holds."""

from __future__ import annotations

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
