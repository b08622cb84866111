"""What is not in a listing is called gone only where the listing can be the same one again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from after_world import Company

from live import Live
from troth.terms.errors import UsageError
from troth.workflows.backups import Said, add, listing, read

SAID = Said(("crm",), "", "", ("role:dba",), "30d", True)


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def restic(company: Company, folder: Path, *names: str, **told: Any) -> dict[str, Any]:
    file = folder / "snapshots.json"
    file.write_text(json.dumps([{"time": "2026-02-28T03:00:00Z", "id": name} for name in names]))
    return read(company.house(), "restic", str(file), SAID, **told)


def names(company: Company) -> list[str]:
    return sorted(one["name"] for one in listing(company.house())["backups"])


def test_a_second_repository_is_not_the_first_without_its_backups(small: Company, tmp_path: Path) -> None:
    restic(small, tmp_path, "a1", "a2")
    with pytest.raises(UsageError, match="shows none of the 2 backups") as told:
        restic(small, tmp_path, "b1")
    assert "--repository" in str(told.value.remedy)
    assert names(small) == ["a1", "a2"]
    assert restic(small, tmp_path, "b1", repository="offsite")["added"] == 1
    assert restic(small, tmp_path, "a2", "a3")["gone"] == 1
    assert names(small) == ["a2", "a3", "b1"]


def test_a_folder_has_one_name_however_it_is_written_and_says_what_it_did_not_look_at(
    small: Company, tmp_path: Path
) -> None:
    vault = tmp_path / "vault"
    (vault / "base").mkdir(parents=True)
    (vault / "crm.dump").write_bytes(b"PGDMP")
    (vault / "linked.dump").symlink_to(vault / "crm.dump")
    os.mkfifo(vault / "pipe")
    stamp = small.clock[0].timestamp()
    os.utime(vault / "crm.dump", (stamp, stamp))
    told = read(small.house(), "folder", str(vault), SAID)
    assert (told["added"], told["skipped"]) == (1, 3)
    (tmp_path / "other").symlink_to(vault)
    for again in (f"{vault}/", f"{vault}/base/..", str(tmp_path / "other")):
        told = read(small.house(), "folder", again, SAID)
        assert (told["added"], told["known"], told["skipped"]) == (0, 1, 3)
    told = read(small.house(), "folder", str(vault), SAID, pattern="crm*")
    assert told["skipped"] == 0


def test_what_is_too_long_to_be_kept_is_refused(small: Company) -> None:
    moment = small.clock[0].isoformat()
    for said in (Said(("crm",), "x" * 401), Said(("crm",), "", "x" * 81)):
        with pytest.raises(UsageError, match="too long"):
            add(small.house(), "tape", moment, said)
    assert names(small) == []
