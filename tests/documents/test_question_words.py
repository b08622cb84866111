"""Every question of the engine, every remedy and every cause that they name is said in Danish: none can be forgotten."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import pytest
from said_in_source import Found, Reading, UnknownSampleError, called, modules
from said_samples import EMAIL, SAMPLES

from troth.datamap.categories import CATEGORIES
from troth.documents import cause_words, map_words, retention_words
from troth.documents.fault_words import FAULTS, fault_said
from troth.documents.patterns import Phrases, several
from troth.documents.question_words import PLACES, QUESTIONS
from troth.documents.words import every
from troth.retention.verdict import REASONS
from troth.workflows import sweeping

NAMES = sorted(
    {
        word
        for values in SAMPLES.values()
        for text in values
        for word in re.findall(r"[\w.]*[\w•][\w.@•>-]*\.[\w.@•>-]+|[A-Z_]{2,}|[a-z]+_[a-z_]+|\d{2,}", text)
        if word not in CATEGORIES
    },
    key=len,
)
ENGLISH = re.compile(
    r"\b(?:the|and|of|which|that|this|rows?|is|are|its|not|with|by|was|were|person's|names|means|belongs|answers|gone)\b"
)
QUOTED = re.compile(r"`[^`]*`|'[^']*'|\{[^}]*\}")
STORES = ("sqlite", "postgres", "mysql")


PARTS = ("text", "remedy")
WHO = (
    "nobody", "ambiguous", "shared", "shared_by_link", "uncertain", "contradicted", "guessed", "alike", "several_controllers",
)  # fmt: skip
"""Those that ask who is meant: a hold hands on what its own search asks."""


def asked(node: ast.AST, module: str, parts: tuple[str, ...] = PARTS) -> Iterator[ast.expr]:
    """Text and remedy of a question; `question()` itself hands on what it is given."""
    if not isinstance(node, ast.Call) or module in ("datamap/questions.py", "web/portal/forms.py"):
        return
    if called(node) == "Question":
        yield from (one.value for one in node.keywords if one.arg in parts)
        yield from node.args[2:4]
    elif called(node) == "question" and isinstance(node.func, ast.Name):
        yield from node.args[2:4]


def judged(node: ast.AST, _: str) -> Iterator[ast.expr]:
    """What is said of a trigger that is not harmless."""
    if isinstance(node, ast.Call) and called(node) == "NotUnderstood":
        yield from node.args[:1]
    elif isinstance(node, ast.Call) and called(node) in ("note", "Judgement"):
        gravity, *said = node.args
        yield from said[:1] if getattr(gravity, "value", "harmless") != "harmless" else ()


def blind(node: ast.AST, _: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Constant | ast.JoinedStr):
        yield node.value


def rowwise(node: ast.AST, _: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "rowwise" and isinstance(node.value, ast.IfExp):
        yield node.value.body


def lacking(node: ast.AST, _: str) -> Iterator[ast.expr]:
    """What a store says of rights that it lacks."""
    plain = isinstance(node, ast.Constant) and re.fullmatch("to write .*[^ ]", str(node.value))
    if plain or (isinstance(node, ast.JoinedStr) and ast.unparse(node) != "f'{path.name}'"):
        yield node


def meant(node: ast.AST, _: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and called(node) == "Verdict":
        yield from (one for one in node.args[2:3] if not (isinstance(one, ast.Constant) and not one.value))
    elif isinstance(node, ast.Call) and called(node) == "_doubted":
        yield from node.args[1:2]


def guessed(node: ast.AST, module: str) -> Iterator[ast.expr]:
    """What is said for a link, where each way of guessing says it."""
    way = module.rpartition("/")[2]
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        at = {("links.py", "parts.append"): 0, ("composite.py", "_guess"): 2}.get((way, name))
        at = 5 if name == "Guess" and way not in ("links.py", "composite.py") else at
        yield from node.args[at : at + 1] if at is not None else ()
    elif way == "candidates.py" and isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
        yield from (one for one in node.value.elts[-1:] if isinstance(one, ast.Constant))
    elif way == "links.py" and isinstance(node, ast.BoolOp):
        yield from (one for one in node.values[-1:] if isinstance(one, ast.Constant))


def read(pick: Any, *where: str, only: tuple[str, ...] = ()) -> list[Found]:
    reading = Reading(pick, SAMPLES, only)
    return [one for module in where for one in reading.of(module)]


def sentences(found: list[Found]) -> list[str]:
    return list(dict.fromkeys(one.sentence for one in found))


@cache
def causes() -> dict[str, list[str]]:
    """What questions name, as the source says it: each alone, and two together."""
    stores = [f"stores/{store}/reflect.py" for store in STORES]
    found = {
        "verdict.detail": read(judged, "planning/triggers.py", "planning/sqltext.py"),
        "'; '.join(reasons)": read(blind, *stores),
        "workflows/inquiry.py:why": read(rowwise, *stores),
        "'; '.join(rights)": [
            *read(lacking, *(f"stores/{store}/store.py" for store in STORES), only=("lacking",)),
            *read(lacking, "stores/postgres/rights.py", only=("told",)),
        ],
    }
    each = {name: sentences(one) for name, one in found.items()}
    return {
        name: said if name.endswith(":why") else [*said, f"{said[0]}; {said[-1]}"]
        for name, said in each.items()
    }


@cache
def questions() -> list[Found]:
    samples = {
        **SAMPLES, **causes(),
        **{f"question.{part}": sentences(read(partial(asked, parts=(part,)), "planning/doubts.py", only=WHO)) for part in PARTS},
    }  # fmt: skip
    reading = Reading(asked, samples)
    return [one for module in modules("Question(", "question(") for one in reading.of(module)]


def _count(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def is_danish(one: Found, said: list[str]) -> str:
    """What is wrong with the Danish of a sentence; "" for nothing."""
    if len(said) != 1:
        return f"{one.at}: {len(said)} phrases are: {one.sentence}"
    lost = [name for name in NAMES if _count(name, one.sentence) > _count(name, said[0])]
    left = ENGLISH.findall(QUOTED.sub("", said[0]))
    if said[0] == one.sentence or lost or left:
        return f"{one.at}: {lost} lost, {left} left: {one.sentence} -> {said[0]}"
    return ""


def test_every_question_and_every_remedy_has_one_danish_sentence() -> None:
    found = questions()
    kinds = {one.at.partition(":")[0] for one in found}
    assert {
        "planning/doubts.py",
        "datamap/asking.py",
        "workflows/inquiry.py",
        "retention/standing.py",
    } <= kinds
    assert len(found) > 200
    assert [wrong for one in found if (wrong := is_danish(one, list(every(one.sentence))))] == []


def test_every_blind_spot_and_every_reason_of_a_guess_has_one_danish_sentence() -> None:
    inference = [module for module in modules("Guess(", "why") if module.startswith("datamap/inference/")]
    reasons = [*read(meant, "datamap/meanings.py"), *read(guessed, *inference)]
    alone = [
        *read(blind, *(f"stores/{store}/reflect.py" for store in STORES)),
        *(one for one in reasons if one.sentence),
    ]
    assert len(alone) > 40
    assert [wrong for one in alone if (wrong := is_danish(one, list(every(one.sentence))))] == []


def finding(node: ast.AST, _: str) -> Iterator[ast.expr]:
    """The hint of a finding about the map."""
    if isinstance(node, ast.Call) and called(node) == "_finding":
        yield from node.args[3:4]


def found_detail(node: ast.AST, _: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and called(node) == "_finding":
        yield from node.args[2:3]


def test_every_finding_about_the_map_has_one_danish_sentence() -> None:
    from troth.datamap.check import FINDINGS

    details = read(found_detail, "datamap/check.py")
    heads = [Found(one.at, f"{FINDINGS['map.M001'][1]}: {one.sentence}.") for one in details]
    heads += [Found(kind, f"{message}: {details[0].sentence}.") for kind, (_, message) in FINDINGS.items()]
    hints = read(finding, "datamap/check.py")
    assert len(hints) > 15
    assert [wrong for one in (*heads, *hints) if (wrong := is_danish(one, list(every(one.sentence))))] == []
    assert map_words.FINDINGS.fixed.keys() <= {one.sentence for one in hints}
    assert [
        one for one in map_words.DETAILS.phrases if not any(one.said(told.sentence) for told in details)
    ] == []


def not_searched(node: ast.AST, _: str) -> Iterator[ast.expr]:
    """Why something was not searched: the second of what stands beside its place."""
    pair = node.value if isinstance(node, ast.Yield) else None
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "found.append":
        pair = node.args[0]
    if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
        yield pair.elts[1]


def test_every_reason_why_a_place_was_not_searched_has_one_danish_sentence() -> None:
    names = ("unsearched", "_unsearched", "not_searched")
    found = read(
        not_searched, *(f"stores/{store}/reflect.py" for store in STORES), "workflows/inquiry.py", only=names
    )
    assert {one.at.partition(":")[0] for one in found} > {"workflows/inquiry.py", "stores/sqlite/reflect.py"}
    found += [Found(kind, why) for kind, why in sweeping.UNREAD.items()]
    assert [wrong for one in found if (wrong := is_danish(one, list(every(one.sentence))))] == []
    assert cause_words.UNSEARCHED.fixed.keys() <= {one.sentence for one in found}
    assert [
        one for one in cause_words.UNSEARCHED.phrases if not any(one.said(told.sentence) for told in found)
    ] == []


BUNDLED = {
    "notice/loading.py": (), "retention/rulefile.py": ("load",), "workflows/notice_records.py": (), "workflows/books.py": (),
    "workflows/rehearsal_parts.py": (), "workflows/notice_exports.py": ("_text",),
    "workflows/checking.py": ("verify_ledger", "_checkpoints", "_same_as_copied", "_whole"),
    "stores/sqlite/store.py": (), "stores/postgres/store.py": (), "stores/mysql/line.py": (),
}  # fmt: skip
"""What makes the parts of the bundle for an authority, and may say why it could not."""


def raised(node: ast.AST, _: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and re.fullmatch(
        r"(Usage|Map|Tampered|StoreUnreachable|Store)Error|refusal", called(node)
    ):
        yield from node.args[:1]


def test_every_reason_of_a_missing_part_of_the_bundle_has_one_danish_sentence() -> None:
    found = [one for module, only in BUNDLED.items() for one in read(raised, module, only=only)]
    assert [wrong for one in found if (wrong := is_danish(one, list(FAULTS.every(one.sentence))))] == []
    said = {one.sentence for one in found}
    assert FAULTS.fixed.keys() <= said
    assert [one for one in FAULTS.phrases if not any(one.said(text) for text in said)] == []
    assert fault_said("there is no ledger yet") == ("der er endnu ingen log", "there is no ledger yet")
    assert fault_said("the line is cut") == ("the line is cut", "the line is cut")


def ruled(node: ast.AST, module: str) -> Iterator[ast.expr]:
    """Message and hint of a finding about the rules; `_about` puts the rule's name before its message."""
    if not isinstance(node, ast.Call) or called(node) not in ("_finding", "_about", "Finding"):
        return
    at = {"_about": 3, "_finding": 2, "Finding": 3}[called(node)]
    said = node.args[at : at + 2]
    yield from () if any("message" in ast.unparse(one) for one in said) else said


