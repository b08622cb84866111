"""What a column of numbers is, by check digits, prefixes and spread over the whole column, never by one hit.

Random ten-digit numbers read as a Danish CPR number 7 times in 100, and with its check digit less than once; a company
number passes its own check always and by chance 1 time in 11. So the share that passes decides, and the spread:
real birthdays fall on every day of the month, order numbers that begin with a date do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

import phonenumbers
from stdnum import iban as iban_number
from stdnum import imei as imei_number
from stdnum import luhn
from stdnum.fi import hetu as finnish
from stdnum.no import fodselsnummer as norwegian
from stdnum.no import kontonr, orgnr
from stdnum.se import personnummer as swedish

from troth.terms.canonical import is_cpr

_CARD: Final = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}|5019\d{12}|(?:50|5[6-9]|6[37])\d{10,17}"
)
_FEW: Final = 30  # values that slow checks are made on
Hit = tuple[str, float, str]
"""A kind of number, how sure without any name, and why."""


def share(values: Sequence[str], passes: Callable[[str], bool]) -> float:
    return sum(map(passes, values)) / len(values) if values else 0.0


def cpr_checks(digits: str) -> bool:
    """The check digit that Danish CPR numbers had until 2007, and most still have."""
    return sum(int(d) * w for d, w in zip(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0


def born(digits: str) -> date | None:
    """The date in a CPR number by its century rule (7th digit); None if there is none."""
    if not is_cpr(digits):
        return None
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        return date(century + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return None


def cvr_checks(digits: str) -> bool:
    return (
        len(digits) == 8
        and digits[0] != "0"
        and sum(int(d) * w for d, w in zip(digits, (2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0
    )


def gtin_checks(digits: str) -> bool:
    total = sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(reversed(digits[:-1]), start=1))
    return (10 - total % 10) % 10 == int(digits[-1])


def is_card(digits: str) -> bool:
    return _CARD.fullmatch(digits) is not None and luhn.is_valid(digits) and len(set(digits)) > 2


def is_phone(text: str, region: str = "DK") -> bool:
    """Whether it is a number that its country gives out (Denmark without a country code)."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def is_iban(text: str) -> bool:
    return bool(iban_number.is_valid(text, check_country=False))


