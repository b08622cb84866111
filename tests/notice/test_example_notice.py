"""The example company's notice makes every promise in both languages, in words of its own that a machine can hold it to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import troth.example
from troth.datamap.categories import CATEGORIES
from troth.datamap.mapfile import load as load_map
from troth.law.rules import newest
from troth.notice.length import rule_length
from troth.notice.loading import load
from troth.notice.model import Notice, Promise, Sentence
from troth.retention.rulefile import load as load_rules

EXAMPLE = Path(troth.example.__file__).parent
SOURCE = Path(__file__).resolve().parents[3] / "shared" / "notice"
BOOK = tuple(f"P{n}" for n in range(1, 112))
LONGEST = 30
RUN = 8
ABSOLUTE = re.compile(
    r"\b(straks|altid|aldrig|omgående|øjeblikkelig\w*|med det samme|når som helst|nogensinde|til enhver tid|for evigt"
    r"|always|never|immediately|at once|instantly|promptly|at any time|whenever|ever|forever|at all times|right away)\b",
    re.IGNORECASE,
)
NUMBERS = {
    "da": {1: "et", 2: "to", 3: "tre", 5: "fem", 6: "seks", 10: "ti", 12: "tolv"},
    "en": {1: "one", 2: "two", 3: "three", 5: "five", 6: "six", 10: "ten", 12: "twelve"},
}
UNITS = {
    "da": {"Y": ("år", "år"), "M": ("måned", "måneder"), "D": ("dag", "dage")},
    "en": {"Y": ("year", "years"), "M": ("month", "months"), "D": ("day", "days")},
}


@pytest.fixture(scope="module")
def notice() -> Notice:
    return load(EXAMPLE / "notice")


@pytest.fixture(scope="module")
def source() -> dict[str, str]:
    """The words of the notice whose promises these are, by where they stand."""
    if not SOURCE.is_dir():
        pytest.skip("no source notice: the folder shared/notice is not there beside the project")
    book = json.loads((SOURCE / "promises.json").read_text(encoding="utf-8", errors="replace"))["promises"]
    texts = {one["id"] + language: one[language] for one in book for language in ("da", "en")}
    return texts | {path.name: path.read_text(encoding="utf-8") for path in SOURCE.glob("*.txt")}


def said(notice: Notice) -> Iterator[tuple[str, Sentence]]:
    for language, text in notice.texts.items():
        yield from ((language, one) for one in text.sentences if not one.heading)


def making(notice: Notice, language: str, name: str) -> str:
    """All sentences of a language that make a promise."""
    return " ".join(
        one.text for lang, one in said(notice) if lang == language and name in (one.promises or ())
    )


def bound(notice: Notice, language: str) -> list[tuple[int, bool, tuple[str, ...] | None]]:
    """The shape of a text: each heading's level, and each sentence's promises."""
    return [(one.heading, one.item, one.promises) for one in notice.texts[language].sentences]


def test_every_promise_is_there_with_its_kind_and_a_title(notice: Notice) -> None:
    assert set(BOOK) <= set(notice.promises)
    assert all(one.title.da and one.title.en for one in notice.promises.values())


def test_every_promise_is_of_the_kind_it_was(notice: Notice) -> None:
    if not SOURCE.is_dir():
        pytest.skip("no source notice: the folder shared/notice is not there beside the project")
    book = json.loads((SOURCE / "promises.json").read_text(encoding="utf-8", errors="replace"))["promises"]
    assert {one["id"]: one["kind"] for one in book} == {name: notice.promises[name].kind for name in BOOK}


def test_both_languages_make_the_same_promises_sentence_by_sentence(notice: Notice) -> None:
    assert bound(notice, "da") == bound(notice, "en")


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_promise_has_a_sentence(notice: Notice, language: str) -> None:
    made = {name for lang, one in said(notice) if lang == language for name in one.promises or ()}
    assert made == set(notice.promises)


def test_every_sentence_is_bound(notice: Notice) -> None:
    assert [(lang, one.line) for lang, one in said(notice) if one.promises is None] == []


def test_every_promise_names_what_keeps_it(notice: Notice) -> None:
    assert [one.id for one in notice.promises.values() if one.control is None] == []


def test_no_sentence_is_long(notice: Notice) -> None:
    assert [(lang, one.line) for lang, one in said(notice) if len(one.text.split()) > LONGEST] == []


def loose(words: str, promises: list[Promise]) -> bool:
    """Whether a sentence is absolute about a promise that has no deadline."""
    dated = all(one.control and one.control.deadline for one in promises)
    return bool(ABSOLUTE.search(words)) and not (promises and dated)


def test_an_absolute_word_has_a_deadline(notice: Notice) -> None:
    found = [
        (lang, one.line)
        for lang, one in said(notice)
        if loose(one.text, [notice.promises[name] for name in one.promises or ()])
    ]
    assert found == []


def test_an_absolute_word_without_one_is_seen(notice: Notice) -> None:
    assert loose("We never do that.", [notice.promises["P106"]])
    assert loose("Det gør vi aldrig.", [])
    assert not loose("We never do that.", [notice.promises["P15"]])


TOLD = {
    "da": {
        "PT5M": "fem minutter", "PT8H": "otte timer", "P1D": "24 timer|inden en dag", "P2D": "to dage", "P3D": "tre dage|72 timer",
        "P7D": "syv dage", "P10D": "ti hverdage", "P15D": "15 hverdage", "P30D": "30 dage", "P35D": "35 dage", "P45D": "45 dage",
        "P60D": "60 dage", "P1M": "en måned|første kontakt", "P3M": "tredje måned", "P1Y": "tolvte måned|hvert år",
    },
    "en": {
        "PT5M": "five minutes", "PT8H": "eight hours", "P1D": "24 hours|within one day", "P2D": "two days", "P3D": "three days|72 hours",
        "P7D": "seven days", "P10D": "ten business days", "P15D": "15 business days", "P30D": "30 days", "P35D": "35 days",
        "P45D": "45 days", "P60D": "60 days", "P1M": "one month|first contact", "P3M": "three months", "P1Y": "twelve months|every year",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_deadline_is_told(notice: Notice, language: str) -> None:
    """Whoever is promised something within a time reads that time in the sentence."""
    told = {
        one.id: one.control.deadline.told()
        for one in notice.promises.values()
        if one.control and one.control.deadline
    }
    dated = {name: length for name, length in told.items() if length != "PT0S"}
    assert len(dated) > 40
    silent = {
        name: length
        for name, length in dated.items()
        if not re.search(TOLD[language][length], making(notice, language, name))
    }
    assert silent == {}


def lengths(one: Promise, language: str) -> str | None:
    """A promise's length of time as its sentence must say it."""
    keep = one.retention.keep if one.retention else None
    if keep is None:
        return None
    if found := re.fullmatch(r"P(\d+)([YMD])", keep.told()):
        count, unit = int(found[1]), found[2]
        if (count, unit) == (1, "D"):
            return "24 timer" if language == "da" else "24 hours"
        number = NUMBERS[language].get(count) or str(count)
        return f"{number} {UNITS[language][unit][count > 1]}"
    if found := re.fullmatch(r"P1Y(\d)M", keep.told()):
        return f"{12 + int(found[1])} {UNITS[language]['M'][1]}"
    raise AssertionError(f"{one.id}: {keep.told()}")


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_period_is_said_as_long_as_it_is(notice: Notice, language: str) -> None:
    """What the retention file or the promise says, the sentence says in words."""
    kept = [one for one in notice.promises.values() if lengths(one, language)]
    assert len(kept) > 25
    wrong = {
        one.id: expected
        for one in kept
        if (expected := lengths(one, language)) and expected not in making(notice, language, one.id)
    }
    assert wrong == {}


