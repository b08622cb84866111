"""One verdict from what a column's name says and what its values say; each may know better than the other.

Values win over a weak name. A name wins where it says more exactly what the values could be, and where the values give
only a weak sign. Where both are strong and contradict each other, the answer stays below certainty.
"""

from __future__ import annotations

from collections.abc import Mapping

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery.column import Values
from troth.datamap.discovery.finding import Finding
from troth.datamap.discovery.fit import fits
from troth.datamap.discovery.wording import Words
from troth.datamap.lexicon import Verdict

# what the values look like -> what a name may call it more exactly than values can
_CLOSER: Mapping[str, tuple[str, ...]] = {
    "key": ("device_id", "customer_no", "credential", "reference", "technical", "username", "container", "photo"),
    "technical": (
        "credential", "device_id", "key", "reference", "customer_no", "payment_card", "photo", "product", "container",
        "person_other", "organisation", "free_text", "username", "status", "national_id",
    ),
    "credential": ("device_id", "key", "technical", "reference", "customer_no", "payment_card", "container", "photo"),
    "reference": (
        "customer_no", "key", "container", "product", "company_no", "device_id", "username", "quantity", "technical",
        "amount", "bank_account", "status", "vehicle", "credential", "national_id", "payment_card",
    ),
    "full_name": ("first_name", "last_name"),
    "first_name": ("full_name", "username"),
    "last_name": ("full_name",),
    "city": ("region", "person_other", "postal_code", "address", "country"),
    "country": ("nationality", "region", "person_other", "special", "city"),
    "region": ("city", "special", "country"),
    "street": ("address",),
    "address": ("street",),
    "date": ("birth_date",),
    "free_text": ("special", "json"),
    "special": ("person_other", "nationality"),
    "person_other": ("special",),
    "container": ("key", "credential"),
    "organisation": ("job_title",),
    "job_title": ("person_other",),
    "quantity": ("amount", "location", "person_other", "special"),
}  # fmt: skip
# names that say nothing of what stands in single cells
_ADMIT_ANYTHING = ("free_text", "json", "key", "reference", "technical", "product", "person_other", "status")
# what a number is that its name calls one of these and that is none
_NUMBERED = {"national_id": "reference", "payment_card": "customer_no", "bank_account": "reference"}
_NAMES = (
    "full_name",
    "first_name",
    "last_name",
)  # an unseen person is worse than a thing that is asked about
_FLAGS = frozenset(
    [
        "0",
        "1",
        "-1",
        "y",
        "n",
        "yes",
        "no",
        "j",
        "ja",
        "nej",
        "true",
        "false",
        "t",
        "f",
        "on",
        "off",
        "sand",
        "falsk",
    ]
)
# what only a weak sign says yields to a name that fits
_WEAK = 0.8


def combined(named: Verdict, findings: list[Finding], values: Values, words: Words) -> Verdict:
    """One verdict from what the name says and what the values say."""
    known = _vocabulary(named, findings, values, words)
    if known is not None:
        return known
    fit = fits(named.category, values, words)
    if not findings:
        return _by_name_alone(named, values, words, fit)
    best = next((f for f in findings if f.category == named.category), findings[0])
    if best.category == named.category:
        both = 1 - (1 - best.confidence) * (1 - named.confidence)
        return Verdict(named.category, round(min(0.99, both), 3), f"{named.reason}; {best.reason}")
    best = findings[0]
    if named.category in _CLOSER.get(best.category, ()) and fit >= 0.5 and named.confidence >= 0.5:
        return Verdict(named.category, max(named.confidence, 0.85), f"{named.reason}; its values agree")
    if best.confidence < _WEAK and fit >= 0.6 and named.confidence >= best.confidence:
        return Verdict(named.category, named.confidence, named.reason)
    firm = best.confidence >= 0.85 and CATEGORIES[best.category].unique and named.category in _ADMIT_ANYTHING
    if firm:
        return Verdict(best.category, round(best.confidence * 0.95, 3), best.reason)
    if named.confidence >= 0.9 and named.category not in ("unknown", "key") and best.confidence < 0.95:
        if fit >= 0.6 and not (named.category == "product" and best.category in _NAMES):
            return Verdict(named.category, 0.7, f"{named.reason}, though {best.reason}")
        return Verdict(best.category, 0.7, f"{best.reason}, though it is {named.reason}")
    weight = 1.0 if named.confidence < 0.6 or named.category == "unknown" else 0.95
    return Verdict(best.category, round(best.confidence * weight, 3), best.reason)