def test_every_finding_about_retention_has_one_danish_sentence() -> None:
    found = [*read(ruled, "retention/findings.py"), *read(ruled, "workflows/retain.py")]
    messages = [replace(one, sentence=f"orders_rule: {one.sentence}") for one in found]
    told = [
        min((one, named), key=lambda each: not list(every(each.sentence)))
        for one, named in zip(found, messages, strict=True)
    ]
    assert len(told) > 35
    assert [wrong for one in told if (wrong := is_danish(one, list(every(one.sentence))))] == []
    said = {one.sentence for one in told}
    assert retention_words.FINDINGS.fixed.keys() <= said
    assert [one for one in retention_words.FINDINGS.phrases if not any(one.said(text) for text in said)] == []
    assert set(retention_words.PERSONAL.fixed) == set(REASONS.values())


def hinted(node: ast.AST, _: str) -> Iterator[ast.expr]:
    """What to do about a backup: a hint of its own, or one of a table by the finding."""
    if isinstance(node, ast.Call) and called(node) == "_finding":
        yield from (one for one in node.args[3:4] if not isinstance(one, ast.Subscript))
    elif isinstance(node, ast.Dict):
        yield from (one for one in node.values if isinstance(one, ast.Constant))


def test_every_hint_about_a_backup_has_one_danish_sentence() -> None:
    found = read(hinted, "retention/backups.py", only=("findings", "_of"))
    assert [wrong for one in found if (wrong := is_danish(one, list(every(one.sentence))))] == []
    assert retention_words.BACKUPS.fixed.keys() <= {one.sentence for one in found}
    assert [
        one for one in retention_words.BACKUPS.phrases if not any(one.said(told.sentence) for told in found)
    ] == []


