"""A notice's folder is read strictly, each fault with its line and remedy; its texts lose their bindings for people."""

from __future__ import annotations

from pathlib import Path

import pytest
from notice_folder import DA, HEAD, PROMISES, written

from troth.law.content import abbreviations
from troth.notice.length import Length, length, rule_length
from troth.notice.loading import gather, load, read
from troth.notice.model import Retention
from troth.notice.text import bound, is_one_sentence, parse, rendered
from troth.terms.bilingual import Both
from troth.terms.errors import MapError, UsageError
from troth.workflows.notices import placing


def test_a_whole_notice_is_read(tmp_path: Path) -> None:
    notice = load(written(tmp_path / "notice"))
    assert list(notice.promises) == ["P1", "P2", "P3"]
    first, _, third = notice.promises.values()
    assert first.retention == Retention(keep=Length(seconds=90 * 86_400), after="row_created")
    assert first.control is not None
    assert first.control.parameters == {"rule": "orders"}
    assert first.place.endswith("promises.yaml:1")
    assert third.never == {"acts": ("sale",)}
    assert notice.purposes["guard"].interest == Both("at passe på ovnene", "to look after the ovens")
    assert notice.facts["representative"].needless
    assert [(one.line, one.promises) for one in notice.texts["da"].sentences] == [
        (1, ()), (3, ("P1",)), (4, ("P2",)), (6, ("P3",)), (7, ()),
    ]  # fmt: skip


def test_the_same_texts_are_the_same_notice_and_any_change_is_another(tmp_path: Path) -> None:
    files = gather(written(tmp_path / "notice"))
    one = read(files, "here").digest
    assert read(dict(files), "elsewhere").digest == one
    for name in files:
        assert read({**files, name: files[name] + "\n"}, "here").digest != one


def test_lengths_come_from_the_retention_file(tmp_path: Path) -> None:
    rest = "clock: {event: row_created, column: made}, reason: operations, outcome: erase"
    rules = f"  orders: {{datasets: [crm.orders], keep: 6m, {rest}}}\n  bills: {{datasets: [crm.bill], law: dk.bookkeeping, {rest}}}\n"
    text = f"retention: 1\nzone: Europe/Copenhagen\nrules:\n{rules}"
    (tmp_path / "troth.retention.yaml").write_text(text, encoding="utf-8")
    promises = "- {id: P1, kind: S, retention: orders}\n- {id: P2, kind: S, retention: bills}\n- {id: P3, kind: S, retention: nothing}\n"
    head = HEAD.replace("facts:", "rules: ../troth.retention.yaml\nfacts:")
    notice = load(written(tmp_path / "notice", head=head, promises=promises))
    orders, bills, other = (promise.retention for promise in notice.promises.values())
    assert orders == Retention("orders", Length(months=6), "row_created", False, ("operations",))
    assert bills == Retention(
        "bills", Length(months=60), "row_created", False, ("operations",), year_end=True
    )
    assert other == Retention("nothing")


