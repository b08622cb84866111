"""A YAML file as marked nodes: whatever is wrong is said with its file and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, NoReturn

import yaml

from troth.terms.errors import MapError

Node = yaml.Node
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_STRING_TAG: Final = "tag:yaml.org,2002:str"
_TAGS: Final = "tag:yaml.org,2002:"


def compose(text: str, file: str, what: str, begin: str) -> yaml.MappingNode:
    """The document's root mapping; raises MapError where the text is not YAML or no mapping."""
    root = composed(text, file)
    if not isinstance(root, yaml.MappingNode):
        raise MapError(f"{what} is a mapping of names to values.", place=f"{file}:1", remedy=begin)
    return root


def composed(text: str, file: str) -> Node | None:
    """The document's root, None where there is nothing; raises MapError where the text is not YAML."""
    try:
        root: Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark is not None else 1
        problem = fault.problem or "it cannot be read"
        raise MapError(
            f"not YAML: {problem}.", place=f"{file}:{line}", remedy="Check the indentation."
        ) from None
    except yaml.YAMLError:
        raise MapError("not YAML: it holds a forbidden character.", place=f"{file}:1") from None
    if root is not None:
        _refuse_aliases(root, file)
    return root


def _refuse_aliases(root: Node, file: str) -> None:
    """Each decision is written out where it holds: an alias hides what a change reaches."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            place = f"{file}:{node.start_mark.line + 1}"
            raise MapError("an alias repeats this elsewhere.", place=place, remedy="Write each decision out.")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for pair in node.value:
                waiting.extend(pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)


class Pages:
    """Reads typed values out of nodes; every method raises MapError with the line of the fault."""

    def __init__(self, file: str) -> None:
        self.file = file

    def place(self, node: Node) -> str:
        """`file:line`."""
        return f"{self.file}:{node.start_mark.line + 1}"

    def fault(self, node: Node, message: str, remedy: str = "") -> NoReturn:
        """Raises the MapError for this node."""
        raise MapError(message, place=self.place(node), remedy=remedy)

    def pairs(self, node: Node, what: str) -> dict[str, tuple[Node, Node]]:
        """Key text -> (key node, value node), in order; nothing is an empty mapping; no key twice."""
        if self._is_empty(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} must be a mapping of names to values.")
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(key, f"{what} has a key that is no name.")
            name = str(key.value)
            if name in found:
                first = found[name][0].start_mark.line + 1
                self.fault(
                    key, f"{what} names {name!r} twice (first on line {first}).", "Keep one of the two."
                )
            found[name] = (key, value)
        return found

    def keyed(
        self, node: Node, what: str, allowed: Iterable[str], required: Iterable[str] = ()
    ) -> dict[str, Node]:
        """A mapping whose keys all belong to `allowed`."""
        pairs = self.pairs(node, what)
        choices = tuple(allowed)
        for name, (key, _) in pairs.items():
            if name not in choices:
                self.fault(key, f"{what} has an unknown key {name!r}.", meant(name, choices))
        for name in required:
            if name not in pairs:
                self.fault(node, f"{what} needs {name!r}.", f"Add `{name}:`.")
        return {name: value for name, (_, value) in pairs.items()}

    def items(self, node: Node, what: str) -> list[Node]:
        """A sequence's nodes; an empty value is an empty sequence."""
        if self._is_empty(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"{what} must be a list.", "Write it as [a, b].")
        return list(node.value)

    def text(self, node: Node, what: str) -> str:
        """A scalar as written."""
        if not isinstance(node, yaml.ScalarNode) or self._is_empty(node):
            self.fault(node, f"{what} must be a text.")
        if not node.tag.startswith(_TAGS):
            self.fault(node, f"{what} has the tag {node.tag!r}.", "Leave tags out.")
        return str(node.value)

    def is_mapping(self, node: Node) -> bool:
        """Whether the long form was chosen."""
        return isinstance(node, yaml.MappingNode)

    def names(self, node: Node, what: str) -> dict[str, Node]:
        """A list of names, none of them twice, with the node of each."""
        found: dict[str, Node] = {}
        for item in self.items(node, what):
            name = self.text(item, f"an entry of {what}")
            if name in found:
                self.fault(item, f"{what} names {name!r} twice.", "Keep one of the two.")
            found[name] = item
        return found

    def one_of(self, node: Node, what: str, known: Collection[str]) -> str:
        """A text that is one of `known`; the nearest is offered for any other."""
        text = self.text(node, what)
        if text not in known:
            self.fault(node, f"{text!r} is no {what}.", meant(text, known))
        return text

    def number(self, node: Node, what: str, least: int) -> int:
        """A whole number of at least `least`."""
        value = self.atom(node, what)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fault(node, f"{what} must be a whole number of at least {least}.")
        return value

    def truth(self, node: Node, what: str) -> bool:
        """true or false."""
        text = self.text(node, what)
        if text not in ("true", "false") or not isinstance(node, yaml.ScalarNode) or node.style:
            self.fault(node, f"{what} must be true or false.")
        return text == "true"

    def atom(self, node: Node, what: str) -> object:
        """A scalar as text, whole number, truth, date or None; what YAML tools disagree on must be quoted."""
        if isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null") and self._plain(node):
            return None
        text = self.text(node, what)
        if not isinstance(node, yaml.ScalarNode) or not self._plain(node):
            return text
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        day = as_date(text)
        if day is None and node.tag != _STRING_TAG:
            self.fault(node, f"{what} can be read in more than one way: {text}.", "Put it in quotes.")
        return text if day is None else day

    def _plain(self, node: yaml.ScalarNode) -> bool:
        # `!!str 0` has no quotes, and is a text all the same
        return not node.style and (node.tag != _STRING_TAG or not _INTEGER.fullmatch(node.value))

    def _is_empty(self, node: Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style


def as_date(text: str) -> date | None:
    """The date of `2031-12-31`, else None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def meant(word: str, choices: Iterable[str]) -> str:
    """A remedy naming the nearest choices."""
    known = sorted(choices)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(known)}." if known and len(known) <= 20 else ""
