"""A notice's text: one sentence per line, each with its binding, and the same text without bindings for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from troth.notice.model import Sentence, Text

_BINDING: Final = re.compile(r"^(.*?)\s*\{([^{}]*)\}\s*$")
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)")
_END: Final = re.compile(r"[.!?][»”\")]*\s+(?=[«»“\"(]*(?:[A-ZÆØÅ]|\[\[))")
PLACED: Final = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")
NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,15}")


def parse(language: str, file: str, text: str) -> Text:
    """The sentences with their lines; headings are kept and bound to nothing."""
    return Text(language, file, tuple(_sentences(text)))


def _sentences(text: str) -> Iterator[Sentence]:
    opens = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if not line.strip():
            opens = True
        elif found := _HEADING.fullmatch(line):
            words, promises = bound(found[2])
            yield Sentence(number, words, promises or (), heading=len(found[1]), opens=True)
            opens = True
        else:
            item = _ITEM.fullmatch(line)
            words, promises = bound(item[1] if item else line.strip())
            yield Sentence(number, words, promises, item=item is not None, opens=opens)
            opens = False


def bound(line: str) -> tuple[str, tuple[str, ...] | None]:
    """A line's words and its binding: promise ids, () for `{none}`, None where there is none."""
    found = _BINDING.match(line)
    if found is None:
        return line, None
    names = tuple(found[2].replace(",", " ").split())
    if names == ("none",):
        return found[1], ()
    return (found[1], names) if names and all(NAME.fullmatch(name) for name in names) else (line, None)


def is_one_sentence(words: str, abbreviations: Collection[str]) -> bool:
    """Whether nothing follows the end of a sentence: a second one could hide behind the binding of the first."""
    for found in _END.finditer(words):
        before = re.split(r"[\s(»“\"]", words[: found.start() + 1])[-1].rstrip(".").casefold()
        if found[0][0] != "." or (before not in abbreviations and (len(before) > 1 or before.isdigit())):
            return False
    return True


def rendered(text: Text, fact: Callable[[str], str]) -> str:
    """The text for people, as Markdown: without bindings, facts in their places, a paragraph's sentences on one line."""
    blocks: list[str] = []
    for one in text.sentences:
        words = PLACED.sub(lambda found: fact(found[1]), one.text)
        if one.heading:
            blocks.append(f"{'#' * one.heading} {words}")
        elif one.item:
            mark = "\n" if blocks and not one.opens and blocks[-1].startswith("- ") else ""
            blocks[-1:] = [f"{blocks[-1]}{mark}- {words}"] if mark else [*blocks[-1:], f"- {words}"]
        elif one.opens or not blocks:
            blocks.append(words)
        else:
            blocks[-1] = f"{blocks[-1]} {words}"
    return "\n\n".join(blocks) + "\n"
