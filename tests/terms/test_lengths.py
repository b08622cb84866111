"""A length of time reads the same wherever it was written: in a rule, in a notice, in a promise."""

from __future__ import annotations

from troth.cli.words import Words
from troth.evidence.spans import in_words
from troth.notice.length import length
from troth.retention.clock import period


def test_one_length_has_one_wording_from_every_notation() -> None:
    rule, notice = period("10y"), length("P10Y")
    assert rule is not None
    assert notice is not None
    assert rule.spoken() == notice.spoken() == in_words("P10Y") == ("10 år", "10 years")
    assert Words("da").length(rule.told()) == "10 år"
    assert Words("en").length("1y 1m 1d") == "1 year, 1 month, 1 day"


def test_none_is_told_too() -> None:
    assert in_words("PT0S").en == "at once"
    assert Words("en").length("0d") == "0 days"
    assert in_words("as long as needed").da == "as long as needed"
