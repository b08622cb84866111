"""The page about checks tells every check there is, every control that waits, and a plug-in that works."""

from __future__ import annotations

import re
from datetime import timedelta

from doc_pages import blocks, page

from troth.evidence.check import Check
from troth.evidence.register import OURS, WAITING, every
from troth.evidence.status import LIGHTS


def fresh(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:g} d" if hours >= 24 else f"{hours:g} h"


def test_each_check_is_told_as_it_is() -> None:
    rows = re.findall(
        r"^\| `([\w.-]+)` \| (\w+) \| (\w+) \| ([\d.]+ [hd]) \| (.+) \|$", page("checks.md"), flags=re.M
    )
    assert rows == [(c.name, c.kind, c.polarity, fresh(c.fresh), c.says.en) for c in OURS]


def test_each_control_that_waits_is_told_with_what_it_waits_for() -> None:
    text = page("checks.md").split("## Controls that wait")[1].split("## Evidence")[0]
    told = {
        name: what
        for what, names in re.findall(r"^\| ([^|`]+) \| (`.+`) \|$", text, flags=re.M)
        for name in re.findall(r"`([\w-]+)`", names)
    }
    assert told == {name: what.en for name, what in WAITING.items()}


def test_each_light_is_told() -> None:
    told = re.findall(r"^\| (\w+) \| `(.)` \|", page("checks.md"), flags=re.M)
    from troth.cli.checked import SIGNS

    assert dict(told) == SIGNS
    assert set(SIGNS) == set(LIGHTS)


def test_the_plug_in_of_the_page_is_one() -> None:
    (code,) = blocks(page("checks.md"), "python")
    names: dict[str, object] = {}
    exec(compile(code, "docs/checks.md", "exec"), names)
    found = names["CHECKS"]
    assert isinstance(found, tuple)
    assert all(isinstance(one, Check) for one in found)
    assert set(found) <= set(every(found))
