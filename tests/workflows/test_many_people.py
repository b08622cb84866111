"""A batch larger than what is held at once gives everybody their own certificate, and none is missing or about another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from live import Live
from troth.main import make_house
from troth.workflows import certify
from troth.workflows.erase import Request, erase
from troth.workflows.mapping import make_map

PEOPLE = 23


@pytest.mark.parametrize("at_once", [1, 7, 500])
def test_everybody_of_a_batch_gets_their_own_certificate(
    new_live: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(certify, "AT_ONCE", at_once)
    live: Live = new_live("sqlite")  # type: ignore[operator]  # a fixture that makes databases
    rows = ", ".join(f"({n}, 'Kunde Nr{n:03}', 'kunde{n}@eksempel.test')" for n in range(1, PEOPLE + 3))
    live.run(
        f"CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT); INSERT INTO person VALUES {rows}"
    )
    path = tmp_path / "troth.map.yaml"
    make_map(make_house(path, lambda _: None), [f"shop={live.url}"])
    emails = [f"kunde{n}@eksempel.test" for n in range(1, PEOPLE + 1)]
    told = erase(make_house(path, lambda _: None), Request(tuple(emails)))
    assert (told["state"], told["erased"], len(told["certificates"])) == ("done", PEOPLE, PEOPLE)
    owners = []
    for name in told["certificates"]:
        file = Path(name)
        certificate = json.loads(file.read_text())
        assert certify.verify(file, str(tmp_path / ".troth" / "troth.pub")).signer
        assert certificate["id"] in file.with_suffix(".html").read_text()
        assert [act["rows"] for act in certificate["acts"]] == [1]
        owners += [email for email in emails if certify.concerns(certificate, email)]
    assert owners == emails
