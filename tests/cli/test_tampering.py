"""A certificate or a ledger that was touched anywhere is refused with exit code 1; untouched ones are not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from terminal import Terminal

from troth.cli import run
from troth.main import make_house, web

OTHER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
COMMANDS = cache(typer.main.get_command)  # building all commands takes ten times as long as one of them


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every scalar."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(value: Any) -> Iterator[Any]:
    """Other values in its place, near and far."""
    if isinstance(value, bool) or value is None:
        yield "yes"
    elif isinstance(value, int):
        yield value + 1
    else:
        yield value + "A"
        for at in sorted({0, len(value) // 3, len(value) // 2, len(value) - 1}):
            if 0 <= at < len(value):
                yield value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]


def put(certificate: Any, path: tuple[Any, ...], value: Any) -> str:
    copy = json.loads(json.dumps(certificate))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(copy)


def stored(terminal: Terminal) -> list[list[tuple[Any, ...]]]:
    tables = ("ledger_entry", "ledger_treehash", "ledger_checkpointnote")
    return [terminal.rows(f"SELECT * FROM {table}", ".troth/state.sqlite") for table in tables]


def verify(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> int:
    monkeypatch.setattr(typer.main, "get_command", COMMANDS)
    monkeypatch.setattr(sys, "argv", ["troth", "verify", *arguments])
    code = run(make_house, web)
    capfd.readouterr()
    return code


@pytest.mark.parametrize("pinned", [False, True], ids=["without key", "with key"])
def test_a_change_anywhere_in_a_certificate_is_noticed(
    after: Terminal, pinned: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = after.folder / "certificate.json"
    key = ["--key", str(after.folder / "troth.pub")] if pinned else []
    assert verify(monkeypatch, capfd, str(path), *key) == (0 if pinned else 4)
    certificate = json.loads(path.read_text())
    tried = 0
    for place in leaves(certificate):
        value = certificate
        for step in place:
            value = value[step]
        for other in changed(value):
            path.write_text(put(certificate, place, other))
            expected = 2 if place == ("format",) else 1
            assert verify(monkeypatch, capfd, str(path), *key) == expected, (place, other)
            tried += 1
    assert tried > 100


def test_a_part_too_many_or_too_few_is_noticed(
    after: Terminal, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = after.folder / "certificate.json"
    certificate = json.loads(path.read_text())
    for name in certificate:
        fewer = {key: value for key, value in certificate.items() if key != name}
        path.write_text(json.dumps(fewer))
        assert verify(monkeypatch, capfd, str(path)) == (2 if name == "format" else 1), name
    for more in (
        {**certificate, "note": "all is well"},
        {**certificate, "proof": {**certificate["proof"], "note": ""}},
    ):
        path.write_text(json.dumps(more))
        assert verify(monkeypatch, capfd, str(path)) == 1
    path.write_text(json.dumps({**certificate, "proof": {**certificate["proof"], "key": OTHER}}))
    assert verify(monkeypatch, capfd, str(path)) == 1
    path.write_text(json.dumps(certificate, indent=4))  # another spelling of the same: nothing was changed
    assert verify(monkeypatch, capfd, str(path)) == 4


@pytest.mark.process
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET leaf = replace(leaf, 'receipt', 'recipet')",
        'UPDATE ledger_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), \'"rows":\', \'"rows":1\') AS BLOB) WHERE "index" = 0',
        'DELETE FROM ledger_entry WHERE "index" = 1',
        'DELETE FROM ledger_entry WHERE "index" = (SELECT max("index") FROM ledger_entry)',
        'UPDATE ledger_treehash SET hash = zeroblob(32) WHERE "index" = (SELECT max("index") FROM ledger_treehash)',
        'DELETE FROM ledger_treehash WHERE "index" = 0',
        "UPDATE ledger_checkpointnote SET note = substr(note, 1, length(note) - 40) || 'AAAAAAAAAA' || substr(note, -30)",
        "UPDATE ledger_checkpointnote SET note = 'nothing'",
    ],
)
def test_a_change_anywhere_in_the_ledger_is_noticed(after: Terminal, change: str) -> None:
    assert after("ledger", "verify").code == 0
    before = stored(after)
    after.change(change, ".troth/state.sqlite")
    assert stored(after) != before
    told = after("ledger", "verify", "--json", code=1)
    assert told.json["error"]["message"]
    assert "Traceback" not in told.err
    assert "unforeseen" not in told.err


@pytest.mark.process
def test_a_ledger_begun_anew_does_not_hold_against_an_older_certificate(
    after: Terminal, tmp_path: Path
) -> None:
    after("erase", "bent@example.dk", "--yes", TROTH_HOME=str(tmp_path / "fresh"))
    told = after(
        "ledger", "verify", "--against", "certificate.json", TROTH_HOME=str(tmp_path / "fresh"), code=1
    )
    assert "certificate.json" in told.err
