"""The kinds of change as data: each has an id, a level, and a message and a remedy in both languages; see kinds.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple, cast

from troth.datamap.check import Level
from troth.terms.bilingual import Both


class Kind(NamedTuple):
    """`{names}` in message and hint are filled in; a note has no hint."""

    level: Level
    message: Both
    hint: Both


def _read() -> dict[str, Kind]:
    told = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    return {
        name: Kind(
            cast(Level, one["level"]),
            Both(one["da"], one["en"]),
            Both(one.get("hint_da", ""), one.get("hint_en", "")),
        )
        for name, one in told.items()
    }


KINDS: Final[Mapping[str, Kind]] = _read()
"""The changes that `troth review` tells; docs/review.md explains each."""