def test_what_nobody_has_said_in_danish_is_found() -> None:
    """The guard can fail: a sentence that no table has, and an expression of which nobody has said how it looks."""
    made = Found("x.py:1", "a question that nobody has said in Danish")
    assert is_danish(made, list(every(made.sentence)))
    assert is_danish(Found("x.py:1", "rows of crm.orders"), ["rows of crm.orders"])
    with pytest.raises(UnknownSampleError):
        list(Reading(judged, {}).of("planning/triggers.py"))


def test_a_sentence_with_anything_before_or_after_it_is_another_one() -> None:
    fixed = [one.sentence for one in questions() if one.sentence in QUESTIONS.fixed]
    assert len(fixed) > 30
    for sentence in fixed:
        for other in (f"Oh. {sentence}", f"{sentence} Oh.", sentence[1:], sentence[:-1], sentence.upper()):
            assert list(every(other)) == []
    begins_with_a_name = [phrase for phrase in QUESTIONS.phrases if phrase.english.pattern.startswith("(?P<")]
    for one in questions():
        if not any(phrase.said(one.sentence) for phrase in begins_with_a_name):
            assert list(every(f"Oh. {one.sentence}")) == []


def test_what_has_no_danish_makes_the_whole_sentence_english() -> None:
    assert list(every("we may not see all of it: a new reason; no SELECT on the table")) == []
    assert list(every("a trigger runs when rows here change, and it may refuse: in a way nobody knows")) == []
    assert list(every(f"whom a legal hold is about is not clear: {EMAIL} is somebody")) == []