def test_every_rule_of_retention_is_promised_with_its_length(notice: Notice) -> None:
    """All but that of the company's own staff, who have a notice of their own (P143)."""
    rules = {
        rule.name: rule
        for rule in load_rules(EXAMPLE / "troth.retention.yaml", load_map(EXAMPLE / "troth.map.yaml")).rules
        if [str(ref) for ref in rule.datasets] != ["crm.employee"]
    }
    promised = {
        str(one.control.parameters["rule"]): one
        for one in notice.promises.values()
        if one.control and one.control.name == "retention"
    }
    assert promised.keys() == rules.keys()
    for name, one in promised.items():
        rule, said = rules[name], one.retention
        keep = rule.keep.told() if rule.keep else f"{newest(rule.law).years}y"
        assert said, one.id
        assert said.keep == rule_length(keep), one.id
        assert (said.after, said.reasons) == (rule.event, (rule.reason,)), one.id


def test_every_kind_of_data_of_the_map_is_declared(notice: Notice) -> None:
    declared = {field for one in notice.categories.values() for field in one.fields}
    held = {
        category
        for dataset in load_map(EXAMPLE / "troth.map.yaml").datasets.values()
        for field in dataset.fields.values()
        for category in (field.category, *(inner for _, inner in field.paths))
    }
    assert {name for name in held if CATEGORIES[name].personal} <= declared


def test_every_cookie_has_one_function_a_reader_and_a_lifetime(notice: Notice) -> None:
    told = {
        "da": r"`(\w+)` (lader|forhindrer|husker|måler)[^;]+; den læses (kun )?af os[^;]*? og (lever|forsvinder)",
        "en": r"`(\w+)` (lets|prevents|remembers|measures)[^;]+; (only we|we and [^;]*) reads? it, and it (lives|goes)",
    }
    names = {
        lang: [found[1] for one in text.sentences if (found := re.match(told[lang], one.text))]
        for lang, text in notice.texts.items()
    }
    listed = [one.text for one in notice.texts["en"].sentences if one.item and one.text.startswith("`")]
    assert names["da"] == names["en"]
    assert len(names["en"]) == len(listed) == len(set(names["en"])) > 5


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_the_words_are_our_own(notice: Notice, source: dict[str, str]) -> None:
    theirs = {run for text in source.values() for run in runs(text)}
    copied = next(text for name, text in source.items() if name.endswith(".txt")).splitlines()[1]
    assert runs(copied) & theirs, "a copied line would be seen"
    ours = {lang: " ".join(one.text for one in text.sentences) for lang, text in notice.texts.items()}
    ours |= {path.name: path.read_text(encoding="utf-8") for path in (EXAMPLE / "notice").glob("*.yaml")}
    assert {where: sorted(runs(text) & theirs) for where, text in ours.items() if runs(text) & theirs} == {}


def test_nobody_else_s_company_is_named(source: dict[str, str]) -> None:
    """Whose notice it was stands there in capitals, beside words that are anybody's."""
    named = {word for text in source.values() for word in re.findall(r"\b[A-Z]{3,}\b", text)} - {
        "GDPR",
        "CCPA",
    }
    assert named, "the source names its company"
    written = " ".join(path.read_text(encoding="utf-8") for path in (EXAMPLE / "notice").iterdir())
    assert {word for word in named if re.search(rf"\b{word}\b", written, re.IGNORECASE)} == set()
