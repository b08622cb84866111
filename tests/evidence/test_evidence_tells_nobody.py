"""Evidence says where and how many, never what: no cell reaches an answer, our state, its copy or the page; rows cost no statement."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from promise_world import BO, Kept, tenanted

from live import KINDS, Live
from troth.evidence.parameters import TAKES
from troth.evidence.register import OURS
from troth.workflows import checks_world
from troth.workflows.checks_status import status, write_page

CANARIES = ("4539148803436467", "4539 1488 0343 6467", "610170-1234", "Kanariefugl", BO)


@pytest.fixture
def everything(new_live: Callable[..., Live], tmp_path: Path) -> Callable[[str], Kept]:
    """A company with every control there is a check for."""
    given = {"rule": "notes", "role": "anybody", "datasets": "[crm.note]"}
    controls = {}
    for name in dict.fromkeys(check.control for check in OURS):
        taken = ", ".join(f"{one}: {value}" for one, value in given.items() if one in TAKES.get(name, ()))
        controls[name] = f"{{name: {name}, parameters: {{{taken}}}}}"
    named = {f"P{at}": text for at, text in enumerate(controls.values(), 1)}
    return lambda kind: Kept(new_live(kind, "crm"), tmp_path / "company", named)


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_reaches_the_evidence(kind: str, everything: Callable[[str], Kept], tmp_path: Path) -> None:
    kept = everything(kind)
    tenanted(kept)
    kept.erase(BO)
    for at, canary in enumerate(CANARIES):
        kept.live.run(f"INSERT INTO note VALUES ({100 + at}, 1, 'tells {canary}', '2020-01-0{at + 1}')")
        kept.live.run(
            f"INSERT INTO person VALUES ({100 + at}, NULL, '{canary}', '2020-01-01', 'Kanariefugl')"
        )
    told = kept.check()
    broken = [name for name, one in told.items() if one["status"] == "broken"]
    assert len(broken) > 5
    page = tmp_path / "page.html"
    write_page(status(kept.house()), page)
    texts = {"answer": json.dumps(told), "page": page.read_text(encoding="utf-8")}
    for file in [*(kept.folder / ".troth").rglob("*"), *(kept.folder / ".troth.copy").rglob("*")]:
        if file.is_file():
            texts[str(file)] = file.read_bytes().decode("latin-1")
    assert len(texts) > 5
    stands = str(kept.live.dump())
    for canary in CANARIES:
        assert canary in stands, "this sweep can find what it looks for"
        assert [name for name, text in texts.items() if canary in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_statements_do_not_grow_with_rows(
    kind: str, everything: Callable[[str], Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = everything(kind)
    sent: list[int] = []
    close = checks_world.Facts.close

    def counting(world: Any) -> None:
        sent.append(sum(store.statements() for store in world.stores.values()))
        close(world)

    monkeypatch.setattr(checks_world.Facts, "close", counting)
    kept.check()
    kept.check()
    for at in range(10, 210):
        kept.live.write(f"INSERT INTO person VALUES ({at}, 'p{at}@vindheim.example', 'Person {at}', NULL)")
        kept.live.write(f"INSERT INTO note VALUES ({at}, {at}, 'wants a rope', '2026-02-01')")
    kept.check()
    assert sent[0] > 5
    assert sent[1] == sent[2]
