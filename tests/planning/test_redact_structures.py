"""JSON and XML hold several people: what is redacted goes, what is another's stays to the byte, and it parses as before."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.planning.redact import TOKEN, Needle, Needles
from troth.planning.xmltext import is_xml
from troth.terms.canonical import Kind, canonical

ALICE, BOB = 1, 2
ONLY_ALICE = frozenset({ALICE})
VALUES: list[tuple[Kind, str, int]] = [
    ("email", "alice@example.dk", ALICE),
    ("phone", "12345678", ALICE),
    ("name", "Alice Jensen", ALICE),
    ("national_id", "010170-6123", ALICE),
    ("text", "kd-4711-a", ALICE),
    ("email", "bob@example.dk", BOB),
    ("phone", "87654321", BOB),
    ("name", "Bob Sørensen", BOB),
    ("national_id", "020270-6124", BOB),
]


def needles() -> Needles:
    made = []
    for kind, value, subject in VALUES:
        form = canonical(kind, value)
        assert form is not None
        made.append(Needle(kind, form, subject))
    return Needles(made)


NEEDLES = needles()
HERS = (
    "alice@example.dk",
    "ALICE@Example.DK",
    "+45 12 34 56 78",
    "12345678",
    "Alice Jensen",
    "Jensen, Alice",
    "010170-6123",
    "KD-4711-A",
)
HIS = (
    "bob@example.dk",
    "+45 87 65 43 21",
    "87654321",
    "Bob Sørensen",
    "020270-6124",
    "jim-alice@example.dk",
    "alice@example.dk.com",
)
PLAIN = ("tak", "øl & brød <3", "12:30", '"citat"', "a/b", "\t", "\\", "😀", "1.250,00", "")


@dataclass(frozen=True)
class Pair:
    """A text, and what is left of it when Alice is gone."""

    before: str
    after: str


def together(pairs: list[Pair], sign: str = "") -> Pair:
    return Pair(sign.join(p.before for p in pairs), sign.join(p.after for p in pairs))


# Words stand between `|`, so that none runs into the next.
WORDS = st.one_of(
    st.sampled_from(HERS).map(lambda text: Pair(text, TOKEN)),
    st.sampled_from(HIS).map(lambda text: Pair(text, text)),
    st.sampled_from(PLAIN).map(lambda text: Pair(text, text)),
)
PROSE = st.lists(WORDS, max_size=4).map(lambda words: together(words, " | "))


def as_string(pair: Pair, ascii_only: bool, slashes: bool) -> Pair:
    before, after = (json.dumps(text, ensure_ascii=ascii_only) for text in (pair.before, pair.after))
    return Pair(before.replace("/", "\\/"), after.replace("/", "\\/")) if slashes else Pair(before, after)


STRINGS = st.builds(as_string, PROSE, st.booleans(), st.booleans())
HER_NUMBERS = ("12345678", "4512345678", "101706123", "12345678.0", "1.2345678e7")
NUMBERS = st.one_of(
    st.sampled_from(HER_NUMBERS).map(lambda text: Pair(text, json.dumps(TOKEN))),
    st.sampled_from(
        (
            "87654321",
            "1.10",
            "-12345678",
            "1e400",
            "123456789",
            "12345678.5",
            "0",
            "1E5",
            "99999999999999999999999",
            "true",
            "null",
        )
    ).map(lambda text: Pair(text, text)),
)
SPACES = st.sampled_from(("", " ", "\n  ", "\t"))


def as_list(items: list[Pair], space: str) -> Pair:
    inner = together(items, f",{space}")
    return Pair(f"[{space}{inner.before}{space}]", f"[{space}{inner.after}{space}]")


def as_object(items: list[tuple[str, Pair]], space: str, hers: Pair | None) -> Pair:
    """Names may stand twice; one may be an identifier of hers, and its value stays."""
    named = [Pair(f'"{name}"{space}:{item.before}', f'"{name}"{space}:{item.after}') for name, item in items]
    if hers is not None:
        named.append(Pair(f'"{HERS[0]}":{hers.before}', f'"{TOKEN}":{hers.after}'))
    inner = together(named, f"{space},")
    return Pair("{" + inner.before + "}", "{" + inner.after + "}")


def nested(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    names = st.sampled_from(("navn", "phone", "bob@example.dk", "87654321", "x y"))
    whole = inner.filter(lambda pair: pair.before[0] in "[{")  # JSON in a string of JSON
    text = whole.map(lambda pair: Pair(json.dumps(pair.before), json.dumps(pair.after)))
    return st.one_of(
        st.builds(as_list, st.lists(inner, max_size=3), SPACES),
        st.builds(as_object, st.lists(st.tuples(names, inner), max_size=3), SPACES, st.none() | inner),
        text,
    )


VALUES_OF_JSON = st.recursive(STRINGS | NUMBERS, nested, max_leaves=8)
DOCUMENTS = st.one_of(
    st.builds(as_list, st.lists(VALUES_OF_JSON, max_size=4), SPACES),
    st.builds(
        as_object,
        st.lists(st.tuples(st.sampled_from(("a", "b")), VALUES_OF_JSON), max_size=4),
        SPACES,
        st.none(),
    ),
)


def redacted(text: str) -> str:
    cell, _ = NEEDLES.redact_cell(text, ONLY_ALICE)
    assert isinstance(cell, str)
    return cell


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_json_loses_alice_and_nothing_else(pair: Pair) -> None:
    json.loads(pair.before)
    assert redacted(pair.before) == pair.after
    json.loads(pair.after)
    assert redacted(pair.after) == pair.after


def on_one_line(pair: Pair) -> Pair:
    """A line's end stands only between the parts of a document, where a blank does as well."""
    return Pair(pair.before.replace("\n", " "), pair.after.replace("\n", " "))


