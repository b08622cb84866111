"""What names say about which column names rows of which table: in Danish and English, abbreviated, prefixed, by role.

A name is taken apart into roots (`Kunder`, `kunde` -> `kund`), so plural and spelling do not matter. Names that say
nothing (`k1`, `col_7`) are told apart from names that say something else (`quantity`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from troth.datamap.words import FIELDS, Seq, concepts, entity, fold, suffix, tokens

_MARKS: Final = frozenset({"id", "number", "key", "code", "reference"})  # concepts that say "this is a key"
_MARK_WORDS: Final = frozenset(
    {
    "id", "ids", "nr", "no", "num", "number", "nummer", "key", "nogle", "noegle", "code", "kode", "cd",
    "fk", "pk", "ref", "uid", "uuid", "guid", "sk", "lbnr", "oid", "xid", "seq",
    }
)  # fmt: skip
_HOUSE_WORDS: Final = frozenset(
    {
    "tbl", "tab", "t", "dim", "fact", "fct", "stg", "dbo", "sys", "app", "public", "main", "data", "table",
    "tabel", "v", "vw", "mst", "ref",
    }
)  # fmt: skip
_PLAIN: Final = frozenset(
    {
    "k", "c", "col", "column", "kolonne", "felt", "field", "fld", "f", "x", "y", "z", "a", "b", "attr",
    "attribute", "var", "key", "fk", "pk", "id", "ref", "nr",
    }
)  # fmt: skip
_ENDINGS: Final = ("erne", "ene", "es", "er", "en", "et", "ne", "s", "e", "r")
_SELF: Final = frozenset(
    {
    "parent", "parents", "reports", "original", "originating", "previous", "prev", "prior", "next", "root",
    "reply", "replies", "replaces", "replaced", "successor", "predecessor", "superior", "overordnet",
    "foraelder", "ancestor", "duplicate", "merged", "supersedes", "inreplyto", "thread", "base", "master",
    "main", "forrige", "naeste", "hoved", "top", "sibling", "copied", "cloned", "refers", "referer",
    }
)  # fmt: skip
_BROAD: Final = frozenset(
    {"thing", "choice", "stuff", "unit", "text", "message", "neutral", "status", "creator", "technical", "relation",
     "order", "date", "number", "name", "file", "measure", "somebody", "life", "special", "online", "line", "description"}
)  # fmt: skip
_SYSTEM: Final = 5  # tables: fewer share a first word by chance
_MEASURES: Final = frozenset(
    {"quantity", "amount", "date", "location", "credential", "birth_date", "ip_address", "none"}
)


@cache
def root(word: str) -> str:
    """One form for a word's singular, plural and definite forms; short words stay."""
    word = fold(word)
    while True:
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("ss", "us", "is")):
            return word
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
        else:
            return word


def _roots(words: Iterable[str]) -> Seq:
    return tuple(root(word) for word in words)


@cache
def is_mark(word: str) -> bool:
    return word in _MARK_WORDS


@cache
def table_words(table: str) -> Seq:
    """The roots of a table's own noun, without schema, house prefix (`tbl_`) or number."""
    words = [w for w in tokens(table.rsplit(".", 1)[-1]) if not w.isdigit()]
    while len(words) > 1 and words[0] in _HOUSE_WORDS:
        words = words[1:]
    return _roots(words)


@cache
def stem(column: str) -> tuple[Seq, bool]:
    """The roots of what a column names, and whether its name says that it is a key: `kunde_id` -> (('kund',), True)."""
    words = [w for w in tokens(column) if not w.isdigit()]
    marked = False
    while words and is_mark(words[-1]):
        words, marked = words[:-1], True
    while len(words) > 1 and is_mark(words[0]):
        words, marked = words[1:], True
    if words and not marked:
        bare = _without_mark(words[-1])
        if bare:
            words, marked = [*words[:-1], bare], True
    return _roots(words), marked


def _without_mark(word: str) -> str:
    """`customerid` -> `customer`, `kundenr` -> `kunde`; empty where no mark is joined on."""
    found = re.fullmatch(r"(.{3,}?)(id|nr|no|key|uuid|guid|nummer|kode|code)", word)
    if not found or (found[2] in ("no", "id", "key") and not _is_word(found[1])):
        return ""
    return found[1]


def _is_word(text: str) -> bool:
    return concepts(text) != (text,) or len(text) >= 4


@cache
def is_opaque(column: str) -> bool:
    """Whether a name says nothing at all: `k1`, `c_07`, `field12`, `x`."""
    words = [w for w in tokens(column) if not w.isdigit()]
    plain = [w for w in words if w not in _PLAIN]
    return not any(len(w) > 2 and re.search("[aeiouy]", w) for w in plain) and not any(
        w in _MARK_WORDS and len(words) > 1 for w in words
    ) and concepts("".join(plain)) in ((), ("".join(plain),))  # fmt: skip


@cache
def is_measure(column: str) -> bool:
    """Whether a name says that the column holds no key: an amount, a count, a date, a flag."""
    seq = concepts(column)
    if stem(column)[1] and seq[-1:] and seq[-1] in _MARKS:
        return False
    found = suffix(seq, FIELDS)
    return found is not None and found[0][0] in _MEASURES


@cache
def is_natural(column: str) -> bool:
    """Whether a name says that the values identify somebody wherever they stand: an e-mail, a customer number."""
    found = suffix(concepts(column), FIELDS)
    return found is not None and found[0][0] in ("email", "national_id", "customer_no") and found[0][1] >= 0.8


