"""A negative check that tries the forbidden on the engine turns red once the engine lets it through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from promise_world import Kept, tenanted

from live import Live

NOTHING: Callable[..., Any] = lambda *_, **__: None  # noqa: E731


def _no_findings(*_: Any) -> tuple[()]:
    return ()


GUARDS = {
    "drift.seen": ("{name: drift}", "troth.evidence.on_map.map_check", _no_findings, "planted drift is not seen"),
    "hold.refused": ("{name: hold}", "troth.retention.holds.check", NOTHING, "is accepted"),
    "retention-reasons.fifth": (
        "{name: retention-reasons}", "troth.retention.rulefile.loads", NOTHING, "a fifth reason is accepted",
    ),
    "import-guard.tried": (
        "{name: import-guard}", "troth.planning.tombstone.Watch.judge", lambda *_, **__: {}, "is not recognised",
    ),
    "ledger.forgery": ("{name: ledger}", "troth.ledger.tlog.tree_hash", lambda *_: bytes(32), "a forgery is not seen"),
    "notice-languages.seen": (
        "{name: notice-languages}", "troth.evidence.on_notice.silent", lambda *_: [], "a missing promise is not seen",
    ),
    "card-numbers.none": (
        "{name: card-numbers}", "troth.workflows.checks_traces.is_card", lambda *_: False, "the search does not find",
    ),
    "national-ids.none": (
        "{name: national-ids}", "troth.workflows.checks_traces.born", NOTHING, "the search does not find",
    ),
    "erase.nobody-back": (
        "{name: erase}", "troth.planning.tombstone.Watch.named", lambda *_: (), "the search does not find",
    ),
    "tenant-instruction.refused": (
        "{name: tenant-instruction}", "troth.planning.decide.instruction", None, "the plan would touch customers' rows of crm.person",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_that_lets_the_forbidden_through_is_seen(
    name: str, new_live: Callable[..., Live], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, target, lax, says = GUARDS[name]
    kept = Kept(new_live("sqlite", "crm"), tmp_path / "company", {"P1": control})
    tenanted(kept)
    kept.check("P1")  # begins the ledger

    def asked() -> dict[str, Any]:
        return next(one for one in kept.check("P1")["P1"]["checks"] if one["name"] == name)

    assert asked()["verdict"] == "holds", asked()
    with monkeypatch.context() as patched:
        patched.setattr(target, lax or _waved_through)
        told = asked()
    assert told["verdict"] == "fails"
    assert says in told["reason"][1]
    assert asked()["verdict"] == "holds"


def _waved_through(ref: Any, customer: str) -> Any:
    """A question that stops nothing."""
    from troth.datamap.questions import Question

    return Question("plan.Q000", str(ref), "never mind", "", 1, blocking=False)