WRONG = {
    "a name that no list has": ("promises", PROMISES.replace("[bake]", "[bakes]"), "promises.yaml:4", "bake"),
    "an id twice": ("promises", PROMISES.replace("P2", "P1"), "promises.yaml:10", "P1"),
    "no such basis": ("promises", PROMISES.replace("contract", "habit"), "promises.yaml:5", "basis"),
    "no length": ("promises", PROMISES.replace("P90D", "a while"), "promises.yaml:8", "P2Y"),
    "an unknown key": ("promises", PROMISES.replace("basis:", "bases:"), "promises.yaml:5", "basis"),
    "an alias": ("promises", "- &a {id: P1, kind: C}\n- *a\n", "promises.yaml:", "Write"),
    "nothing": ("promises", "", "promises.yaml:1", "docs/notice.md"),
    "no list": ("promises", "id: P1\n", "promises.yaml:1", "list"),
    "another format": ("head", HEAD.replace("notice: 1", "notice: 2"), "notice.yaml:1", "notice: 1"),
    "no day": ("head", HEAD.replace("2027-01-01", "soon"), "notice.yaml:4", "2027-01-01"),
    "no country": ("head", HEAD.replace("[DK]", "[Denmark]"), "notice.yaml:", "DK"),
    "one language only": (
        "head",
        HEAD.replace("{da: Butikken, en: The shop}", "{da: Butikken}"),
        "notice.yaml:",
        "en",
    ),
    "no YAML": ("head", "notice: [", "notice.yaml:", "indentation"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_cannot_be_read_says_where(fault: str, tmp_path: Path) -> None:
    part, text, place, said = WRONG[fault]
    with pytest.raises(MapError) as raised:
        load(written(tmp_path / "notice", **{part: text}))
    assert place in raised.value.place
    assert said in str(raised.value)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        load(tmp_path / "nowhere")
    folder = written(tmp_path / "notice")
    (folder / "en.md").unlink()
    with pytest.raises(MapError, match="missing"):
        load(folder)
    with pytest.raises(MapError, match="no retention rules"):
        load(written(tmp_path / "notice", head=HEAD.replace("facts:", "rules: nowhere.yaml\nfacts:")))


def test_people_read_it_without_bindings(tmp_path: Path) -> None:
    notice = load(written(tmp_path / "notice"))
    assert rendered(notice.texts["da"], placing(notice, "da")) == (
        "# Bageriets erklæring\n\n"
        "Havnens Bageri ApS bager det, du har bestilt, og sletter det efter 90 dage. Et kamera passer på ovnene.\n\n"
        "- Vi sælger aldrig, hvad vi ved om dig.\n- Tak, fordi du læste med.\n"
    )
    assert "{" not in rendered(parse("da", "da.md", DA), lambda _: "")


@pytest.mark.parametrize(
    ("line", "promises"),
    [
        ("We bake. {P1 P2}", ("P1", "P2")),
        ("We bake. {P1, P2}", ("P1", "P2")),
        ("We bake. {none}", ()),
        ("We bake.", None),
        ("We bake. {}", None),
        ("We bake. {later}", None),
        ("We {P1} bake.", None),
    ],
)
def test_what_a_sentence_is_bound_to(line: str, promises: tuple[str, ...] | None) -> None:
    assert bound(line)[1] == promises


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("Vi bager f.eks. Brunsviger og bl.a. Boller.", True),
        ("Se art. 6, stk. 1. Det gælder os.", False),
        ("Write to Mr. Baker at Crumb Inc. (Denmark).", True),
        ("Thank you! We sell it.", False),
        ("It is [[x]]. [[y]] is another.", False),
        ("We bake. “Really”, he said.", False),
        ("John F. Kennedy is quoted at 8.30 p.m. Monday.", True),
        ("From 1. januar 2027 it holds.", True),
    ],
)
def test_a_line_is_one_sentence(words: str, one: bool) -> None:
    known = abbreviations("da") | abbreviations("en")
    assert is_one_sentence(words, known) is one


@pytest.mark.parametrize(
    ("text", "told"), [("P2Y", "P2Y"), ("P1Y6M", "P1Y6M"), ("P2W", "P14D"), ("PT90M", "PT1H30M"), ("PT0S", "PT0S"), ("P1DT1H", "P1DT1H")]
)  # fmt: skip
def test_lengths_are_read_and_told(text: str, told: str) -> None:
    found = length(text)
    assert found is not None
    assert found.told() == told


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1Y", "P-1D", "P1DT", "a reasonable period"])
def test_what_is_no_length(text: str) -> None:
    assert length(text) is None


def test_lengths_of_rules() -> None:
    assert [rule_length(text) for text in ("2y", "6m", "2w", "90d", "90", "0d")] == [
        Length(24), Length(6), Length(0, 14 * 86_400), Length(0, 90 * 86_400), None, None,
    ]  # fmt: skip
