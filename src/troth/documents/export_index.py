"""Guarantees that an export's index tells, by what it is about, all that was found, and as plainly what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from troth.documents import export_words as say
from troth.documents.export_pages import (
    Pages,
    Parts,
    Row,
    beyond_key,
    encoded,
    field_heading,
    field_label,
    key_heading,
    link,
    relation,
    scrolling,
)
from troth.documents.export_shape import DatasetInfo, FieldInfo, grouped, main_group
from troth.documents.information import Information, sections
from troth.documents.information_words import INFORMATION
from troth.documents.markup import (
    FOOT,
    TABLE_END,
    Column,
    Html,
    both,
    code,
    div,
    either,
    facts,
    h3,
    head,
    join,
    li,
    masthead,
    moment,
    p,
    sized,
    starts,
    table,
    table_row,
    table_start,
    tag,
)
from troth.documents.words import kind, place_both, sentence_both
from troth.requests.kinds import Regime
from troth.terms.bilingual import Both, number

INLINE_ROWS: Final = 20
Cells = Mapping[str, object]
_SOURCES: Final = (
    either(say.DATASET),
    either(say.SYSTEM),
    either(say.ROWS, "n"),
    either(say.RELATION),
    either(say.WHY),
)
_SOURCE_STARTS: Final = starts(_SOURCES)


class Leaf:
    """One dataset on its way into the export's pages; `end` hands its fragments to the index."""

    def __init__(self, root: Path, stem: str, info: DatasetInfo) -> None:
        self.rows = 0
        self.held: set[str] = set()  # columns with a value that a law forbids to show
        self._info = info
        self._few: list[Row] = []
        self._pages = Pages(root, stem, info)

    def add(self, row: Row) -> None:
        """The first twenty rows wait; with the twenty-first all of them go to pages."""
        self.rows += 1
        self._few.append(row)
        if self.rows > INLINE_ROWS:
            for waiting in self._few:
                self._pages.add(waiting)
            self._few.clear()

    def close(self) -> None:
        """Close the page at hand."""
        self._pages.close()

    def end(self, parts: Parts) -> None:
        """Finish the pages, and write what the index shows of this dataset."""
        self.close()
        parts.add("sources", self._source())
        if not self.rows:
            return
        main = main_group(self._info.fields)
        worth = {
            name: self._worth(fields, name == main) for name, fields in grouped(self._info.fields).items()
        }
        worth = {name: fields for name, fields in worth.items() if fields} or {main: ()}
        for name, fields in worth.items():
            first = name == main or main not in worth
            parts.add(name, self._block(say.GROUPS[name], fields, first))

    def _worth(self, fields: tuple[FieldInfo, ...], main: bool) -> tuple[FieldInfo, ...]:
        """The fields a heading shows; a heading the dataset is not mainly about shows none where all are empty."""
        if not self._few:
            return fields
        shown = beyond_key(fields, self._few[0].key)
        empty = not any(row.holds(field.name) for row in self._few for field in shown)
        return () if empty and not main else shown

    def _source(self) -> Html:
        info = self._info
        why = sentence_both(info.why) if info.why else "–"
        rows = both(Both(number(self.rows, "da"), number(self.rows, "en")))
        cells = (info.dataset, info.system, rows, both(relation(info.relation)), why)
        return table_row(_SOURCE_STARTS, cells)

    def _block(self, group: Both, fields: tuple[FieldInfo, ...], first: bool) -> Html:
        """The dataset under one heading; what it is kept for stands where it is mainly about that heading."""
        info = self._info
        meta = sized(self.rows, say.META, system=info.system, relation=relation(info.relation))
        parts = [
            h3(info.dataset),
            p(both(meta), class_="meta"),
        ]
        if first and info.why:
            parts.append(p(sentence_both(info.why)))
        if first and info.hidden:
            parts.append(p(both(say.HIDDEN), " ", join(map(code, info.hidden), " "), class_="soft"))
        if first and self.held:
            named = join(map(code, sorted(self.held)), " ")
            parts.append(p(both(say.WITHHELD), " ", named, class_="soft"))
        parts.append(self._rows(group, fields) if self._few else self._pointer(fields))
        return div(*parts, class_="block")

    def _pointer(self, fields: tuple[FieldInfo, ...]) -> Html:
        """Which fields the pages hold on the subject, and the way to them."""
        named = tag("ul", *(li(field_heading(field)) for field in fields), class_="plain")
        way = link(f"pages/{self._pages.name(1)}", sized(self.rows, say.SEE))
        return join((p(both(say.FIELDS_HERE), class_="soft"), named, p(way)))

    def _rows(self, group: Both, fields: tuple[FieldInfo, ...]) -> Html:
        caption = join((both(group), f": {self._info.system} · {self._info.dataset}"))
        if len(self._few) == 1:
            return _record(caption, self._few[0], fields, self._info.relation)
        key = self._few[0].key
        columns = [Column(key_heading(key), " · ".join(key))]
        for field in fields:
            label = field_label(field)
            columns.append(Column(field_heading(field), label.da, None, label.en))
        tags = starts(columns)
        rows = (table_row(tags, (r.title(self._info.relation), *r.values(fields))) for r in self._few)
        name = f"{group.da} / {group.en}: {self._info.system} · {self._info.dataset}"
        start = table_start(caption, columns, quiet=True, class_="stack cells")
        return join((scrolling(name), start, *rows, TABLE_END, Html("</div>")))


