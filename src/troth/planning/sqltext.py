"""SQL taken apart into tokens, and the test whether an expression can do nothing but compute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

Dialect = Literal["sqlite", "postgres", "mysql"]

_PURE = """
    now clock_timestamp statement_timestamp transaction_timestamp timeofday current_timestamp
    localtimestamp current_time localtime current_date datetime date time strftime julianday
    unixepoch date_trunc date_part extract age make_date make_timestamp make_interval to_char
    to_date to_timestamp to_number to_tsvector setweight strip coalesce ifnull nullif iif greatest
    least lower upper initcap trim btrim ltrim rtrim length char_length octet_length substr
    substring left right lpad rpad repeat reverse replace regexp_replace translate split_part concat
    concat_ws format printf position strpos instr overlay abs round floor ceil ceiling trunc mod
    power sqrt sign min max sum count avg total md5 sha224 sha256 sha384 sha512 digest encode decode
    hex quote typeof unaccent to_json to_jsonb row_to_json json_build_object jsonb_build_object
    json_object json_array json_extract jsonb_strip_nulls json_strip_nulls hstore array_to_string
    string_agg group_concat array_agg json_agg jsonb_agg random randomblob gen_random_uuid
    uuid_generate_v4 nextval currval last_insert_rowid changes pg_trigger_depth current_setting
    txid_current pg_current_xact_id inet_client_addr
"""
_PURE_MYSQL = """
    now current_timestamp localtime localtimestamp sysdate curdate curtime current_date current_time
    utc_date utc_time utc_timestamp unix_timestamp from_unixtime date time year month day hour minute
    second date_format date_add date_sub datediff timestampdiff timestampadd str_to_date last_day
    extract coalesce ifnull nullif if greatest least lower lcase upper ucase trim ltrim rtrim length
    char_length octet_length substr substring substring_index left right lpad rpad repeat reverse
    replace regexp_replace concat concat_ws format instr locate position abs round floor ceil ceiling
    truncate mod power pow sqrt sign min max sum count avg md5 sha1 sha2 crc32 hex unhex json_object
    json_array json_extract json_unquote json_valid json_set json_remove group_concat rand uuid
    last_insert_id row_count user current_user session_user connection_id database
"""
_BEFORE_A_PARENTHESIS = """
    in and or not values exists any all some when then else case as from where on select distinct
    set between like ilike is by having union except intersect over filter using cast row array
    returning limit join if elsif varchar character varying char numeric decimal timestamp interval
    bit precision conflict
"""
_WRITES = "insert delete merge truncate execute call copy into perform lock notify refresh"
_PURE_CALLS = frozenset(_PURE.split())
_PURE_CALLS_MYSQL = frozenset(_PURE_MYSQL.split())  # any other name may be a stored function there
_READ_OTHERWISE = re.compile(r"""[\\"#]|/\*M?!|--(?!\s)""")
_NO_CALLS = frozenset(_BEFORE_A_PARENTHESIS.split())
_WRITING = frozenset(_WRITES.split())
_TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?\*/)"""
    r"""|(?P<text>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"""
    r"""|(?P<quoted>"(?:[^"]|"")+"|`[^`]+`|\[[A-Za-z_][^\]]*\])|(?P<word>[^\W\d][\w$]*)|(?P<number>\d[\w.]*)"""
    r"""|(?P<mark>:=|::|\|\||<<|>>|<>|[<>!]=|.)""",
    re.DOTALL,
)


class Token(NamedTuple):
    """`value` is a word in lower case, a name without its quotes, or what was written."""

    kind: str  # text, quoted, word, number, mark
    value: str
    raw: str


class NotUnderstood(Exception):  # noqa: N818 - a verdict on its way up, not a fault
    """This text is not fully recognised; the message says what stopped us."""


def tokens(text: str, dialect: Dialect) -> list[Token]:
    """All tokens but blanks and comments; at least one."""
    if dialect == "mysql" and (odd := _READ_OTHERWISE.search(text)):
        raise NotUnderstood(
            f"it is written with {odd.group()}, which MariaDB and MySQL read in a way of their own"
        )
    found = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        kind = next(
            k for k in ("skip", "text", "quoted", "word", "number", "mark") if match.group(k) is not None
        )
        if kind == "quoted" and raw[0] == "[" and dialect == "postgres":
            raise NotUnderstood("an array element by a variable index")
        if kind != "skip":
            name = raw[1:-1].replace('""', '"') if raw[0] == '"' else raw[1:-1]
            value = raw.lower() if kind == "word" else name if kind == "quoted" else raw
            found.append(Token(kind, value, raw))
    if not found:
        raise NotUnderstood("it has no body")
    return found


def pure(words: Sequence[Token], dialect: Dialect, selects: bool) -> bool:
    """Whether it may raise an error (SQLite's RAISE) while it computes.

    Raises NotUnderstood unless every call is of a known function without effects, and nothing in it writes.
    """
    raises = False
    for at, word in enumerate(words):
        plain = word.kind == "word" and not is_(words, at - 1, ".")
        reads = word.value in ("select", "with") and not selects
        writes = word.value in _WRITING
        updates = word.value == "update" and not is_(words, at - 1, "do") and not is_(words, at - 1, "for")
        if plain and (reads or writes or updates):
            raise NotUnderstood(f"an expression is not understood: {text_of(words)}")
        if is_(words, at + 1, "(") and word.kind in ("word", "quoted"):
            raises = _call(words, at, dialect) or raises
    return raises


def _call(words: Sequence[Token], at: int, dialect: Dialect) -> bool:
    word, qualified = words[at], is_(words, at - 1, ".")
    if dialect == "sqlite" and word.value == "raise" and not qualified:
        if is_(words, at + 2, "ignore"):
            raise NotUnderstood("RAISE(IGNORE) drops the change in silence")
        return True
    calls = _PURE_CALLS_MYSQL if dialect == "mysql" else _PURE_CALLS
    known = word.value in calls or (word.kind == "word" and not qualified and word.value in _NO_CALLS)
    foreign = qualified and words[at - 2].value != "pg_catalog"
    if foreign or not (known or is_(words, at - 1, "as")):
        raise NotUnderstood(f"it calls {word.raw}(), which is not known to be without effects")
    return False


def is_(words: Sequence[Token], at: int, value: str) -> bool:
    return 0 <= at < len(words) and words[at].value == value and words[at].kind in ("word", "mark")


def split(words: Sequence[Token], mark: str) -> list[list[Token]]:
    return [part for part in split_at(words, mark) if part]


def split_at(words: Sequence[Token], mark: str) -> list[list[Token]]:
    """The parts between a mark or word, outside parentheses and CASE ... END."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for word in words:
        if word.kind in ("word", "mark"):
            depth += (word.value in ("(", "case")) - (word.value in (")", "end"))
        if depth == 0 and word.value == mark and word.kind in ("word", "mark"):
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def closing(words: Sequence[Token], opening: int) -> int:
    depth = 0
    for at in range(opening, len(words)):
        depth += is_(words, at, "(") - is_(words, at, ")")
        if depth == 0:
            return at
    raise NotUnderstood("a parenthesis is not closed")


def text_of(words: Sequence[Token]) -> str:
    return short(" ".join(word.raw for word in words))


def short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."
