"""Guarantees that a text reaches a page escaped: only what these functions built themselves counts as markup."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from html import escape
from typing import Final, Literal, NamedTuple

from troth.documents.style import STYLE
from troth.terms.bilingual import LANGUAGES, Both, Lang

_VOID: Final = frozenset({"meta", "hr", "br", "wbr"})
_MONTHS: Final[dict[Lang, str]] = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}
# Control characters are no HTML; they show as their Unicode pictures (␀), so that none is lost unseen.
_PICTURES: Final = {n: 0x2400 + n for n in range(32) if chr(n) not in "\t\n\r"} | {0x7F: 0x2421}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ODD: Final = re.compile(f"{_CONTROL.pattern}|[&<>\"']")  # most texts have none of these
_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


class Html(str):
    """Markup that is safe to put into a page; any other text is escaped on its way."""

    __slots__ = ()


def text(value: str) -> Html:
    """The text escaped; control characters and lone surrogates made visible."""
    if type(value) is Html:
        return value
    if _ODD.search(value) is None:
        return Html(value)
    if _CONTROL.search(value):
        value = value.translate(_PICTURES).translate(_SURROGATES)
    return Html(escape(value))


def join(parts: Iterable[str], between: str = "") -> Html:
    """The parts, escaped where they are not markup, with `between` (also escaped) between them."""
    return Html(text(between).join(map(text, parts)))


def tag(name: str, /, *content: str, **attributes: str | int | None) -> Html:
    """`<name attribute="…">content</name>`; `class_` is class, `data_label` is data-label, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{join(content)}</{name}>")


def maker(name: str) -> Callable[..., Html]:
    """`tag` with its name given."""
    start, end = f"<{name}>", f"</{name}>"

    def make(*content: str, **attributes: str | int | None) -> Html:
        return tag(name, *content, **attributes) if attributes else Html(f"{start}{join(content)}{end}")

    return make


p, li, code, div, span, h2, h3 = map(maker, ("p", "li", "code", "div", "span", "h2", "h3"))


def both(pair: Both, name: str = "span", /, **attributes: str | int | None) -> Html:
    """The sentence in both languages; the style shows the one that the reader chose."""
    return join(tag(name, pair.within(lang), class_=lang, lang=lang, **attributes) for lang in LANGUAGES)


def day(value: date, lang: Lang) -> str:
    """31. december 2031, or 31 December 2031."""
    return f"{value.day}{'.' if lang == 'da' else ''} {_MONTHS[lang].split()[value.month - 1]} {value.year}"


def moment(value: datetime, lang: Lang) -> str:
    """22. november 2026 kl. 18.00 UTC, or 22 November 2026, 18:00 UTC; the zone is the value's own."""
    zone = f" {value.tzname()}" if value.tzinfo else ""
    if lang == "da":
        return f"{day(value, lang)} kl. {value:%H.%M}{zone}"
    return f"{day(value, lang)}, {value:%H:%M}{zone}"


def when(value: str, lang: Lang) -> Html:
    """A `<time>` for an ISO date or moment; any other text as it is."""
    try:
        if len(value) == 10:
            return tag("time", day(date.fromisoformat(value), lang), datetime=value)
        return tag("time", moment(datetime.fromisoformat(value), lang), datetime=value)
    except ValueError:
        return text(value)


def sized(count: int, forms: tuple[Both, Both], **values: Both | str | int) -> Both:
    """The singular or the plural form with `{n}` and the other names filled in."""
    return forms[count != 1].fill(n=count, **values)


def head(title: str, wide: bool = False, lang: Lang = "da", kind: str = "") -> Html:
    """All of a page up to its content; `main` and `body` are open. No script runs, and nothing is fetched."""
    policy = f"default-src 'none'; style-src 'sha256-{_digest()}'; base-uri 'none'; form-action 'none'"
    metas = (
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    body = f'<body class="{kind or ("wide" if wide else "narrow")}">'
    return Html(
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n{chr(10).join(metas)}\n</head>\n{body}\n<main>\n'
    )


FOOT: Final = Html("</main>\n</body>\n</html>\n")


@cache
def _digest() -> str:
    return b64encode(sha256(STYLE.encode()).digest()).decode()


def masthead(above: Both, title: Both) -> Html:
    """The page's only `h1`, and above it the choice of language: two links, for the style needs no script."""
    links = (tag("a", name, href=f"#{lang}", lang=lang, hreflang=lang) for lang, name in _NAMES)
    switch = tag("nav", *links, class_="switch", aria_label="Sprog / Language")
    anchors = join(tag("span", id=lang, class_=f"{lang} anchor") for lang in LANGUAGES)
    return tag("header", switch, p(both(above), class_="above"), tag("h1", both(title)), anchors)


_NAMES: Final[tuple[tuple[Lang, str], ...]] = (("da", "Dansk"), ("en", "English"))


class Column(NamedTuple):
    """A table's column: its heading, the same as plain text for narrow screens, and `n` numbers or `f` field names.

    `english` is the plain text where the page shows either language.
    """

    heading: str
    label: str
    kind: Literal["n", "f"] | None = None
    english: str = ""

    def start(self, first: bool) -> str:
        """The opening tag of a cell in this column; the first of a row is the row's heading."""
        name = 'th scope="row" role="rowheader"' if first else 'td role="cell"'
        kind = f' class="{self.kind}"' if self.kind else ""
        english = f' data-en="{text(self.english)}"' if self.english else ""
        return f'<{name} data-label="{text(self.label)}"{english}{kind}>'


def either(heading: Both, kind: Literal["n", "f"] | None = None) -> Column:
    """A column whose heading shows in the reader's language."""
    return Column(both(heading), heading.da, kind, heading.en)


def table_start(caption: str, columns: Iterable[Column], quiet: bool = False, class_: str = "stack") -> Html:
    """`<table>` up to its first row; roles are spelt out, for a table laid out as cards loses them in some readers."""
    cells = (tag("th", c.heading, scope="col", role="columnheader", class_=c.kind) for c in columns)
    top = tag("thead", tag("tr", *cells, role="row"), role="rowgroup")
    title = tag("caption", caption, class_="quiet" if quiet else None)
    return Html(f'<table role="table" class="{class_}">{title}{top}<tbody role="rowgroup">\n')


TABLE_END: Final = Html("</tbody></table>\n")


def table_row(starts: Iterable[str], cells: Iterable[str]) -> Html:
    """One row; `starts` are the opening tags of its columns' cells."""
    parts = (f"{start}{text(cell)}</{start[1:3]}>" for start, cell in zip(starts, cells, strict=True))
    return Html(f'<tr role="row">{"".join(parts)}</tr>\n')


def starts(columns: Iterable[Column]) -> tuple[str, ...]:
    """The opening tags for `table_row`, made once for a table."""
    return tuple(column.start(first=place == 0) for place, column in enumerate(columns))


def table(
    caption: str, columns: tuple[Column, ...], rows: Iterable[Iterable[str]], quiet: bool = False
) -> Html:
    """A whole table."""
    start, tags = table_start(caption, columns, quiet), starts(columns)
    return join((start, *(table_row(tags, cells) for cells in rows), TABLE_END))


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """A list of names and what stands behind them."""
    return tag("dl", *(div(tag("dt", name), tag("dd", value)) for name, value in pairs), class_="facts")
