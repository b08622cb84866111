"""What a column of words speaks for: prose, lists of codes, addresses, people, places and firms."""

from __future__ import annotations

import re

from troth.datamap.discovery.column import Values
from troth.datamap.discovery.finding import Finding
from troth.datamap.discovery.numbers import share
from troth.datamap.discovery.wording import Words


def worded(values: Values, words: Words) -> list[Finding]:
    """Names, places, firms and prose."""
    found = _prose(values, words)
    found += _lists(values, words)
    if found and max(finding.confidence for finding in found) >= 0.85:
        return found
    found += _addresses(values, words) + _people(values, words)
    return found


def _prose(values: Values, words: Words) -> list[Finding]:
    mentions = max(values.share(name) for name in ("has_email", "has_phone", "has_cpr"))
    if words.length < 3.5 or words.prose < 0.3:
        if words.length >= 3 and mentions >= 0.1:
            return [
                Finding("free_text", 0.75, f"{mentions:.0%} of sampled values mention an address or a number")
            ]
        return []
    talk = words.any_of("talk")
    if mentions >= 0.02:
        return [
            Finding(
                "free_text", 0.93, f"prose; {mentions:.0%} of sampled values mention an address or a number"
            )
        ]
    if talk >= 0.3:
        return [
            Finding("free_text", 0.88, f"prose that speaks to or of somebody in {talk:.0%} of sampled values")
        ]
    return [Finding("free_text", 0.6, f"{words.prose:.0%} of sampled values are prose")]


def _lists(values: Values, words: Words) -> list[Finding]:
    found: list[Finding] = []
    few = len(values.texts)
    sexes = 2 <= few <= 8 and values.repeats >= 2 and words.among("gender") >= 0.95
    if sexes and words.among("sexes") > 0:
        found.append(Finding("gender", 0.93, "they are the words for the sexes"))
    return found if words.wordlike < 0.6 else found + _listed(values, words)


def _listed(values: Values, words: Words) -> list[Finding]:
    found: list[Finding] = []
    few = len(values.texts)
    if few >= 3 and words.among("language") >= 0.95 and words.among("country_code") < 0.95:
        found.append(Finding("status", 0.8, "they are languages"))
    if few >= 2 and words.among("currency") >= 0.95:
        found.append(Finding("status", 0.8, "they are currencies"))
    elif few >= 2 and values.texts[0].isupper() and len(values.texts[0]) <= 3:
        codes, states = words.among("country_code"), words.among("state_code")
        if (
            codes >= 0.9
            and codes >= states
            and (
                few >= 30
                or any(t in ("DK", "SE", "NO", "DE", "GB", "DNK", "SWE", "US", "FR") for t in values.texts)
            )
        ):
            found.append(Finding("country", 0.85, f"{codes:.0%} of sampled values are country codes"))
        elif states >= 0.9 and few >= 5:
            found.append(Finding("region", 0.8, f"{states:.0%} of sampled values are codes of US states"))
    countries = words.among("country")
    if countries >= 0.6:
        found.append(
            Finding("country", 0.6 + 0.35 * countries, f"{countries:.0%} of sampled values are countries")
        )
    special = words.any_of("special")
    if special >= 0.45 and words.length <= 4:
        found.append(
            Finding(
                "special",
                0.5 + 0.4 * special,
                f"{special:.0%} of sampled values are words of health, belief or origin",
            )
        )
    courtesy = words.among("courtesy")
    if courtesy >= 0.9 and few <= 10 and few >= 2:
        found.append(Finding("person_other", 0.95, "they are forms of address"))
    return found


