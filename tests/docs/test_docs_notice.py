"""docs/notice.md says what the code does: its example is read, its findings, rules and lists are the code's."""

from __future__ import annotations

import re
from pathlib import Path

from doc_pages import blocks, page

from troth.law.content import items
from troth.law.dpv import terms
from troth.notice.diff import MATERIAL
from troth.notice.kinds import FINDINGS
from troth.notice.loading import KEYS, LAWS, PROMISE, ROOT, load
from troth.notice.model import ACTS, BASES, KINDS, REASONS, ROLES, SAFEGUARDS

PAGE = page("notice.md")


def test_its_example_is_a_notice(tmp_path: Path) -> None:
    head, promises = blocks(PAGE, "yaml")
    (text,) = blocks(PAGE, "markdown")
    (tmp_path / "troth.retention.yaml").write_text(blocks(page("retention.md"), "yaml")[0], encoding="utf-8")
    folder = tmp_path / "notice"
    folder.mkdir()
    (folder / "notice.yaml").write_text(head, encoding="utf-8")
    (folder / "promises.yaml").write_text(promises, encoding="utf-8")
    for language in ("da", "en"):
        (folder / f"{language}.md").write_text(text, encoding="utf-8")
    notice = load(folder)
    assert list(notice.promises) == ["P29", "P54", "P60"]
    assert [one.promises for one in notice.texts["en"].sentences if not one.heading] == [
        ("P1",), ("P110",), ("P29", "P85"), (),
    ]  # fmt: skip


def test_its_findings_are_those_of_the_code() -> None:
    told = re.findall(
        r"^\| `(notice\.N\d{3})` \| (error|warning) \| ([^|]+) \| ([^|]+) \|$", PAGE, flags=re.M
    )
    assert {name: (level, words.strip(), what.strip()) for name, level, words, what in told} == {
        name: (kind.level, kind.message.en, kind.hint.en.replace("{{", "{").replace("}}", "}"))
        for name, kind in FINDINGS.items()
    }


def test_its_rules_are_those_of_the_law() -> None:
    told = re.findall(
        r"^\| `(notice\.N\d{3})` \| (eu|us_ca|defect) \| ([^|]+) \| ([\d-]+) \| (.) \| ([^|]+) \|$",
        PAGE,
        flags=re.M,
    )
    assert [tuple(part.strip() for part in row) for row in told] == [
        (one.id, "defect" if one.defect else one.law, one.citation, one.since.isoformat(), one.mark, one.en)
        for one in items()
    ]


def test_its_words_are_those_of_the_code() -> None:
    keys = {key for keys in KEYS.values() for key in keys}
    for word in (*ROOT, *PROMISE, *keys, *ACTS, *BASES, *ROLES, *SAFEGUARDS, *REASONS, *LAWS):
        assert re.search(rf"(?<!\w){word}(?!\w)", PAGE), word
    for kind in KINDS:
        assert re.search(rf"\b{kind} (?:commitment|right|limit|system|disclosed)", PAGE)
    for term in terms("purposes"):
        assert f"`{term}`" in PAGE
    assert len(MATERIAL) == 9  # the page names them in words