@settings(max_examples=150, deadline=None)
@given(st.lists(DOCUMENTS.map(on_one_line), min_size=2, max_size=4))
def test_json_a_line_loses_alice_and_stays_json_a_line(pairs: list[Pair]) -> None:
    pair = together(pairs, "\n")
    assert redacted(pair.before) == pair.after


# -- XML ----------------------------------------------------------------------------------------------------------------


def as_text(pair: Pair, numeric: bool) -> Pair:
    """Character data, some letters written as references."""

    def coded(text: str) -> str:
        coded = {"e": "&#101;", "1": "&#x31;"} if numeric else {}
        return "".join(coded.get(letter) or html.escape(letter, quote=True) for letter in text)

    # a token of ours is never written in references
    return Pair(coded(pair.before), html.escape(TOKEN).join(coded(part) for part in pair.after.split(TOKEN)))


def as_cdata(pair: Pair) -> Pair:
    return (
        Pair(f"<![CDATA[{pair.before}]]>", f"<![CDATA[{pair.after}]]>")
        if "]]>" not in pair.before
        else Pair("", "")
    )


def as_comment(pair: Pair) -> Pair:
    bad = "--" in pair.before or pair.before.endswith("-")
    return Pair("", "") if bad else Pair(f"<!-- {pair.before} -->", f"<!-- {pair.after} -->")


def as_element(attribute: Pair, children: list[Pair], quote: str) -> Pair:
    inner = together(children)

    def made(value: str, content: str) -> str:
        value = value.replace("'", "&apos;") if quote == "'" else value
        return f"<p:post id={quote}{value}{quote} n = '87654321'>{content}</p:post>"

    return Pair(made(attribute.before, inner.before), made(attribute.after, inner.after))


TEXTS = st.builds(as_text, PROSE, st.booleans())
JSON_IN_XML = DOCUMENTS.map(lambda p: Pair(*(html.escape(text, quote=True) for text in (p.before, p.after))))
LEAVES = st.one_of(
    TEXTS, JSON_IN_XML, PROSE.map(as_cdata), PROSE.map(as_comment), st.just(Pair("<br/>", "<br/>"))
)