def _addresses(values: Values, words: Words) -> list[Finding]:
    found: list[Finding] = []
    house, streets = values.share("house"), words.streets
    if house >= 0.6 and streets >= 0.3 and words.prose < 0.3:
        whole = share(values.texts, lambda text: bool(re.search(r",.*\b\d{4,5}\b", text)))
        category = "address" if whole >= 0.5 else "street"
        found.append(
            Finding(
                category,
                min(0.95, 0.6 + 0.25 * house + 0.2 * streets),
                f"{streets:.0%} of sampled values name a street and a house",
            )
        )
    elif values.share("flat") >= 0.85:
        found.append(Finding("address", 0.85, "they are flats and floors, the second line of an address"))
    elif streets >= 0.7 and words.wordlike >= 0.6:
        found.append(Finding("street", 0.75, f"{streets:.0%} of sampled values name a street"))
    elif (
        house >= 0.85
        and words.length >= 2
        and words.capital >= 0.5
        and values.repeats < 1.5
        and words.any_of("thing") < 0.1
    ):
        found.append(Finding("street", 0.5, "they are words and a number, as addresses are"))
    if words.zip_city >= 0.6:
        found.append(
            Finding("city", 0.85, f"{words.zip_city:.0%} of sampled values are a postal code and its town")
        )
    return found


def _people(values: Values, words: Words) -> list[Finding]:
    found: list[Finding] = []
    firms = words.firms
    if firms >= 0.25 and words.prose < 0.3:
        found.append(
            Finding(
                "organisation",
                min(0.95, 0.6 + 0.45 * firms),
                f"{firms:.0%} of sampled values end as firms' names do",
            )
        )
    jobs = words.jobs
    if jobs >= 0.4 and firms < 0.3 and words.length <= 5:
        found.append(Finding("job_title", 0.5 + 0.42 * jobs, f"{jobs:.0%} of sampled values are occupations"))
    if words.wordlike < 0.7:
        return found + _handles(values, words)
    one, both = words.full
    cities, regions = words.cities, words.among("region")
    things = words.any_of("thing")
    if words.several >= 0.6 and (one >= 0.5 or both >= 0.25) and firms < 0.3 and one > things:
        found.append(
            Finding(
                "full_name",
                min(0.96, 0.5 + 0.3 * one + 0.3 * both),
                f"{one:.0%} of sampled values are written as persons' names",
            )
        )
    given, surname = words.given, words.surname
    if words.several < 0.6 and words.capital >= 0.8:
        if given >= 0.4 and given > max(surname, cities, regions, things) and len(values.texts) >= 3:
            found.append(
                Finding(
                    "first_name", 0.5 + 0.45 * given, f"{given:.0%} of sampled values are common given names"
                )
            )
        elif surname >= 0.35 and surname > max(cities, regions, things) and len(values.texts) >= 3:
            found.append(
                Finding(
                    "last_name", 0.5 + 0.45 * surname, f"{surname:.0%} of sampled values are common surnames"
                )
            )
    return found + _places(values, words) + _handles(values, words)


def _places(values: Values, words: Words) -> list[Finding]:
    found: list[Finding] = []
    given, surname, one = words.given, words.surname, words.full[0]
    cities, regions, towns = words.cities, words.among("region"), words.towns
    if (
        towns >= 0.55
        and towns > max(2 * cities, given, surname, one, regions)
        and words.capital >= 0.8
        and len(values.texts) >= 8
    ):
        found.append(
            Finding("city", 0.35 + 0.35 * towns, f"{towns:.0%} of sampled values are formed as towns' names")
        )
    if cities >= 0.35 and cities >= max(given, surname, one):
        found.append(Finding("city", 0.55 + 0.42 * cities, f"{cities:.0%} of sampled values are towns"))
    if regions >= 0.5 and regions > cities:
        found.append(Finding("region", 0.5 + 0.4 * regions, f"{regions:.0%} of sampled values are regions"))
    return found


def _handles(values: Values, words: Words) -> list[Finding]:
    if words.length > 1.05 or values.repeats > 3 or words.capital > 0.2 or len(values.texts) < 3:
        return []
    names = words.handles
    if names >= 0.35 and values.share("handle") >= 0.85:
        return [
            Finding(
                "username", 0.5 + 0.4 * names, f"{names:.0%} of sampled values are made of persons' names"
            )
        ]
    return []
