"""The page of the letters names every letter with its laws, and every fact that one may be told."""

from __future__ import annotations

import re

from doc_pages import page

from troth.documents.company import NEEDED, TOLD
from troth.documents.letter import needs
from troth.documents.letter_texts import letters, outline, part


def test_every_letter_stands_in_the_table_with_its_laws() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| ([a-z, ]+) \|$", page("letters.md"), flags=re.M)
    told = {(name, law) for name, laws in rows for law in laws.split(", ")}
    assert len(rows) == len({name for name, _ in rows})
    assert told == set(letters())


def test_every_fact_is_told_and_no_other() -> None:
    text = page("letters.md").partition("## What a letter is told")[2]
    facts = frozenset[str]().union(*(facts for one in letters() for facts in needs(*one).values()))
    assert set(re.findall(r"`([a-z_]+)`", text)) - {"accuracy", "unlawful", "claims", "objection"} == facts


def test_the_columns_of_each_table_are_told() -> None:
    text = " ".join(page("letters.md").split())
    for kind, regime in letters():
        for place in outline(kind, regime):
            for one in (part(name, regime, "en") for name in place.either):
                if one.table:
                    listed = re.search(rf"`{one.table}`[^()]*\(([a-z, ]+)\)", text)
                    assert listed, one.table
                    assert listed[1].split(", ") == list(one.columns)


def test_the_facts_of_the_notice_are_told() -> None:
    for fact in (*NEEDED.values(), *TOLD.values()):
        assert f"`{fact}`" in page("letters.md")
