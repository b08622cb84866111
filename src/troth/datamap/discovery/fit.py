"""Whether values can be what a column's name says they are: 1 where nothing speaks against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from troth.datamap.discovery.column import Values
from troth.datamap.discovery.numbers import cpr_checks, documents, share
from troth.datamap.discovery.wording import Words

Test = Callable[[Values, Words], float]
_DIGITS: Final = re.compile(r"\d")


def fits(category: str, values: Values, words: Words) -> float:
    """The share of the values that a category admits."""
    test = _TESTS.get(category)
    return test(values, words) if test and values.texts else 1.0


def _digits(least: int, most: int) -> Test:
    def test(values: Values, _words: Words) -> float:
        return share(values.texts, lambda text: least <= len(_DIGITS.findall(text)) <= most)

    return test


def _lettered(values: Values, _words: Words) -> float:
    """Names and places: letters, hardly any digits, not a sentence."""
    return share(
        values.texts, lambda t: any(map(str.isalpha, t)) and sum(map(str.isdigit, t)) <= 2 and len(t) <= 80
    )


def _texted(values: Values, _words: Words) -> float:
    return share(values.texts, lambda text: any(map(str.isalpha, text)))


def _dated(values: Values, _words: Words) -> float:
    if values.shape in ("date", "timestamp"):
        return 1.0
    return max(
        values.share("date"),
        share(values.texts, lambda text: text.isdigit() and len(text) in (4, 6, 8, 10, 13)),
    )


def _few(values: Values, _words: Words) -> float:
    return 1.0 if len(values.texts) <= 12 and max(map(len, values.texts)) <= 24 else 0.2


def _pattern(name: str) -> Test:
    return lambda values, _words: values.share(name)


def _placed(values: Values, _words: Words) -> float:
    return share(values.texts, lambda text: len(text) <= 12 and any(map(str.isalnum, text)))


def _numeric(values: Values, _words: Words) -> float:
    if values.shape in ("integer", "decimal"):
        return 1.0
    return share(values.texts, lambda text: sum(map(str.isdigit, text)) * 2 >= len(text.replace(" ", "")))


def _identified(values: Values, _words: Words) -> float:
    return share(values.texts, lambda text: len(text) <= 40 and text.count(" ") <= 2)


def _official(values: Values, words: Words) -> float:
    """Not document numbers that begin with a date, however a column is called."""
    bare = [text for text in values.texts if len(text) == 10 and text.isdigit()]
    if len(bare) >= 0.85 * len(values.texts) and not share(bare, cpr_checks) >= 0.5 and documents(bare):
        return 0.0
    return _digits(4, 16)(values, words)


def _carded(values: Values, _words: Words) -> float:
    """A card's number, whole, masked or its last four digits; other numbers stand on other cards."""
    return share(values.texts, lambda text: "*" in text or len(_DIGITS.findall(text)) in (4, *range(12, 20)))


def _banked(values: Values, _words: Words) -> float:
    """An account, or the four digits of its bank; five or six digits are an account in a ledger."""
    return share(
        values.texts, lambda text: len(_DIGITS.findall(text)) in (4, *range(7, 27)) and not _ledger(values)
    )


def _ledger(values: Values) -> bool:
    """Whether four digits are few, and come back as the accounts of a ledger do."""
    return all(len(text) == 4 for text in values.texts) and values.repeats >= 8 and len(values.texts) <= 40


def _secret(values: Values, _words: Words) -> float:
    """A few short words that come back are the names of settings."""
    few = len(values.texts) <= 20 and max(map(len, values.texts)) <= 24
    return 0.2 if few and share(values.texts, lambda text: not any(map(str.isdigit, text))) >= 0.7 else 1.0


def _called(values: Values, words: Words) -> float:
    """Names of people begin with a capital, or are all capitals; single small words are user names."""
    lettered = _lettered(values, words)
    return (
        min(lettered, 0.3)
        if words.several < 0.2 and words.capital < 0.2 and len(values.texts) >= 5
        else lettered
    )


def _named(values: Values, words: Words) -> float:
    """User names: hardly ever a few words that come back, unless they are made of persons' names."""
    if len(values.texts) <= 6 and values.repeats >= 8 and not words.handles:
        return 0.3
    return _identified(values, words)


_TESTS: Final[Mapping[str, Test]] = {
    "email": _pattern("email"),
    "phone": _digits(3, 16),
    "national_id": _official,
    "payment_card": _carded,
    "bank_account": _banked,
    "credential": _secret,
    "birth_date": _dated,
    "gender": _few,
    "full_name": _called,
    "first_name": _lettered,
    "last_name": _lettered,
    "city": _lettered,
    "region": _texted,
    "country": _lettered,
    "street": _texted,
    "address": _texted,
    "postal_code": _placed,
    "organisation": _texted,
    "job_title": _lettered,
    "ip_address": _pattern("ip"),
    "customer_no": _identified,
    "username": _named,
    "device_id": _identified,
    "company_no": _digits(6, 14),
    "container": _identified,
    "vehicle": _identified,
    "initials": _placed,
    "amount": _numeric,
    "quantity": _numeric,
    "date": _dated,
    "product": _texted,
}