def spread(numbers: Sequence[str]) -> bool:
    """Whether birthdays in CPR numbers look like birthdays: over the days of the month and over the years."""
    days = {int(n[:2]) % 60 for n in numbers}
    years = {n[4:6] for n in numbers}
    months = {n[2:4] for n in numbers}
    enough = min(len(numbers), 31)
    return (
        len(days) >= max(3, enough * 0.4)
        and len(months) >= min(6, max(2, len(numbers) // 3))
        and len(years) >= min(8, len(numbers) // 2)
    )


def documents(numbers: Sequence[str]) -> bool:
    """Whether dated numbers count documents: of a few years, or with a count that fills no seventh digit; no replaced day."""
    if len(numbers) < 8 or sum(n[0] > "3" for n in numbers) >= 0.3 * len(numbers):
        return False
    sevenths = Counter(n[6] for n in numbers)
    return arc({int(n[4:6]) for n in numbers}) < 30 or sevenths.most_common(1)[0][1] >= 0.8 * len(numbers)


def arc(years: Collection[int]) -> int:
    """How many of the hundred two-digit years these span, whichever century they begin in."""
    line = sorted(years)
    gaps = [after - before for before, after in pairwise(line)]
    return 100 - max([*gaps, line[0] + 100 - line[-1]])


def _days(values: Sequence[str], at: slice, low: int, high: int) -> bool:
    return all(low <= int(v[at]) <= high for v in values)


def _calendar(values: Sequence[str], length: int) -> bool:
    """YYYYMMDD, YYYYMMDDHHMMSS or the like."""
    return length in (8, 12, 14) and (
        _days(values, slice(0, 4), 1850, 2110)
        and _days(values, slice(4, 6), 1, 12)
        and _days(values, slice(6, 8), 1, 31)
    )


def _written_day(values: Sequence[str], length: int) -> bool:
    """DDMMYY or DDMMYYYY: of random numbers one in thirty reads so."""
    return (
        length in (6, 8)
        and len(values) >= 8
        and _days(values, slice(0, 2), 1, 31)
        and _days(values, slice(2, 4), 1, 12)
        and (length == 6 or _days(values, slice(4, 8), 1850, 2110))
        and len({value[:2] for value in values}) >= min(8, len(values) // 2)
    )


def _epoch(values: Sequence[str], length: int) -> bool:
    if length not in (10, 13, 16):
        return False
    seconds = [int(v[:10]) for v in values]
    first, last = min(seconds), max(seconds)
    return first >= 600_000_000 and last <= 2_200_000_000 and last - first < 800_000_000


def _running(values: Sequence[str]) -> bool:
    """Whether the numbers were given out one after the other: they lie close together."""
    numbers = sorted({int(v) for v in values})
    gap = (numbers[-1] - numbers[0]) / max(1, len(numbers) - 1)
    return len(numbers) > 4 and gap < max(60, numbers[-1] * 0.0005)


def kinds(texts: Sequence[str]) -> list[Hit]:
    """What a column of numbers may be, surest first; `texts` are distinct values of digits and separators."""
    bare = [re.sub(r"\D", "", text) for text in texts]
    lengths = Counter(map(len, bare))
    length, most = lengths.most_common(1)[0]
    if any(text.startswith(("+", "00")) for text in texts[:50]) or max(map(len, bare)) > 19:
        alike: list[str] = []
    else:
        alike = [digits for digits in bare if len(digits) == length]
    hits: list[Hit] = []
    if alike and most / len(bare) >= 0.85:
        forms = [text for text, digits in zip(texts, bare, strict=True) if len(digits) == length]
        checks = _BY_LENGTH.get(length)
        if length == 10 and min(alike) >= "1000" and max(alike) < "104":
            return [("company_no", 0.7, "they begin as production unit numbers do")]
        if _calendar(alike, length) or _epoch(alike, length) or _written_day(alike, length):
            return [("date", 0.85, "they read as dates or times")]
        hits = [hit for hit in checks(alike, forms) if hit] if checks else []
    if length >= 12:
        cards = share(bare, is_card)
        if cards >= 0.7:
            hits.append(
                ("payment_card", 0.96, f"{cards:.0%} have an issuer's prefix and a valid check digit")
            )
    if not any(sure >= 0.85 for _, sure, _ in hits):
        hits += _phones(texts, bare)
    return sorted(hits, key=lambda hit: -hit[1])


def _ten(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    dashed = sum(1 for form in forms if re.fullmatch(r"\d{6}[- ]\d{4}", form)) / len(forms)
    hits: list[Hit] = []
    dated, checked = share(values, is_cpr), share(values, cpr_checks)
    if dated >= 0.85 and checked < 0.5 and documents(values):
        return [("reference", 0.9, "they begin with a date and run on, as document numbers do")]
    if dated >= 0.85 and checked >= 0.75 and len(values) >= 4:
        hits.append(
            ("national_id", 0.97, f"{checked:.0%} are dated and have the check digit of a CPR number")
        )
    elif dated >= 0.85 and (spread(values) or dashed >= 0.9) and len(values) >= 4:
        years = len({v[4:6] for v in values}) >= min(8, len(values) // 2)
        sure = 0.94 if dashed >= 0.9 and years else 0.86 if years else 0.7
        hits.append(("national_id", sure, f"{dated:.0%} begin with a date as CPR numbers do"))
    if not hits:
        swedes = share(values[:_FEW], lambda v: swedish.is_valid(f"{v[:6]}-{v[6:]}"))
        firms = share(values[:_FEW], lambda v: int(v[2:4]) >= 20 and luhn.is_valid(v))
        if swedes >= 0.8:
            hits.append(("national_id", 0.95, f"{swedes:.0%} are valid Swedish personal numbers"))
        elif firms >= 0.8:
            hits.append(("company_no", 0.93, f"{firms:.0%} are valid Swedish company numbers"))
        elif share(values, lambda v: v[:2] in ("45", "46", "47")) >= 0.9:
            hits.append(("phone", 0.85, "they begin with one country's calling code"))
    return hits


def _nine(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    social = sum(1 for f in forms if re.fullmatch(r"(?!000|666|9)\d{3}[- ](?!00)\d\d[- ](?!0000)\d{4}", f))
    if social / len(forms) >= 0.85:
        return [("national_id", 0.95, "they are written as US social security numbers")]
    norse = share(values[:_FEW], orgnr.is_valid)
    if norse >= 0.8 and share(values, lambda v: v[0] in "89") >= 0.9:
        return [("company_no", 0.93, f"{norse:.0%} are valid Norwegian company numbers")]
    padded = ["0" + v for v in values]
    if share(padded, is_cpr) >= 0.9 and share(padded, cpr_checks) >= 0.75:
        return [("national_id", 0.8, "they are CPR numbers without their first zero")]
    return []


def _eight(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    firms = share(values, cvr_checks)
    if firms >= 0.75 and len(values) >= 4:
        return [("company_no", 0.94, f"{firms:.0%} have the check digit of a CVR number")]
    if share(values, gtin_checks) >= 0.9 and len(values) >= 6:
        return [("reference", 0.85, "they have the check digit of an article number")]
    if forms == values and _running(values):
        return [("reference", 0.75, "they were given out one after the other")]
    return []


def _eleven(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    people = share(values[:_FEW], norwegian.is_valid)
    if people >= 0.8:
        return [("national_id", 0.97, f"{people:.0%} are valid Norwegian identity numbers")]
    accounts = share(values[:_FEW], kontonr.is_valid)
    if accounts >= 0.85 and len(values) >= 5:
        return [("bank_account", 0.9, f"{accounts:.0%} have the check digit of a Norwegian account")]
    return []


def _twelve(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    swedes = share(
        values[:_FEW], lambda v: v[:2] in ("18", "19", "20") and swedish.is_valid(f"{v[:8]}-{v[8:]}")
    )
    if swedes >= 0.8:
        return [("national_id", 0.97, f"{swedes:.0%} are valid Swedish personal numbers")]
    return _goods(values, forms)


def _goods(values: Sequence[str], _forms: Sequence[str]) -> list[Hit]:
    goods = share(values, gtin_checks)
    if goods >= 0.85 and len(values) >= 5:
        return [("reference", 0.93, f"{goods:.0%} have the check digit of an article or location number")]
    return []


def _fourteen(values: Sequence[str], forms: Sequence[str]) -> list[Hit]:
    written = sum(1 for form in forms if re.fullmatch(r"\d{4}[- ]\d{10}", form)) / len(forms)
    if written >= 0.85:
        return [("bank_account", 0.93, "they are written as registration number and account")]
    hits = _goods(values, forms)
    if not hits and len({v[:4] for v in values}) <= max(20, len(values) // 2):
        hits.append(("bank_account", 0.5, "they may be registration number and account"))
    return hits


def _fifteen(values: Sequence[str], _forms: Sequence[str]) -> list[Hit]:
    phones = share(values[:_FEW], imei_number.is_valid)
    if (
        phones >= 0.85
        and share(values, lambda v: v[:2] in ("01", "35", "86", "49", "44", "99", "98", "91")) >= 0.8
    ):
        return [("device_id", 0.93, f"{phones:.0%} are valid IMEI numbers")]
    return []


def _long(values: Sequence[str], _forms: Sequence[str]) -> list[Hit]:
    if share(values, lambda v: v.startswith("89")) >= 0.95:
        return [("device_id", 0.85, "they begin as SIM card numbers do")]
    return []


_BY_LENGTH: Final[dict[int, Callable[[Sequence[str], Sequence[str]], list[Hit]]]] = {
    8: _eight, 9: _nine, 10: _ten, 11: _eleven, 12: _twelve, 13: _goods, 14: _fourteen, 15: _fifteen,
    18: _goods, 19: _long, 20: _long,
}  # fmt: skip


def _phones(texts: Sequence[str], bare: Sequence[str]) -> list[Hit]:
    """Phone numbers by how they are written: grouped, or with a country code; bare digits say little."""
    written = [t for t, digits in zip(texts, bare, strict=True) if 7 <= len(digits) <= 15]
    if len(written) / len(texts) < 0.8:
        accounts = sum(1 for t in texts if re.fullmatch(r"\d{4}[- ]\d{6,10}", t)) / len(texts)
        return (
            [("bank_account", 0.85, "they are written as registration number and account")]
            if accounts >= 0.85
            else []
        )
    some = written[:: max(1, len(written) // _FEW)][:_FEW]
    valid = share(some, is_phone)
    if valid < 0.6:
        valid = max(valid, share(some, lambda t: is_phone(t, "US")))
    abroad = share(some, lambda t: t.startswith(("+", "00", "(+")))
    grouped = share(some, lambda t: bool(re.search(r"\d[ ()./-]+\d", t)))
    if abroad >= 0.3 and share(some, lambda t: len(re.sub(r"\D", "", t)) >= 8) >= 0.8:
        return [
            (
                "phone",
                0.96 if valid >= 0.6 else 0.88,
                f"{valid:.0%} are valid phone numbers, many with a country code",
            )
        ]
    accounts = share(some, lambda t: bool(re.fullmatch(r"\d{4}[- ]\d{6,10}", t)))
    if accounts >= 0.85:
        return [("bank_account", 0.9, "they are written as registration number and account")]
    if grouped >= 0.5 and valid >= 0.5:
        return [("phone", 0.93, f"{valid:.0%} are valid phone numbers, written in groups")]
    return _loose_phones(some, valid, grouped)


def _loose_phones(some: Sequence[str], valid: float, grouped: float) -> list[Hit]:
    same = max(Counter(re.sub(r"\d", "9", t) for t in some).values()) / len(some)
    if grouped >= 0.5 and same < 0.8 and share(some, lambda t: t[0] in "(+0123456789") == 1:
        inner = share(some, lambda t: bool(re.search(r"\d *(?:x|ext)|^\(\d{2,4}\)", t)))
        return [
            (
                "phone",
                0.88 if inner >= 0.2 else 0.75,
                "they are written as phone numbers of several countries",
            )
        ]
    eight = share(
        some,
        lambda t: re.sub(r"^\+45 ?", "", t)[:1] in tuple("23456789") and len(re.sub(r"\D", "", t)) in (8, 10),
    )
    if eight >= 0.95 and valid >= 0.6 and not _running([t for t in some if t.isdigit()] or ["0"]):
        return [("phone", 0.6, "eight digits that may be Danish phone numbers")]
    return []


def is_finnish(text: str) -> bool:
    return bool(finnish.is_valid(text.upper()))
