"""What the values of one column speak for by themselves, surest first; a reason counts values and quotes none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from troth.datamap.discovery.column import Values
from troth.datamap.discovery.finding import Finding
from troth.datamap.discovery.numbers import is_finnish, is_iban, kinds, share
from troth.datamap.discovery.worded import worded
from troth.datamap.discovery.wording import Words

_WIDE: Final = 8  # digits from which a number may be an identifier


Detector = Callable[[Values], Finding | None]


def evidence(values: Values, words: Words) -> list[Finding]:
    """What the values may be; empty where they say nothing."""
    found: list[Finding] = []
    if not values.texts:
        return found
    if values.shape == "integer":
        found = _integers(values)
    elif values.shape == "decimal":
        found = _whole_decimals(values)
    elif values.shape == "text":
        found = _texts(values, words)
    return sorted(_weighed(values, found), key=lambda finding: -finding.confidence)


def _weighed(values: Values, found: list[Finding]) -> list[Finding]:
    """A handful of values proves less than a column of them."""
    count = len(values.texts)
    trust = 1.0 if count >= 8 else 0.97 if count >= 4 else 0.9 if count >= 2 else 0.82
    return [Finding(f.category, round(f.confidence * trust, 3), f.reason) for f in found]


def _integers(values: Values) -> list[Finding]:
    if min(map(len, values.texts)) < _WIDE and max(map(len, values.texts)) < _WIDE:
        return []
    texts = [text for text in values.texts if text.isdigit()]
    if len(texts) < len(values.texts) * 0.9:
        return []
    return [Finding(*hit) for hit in kinds(texts)]


def _whole_decimals(values: Values) -> list[Finding]:
    whole = [text.removesuffix(".0") for text in values.texts]
    if all(text.isdigit() and len(text) >= _WIDE for text in whole):
        return [Finding(*hit) for hit in kinds(whole)]
    return []


def _texts(values: Values, words: Words) -> list[Finding]:
    found = [finding for finding in (detect(values) for detect in _FORMS) if finding]
    if found and max(finding.confidence for finding in found) >= 0.9:
        return found
    numbers = values.share("number")
    if numbers >= 0.8 and values.share("date") < 0.8:
        texts = [values.texts[at] for at in sorted(values.matched["number"])]
        plain = [text for text in texts if len(re.sub(r"\D", "", text)) >= 6]
        if len(plain) >= 0.8 * len(values.texts):
            found += [Finding(*hit) for hit in kinds(plain)]
        return found
    if values.share("date") >= 0.8:
        return [*found, Finding("date", 0.9, "they are dates")]
    return found + worded(values, words)


def _form(pattern: str, category: str, confidence: float, what: str, least: float = 0.75) -> Detector:
    def found(values: Values) -> Finding | None:
        part = values.share(pattern)
        return (
            Finding(
                category, confidence * min(1.0, 0.9 + part / 10), f"{part:.0%} of sampled values are {what}"
            )
            if part >= least
            else None
        )

    return found


def _ips(values: Values) -> Finding | None:
    part = values.share("ip")
    if part < 0.8:
        return None
    firsts = [int(text.split(".")[0]) for text in values.texts if re.match(r"\d+\.\d", text)]
    versions = bool(firsts) and max(firsts) < 10
    if versions:
        return Finding("technical", 0.7, "they are written as versions")
    return Finding("ip_address", 0.97, f"{part:.0%} of sampled values are network addresses")


def _ibans(values: Values) -> Finding | None:
    part = values.share("iban")
    if part < 0.7:
        return None
    texts = [values.texts[at] for at in sorted(values.matched["iban"])][:60]
    valid = share(texts, is_iban)
    return (
        Finding("bank_account", 0.97, f"{valid:.0%} of them are valid IBAN numbers") if valid >= 0.6 else None
    )


def _finns(values: Values) -> Finding | None:
    if len(values.texts[0]) != 11 or values.share("hetu") < 0.8 or share(values.texts[:60], is_finnish) < 0.6:
        return None
    return Finding("national_id", 0.97, "they have the check character of Finnish personal identity codes")


def _plates(values: Values) -> Finding | None:
    part = values.share("plate")
    if part < 0.85:
        return None
    spaced = share(values.texts, lambda text: " " in text)
    letters = {text[:2] for text in values.texts}
    varied = len(letters) >= max(3, min(len(values.texts), 60) * 0.4)
    sure = 0.9 if spaced >= 0.8 and varied else 0.65 if varied else 0.35
    return Finding("vehicle", sure, f"{part:.0%} of sampled values are written as number plates")


def _freight(values: Values) -> Finding | None:
    part = values.share("freight")
    texts = [re.sub(r"[ -]", "", values.texts[at]) for at in sorted(values.matched["freight"])][:60]
    if part < 0.8 or share(texts, _iso6346) < 0.6:
        return None
    return Finding("container", 0.93, "they have the check digit of container numbers")


def _iso6346(text: str) -> bool:
    letters = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ"
    total = sum(letters.index(sign) << at for at, sign in enumerate(text[:10]))
    return total % 11 % 10 == int(text[10])


def _hashes(values: Values) -> Finding | None:
    part = values.share("hex")
    return (
        Finding("technical", 0.6, f"{part:.0%} of sampled values are hashes or the like")
        if part >= 0.85
        else None
    )


def _randoms(values: Values) -> Finding | None:
    if values.share("number") > 0.2 or values.share("uuid") > 0.2:
        return None
    if not 20 <= len(values.texts[0]) <= 300 or " " in values.texts[0]:
        return None
    part = values.share("random")
    mixed = share(
        values.texts,
        lambda t: bool(re.search(r"[a-z]", t)) and bool(re.search(r"[A-Z]", t)) and bool(re.search(r"\d", t)),
    )
    if part < 0.9 or mixed < 0.8 or values.repeats > 3:
        return None
    return Finding("credential", 0.6, f"{part:.0%} of sampled values are long and random, as tokens are")


def _points(values: Values) -> Finding | None:
    part = values.share("point")
    return Finding("location", 0.93, f"{part:.0%} of sampled values are coordinates") if part >= 0.8 else None


def _phone_or_mail(values: Values) -> Finding | None:
    mails, numbers = values.share("email"), values.share("number")
    if mails < 0.15 or numbers < 0.15 or mails + numbers < 0.75:
        return None
    return Finding("free_text", 0.85, "some sampled values are e-mail addresses and some are numbers")


def _mails(values: Values) -> Finding | None:
    part = values.share("email")
    if part < 0.55:
        return None
    return Finding(
        "email", 0.98 if part >= 0.85 else 0.85, f"{part:.0%} of sampled values are e-mail addresses"
    )


def _urls(values: Values) -> Finding | None:
    part = values.share("url")
    if part < 0.8 or values.share("own_url") >= 0.7:
        return None
    return Finding("technical", 0.75, f"{part:.0%} of sampled values are web addresses")


_FORMS: Final[Sequence[Detector]] = (
    _phone_or_mail, _mails, _ips, _ibans, _finns, _plates, _freight, _hashes, _randoms, _points, _urls,
    _form("uuid", "key", 0.7, "random ids"),
    _form("mac", "device_id", 0.95, "hardware addresses", 0.85),
    _form("masked", "payment_card", 0.88, "masked numbers", 0.85),
    _form("login", "username", 0.93, "logins to a domain", 0.85),
    _form("own_url", "username", 0.9, "pages of persons in a network"),
    _form("secret", "credential", 0.97, "password hashes or access tokens", 0.6),
    _form("cookie", "device_id", 0.93, "identifiers from cookies"),
    _form("agent", "person_other", 0.88, "descriptions of browsers"),
    _form("tag", "container", 0.88, "tag numbers", 0.85),
    _form("vat", "company_no", 0.88, "company numbers with their country", 0.85),
    _form("json", "json", 0.95, "JSON", 0.8),
    _form("xml", "json", 0.93, "XML", 0.8),
    _form("decimal", "quantity", 0.7, "numbers with decimals", 0.85),
    _form("time", "date", 0.85, "times of day", 0.85),
)  # fmt: skip
