"""The auditor's steps can be walked: each command of docs/verify.md holds on a shop with one erasure done."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from doc_pages import blocks, page

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), amount INTEGER);
INSERT INTO customer VALUES (1, 'Alma Kvistgren', 'alma@example.dk'), (2, 'Bent Kvistgren', 'bent@example.dk');
INSERT INTO orders VALUES (1, 1, 20), (2, 2, 30);
"""
TROTH = str(Path(sys.executable).with_name("troth"))


def ran(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    command = [TROTH, *shlex.split(line)[1:]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.process
def test_every_command_of_the_page_holds(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as db:
        db.executescript(SHOP)
    shutil.copyfile(tmp_path / "shop.sqlite", tmp_path / "before.sqlite")
    for line in ("troth map shop.sqlite", "troth erase alma@example.dk --yes"):
        done = ran(tmp_path, line)
        assert done.returncode == 0, done.stdout + done.stderr
    (certificate,) = (tmp_path / ".troth" / "certificates").glob("*.json")
    shutil.copyfile(certificate, tmp_path / "CERT.json")
    shutil.copyfile(tmp_path / ".troth" / "troth.pub", tmp_path / "troth.pub")
    shutil.copyfile(tmp_path / "shop.sqlite", tmp_path / "copy.sqlite")
    lines = [line for block in blocks(page("verify.md"), "sh") for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        done = ran(tmp_path, line)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    for line in ("troth absence alma@example.dk --files before.sqlite", "troth absence bent@example.dk"):
        done = ran(tmp_path, line)
        assert done.returncode == 1, ("the steps cannot fail", line, done.stdout, done.stderr)
