"""Every live control turns red when the thing it guards is broken on a real store, says why, and is green again once it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from promise_world import BO, Kept

from live import KINDS, Live


@dataclass(frozen=True)
class Case:
    """A control, how it is broken, what must be said then, and how it is mended."""

    control: str
    broken: Callable[[Kept], None]
    says: str
    mended: Callable[[Kept], None]
    keep: str = ""


def sql(*statements: str) -> Callable[[Kept], None]:
    return lambda kept: [kept.live.run(one) for one in statements] and None


def swap(name: str, old: str, new: str) -> tuple[Callable[[Kept], None], Callable[[Kept], None]]:
    """Changes a file, and changes it back."""

    def change(kept: Kept) -> None:
        assert old in kept.read(name)
        kept.write(name, kept.read(name).replace(old, new))

    def back(kept: Kept) -> None:
        kept.write(name, kept.read(name).replace(new, old))

    return change, back


def coarse(kept: Kept, columns: str = "[email, name]") -> None:
    """A rule that calls e-mail addresses anonymised which it only cuts short."""
    swap(
        "troth.retention.yaml", "keep: 6m\n    reason: operations\n    outcome: erase", _ANONYMISE + columns
    )[0](kept)
    swap("troth.map.yaml", "email: email", "email: {category: email, erased: {truncate: 4}}")[0](kept)


def exact(kept: Kept, columns: str = "[email, name]") -> None:
    swap(
        "troth.retention.yaml", "keep: 6m\n    reason: operations\n    outcome: erase", _ANONYMISE + columns
    )[1](kept)
    swap("troth.map.yaml", "email: email", "email: {category: email, erased: {truncate: 4}}")[1](kept)


_ANONYMISE = "keep: 6m\n    reason: operations\n    outcome: anonymise\n    columns: "
LOST = ("ALTER TABLE orders RENAME TO orders_old", "ALTER TABLE orders_old RENAME TO orders")
CASES = {
    "drift": Case(
        "{name: drift}", sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, phone VARCHAR(40))"), "crm.calls",
        sql("DROP TABLE calls"),
    ),
    "map-entry": Case(
        "{name: map-entry, parameters: {datasets: [crm.orders]}}", sql(LOST[0]), "crm.orders", sql(LOST[1])
    ),
    "register": Case(
        "{name: register}", *(lambda both: (both[0], "crm.note", both[1]))(swap("troth.retention.yaml", "[crm.note]", "[crm.orders]")),
    ),
    "notice-covers-map": Case(
        "{name: notice-covers-map}",
        *(lambda both: (both[0], "crm.note.body", both[1]))(swap("notice/notice.yaml", "full_name, free_text]", "full_name]")),
    ),
    "find": Case("{name: find, parameters: {datasets: [crm.orders]}}", sql(LOST[0]), "crm.orders", sql(LOST[1])),
    "retention": Case(
        "{name: retention, parameters: {rule: notes}}", sql("UPDATE note SET made = '2024-01-01' WHERE id = 1"),
        "1 rows are kept too long", sql("UPDATE note SET made = '2026-02-10' WHERE id = 1"), "P1Y",
    ),
    "retention length": Case(
        "{name: retention, parameters: {rule: notes}}",
        *(lambda both: (both[0], "keeps 2 years, while 1 year was promised", both[1]))(
            swap("troth.retention.yaml", "keep: 1y", "keep: 2y")
        ),
        "P1Y",
    ),
    "retention-complete": Case(
        "{name: retention-complete}", sql("ALTER TABLE note RENAME COLUMN made TO made_on"), "crm.note",
        sql("ALTER TABLE note RENAME COLUMN made_on TO made"),
    ),
    "retention-complete where nobody decided": Case(
        "{name: retention-complete}", sql("ALTER TABLE note ADD phone VARCHAR(40)"), "nobody has decided about crm.note.phone",
        sql("ALTER TABLE note DROP COLUMN phone"),
    ),
    "retention-reasons": Case(
        "{name: retention-reasons, parameters: {reasons: [operations, enforcing_agreements]}}",
        *(lambda both: (both[0], "notes", both[1]))(
            swap("troth.retention.yaml", "keep: 1y\n    reason: operations", "keep: 1y\n    reason: dispute")
        ),
    ),
    "anonymity": Case("{name: anonymity}", coarse, "would be still personal", exact),
    "anonymity that cannot be": Case(
        "{name: anonymity}", lambda kept: coarse(kept, "[email]"), "anonymising cannot be carried out", lambda kept: exact(kept, "[email]")
    ),
    "active-kept": Case(
        "{name: active-kept, parameters: {rule: accounts}}",
        *(lambda both: (both[0], "nothing in the rule holds back", both[1]))(
            swap("troth.retention.yaml", "event: account_closed", "event: row_created")
        ),
    ),
    "card-numbers": Case(
        "{name: card-numbers}", sql("UPDATE note SET body = 'pays with 4539 1488 0343 6467' WHERE id = 2"), "crm.note.body",
        sql("UPDATE note SET body = 'wants a rope' WHERE id = 2"),
    ),
    "national-ids": Case(
        "{name: national-ids}", sql("UPDATE note SET body = 'her number is 610170-1234' WHERE id = 2"), "crm.note.body",
        sql("UPDATE note SET body = 'wants a rope' WHERE id = 2"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CASES)
def test_a_broken_control_turns_its_promise_red(
    name: str, kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    case = CASES[name]
    kept = Kept(
        new_live(kind, "crm"),
        tmp_path / "company",
        {"P1": case.control},
        keep={"P1": case.keep} if case.keep else {},
    )
    live = [one for one in kept.check("P1")["P1"]["checks"] if one["kind"] == "live"]
    assert live
    assert {one["verdict"] for one in live} == {"holds"}, live
    case.broken(kept)
    told = kept.check("P1")["P1"]
    assert told["status"] == "broken"
    assert case.says in kept.why("P1")
    case.mended(kept)
    live = [one for one in kept.check("P1")["P1"]["checks"] if one["kind"] == "live"]
    assert {one["verdict"] for one in live} == {"holds"}, live


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_erased_who_stands_there_again_turns_erasure_red(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = Kept(new_live(kind, "crm"), tmp_path / "company", {"P96": "{name: erase}"})

    def seen() -> dict[str, object]:
        return next(one for one in kept.check("P96")["P96"]["checks"] if one["name"] == "erase.nobody-back")

    kept.erase(BO)
    assert seen()["verdict"] == "holds"
    assert seen()["facts"]["watched"] == 1
    kept.live.run(f"INSERT INTO note VALUES (9, 1, 'call {BO} back', '2026-02-20')")
    assert seen()["verdict"] == "fails"
    assert "crm.note" in seen()["reason"][1]
    kept.live.run("DELETE FROM note WHERE id = 9")
    assert seen()["verdict"] == "holds"
    kept.live.run(
        f"INSERT INTO person VALUES (7, '{BO}', 'Bo Holm', NULL)"
    )  # of their own accord, under a key of their own
    assert seen()["verdict"] == "holds"
