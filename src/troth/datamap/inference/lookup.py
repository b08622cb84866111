"""The values whose existence the stores are asked for: one question for each key, however many columns may name it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Final

from troth.datamap.inference.profile import Key, plain
from troth.datamap.model import Atom, Ref
from troth.datamap.reader import ByValues, Row, Select

Asks = Generator[list[tuple[Ref, Select]], list[Iterable[Sequence[Row]]], None]
_EACH: Final = 100  # values of one column that are looked up
_ALL: Final = 5_000  # values that one question asks for


class Lookup:
    """Collects wanted values; `ask` gets them all at once and tells each key which of them exist."""

    def __init__(self) -> None:
        self.wanted: dict[int, tuple[Key, dict[Atom, None]]] = {}

    def want(self, key: Key, values: Iterable[Atom]) -> None:
        """Some of these values, spread over all, unless the key's sample answers by itself."""
        if not key.profile.sampled or key.profile.whole:
            return
        unknown = sorted(set(values) - key.profile.values - key.asked)  # type: ignore[type-var]  # reason: of one kind
        _, kept = self.wanted.setdefault(id(key), (key, {}))
        kept.update(dict.fromkeys(unknown[:: max(1, -(-len(unknown) // _EACH))]))

    def ask(self) -> Asks:
        asked = [(key, list(values)[:_ALL]) for key, values in self.wanted.values() if values]
        self.wanted = {}
        if not asked:
            return
        answers = yield [
            (
                key.ref,
                Select(key.ref.dataset, (key.name,), ByValues((key.name,), [(value,) for value in values])),
            )
            for key, values in asked
        ]
        for (key, values), chunks in zip(asked, answers, strict=True):
            key.asked |= set(values)
            rows = [plain(row[0]) for chunk in chunks for row in chunk]
            key.confirmed |= set(rows)
            key.refuted = not key.declared and len(set(rows)) < len(rows)
