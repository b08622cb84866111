"""Evidence, which is kept, copied and shown, names our files from the map's folder and never the folders above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from promise_world import Kept

from live import Live
from troth.workflows.checks_places import named


def test_a_fault_of_the_rules_is_told_without_the_folders_above(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = Kept(new_live("sqlite", "crm"), tmp_path / "our company", {"P1": "{name: retention-complete}"})
    kept.write("troth.retention.yaml", kept.read("troth.retention.yaml").replace("keep: 1y", "keep: soon"))
    why = kept.why("P1")
    assert "(troth.retention.yaml:" in why
    assert str(tmp_path) not in why
    assert kept.light("P1") == "broken"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "cannot be carried out (/srv/our company/notice/da.md:3): x",
            "cannot be carried out (notice/da.md:3): x",
        ),
        ("see /var/lib/troth/copy/ledger", "see ledger"),
        ("'/etc/x.conf' and \"/a/b\"", "'x.conf' and \"b\""),
        ("rows and/or columns, 3/4 of them", "rows and/or columns, 3/4 of them"),
        ("https://vindheim.example/a/b", "https://vindheim.example/a/b"),
        ("../company/map.yaml:1", "../company/map.yaml:1"),
    ],
)
def test_folders_go_and_other_strokes_stay(words: str, told: str) -> None:
    assert named(words, ["/srv/our company/"]) == told
