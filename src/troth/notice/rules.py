"""The lengths of a retention file by rule, so that a notice need not repeat them; the file is judged against the map elsewhere."""

from __future__ import annotations

from troth.law.rules import newest
from troth.notice.length import Length, rule_length
from troth.notice.model import Retention
from troth.terms.nodes import Pages, compose


def lengths(text: str, file: str) -> dict[str, Retention]:
    """Each rule's length, event and reason; raises MapError where the file cannot be read."""
    pages = Pages(file)
    top = pages.pairs(
        compose(text, file, "a retention file", "Start with `retention: 1`."), "the retention file"
    )
    found = {}
    for name, (_, rule) in pages.pairs(top["rules"][1], "rules").items() if "rules" in top else ():
        given = {key: value for key, (_, value) in pages.pairs(rule, name).items()}
        clock = pages.pairs(given["clock"], "clock") if "clock" in given else {}
        after = pages.text(clock["event"][1], "event") if "event" in clock else ""
        keep, year_end = None, False
        if "keep" in given:
            keep = rule_length(pages.text(given["keep"], "keep"))
        elif "law" in given:
            try:
                law = newest(pages.text(given["law"], "law"))
            except KeyError:
                pages.fault(given["law"], "this law is not known.", "docs/retention.md names those that are.")
            keep, year_end = Length(months=12 * law.years), law.from_end_of_financial_year
        reasons = (pages.text(given["reason"], "reason"),) if "reason" in given else ()
        found[name] = Retention(name, keep, after, False, reasons, year_end)
    return found
