"""Where two people are asked for, one proposes and only another acts; both names stand sealed in the ledger and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from crash_state import rows
from gentle_shop import ALICE, BOB, NOTES, Shop, new_shop

from troth.ledger import sealed
from troth.terms.errors import UsageError
from troth.terms.settings import from_environment
from troth.workflows.erase import MovedError, Request, erase, propose
from troth.workflows.house import House
from troth.workflows.propose import ApprovalError

pytestmark = pytest.mark.process
OLGA, VERA = "Olga Officer", "Vera Auditor"
WHO = Request([ALICE])


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return new_shop(tmp_path)


def as_(shop: Shop, operator: str, approval: str = "second_person") -> House:
    house = shop.house()
    return replace(house, settings=replace(house.settings, operator=operator, approval=approval))


def opened(folder: Path, kind: str) -> list[dict[str, str]]:
    """What the sealed entries of a kind say, opened with our own keys."""
    master = (folder / ".troth" / "master.key").read_bytes()
    keys = dict(rows(folder, "SELECT name, wrapped FROM ledger_wrappedkey"))
    found = []
    for key, opening in rows(folder, f"SELECT key, opening FROM ledger_entry WHERE kind = '{kind}'"):
        plain = sealed.open_sealed(sealed.unwrap(master, keys[key], key.encode()), bytes(opening), b"opening")
        found.append(json.loads(plain)["payload"])
    return found


def test_another_person_does_what_one_proposed(shop: Shop) -> None:
    shop.map("")
    told = propose(as_(shop, OLGA), WHO)
    assert told["proposed"]
    assert shop.left() == (2, 2 * NOTES)
    assert erase(as_(shop, VERA), WHO, told["hash"])["state"] == "done"
    assert shop.left() == (1, NOTES)
    (entry,) = opened(shop.folder, "plan_proposed")
    assert (entry["by"], entry["plan"]) == (OLGA, told["hash"])
    (approval,) = opened(shop.folder, "plan_approved")
    assert (approval["proposed_by"], approval["approved_by"]) == (OLGA, VERA)
    assert rows(shop.folder, "SELECT count(*) FROM planning_proposal") == [(0,)], "done once, not again"
    for path in (shop.folder / ".troth").rglob("*"):
        assert not path.is_file() or not any(name.encode() in path.read_bytes() for name in (OLGA, VERA)), (
            path
        )


@pytest.mark.parametrize("second", [OLGA, " olga officer "])
def test_the_same_person_is_refused(shop: Shop, second: str) -> None:
    shop.map("")
    told = propose(as_(shop, OLGA), WHO)
    with pytest.raises(ApprovalError, match="cannot approve it too") as refused:
        erase(as_(shop, second), WHO, told["hash"])
    assert refused.value.exit_code == 4
    assert told["hash"] in refused.value.remedy
    assert shop.left() == (2, 2 * NOTES)
    propose(as_(shop, VERA), WHO)  # now there are two who stand behind it, and each is the other's second
    assert erase(as_(shop, OLGA), WHO, told["hash"])["state"] == "done"


def test_without_a_proposal_or_for_another_plan_nothing_is_done(shop: Shop) -> None:
    shop.map("")
    with pytest.raises(ApprovalError, match="nobody has proposed"):
        erase(as_(shop, VERA), WHO)
    told = propose(as_(shop, OLGA), WHO)
    with pytest.raises(ApprovalError, match="nobody has proposed"):
        erase(as_(shop, VERA), Request([BOB]))
    with pytest.raises(MovedError):
        erase(as_(shop, VERA), Request([BOB]), told["hash"])
    with pytest.raises(ApprovalError, match="by its hash"):
        erase(as_(shop, VERA), WHO)
    assert shop.left() == (2, 2 * NOTES)


def test_the_map_alone_can_ask_for_it_and_the_settings_cannot_take_it_back(shop: Shop) -> None:
    shop.map("")
    path = shop.folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("troth: 1\n", "troth: 1\napproval: second_person\n"))
    with pytest.raises(ApprovalError):
        erase(as_(shop, VERA, approval=""), WHO)
    path.write_text(path.read_text().replace("approval: second_person\n", ""))
    assert erase(as_(shop, VERA, approval=""), WHO)["state"] == "done"


def test_what_is_blocked_or_empty_is_not_proposed(shop: Shop) -> None:
    shop.map("max_rows: 3")
    told = propose(as_(shop, OLGA), WHO)
    assert (told["blocked"], told["proposed"]) == (True, False)
    assert not propose(as_(shop, OLGA), Request(["nobody@inbox.example"]))["proposed"]
    assert not (shop.folder / ".troth").exists()


def test_the_setting_is_read_strictly() -> None:
    assert from_environment({"TROTH_APPROVAL": "second_person"}).approval == "second_person"
    with pytest.raises(UsageError):
        from_environment({"TROTH_APPROVAL": "yes"})
