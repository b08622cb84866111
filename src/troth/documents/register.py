"""A record of processing as a table for a spreadsheet, and as one page that works from a file; both in Danish and English."""

from __future__ import annotations

import csv
from io import StringIO

from troth.documents.markup import FOOT, both, either, facts, head, join, masthead, table
from troth.evidence.ropa import Register
from troth.terms.bilingual import Both

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ABOVE = Both("Databeskyttelsesforordningen", "General Data Protection Regulation")
_TABLE = Both("Behandlinger", "Processing")
_EMPTY = Both("står ikke i erklæringen", "not said in the notice")


def as_csv(register: Register) -> str:
    """The record as comma-separated values: who keeps it, an empty line, then the table; each cell in both languages."""
    page = StringIO()
    lines = csv.writer(page)
    lines.writerow([_plain(register.title)])
    lines.writerows([_plain(name), _plain(value)] for name, value in register.who)
    lines.writerow([])
    lines.writerow([_plain(one) for one in register.headings])
    lines.writerows([_plain(cell) for cell in row] for row in register.rows)
    return page.getvalue()


def _plain(said: Both) -> str:
    """Both languages in one cell; a cell that a spreadsheet would take for a formula is kept a text."""
    words = said.da if said.da == said.en else f"{said.da} / {said.en}"
    return f"'{words}" if words.startswith(_FORMULA) else words


def as_html(register: Register) -> str:
    """The record as a page; the reader chooses the language."""
    title = Both(*register.title)
    columns = tuple(either(Both(*one)) for one in register.headings)
    rows = ([_cell(cell) for cell in row] for row in register.rows)
    return join(
        (
            head(f"{title.da} / {title.en}", wide=True),
            masthead(_ABOVE, title),
            facts((both(Both(*name)), _cell(value)) for name, value in register.who),
            table(both(_TABLE), columns, rows),
            FOOT,
        )
    )


def _cell(said: Both) -> str:
    return both(Both(*said) if any(said) else _EMPTY)