def _record(caption: str, row: Row, fields: Sequence[FieldInfo], usual: str) -> Html:
    """A single row set upright: a field and its value on each line."""
    lines = [(key_heading(row.key), row.title(usual))]
    lines += zip(map(field_heading, fields), row.values(fields), strict=True)
    body = (
        Html(
            f'<tr role="row"><th scope="row" role="rowheader">{name}</th><td role="cell">{value}</td></tr>\n'
        )
        for name, value in lines
    )
    title = tag("caption", caption, class_="quiet")
    start = Html(f'<table role="table" class="record cells">{title}<tbody role="rowgroup">\n')
    return join((start, *body, TABLE_END))


@dataclass(frozen=True, slots=True)
class Cover:
    """What an export says about itself before any row."""

    about: Sequence[tuple[str, str]]
    issued: datetime
    controller: str
    not_searched: Sequence[tuple[str, str]]
    questions: Sequence[Mapping[str, object]]
    information: Information | None = None
    regime: Regime = "eu"
    left_to: Sequence[tuple[str, str]] = ()


def write_index(out: IO[bytes], cover: Cover, parts: Parts, rows: int, datasets: int) -> None:
    """The index from its cover and the datasets' fragments, which are moved and not held in memory."""
    names = parts.names
    out.write(encoded(_front(cover, names, rows, datasets)))
    for name in names:
        out.write(encoded(_heading(name, say.GROUPS[name])))
        parts.move(name, out)
    out.write(encoded(_left_open(cover)))
    out.write(encoded(join((_heading("sources", say.SOURCES), p(both(say.SOURCES_TEXT))))))
    out.write(encoded(table_start(both(say.SOURCES), _SOURCES, quiet=True)))
    parts.move("sources", out)
    out.write(encoded(join((TABLE_END, _told(cover), _closing(cover), FOOT))))


def _heading(name: str, words: Both) -> Html:
    danish = tag("span", words.da, class_="da", lang="da", id=name)
    return tag("h2", danish, tag("span", words.en, class_="en", lang="en", id=f"en-{name}"))


def _controller(cover: Cover) -> Both:
    return say.US if cover.controller == "us" else Both(cover.controller, cover.controller)