def _vocabulary(named: Verdict, findings: list[Finding], values: Values, words: Words) -> Verdict | None:
    """What how often values come back says whatever the name: yes or no, a few fixed words, numbers given out in turn."""
    sure = named.confidence
    if findings and (findings[0].confidence >= 0.8 or CATEGORIES[findings[0].category].personal):
        return None
    if len(values.texts) <= 3 and values.filled >= 8 and {text.lower() for text in values.texts} <= _FLAGS:
        numbers = {text.lower() for text in values.texts} <= {"0", "1", "-1"}
        if named.category in ("quantity", "amount", "gender", "initials", "key") and sure > 0.5:
            return None
        if sure >= 0.9 and CATEGORIES[named.category].unique:
            return Verdict("status", 0.7, f"yes or no, though it is {named.reason}")
        return None if numbers and values.repeats < 3 else Verdict("status", 0.9, "yes or no")
    if values.shape == "integer" and (named.category in ("unknown", "quantity", "key") and sure <= 0.5):
        return _whole(named, values)
    if named.category != "free_text" or values.shape != "text" or len(values.texts) > 20:
        return None
    short = max(map(len, values.texts)) <= 40 and words.length <= 4 and not words.prose
    named_by_values = words.given + words.surname + max(words.full) >= 0.1 or bool(words.any_of("special"))
    if short and not named_by_values and values.repeats >= 8 and len(values.texts) >= 2:
        return Verdict("status", 0.82 if len(values.texts) <= 12 else 0.7, "a few fixed words that come back")
    return None


def _whole(named: Verdict, values: Values) -> Verdict:
    """Whole numbers that no name explains: given out in turn they are keys, few and small they are counts."""
    numbers = sorted({int(text) for text in values.texts})
    step = (numbers[-1] - numbers[0]) / max(1, len(numbers) - 1)
    if values.filled == values.distinct and len(numbers) >= 20 and 0 < step <= max(3, values.filled / 25):
        return Verdict("key", 0.6, "numbers given out one after the other")
    if named.category == "key" and numbers[0] >= 0 and numbers[-1] <= 100 and values.repeats >= 2:
        return Verdict("quantity", 0.5, "small numbers that come back")
    return named if named.category != "unknown" else Verdict("quantity", 0.5, "numbers")


def _by_name_alone(named: Verdict, values: Values, words: Words, fit: float) -> Verdict:
    """The values say nothing of their own: they may still contradict the name, or say what an unknown column is."""
    if named.category != "unknown":
        if fit >= 0.5:
            return named
        if named.category in _NUMBERED and values.share("number") + (values.shape == "integer") >= 0.8:
            return Verdict(
                _NUMBERED[named.category], 0.6, f"{named.reason}, but its values are no such numbers"
            )
        if values.shape in ("integer", "decimal") and not CATEGORIES[named.category].personal:
            return Verdict("quantity", 0.5, "numbers")
        return Verdict(
            named.category,
            round(named.confidence * 0.55, 3),
            f"{named.reason}, but its values do not look it",
        )
    if values.shape in ("integer", "decimal"):
        return Verdict("quantity", 0.6, "numbers")
    if values.shape in ("date", "timestamp"):
        return Verdict("date", 0.9, "dates")
    if values.repeats >= 4 and len(values.texts) <= 30 and words.length <= 3:
        return Verdict("status", 0.75, "a few values that come back")
    if values.share("code") >= 0.9 and words.length <= 1.1:
        digits = sum(1 for text in values.texts if any(map(str.isdigit, text))) / len(values.texts)
        if digits >= 0.6:
            return Verdict("reference", 0.6, "codes of letters and digits")
    if words.length >= 5 and words.prose >= 0.15:
        return Verdict("free_text", 0.5, "longer text")
    if words.any_of("thing") >= 0.15:
        return Verdict("product", 0.6, "words for things")
    return named