def test_numbers_and_names_are_set_as_danes_set_them() -> None:
    said = {one: next(iter(every(one))) for one in (
        "1,234,567 rows are due here; one run may touch 10,000",
        "1 rows not linked to the person mention the name; they were left as they are",
        "Say which one: crm.customer=A or B or crm.lead=4 (and 3 more)",
        "we may not see all of it: no SELECT on the columns a, b; the server cannot open it",
    )}  # fmt: skip
    assert list(said.values()) == [
        "her er 1.234.567 rækker forfaldne; én kørsel må røre 10.000",
        "1 række, der ikke er knyttet til personen, nævner navnet; de står, som de var",
        "Sig, hvilken det er: crm.customer=A or B eller crm.lead=4 (og 3 til)",
        "vi må ikke se det hele: ingen SELECT på kolonnerne a, b; serveren kan ikke åbne den",
    ]
    assert PLACES.danish("every dataset of people") == "alle datasæt om personer"
    assert PLACES.danish("crm.customer") is None


def test_a_joint_inside_a_sentence_is_no_end_of_it() -> None:
    said = several(Phrases((("it says {sql}", "den siger {sql}"), ("it ends", "den slutter"))).danish)
    assert said("it says 'a; b'; it ends; it ends") == "den siger 'a; b'; den slutter; den slutter"
    assert said("it ends; it never does") is None
    assert said("") is None


def test_a_long_sentence_takes_no_long_time() -> None:
    """Names are a database's own: one that repeats our words must not make a page hang."""
    heads = (
        "",
        "the email ",
        "Say which one: ",
        "we may not see all of it: ",
        "no index leads with ",
        f"{EMAIL} names ",
        "Yes: ",
    )
    words = (
        " rows of crm.x, ",
        " or a.b=",
        "; ",
        ", and ",
        " holds ",
        " (",
        " that stay ",
        ". No: ",
        "•",
        "=",
        "`",
        "1 rows ",
        ": ",
    )
    begun = time.monotonic()
    for head in heads:
        for word in words:
            assert len(list(every(head + word * 300 + "§ nobody says this"))) <= 1
    assert time.monotonic() - begun < 5


def test_no_table_has_a_phrase_that_nothing_says() -> None:
    inference = [module for module in modules("Guess(", "why") if module.startswith("datamap/inference/")]
    reasons = {one.sentence for one in (*read(meant, "datamap/meanings.py"), *read(guessed, *inference))}
    told = causes()
    for phrases, said in (
        (QUESTIONS, {one.sentence for one in questions()}), (cause_words.TRIGGERS, told["verdict.detail"]),
        (cause_words.BLIND, told["'; '.join(reasons)"]), (cause_words.RIGHTS, told["'; '.join(rights)"]),
        (cause_words.ROWWISE, told["workflows/inquiry.py:why"]), (cause_words.NEAR, SAMPLES["planning/doubts.py:why"]),
        (cause_words.STAYS, SAMPLES["retention/standing.py:why"]), (cause_words.MEANT, reasons),
        (cause_words.SEEN, {part for one in reasons for part in one.split(", and ")}),
    ):  # fmt: skip
        assert set(phrases.fixed) - set(said) == set()
        assert [one.danish for one in phrases.phrases if not any(one.said(text) for text in said)] == []