def _front(cover: Cover, names: Iterable[str], rows: int, datasets: int) -> Html:
    lead = say.LEAD_NONE
    if rows:
        counted = sized(datasets, say.LEAD_DATASETS)
        lead = say.LEAD.fill(rows=sized(rows, say.LEAD_ROWS), datasets=counted)
    issued = tag(
        "time",
        both(Both(moment(cover.issued, "da"), moment(cover.issued, "en"))),
        datetime=cover.issued.isoformat(),
    )
    known = [
        (both(say.ISSUED), issued),
        (both(say.CONTROLLER), both(_controller(cover))),
        (both(say.ABOUT), join((_sought(*one) for one in cover.about), ", ")),
    ]
    return join(
        (
            head(f"{say.TITLE.da} · {say.TITLE.en}", wide=True),
            masthead(say.FROM.fill(controller=_controller(cover)), say.TITLE),
            p(both(lead), class_="lead"),
            _open(cover),
            facts(known),
            p(both(say.KEEP_SAFE), class_="soft"),
            _contents(cover, names),
        )
    )


def _sought(name: str, masked: str) -> Html:
    return join((both(kind(name)), " ", code(masked)))


def _open(cover: Cover) -> Html:
    counts = ((len(cover.not_searched), say.OPEN_UNSEARCHED), (len(cover.questions), say.OPEN_QUESTIONS))
    told = [li(both(sized(count, forms))) for count, forms in counts if count]
    return div(tag("h2", both(say.OPEN)), tag("ul", *told), class_="open") if told else Html()


def _contents(cover: Cover, names: Iterable[str]) -> Html:
    headings = [(name, say.GROUPS[name]) for name in names]
    headings.append(("unsearched", say.UNSEARCHED))
    headings += [("left", say.LEFT)] if cover.left_to else []
    headings += [("questions", say.QUESTIONS)] if cover.questions else []
    headings += [("information", INFORMATION)] if cover.information else []
    headings += [("sources", say.SOURCES), ("rights", say.RIGHTS)]
    items = (li(link(f"#{name}", words)) for name, words in headings)
    label = f"{say.CONTENTS.da} / {say.CONTENTS.en}"
    return tag("nav", tag("ul", *items), class_="contents", aria_label=label)


def _left_open(cover: Cover) -> Html:
    """What was not searched, and what was not decided."""
    parts = [_heading("unsearched", say.UNSEARCHED)]
    if cover.not_searched:
        rows = ((what, sentence_both(reason)) for what, reason in cover.not_searched)
        columns = (either(say.PLACE), either(say.REASON))
        parts.append(table(both(say.UNSEARCHED), columns, rows, quiet=True))
    else:
        parts.append(p(both(say.UNSEARCHED_NONE)))
    if cover.left_to:
        rows = ((what, sentence_both(reason)) for what, reason in cover.left_to)
        parts += [_heading("left", say.LEFT), p(both(say.LEFT_TEXT))]
        parts.append(table(both(say.LEFT), (either(say.PLACE), either(say.REASON)), rows, quiet=True))
    if cover.questions:
        headings = (either(say.PLACE), either(say.QUESTION))
        asked = (
            (
                join((place_both(str(one["place"])), tag("br"), code(str(one["id"])))),
                sentence_both(str(one["text"])),
            )
            for one in cover.questions
        )
        parts += [_heading("questions", say.QUESTIONS), p(both(say.QUESTIONS_TEXT))]
        parts.append(table(both(say.QUESTIONS), headings, asked, quiet=True))
    return join(parts)


def _told(cover: Cover) -> Html:
    """What GDPR Art. 15(1) wants told besides the data."""
    if cover.information is None:
        return Html()
    return join((_heading("information", INFORMATION), sections(cover.information)))


def _rights(cover: Cover) -> tuple[Both, Both]:
    """What the person may ask, and where they may complain, under the law of this copy."""
    if cover.regime != "eu":
        return say.RIGHTS_CALIFORNIA, say.DISAGREE
    told = cover.information
    if told is None or not all(told.authority):
        return say.RIGHTS_TEXT, say.COMPLAIN
    return say.RIGHTS_TEXT, say.COMPLAIN_TO.fill(authority=told.authority)


def _closing(cover: Cover) -> Html:
    rights, complain = _rights(cover)
    return join(
        (
            _heading("machine", say.MACHINE),
            p(both(say.MACHINE_TEXT)),
            _heading("rights", say.RIGHTS),
            p(both(rights)),
            p(both(complain)),
        )
    )
