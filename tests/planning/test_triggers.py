"""Each file in triggers/ is a body; its first line says verdict, targets, dialect, table, timing, events."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.datamap.schema import Trigger
from troth.planning.triggers import Judgement, judge

CASES = sorted((Path(__file__).parent / "triggers").glob("*.sql"))


def judged(text: str) -> tuple[str, str, Judgement]:
    head, _, body = text.partition("\n")
    wanted, _, setting = head.removeprefix("-- ").partition(" | ")
    kind, *targets = wanted.split(" ", 1)
    dialect, table, timing, events, *rest = setting.split()
    languages = [word for word in rest if "=" not in word]
    keys = [word.removeprefix("key=") for word in rest if "=" in word]
    trigger = Trigger(
        name="t",
        events=frozenset(events.split(",")),
        timing=timing.replace("_", " "),
        body=body,
        language=languages[0] if languages else "plpgsql" if dialect == "postgres" else "sql",
    )
    return kind, " ".join(targets), judge(trigger, table, dialect, tuple(keys))  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_trigger_gets_its_verdict(case: Path) -> None:
    kind, targets, verdict = judged(case.read_text(encoding="utf-8"))
    assert verdict.kind == kind, verdict
    assert verdict.detail
    assert " ".join(verdict.targets) == targets


def test_there_are_cases_of_every_kind() -> None:
    kinds = {judged(case.read_text(encoding="utf-8"))[0] for case in CASES}
    assert kinds == {"harmless", "guards", "copies", "cascades", "unknown"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_body_cut_short_is_never_judged_milder(case: Path) -> None:
    kind, _, _ = judged(case.read_text(encoding="utf-8"))
    head, _, body = case.read_text(encoding="utf-8").rstrip().partition("\n")
    for length in range(len(body) - len("end;")):
        cut = judged(f"{head}\n{body[:length]}")[2]
        assert cut.kind in ("unknown", kind), (body[:length], cut)
