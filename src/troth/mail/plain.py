"""The words of an HTML mail, without markup, styles and scripts; in time that grows with its length only, and never raises.

The standard library's parser takes quadratic time on markup that never ends; a mail is whatever a stranger sends.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

MOST: Final = 1_000_000  # letters of markup that are looked at
_BREAKS: Final = frozenset(("br", "div", "tr"))
_PARAGRAPHS: Final = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "table", "hr", "ul", "ol", "pre", "blockquote")
)
_SILENT: Final = frozenset(("script", "style", "title", "template", "noscript"))
_NAME: Final = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})")


def words_of(markup: str) -> str:
    """The text of a page of HTML; what stands in a `blockquote` begins with `> `, as in a plain mail."""
    markup = markup[:MOST]
    folded = markup.lower()
    lines: list[list[str]] = [[]]
    quoted, at = 0, 0
    while at < len(markup):
        start = markup.find("<", at)
        start = len(markup) if start < 0 else start
        lines[-1].append(markup[at:start])
        name, closing = _named(markup, start)
        if not name and not markup.startswith(("<!", "<?"), start):
            lines[-1].append(markup[start : start + 1])  # no tag: a sign, as in `3 < 4`
            at = start + 1
            continue
        at = _end(folded, start, "" if closing else name)
        if name == "blockquote":
            quoted = max(0, quoted + (-1 if closing else 1))
        if name in _BREAKS or name in _PARAGRAPHS:
            lines += [[]] * (name in _PARAGRAPHS)
            lines.append(["> "] if quoted else [])
    plain = "\n".join(" ".join(unescape("".join(one)).split()) for one in lines)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^>$", "", plain, flags=re.M)).strip()


def _named(markup: str, start: int) -> tuple[str, bool]:
    found = _NAME.match(markup, start)
    return (found[1].lower(), markup.startswith("</", start)) if found else ("", False)


def _end(folded: str, start: int, opens: str) -> int:
    """Where the text goes on after a tag, a comment, or an element whose text nobody sees; the end, where it never closes."""
    if folded.startswith("<!--", start):
        mark, after = "-->", start + 4
    elif opens in _SILENT:
        mark, after = f"</{opens}", start
    else:
        mark, after = ">", start
    end = folded.find(mark, after)
    return len(folded) if end < 0 else end + (0 if mark.startswith("</") else len(mark))
