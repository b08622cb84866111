"""Guarantees that every row of an export can be opened in a browser: few rows stand on the index, many on pages of 500.

Rows are written as they come; in memory are at most the twenty of a dataset that may yet fit on the index.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Final

from troth.documents import export_words as say
from troth.documents.export_shape import GROUPS, DatasetInfo, FieldInfo
from troth.documents.markup import (
    FOOT,
    TABLE_END,
    Column,
    Html,
    both,
    code,
    head,
    join,
    masthead,
    p,
    starts,
    table_row,
    table_start,
    tag,
    text,
)
from troth.documents.values import create, shown
from troth.documents.words import kind, sentence_both
from troth.terms.bilingual import Both

PAGE_ROWS: Final = 500
_SAYS_NOTHING: Final = frozenset({"unknown", "none"})
Cells = Mapping[str, object]


def encoded(html: str) -> bytes:
    """The page's bytes; `text` has already replaced what UTF-8 cannot hold."""
    return html.encode("utf-8", "replace")


class Parts:
    """The index's fragments, each heading's in its own file until the index is put together."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: dict[str, IO[bytes]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The headings that hold something, in their order."""
        return tuple(name for name in GROUPS if name in self._open)

    def add(self, name: str, html: Html) -> None:
        if name not in self._open:
            self._open[name] = create(self._root / f".part-{name}")
        self._open[name].write(encoded(html))

    def move(self, name: str, out: IO[bytes]) -> None:
        """Append a heading's fragments to `out` and drop them; nothing where it holds none."""
        if name in self._open:
            self._open[name].close()
            part = self._root / f".part-{name}"
            with part.open("rb") as source:
                shutil.copyfileobj(source, out)
            part.unlink()

    def close(self) -> None:
        for file in self._open.values():
            file.close()


def relation(name: str) -> Both:
    """What the relation means for the reader."""
    return say.RELATIONS.get(name, Both(name, name))


def field_label(field: FieldInfo) -> Both:
    """What a field holds and is called, as plain text."""
    named = kind(field.category)
    if field.category in _SAYS_NOTHING:
        return Both(field.name, field.name)
    return Both(f"{named.da} · {field.name}", f"{named.en} · {field.name}")


def field_heading(field: FieldInfo) -> Html:
    """What a field holds and is called."""
    name = code(field.name)
    return name if field.category in _SAYS_NOTHING else join((both(kind(field.category)), " ", name))


class Row:
    """A row's typed cells, and what it is called: its key, and its relation where that is not the dataset's."""

    __slots__ = ("cells", "key", "relation")

    def __init__(self, key: Cells, cells: Cells, relation: str) -> None:
        self.key, self.cells, self.relation = key, cells, relation

    def title(self, usual: str, up: str = "") -> Html:
        """The key, and the row's relation where it is not the `usual` one."""
        name = join((shown(value, up) for value in self.key.values()), " · ")
        if self.relation == usual:
            return name
        return join((name, " ", tag("span", both(relation(self.relation)), class_="note")))

    def holds(self, name: str) -> bool:
        """Whether the field has a value in this row."""
        return self.cells.get(name, self.key.get(name)) is not None

    def values(self, fields: Iterable[FieldInfo], up: str = "") -> Iterable[Html]:
        for field in fields:
            if field.name in self.cells:
                yield shown(self.cells[field.name], up)
            elif field.name in self.key:
                yield shown(self.key[field.name], up)
            else:
                yield tag("span", both(say.NOT_SHOWN), class_="none")


def link(address: str, words: Both, rel: str | None = None) -> Html:
    """A link in both languages; the address keeps the reader's language."""
    file, _, fragment = address.partition("#")
    english = f"{file}#en-{fragment}" if fragment else f"{file}#en"
    danish = tag("a", words.da, class_="da", lang="da", href=address, rel=rel)
    return join((danish, tag("a", words.en, class_="en", lang="en", href=english, rel=rel)))


def key_heading(key: Cells) -> Html:
    """What stands over the rows' keys."""
    return join((both(say.ROW), " ", code(" · ".join(key))))


def scrolling(label: str) -> Html:
    """The opening tag of what scrolls sideways, also by keyboard."""
    return Html(f'<div class="scroll" role="group" tabindex="0" aria-label="{text(label)}">')


def beyond_key(fields: Iterable[FieldInfo], key: Cells) -> tuple[FieldInfo, ...]:
    """The fields without the technical keys that each row's heading shows anyway."""
    return tuple(field for field in fields if field.category != "key" or field.name not in key)


class Pages:
    """A dataset's rows on numbered pages that link to each other; `close` finishes the last one."""

    def __init__(self, root: Path, stem: str, info: DatasetInfo) -> None:
        self._root, self._stem, self._info = root, stem, info
        self._out: IO[bytes] | None = None
        self._starts: tuple[str, ...] = ()
        self._fields: tuple[FieldInfo, ...] = ()
        self._rows = 0
        self.count = 0  # pages

    def name(self, page: int) -> str:
        """The page's file name in `pages/`."""
        return f"{self._stem}-{page:04d}.html"

    def add(self, row: Row) -> None:
        if self._rows % PAGE_ROWS == 0:
            self._turn(row.key)
        assert self._out is not None
        self._rows += 1
        cells = (row.title(self._info.relation, "../"), *row.values(self._fields, "../"))
        self._out.write(encoded(table_row(self._starts, cells)))

    def _turn(self, key: Cells) -> None:
        """Finish the page at hand with a link to the next, and begin that."""
        self.close(more=True)
        self.count += 1
        self._out = create(self._root / "pages" / self.name(self.count))
        self._out.write(encoded(self._top(key)))

    def _top(self, key: Cells) -> Html:
        info = self._info
        self._fields = beyond_key(info.fields, key)
        key_column = Column(key_heading(key), " · ".join(key))
        columns = (key_column, *(Column(field_heading(field), field.name) for field in self._fields))
        self._starts = starts(columns)
        first = say.PAGE_ROWS.fill(page=self.count, first=self._rows + 1)
        return join(
            (
                head(f"{info.dataset} {self.count}", wide=True),
                masthead(Both(info.system, info.system), Both(info.dataset, info.dataset)),
                p(sentence_both(info.why)) if info.why else "",
                self._links("1"),
                scrolling(f"{info.system} · {info.dataset}"),
                table_start(both(first), columns, class_="stack cells"),
            )
        )

    def _links(self, which: str, more: bool = False) -> Html:
        links = [link("../index.html", say.OVERVIEW)]
        if self.count > 1:
            links.append(link(self.name(self.count - 1), say.PREVIOUS, rel="prev"))
        if more:
            links.append(link(self.name(self.count + 1), say.NEXT, rel="next"))
        label = f"{say.PAGES.da} / {say.PAGES.en} {which}"
        return tag("nav", *links, class_="pager", aria_label=label)

    def close(self, more: bool = False) -> None:
        """Finish the page at hand; `more` links it to a next one."""
        if self._out is not None and not self._out.closed:
            bottom = (TABLE_END, Html("</div>\n"), self._links("2", more), FOOT)
            self._out.write(encoded(join(bottom)))
            self._out.close()
