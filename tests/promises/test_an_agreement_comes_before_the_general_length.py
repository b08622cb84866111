"""What a customer's agreement says of keeping comes before the general length, and nothing of a customer's goes by a rule that they did
not agree to (P84)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from promise_keeping import keeping
from promise_world import tenanted

from live import KINDS, Live
from troth.workflows.retain import run

AGREED = "    instruction: A-1\n    agreements: {vindheim: {keep: 3y, reference: 'agreement 7, § 9'}}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_an_agreement_comes_before_the_general_length(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live(kind, "crm"), tmp_path / "company", "P84")
    tenanted(kept)
    kept.live.run("UPDATE person SET closed = '2025-03-01'; DELETE FROM orders; DELETE FROM note")
    rules = kept.read("troth.retention.yaml")
    kept.write("troth.retention.yaml", rules.replace("    instruction: A-1\n", AGREED, 1))
    assert kept.light("P84") == "kept"
    assert "1 agreements hold before the general lengths" in str(kept.check("P84"))

    def there() -> list[int]:
        return [row[0] for row in kept.live.query("SELECT id FROM person ORDER BY id")]

    assert run(kept.house())["state"] == "done"
    assert there() == [1], "six months are over for the other, and three years are not for theirs"
    kept.later(days=730)
    run(kept.house())
    assert there() == [1], "2028-02-29, a day before its last"
    kept.later(days=2)
    run(kept.house())
    assert there() == []


def test_rows_of_a_customer_without_their_word_stay_and_turn_the_sentence_red(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", "P84")
    tenanted(kept)
    kept.live.run("UPDATE person SET closed = '2020-01-01'")
    general = kept.read("troth.retention.yaml")
    rules = general.replace("    instruction: A-1\n", AGREED, 1)
    kept.write("troth.retention.yaml", rules)
    assert kept.light("P84") == "kept"
    kept.write("troth.retention.yaml", general.replace("    instruction: A-1\n", ""))
    assert kept.light("P84") == "broken"
    assert "rows of customers without instruction" in kept.why("P84")
    run(kept.house())
    assert (1,) in kept.live.query("SELECT id FROM person")
    kept.write("troth.retention.yaml", rules)
    assert kept.light("P84") == "kept"
