"""Measures WP216's three risks with anonymeter: rows that are there are attacked, and rows held back are the control.

The attacker knows the surviving values of somebody. What he learns beyond what the control teaches him, he learns because that
person's own row is there. Without the extra `troth[anonymity]` nothing is measured, and that is said.
"""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.retention.verdict import Risk

FEWEST: Final = 200
"""Rows below which no attack can be told from chance."""
ATTACKS: Final = 500
GUESSES: Final = 10_000
COMMON: Final = 0.75  # a value that more have than this is told by the crowd: guesses are made about those who have another
HALVED: Final = (
    10_000  # rows for singling out, whose two halves must be of one size: fewer only make a row rarer
)
SECRETS: Final = 8  # columns whose values are guessed, the widest first
TRIES: Final = 5_000  # predicates that are thought of before singling out is given up
CONFIDENCE: Final = 0.95
_AT: Final = "which\n"  # no column of a database is called so


def installed() -> bool:
    """Whether the extra is there, with all that it needs."""
    try:
        importlib.import_module("anonymeter.evaluators")
    except ImportError:
        return False
    return True


def attack(names: Sequence[str], rows: Sequence[Row], most: int = SECRETS) -> list[Risk]:
    """The risks of these columns; [] where none of them varies, for then there is nothing to know."""
    import pandas as pd

    frame = pd.DataFrame({name: _column([row[at] for row in rows]) for at, name in enumerate(names)})
    frame = frame[[name for name in names if frame[name].nunique() > 1]]
    if frame.empty or not len(frame.columns):
        return []
    shuffled = frame.sample(frac=1, random_state=7).reset_index(drop=True)
    back = min(GUESSES, len(shuffled) // 2)
    control, there = shuffled[:back], shuffled[back:].reset_index(drop=True)
    logging.getLogger("anonymeter").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        half = min(HALVED, len(shuffled)) // 2
        risks = _singling_out(shuffled[:half], shuffled[half : 2 * half].reset_index(drop=True))
        if len(frame.columns) > 1:
            risks += _linkability(there, control)
            widest = sorted(frame.columns, key=lambda name: -frame[name].nunique())[:most]
            for secret in widest:
                risks += _inference(there, control, secret)
    return risks


def _singling_out(there: Any, control: Any) -> list[Risk]:
    from anonymeter.evaluators import SinglingOutEvaluator

    names = tuple(there.columns)
    found = []
    for mode in ("univariate", "multivariate") if len(names) > 1 else ("univariate",):
        evaluator = SinglingOutEvaluator(
            ori=there,
            syn=there,
            control=control,
            n_attacks=ATTACKS,
            n_cols=min(3, len(names)),
            max_attempts=TRIES,
            seed=7,
        )
        found.append(_singled(names, evaluator, mode))
    return [max(found, key=lambda risk: risk.high)]


def _singled(names: tuple[str, ...], evaluator: Any, mode: str) -> Risk:
    try:
        return _risk("singling_out", names, evaluator.evaluate(mode=mode))
    except ValueError:  # halves that differ too much in their distinct rows to be compared: nothing was shown
        return Risk("singling_out", names, 0.0, 0.0, 1.0)


def _linkability(there: Any, control: Any) -> list[Risk]:
    from anonymeter.evaluators import LinkabilityEvaluator

    names = sorted(
        there.columns, key=lambda name: -there[name].nunique()
    )  # so that each part has some that tell
    parts = (names[::2], names[1::2])
    evaluator = LinkabilityEvaluator(
        ori=there[: len(control)],
        syn=there,
        control=control,
        aux_cols=parts,
        n_attacks=min(ATTACKS, len(control)),
        n_neighbors=1,
    )
    return [_risk("linkability", tuple(names), evaluator.evaluate(n_jobs=1))]


def _inference(there: Any, control: Any, secret: str) -> list[Risk]:
    from anonymeter.evaluators import InferenceEvaluator

    known = [name for name in there.columns if name != secret]
    counted = there[secret].value_counts(dropna=False)
    attacked = there[: len(control)]
    if counted.iloc[0] > COMMON * len(there):
        common = counted.index[0]
        attacked, control = (_others(one, secret, common) for one in (there, control))
    if control.empty or attacked.empty:
        return [Risk("inference", (secret,), 0.0, 0.0, 1.0)]  # nothing to compare with
    evaluator = InferenceEvaluator(
        ori=attacked, syn=there, control=control, aux_cols=known, secret=secret,
        regression=there[secret].dtype.kind == "f", n_attacks=GUESSES, inference_model=_Crowd(there, known, secret),
    )  # fmt: skip
    return [_risk("inference", (secret,), evaluator.evaluate(n_jobs=1))]


def _others(rows: Any, secret: str, common: Any) -> Any:
    cells = rows[secret]
    return rows[cells.notna() if common != common else cells != common]


class _Crowd:
    """Guesses what one of those has, by lot, who are alike in all that is known; where nobody is, what the nearest has.

    That is anonymeter's nearest neighbour, found without comparing each row with each.
    """

    def __init__(self, there: Any, known: list[str], secret: str) -> None:
        import numpy

        groups = there.groupby(known, dropna=False, sort=False, observed=True).ngroup()
        self.secrets = there[secret].iloc[groups.argsort(kind="stable")].reset_index(drop=True)
        self.sizes = groups.value_counts(sort=False).sort_index().to_numpy()
        self.firsts = self.sizes.cumsum() - self.sizes
        self.alike = there[known].assign(**{_AT: groups}).drop_duplicates(_AT)
        self.known, self.dice = known, numpy.random.default_rng(7)

    def predict(self, x: Any) -> Any:
        at = self._found(x)
        if (unlike := at.isna()).any():
            asked = x.loc[unlike.to_numpy(), self.known].drop_duplicates()
            near = asked.assign(**{_AT: self._nearest(asked)})
            at[unlike] = (
                x.loc[unlike.to_numpy(), self.known].merge(near, on=self.known, how="left")[_AT].to_numpy()
            )
        groups = at.astype(int).to_numpy()
        lots = (self.dice.random(len(groups)) * self.sizes[groups]).astype(int)
        guesses = self.secrets.iloc[self.firsts[groups] + lots]
        guesses.index = x.index
        return guesses

    def _found(self, x: Any) -> Any:
        return x[self.known].merge(self.alike, on=self.known, how="left")[_AT]

    def _nearest(self, asked: Any) -> Any:
        from anonymeter.neighbors.mixed_types_kneighbors import KNNInferencePredictor

        return KNNInferencePredictor(self.alike, self.known, _AT, n_jobs=1).predict(asked).to_numpy()


def _risk(attack_: Any, columns: tuple[str, ...], evaluator: Any) -> Risk:
    told = evaluator.risk(confidence_level=CONFIDENCE)
    return Risk(attack_, columns, float(told.value), float(told.ci[0]), float(told.ci[1]))


def _column(cells: Sequence[Atom]) -> list[Any]:
    """Numbers as floats, days as their number, everything else as text: one type a column."""
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, int | float | Decimal) for cell in there):
        return [None if cell is None else float(cell) for cell in cells]  # type: ignore[arg-type]  # reason: numbers, as just seen
    if there and all(isinstance(cell, date) for cell in there):
        return [None if cell is None else _day(cell) for cell in cells]
    return ["" if cell is None else str(cell) for cell in cells]


def _day(cell: Atom) -> float:
    assert isinstance(cell, date)
    seconds = cell.hour * 3600 + cell.minute * 60 + cell.second if isinstance(cell, datetime) else 0
    return cell.toordinal() + seconds / 86_400