def common_prefix(columns: Sequence[str]) -> str:
    """The word that begins nearly every column of a table (`l_orderkey`, `l_partkey`): it says nothing."""
    heads = Counter(words[0] for name in columns if len(words := tokens(name)) > 1)
    if not heads or len(columns) < 3:
        return ""
    word, times = heads.most_common(1)[0]
    return word if times >= max(3, 0.8 * len(columns)) and len(word) <= 4 and not is_mark(word) else ""


def house(tables: Iterable[str]) -> str:
    """The word that begins nearly every table of a system (`ost_ticket`, `ost_staff`): it says nothing."""
    heads = [words for table in tables if (words := tokens(table.rsplit(".", 1)[-1]))]
    first = Counter(words[0] for words in heads if len(words) > 1).most_common(1)
    if len(heads) < _SYSTEM or not first or first[0][1] < 0.8 * len(heads):
        return ""
    word = first[0][0]
    return "" if root(word) in {root(words[0]) for words in heads if len(words) == 1} else word


def without_house(table: str, house: str) -> str:
    schema, dot, own = table.rpartition(".")
    return schema + dot + without(house, own)


def without(prefix: str, column: str) -> str:
    if not prefix:
        return column
    found = re.match(rf"(?i)_*{re.escape(prefix)}[_\- ]*(?=.)", column)
    return column[found.end() :] if found and tokens(column)[0] == prefix else column


@cache
def idea(column: str) -> Seq:
    """What a column names, where that is narrow enough to compare two languages: `kundenr` and `customer_id`."""
    seq = tuple(c for c in concepts(column) if c not in _MARKS and c != "neutral")
    return () if not seq or seq[-1] in _BROAD else seq


@cache
def says_otherwise(column: str) -> bool:
    """Whether a known word says that the values are something else than keys, though they may be looked up: a postcode."""
    found = suffix(concepts(column), FIELDS)
    return found is not None and found[0][0] not in (
        "key",
        "reference",
        "customer_no",
        "username",
        "@number",
        "@person",
        "@by",
    )


@cache
def table_idea(table: str) -> Seq:
    seq = tuple(c for c in entity(table) if c not in _MARKS and c != "neutral")
    return () if not seq or seq[-1] in _BROAD else seq


@cache
def shorts(noun: Seq) -> frozenset[str]:
    """What a table's noun may be shortened to: its first letters, its initials, its consonants."""
    if not noun:
        return frozenset()
    found = {word[:3] for word in (noun[0], noun[-1], "".join(noun)) if len(word) >= 3}
    found |= {_bare(noun[-1]), _bare("".join(noun))}
    return frozenset(found | {"".join(word[0] for word in noun)} if len(noun) > 1 else found)


@cache
def lookups(words: Seq) -> frozenset[str]:
    """The entries of `shorts` under which a column's stem may find a table."""
    if not words:
        return frozenset()
    return frozenset({words[-1][:3], words[0][:3], _bare(words[-1]), words[-1]})


def _bare(word: str) -> str:
    return word[:1] + "".join(letter for letter in word[1:] if letter not in "aeiouy")


@cache
def agreement(words: Seq, table: Seq) -> float:
    """How much a column's stem speaks for a table's noun, as log-odds against any other table; 0 where it does not."""
    if not words or not table:
        return 0.0
    if words == table or "".join(words) == "".join(table):
        return 7.0
    if len(words) > len(table) and words[-len(table) :] == table:
        return 6.0
    if len(table) > len(words) and table[-len(words) :] == words:
        return 4.0
    if len(table) > len(words) and table[: len(words)] == words:
        return 2.5
    return max(_abbreviated(words, table), 2.0 if _leads(words, table) else 0.0)


def _abbreviated(words: Seq, table: Seq) -> float:
    last, whole = words[-1], "".join(table)
    if len(last) >= 3 and table[-1].startswith(last):
        return 4.0 if len(words) == 1 or len(table) == 1 else 3.0
    if len(words) == 1 and len(table) > 1 and last == "".join(w[0] for w in table):
        return 3.5
    if (
        len(last) >= 3
        and len(words) == 1
        and (whole.startswith(last) or last in (_bare(whole), _bare(table[-1])))
    ):
        return 2.5
    return 0.0


def _leads(words: Seq, table: Seq) -> bool:
    """`ship_via` for `shippers`: the first word begins the table's noun."""
    through = len(words) == 2 and words[1] in ("via", "by", "af", "to", "from", "til", "fra")
    return through and len(words[0]) >= 4 and len(table) == 1 and table[0].startswith(words[0])


def names_own_kind(column: str) -> bool:
    """`parent_id`, `reports_to`, `reply_to`: a row of the same table."""
    return bool(_SELF & set(tokens(column)))


def contained(noun: Seq, table: Seq) -> tuple[float, float]:
    """How much one table's name contains another's noun (log-odds), and where: 0.0 at its start, 1.0 at its end."""
    size, room = len(noun), len(table) - len(noun)
    if room > 0:
        starts = [at for at in range(room + 1) if table[at : at + size] == noun]
        if starts:
            return 2.5, starts[0] / room
    if len(table) == size == 1 and noun != table and len(noun[0]) >= 4 and table[0].startswith(noun[0]):
        return 2.0, 0.0
    if len(table) > 1 and size > 1:
        for at in range(1, len(table)):
            if _begins(table[at:], noun):
                return 1.5, 1.0
    return 0.0, 0.0


def _begins(words: Seq, noun: Seq) -> bool:
    """`customer_demo` for `customer_demographics`."""
    return len(words) == len(noun) and words[:-1] == noun[:-1] and noun[-1].startswith(words[-1])
