"""What stands beside a column: whether the table is about people or things, and what that makes of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import pstdev
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery.column import Values
from troth.datamap.discovery.finding import Finding
from troth.datamap.discovery.numbers import share
from troth.datamap.discovery.wording import Words
from troth.datamap.lexicon import Verdict
from troth.datamap.schema import Table
from troth.datamap.words import concepts, fold, head_class

_OF_PEOPLE: Final = frozenset(
    {
        "email",
        "phone",
        "national_id",
        "birth_date",
        "first_name",
        "last_name",
        "full_name",
        "gender",
        "username",
    }
)
_PLACES: Final = frozenset({"street", "address", "city"})
_AROUND: Final = frozenset({"postal_code", "region", "country"})
_GOODS: Final = frozenset({"amount", "product", "quantity"})
_POSTAL: Final = re.compile(
    r"(?:(?:DK|SE|NO|FI|S|N|D|F|L)-)?\d{4,5}(?:-\d{3,4})?|\d{3} \d{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
)


@dataclass(frozen=True)
class Scene:
    """A table with what its columns' names and values say, each for itself."""

    table: Table
    named: Mapping[str, Verdict]
    values: Mapping[str, Values] = field(repr=False)
    read: Mapping[str, list[Finding]]
    words: Mapping[str, Words] = field(repr=False)

    @cached_property
    def held(self) -> Mapping[str, str]:
        """What each column most likely holds, before its neighbours are heard."""
        found = {}
        for name, verdict in self.named.items():
            best = next(iter(self.read.get(name, ())), None)
            least = 0.6 if verdict.confidence <= 0.4 else max(0.8, min(verdict.confidence, 0.9))
            wins = best is not None and best.confidence >= least
            found[name] = best.category if best is not None and wins else verdict.category
        return found

    def beside(self, name: str, categories: frozenset[str]) -> bool:
        return any(category in categories for other, category in self.held.items() if other != name)

    @cached_property
    def of_things(self) -> bool:
        """Rows are things: no column identifies a person, and some speak of goods."""
        people = sum(1 for category in self.held.values() if category in _OF_PEOPLE)
        head = head_class(self.table.name)
        return head == "thing" or (
            people == 0
            and head not in ("person", "staff", "message", "medical")
            and any(c in _GOODS for c in self.held.values())
        )

    @cached_property
    def is_lookup(self) -> bool:
        """A handful of rows that each say what a code means."""
        filled = max((values.filled for values in self.values.values()), default=0)
        return (
            0 < filled <= 60 and len(self.table.columns) <= 4 and bool(self.table.key) and not self.of_people
        )

    @cached_property
    def of_people(self) -> bool:
        people = {category for category in self.held.values() if category in _OF_PEOPLE}
        return len(people) >= 2 or head_class(self.table.name) in ("person", "staff")

    def findings(self, name: str) -> list[Finding]:
        """What the column's values say once their neighbours are heard."""
        own = self.read[name]
        values = self.values[name]
        found = [self._heard(finding, name) for finding in own]
        if not own or own[0].confidence < 0.8:
            found += [
                f
                for f in (
                    self._postal(name, values),
                    self._birth(name, values),
                    self._place(name, values),
                    self._initials(name, values),
                    self._diagnosis(name, values),
                    self._person(name, values),
                )
                if f
            ]
        return sorted(found, key=lambda finding: -finding.confidence)

    def _heard(self, finding: Finding, name: str) -> Finding:
        category, sure, reason = finding.category, finding.confidence, finding.reason
        if category == "phone" and sure <= 0.6:
            near = self.beside(name, _OF_PEOPLE | _PLACES)
            return Finding(
                category, 0.78 if near else 0.45, reason + (", beside people or addresses" if near else "")
            )
        if category == "technical" and sure <= 0.6 and self.beside(name, frozenset({"email", "username"})):
            return Finding("credential", 0.75, reason + ", beside somebody's login")
        if (
            category == "technical"
            and sure <= 0.6
            and {"secret", "password"} & set(concepts(self.table.name))
        ):
            return Finding("credential", 0.8, reason + ", in a table of secrets")
        if category in ("street", "city") and sure <= 0.72 and self.beside(name, _PLACES | _AROUND):
            return Finding(category, 0.8, reason + ", beside other parts of an address")
        if category == "key" and sure <= 0.7 and self.beside(name, frozenset({"ip_address", "device_id"})):
            return Finding("device_id", 0.7, reason + ", beside network addresses or devices")
        if category == "free_text" and sure <= 0.6 and self.of_things:
            return Finding("product", 0.65, "prose in a table of things")
        if category in ("first_name", "last_name") and sure < 0.7 and self.of_things and not self.of_people:
            return Finding(category, sure * 0.7, reason)
        if category == "date" and self._birth_share(name) and self.of_people:
            return Finding("birth_date", 0.75, "dates spread as birthdays are, in a table of people")
        return finding

    def _postal(self, name: str, values: Values) -> Finding | None:
        """Four or five digits beside towns or streets."""
        if values.shape not in ("text", "integer") or len(values.texts) < 2:
            return None
        if self.named[name].confidence >= 0.9 and CATEGORIES[self.named[name].category].personal:
            return None
        if share(values.texts, lambda text: bool(_POSTAL.fullmatch(text))) < 0.9:
            return None
        if not self.beside(name, _PLACES):
            return None
        numbers = sorted(int(text) for text in values.texts if text.isdigit())
        if numbers and len(numbers) == len(values.texts):
            years = numbers[0] > 1899 and numbers[-1] < 2101
            running = len(numbers) > 8 and numbers[-1] - numbers[0] < 3 * len(numbers)
            if numbers[-1] < 800 or years or running:
                return None
        return Finding("postal_code", 0.84, "codes of four or five digits beside towns or streets")

    def _birth(self, name: str, values: Values) -> Finding | None:
        if values.shape not in ("date", "timestamp") or not self._birth_share(name):
            return None
        if not self.of_people:
            return None
        return Finding("birth_date", 0.75, "dates spread as birthdays are, in a table of people")

    def _birth_share(self, name: str) -> bool:
        """Whether dates lie as the births of living people do: mostly adults, decades apart."""
        values = self.values[name]
        if values.shape == "timestamp" or len(values.texts) < 8:
            return False
        years = [_year(text) for text in values.texts]
        known = [year for year in years if year]
        if len(known) < len(years) * 0.8:
            return False
        adults = sum(1 for year in known if 1850 < year <= 2010) / len(known)
        return adults >= 0.7 and pstdev(known) >= 7 and sorted(known)[len(known) // 2] <= 2005

    def _place(self, name: str, values: Values) -> Finding | None:
        """Latitude and longitude stand beside each other, with many decimals."""
        if not _fine(values, 90) and not _fine(values, 180):
            return None
        order = [column.name for column in self.table.columns]
        at = order.index(name)
        for other in order[max(0, at - 1) : at] + order[at + 1 : at + 2]:
            beside = self.values.get(other)
            if beside and _fine(beside, 180) and (_fine(values, 90) or _fine(beside, 90)):
                return Finding("location", 0.88, "two columns of fine decimals within latitude and longitude")
        return None

    def _person(self, name: str, values: Values) -> Finding | None:
        """Words that come back in the e-mail address or user name of the same row are that person's name."""
        if values.shape != "text" or not self.words[name].wordlike >= 0.7 or self.words[name].firms >= 0.2:
            return None
        for other, category in self.held.items():
            if category not in ("email", "username") or other == name or other not in self.values:
                continue
            rows = zip(values.cells, self.values[other].cells, strict=True)
            pairs = [(a, b) for a, b in rows if isinstance(a, str) and isinstance(b, str) and a.strip() and b]
            if len(pairs) < 8 or sum(_stands_in(a, b) for a, b in pairs) < 0.35 * len(pairs):
                continue
            words = self.words[name]
            which = (
                "full_name"
                if words.several >= 0.6
                else "first_name"
                if words.given > words.surname
                else "last_name"
            )
            return Finding(which, 0.85, "its words come back in the address or user name beside it")
        return None

    def _diagnosis(self, name: str, values: Values) -> Finding | None:
        if values.shape != "text" or not self.beside(name, frozenset({"special"})):
            return None
        part = values.share("diagnosis")
        return Finding("special", 0.8, "codes of diagnoses beside what they mean") if part >= 0.9 else None

    def _initials(self, name: str, values: Values) -> Finding | None:
        """Two to four letters that begin the words of a name in the same row."""
        if values.shape != "text" or max(map(len, values.texts)) > 5 or len(values.texts) < 3:
            return None
        for other, category in self.held.items():
            if category != "full_name" or other == name or other not in self.values:
                continue
            rows = zip(values.cells, self.values[other].cells, strict=True)
            pairs = [(a, b) for a, b in rows if isinstance(a, str) and isinstance(b, str) and a and b]
            if pairs and sum(_begin(a, b) for a, b in pairs) >= 0.6 * len(pairs):
                return Finding("initials", 0.85, "the first letters of the names beside them")
        return None


def _stands_in(words: str, address: str) -> bool:
    local = re.sub(r"[^a-z]", "", fold(address.partition("@")[0]))
    return any(len(word) >= 4 and word[:6] in local for word in re.findall(r"[a-z]+", fold(words)))


def _begin(letters: str, whole: str) -> bool:
    return letters.upper() == "".join(word[0] for word in whole.split()).upper()[: len(letters)]


def _fine(values: Values, limit: float) -> bool:
    if values.shape == "decimal" or (values.shape == "text" and values.share("decimal") >= 0.95):
        numbers = [text.replace(",", ".") for text in values.texts[:100]]
        try:
            inside = all(abs(float(number)) <= limit for number in numbers)
        except ValueError:
            return False
        fine = sum(1 for number in numbers if len(number.partition(".")[2]) >= 4)
        return inside and len(numbers) >= 3 and fine >= 0.8 * len(numbers)
    return False


def _year(text: str) -> int | None:
    found = re.search(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d)", text)
    if found:
        return int(found[1])
    if re.fullmatch(r"\d{6}", text):
        return (1900 if int(text[4:]) > 30 else 2000) + int(text[4:])
    if re.fullmatch(r"\d{8}", text):
        return int(text[:4]) if 1850 < int(text[:4]) < 2110 else int(text[4:])
    short = re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.](\d\d)", text)
    return (1900 if int(short[1]) > 30 else 2000) + int(short[1]) if short else None
