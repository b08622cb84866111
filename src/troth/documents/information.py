"""Guarantees that what a copy must say besides the data (GDPR Art. 15(1)(a)-(h), (2)) is said, or said to be written down nowhere.

One value for the page, for `data.json` and for the letter, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from troth.documents import information_words as say
from troth.documents.letter import Fact, Row
from troth.documents.markup import Html, both, either, h3, join, li, p, table, tag
from troth.requests.kinds import Regime
from troth.terms.bilingual import Both


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives data, as what, in which countries; `safeguard` where one of them lies outside the EEA."""

    name: Both
    role: Both
    countries: str
    abroad: str = ""
    safeguard: Both = Both("", "")  # noqa: RUF009  (a frozen value)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that nobody has written down: which point of Art. 15(1), where it is missing, and the remedy."""

    point: str
    place: str
    remedy: str


_RESTS_ON = {"transfers": "recipients", "disclosed": "recipients"}


@dataclass(frozen=True)
class Information:
    """What the law wants told with a copy, about the datasets in which the person was found."""

    purposes: tuple[tuple[Both, Both], ...] = ()  # what for, and on which legal basis
    categories: tuple[Both, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    retention: tuple[tuple[Both, Both], ...] = ()  # what, and how long
    sources: tuple[Both, ...] = ()
    automated: tuple[Both, ...] = ()
    disclosed: tuple[tuple[Both, Both], ...] = ()  # which kinds of data, to whom
    sold: tuple[tuple[Both, Both], ...] = ()
    authority: Both = Both("", "")  # noqa: RUF009  (a frozen value)
    gaps: tuple[Gap, ...] = ()

    @property
    def transfers(self) -> tuple[Recipient, ...]:
        """The recipients outside the EEA."""
        return tuple(one for one in self.recipients if one.abroad)

    def lacks(self, point: str) -> bool:
        """Whether something of this point is written down nowhere."""
        return any(gap.point == _RESTS_ON.get(point, point) for gap in self.gaps)


def letter_facts(told: Information, regime: Regime) -> Mapping[str, Fact]:
    """What the letter that delivers a copy tells of it; of a point with a gap nothing, so that no letter hides it."""
    facts: dict[str, Fact] = {
        "purposes": tuple({"what": what, "basis": basis} for what, basis in told.purposes),
        "categories": told.categories,
        "retention": tuple({"what": what, "until": until} for what, until in told.retention),
        "sources": told.sources,
    }
    if regime == "eu":
        facts["recipients"] = _rows(
            {"who": one.name, "role": one.role, "where": one.countries} for one in told.recipients
        )
        facts["transfers"] = _rows(
            {"who": one.name, "where": one.abroad, "safeguard": one.safeguard} for one in told.transfers
        )
        facts["automated"] = told.automated
    else:
        for name, rows in (("disclosed", told.disclosed), ("sold", told.sold)):
            facts[name] = _rows({"what": what, "who": who} for what, who in rows)
    return {name: value for name, value in facts.items() if not told.lacks(name)}


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


def as_json(told: Information) -> dict[str, object]:
    """The same for machines."""

    def said(pair: Both) -> dict[str, str]:
        return {"da": pair.da, "en": pair.en}

    return {
        "purposes": [{"purpose": said(what), "legal_basis": said(basis)} for what, basis in told.purposes],
        "categories": [said(one) for one in told.categories],
        "recipients": [
            {
                "name": said(one.name), "role": said(one.role), "countries": one.countries,
                "outside_eea": one.abroad, "safeguard": said(one.safeguard),
            }
            for one in told.recipients
        ],
        "retention": [{"what": said(what), "how_long": said(until)} for what, until in told.retention],
        "sources": [said(one) for one in told.sources],
        "sold_or_shared": [{"what": said(what), "to": said(who)} for what, who in told.sold],
        "automated_decisions": [said(one) for one in told.automated],
        "authority": said(told.authority),
        "not_written_down": [{"point": gap.point, "place": gap.place} for gap in told.gaps],
    }  # fmt: skip


def sections(told: Information) -> Html:
    """The page's part: a heading for each point, also where there is nothing, or nothing is known."""
    transfers = ((both(one.name), one.abroad, both(one.safeguard)) for one in told.transfers)
    recipients = ((both(one.name), both(one.role), one.countries) for one in told.recipients)
    return join(
        (
            _grid(told, "purposes", (say.PURPOSE, say.BASIS), _pairs(told.purposes)),
            _list(told, "categories", told.categories),
            _grid(told, "recipients", (say.RECIPIENT, say.ROLE, say.COUNTRIES), list(recipients)),
            _grid(told, "transfers", (say.RECIPIENT, say.COUNTRIES, say.SAFEGUARD), list(transfers)),
            _grid(told, "retention", (say.WHAT, say.HOW_LONG), _pairs(told.retention)),
            _list(told, "sources", told.sources),
            _list(told, "automated", told.automated),
        )
    )


def _pairs(rows: tuple[tuple[Both, Both], ...]) -> list[tuple[str, ...]]:
    return [(both(one), both(other)) for one, other in rows]


def _grid(told: Information, point: str, headings: tuple[Both, ...], rows: list[tuple[str, ...]]) -> Html:
    columns = tuple(either(heading) for heading in headings)
    shown = table(both(say.POINTS[point]), columns, rows, quiet=True) if rows else Html()
    return _point(told, point, shown)


def _list(told: Information, point: str, values: tuple[Both, ...]) -> Html:
    return _point(
        told, point, tag("ul", *(li(both(one)) for one in values), class_="plain") if values else Html()
    )


def _point(told: Information, point: str, shown: Html) -> Html:
    parts = [h3(both(say.POINTS[point])), shown]
    if told.lacks(point):
        parts.append(p(both(say.UNKNOWN), class_="soft"))
    elif not shown:
        parts.append(p(both(say.NONE[point])))
    return join(parts)