def apart(children: list[Pair]) -> list[Pair]:
    """Children with an element between them: text beside text would be one text."""
    return [part for child in children for part in (child, Pair("<i/>", "<i/>"))]


ELEMENTS = st.recursive(
    st.builds(as_element, TEXTS, st.lists(LEAVES, max_size=3).map(apart), st.sampled_from("\"'")),
    lambda inner: st.builds(as_element, TEXTS, st.lists(inner | LEAVES, max_size=3).map(apart), st.just('"')),
    max_leaves=5,
)


def parse(text: str) -> None:
    expat.ParserCreate().Parse(text, True)


@settings(max_examples=400, deadline=None)
@given(ELEMENTS, st.sampled_from(("", '<?xml version="1.0" encoding="UTF-8"?>\n')))
def test_xml_loses_alice_and_nothing_else(pair: Pair, head: str) -> None:
    assert is_xml(head + pair.before)
    assert redacted(head + pair.before) == head + pair.after
    parse(head + pair.after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a>12345678]&gt;</a>", "<a>[erased]]&gt;</a>"),
        ("<a>12345678]></a>", "<a>erased]></a>"),
        ("<a><![CDATA[alice@example.dk]>]]></a>", "<a><![CDATA[erased]>]]></a>"),
        ("<kd-4711-a x='1'>y</kd-4711-a>", "<erased x='1'>y</erased>"),
        ("<a kd-4711-a='1' _0101706123='2' erased='3'/>", "<a erased2='1' _erased='2' erased='3'/>"),
        ("<a>alice@example.dk</a><a>bob@example.dk</a>", "<a>[erased]</a><a>bob@example.dk</a>"),
        ("<?note til alice@example.dk ?><a/>", "<?note til [erased] ?><a/>"),
        ("<a>{&quot;p&quot;: 12345678, &quot;q&quot;: [12345678]}</a>",
         "<a>{&quot;p&quot;: &quot;[erased]&quot;, &quot;q&quot;: [&quot;[erased]&quot;]}</a>"),
        ('{"x": "<a m=\\"alice@example.dk\\">Bob S\\u00f8rensen</a>"}', '{"x": "<a m=\\"[erased]\\">Bob S\\u00f8rensen</a>"}'),
        ("<p>Hej Alice&nbsp;Jensen<br>", "<p>Hej [erased]<br>"),
        ("<!DOCTYPE a [<!ENTITY e 'alice@example.dk'>]><a>&e;</a>", "<!DOCTYPE a [<!ENTITY e '[erased]'>]><a>&e;</a>"),
    ],
)  # fmt: skip
def test_xml_stays_xml(before: str, after: str) -> None:
    assert redacted(before) == after
    if is_xml(before):
        parse(f"<_>{after.removeprefix('<?note til [erased] ?>')}</_>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('svar: {"tlf": 12345678, "n": 1}', 'svar: {"tlf": "[erased]", "n": 1}'),
        ('INFO body={\\"tlf\\":12345678}', 'INFO body={\\"tlf\\":\\"[erased]\\"}'),
        ('ring "til": 12345678 i dag', 'ring "til": [erased] i dag'),
        (
            '{"tlf": 12345678}\n{"tlf": [12345678, 87654321]}\n',
            '{"tlf": "[erased]"}\n{"tlf": ["[erased]", 87654321]}\n',
        ),
    ],
)
def test_json_in_a_longer_text_stays_json(before: str, after: str) -> None:
    assert redacted(before) == after


def test_an_entity_is_never_expanded() -> None:
    bomb = (
        "<!DOCTYPE a [<!ENTITY b 'ha'>"
        + "".join(f"<!ENTITY b{n} '&b;&b;'>" for n in range(99))
        + "]><a>&b9; 12345678</a>"
    )
    assert not is_xml(bomb)
    assert redacted(bomb) == bomb.replace("12345678", TOKEN)
