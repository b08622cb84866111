"""The book of promises is whole: each promise of the example that a check binds is named in it, and it names none that nobody made."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from doc_pages import ROOT

import troth.example
from troth.evidence.register import OURS

BOOK = sorted((ROOT / "tests" / "promises").glob("test_*.py"))
ID = re.compile(r"\bP\d{1,3}\b")
ENDS = re.compile(r"\((P\d{1,3}(?:, P\d{1,3})*)\)\.$")


def promises() -> dict[str, str]:
    """Each promise of the example's notice, and the control that keeps it."""
    file = Path(troth.example.__file__).parent / "notice" / "promises.yaml"
    return {one["id"]: one["control"]["name"] for one in yaml.safe_load(file.read_text(encoding="utf-8"))}


def named(path: Path) -> set[str]:
    """The promises that a page of the book says it keeps: those at the end of its docstring."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    found = ENDS.search(" ".join(told.split()))
    return set(ID.findall(found[1])) if found else set()


def test_each_bound_promise_is_named_in_the_book() -> None:
    controls = {check.control for check in OURS}
    bound = {name for name, control in promises().items() if control in controls}
    assert len(bound) > 70
    assert bound - set().union(*map(named, BOOK)) == set()


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)
def test_each_page_is_a_sentence_and_names_promises_that_were_made(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(path.stem.split("_")) > 3, "a file is named by a sentence"
    assert (ast.get_docstring(ast.parse(text)) or "").rstrip().endswith("."), "and opens with one"
    assert set(ID.findall(text)) - promises().keys() == set()
