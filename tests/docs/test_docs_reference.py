"""The reference pages cannot lie: settings, commands, questions, map keys and formats are held against the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import typer.main
from doc_pages import DOCS, ROOT, blocks, page, sections

from troth.cli.after import app
from troth.datamap.categories import CATEGORIES
from troth.datamap.check import FINDINGS
from troth.datamap.mapfile import load, loads
from troth.datamap.model import MEANINGS
from troth.ledger import tlog
from troth.ledger.checkpoint import Checkpoint, sign_checkpoint
from troth.ledger.entry import Entry, commit
from troth.ledger.note import Signer
from troth.ledger.proof import format_proof
from troth.terms.settings import PREFIX, Settings
from troth.workflows.inquiry import ACCEPTABLE

SOURCES = sorted((ROOT / "src" / "troth").rglob("*.py"))
ID = re.compile(r"\b(?:map|find|plan|port|hold)\.[QM]\d{3}\b")


# ------------------------------------------------------------------ settings


def test_each_setting_has_its_heading_and_its_default() -> None:
    told = sections(page("settings.md"))
    names = {PREFIX + field.name.upper(): field for field in fields(Settings)}
    assert set(told) == {*names, "TROTH_URL_…"}
    for name, field in names.items():
        shown = {"": "", None: "", True: "`yes`"}.get(field.default, f"{field.default}")
        assert shown in told[name], name
        assert len(told[name].strip()) > 40


# ------------------------------------------------------------------ commands


def commands(group: Any, before: str = "troth") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield f"{before} {name}", command
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def test_each_command_and_option_is_told() -> None:
    told = sections(page("commands.md"))
    known = dict(commands(typer.main.get_command(app)))
    assert set(told) == {"Exit codes", *known}
    for name, command in known.items():
        named = set(re.findall(r"`(--?[a-z-]+)", told[name]))
        options = {
            o
            for p in command.params
            for o in (*p.opts, *p.secondary_opts)
            if o.startswith("-") and o != "--help"
        }
        assert options - named == set(), name
        assert named - options == set(), name


def test_the_exit_codes_are_all_told() -> None:
    codes = re.findall(r"^\| (\d) \|", sections(page("commands.md"))["Exit codes"], flags=re.M)
    help_text = str(app.info.epilog)
    assert codes == re.findall(r"\b(\d) [a-z]", help_text) == list("012345")


# ------------------------------------------------------------------ questions


def ids_in_code() -> set[str]:
    return {found for path in SOURCES for found in ID.findall(path.read_text(encoding="utf-8"))}


def test_each_question_and_finding_is_explained_once() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[QM]\d{3})`", page("questions.md"), flags=re.M)
    assert len(rows) == len(set(rows))
    assert set(rows) == ids_in_code()


def test_every_page_names_only_questions_that_exist() -> None:
    for path in DOCS.glob("*.md"):
        assert set(ID.findall(path.read_text(encoding="utf-8"))) <= ids_in_code(), path.name


def blocking_in_code() -> set[str]:
    """Ids of the questions that the code makes with blocking=True."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Question":
                given = {k.arg: k.value for k in node.keywords}
                name, blocking = given.get("id"), given.get("blocking")
                if isinstance(name, ast.Constant) and isinstance(blocking, ast.Constant) and blocking.value:
                    found.add(name.value)
    return found


def test_what_must_be_decided_first_is_marked() -> None:
    marked = set(re.findall(r"^\| `([a-z]+\.Q\d{3})` \*first\*", page("questions.md"), flags=re.M))
    assert marked == blocking_in_code()
    assert len(marked) > 8


def test_findings_have_the_level_and_words_of_the_code() -> None:
    told = re.findall(r"^\| `(map\.M\d{3})` \| (\w+) \| ([^|]+) \|", page("questions.md"), flags=re.M)
    assert {(name, level, words.strip()) for name, level, words in told} == {
        (name, level, words) for name, (level, words) in FINDINGS.items()
    }


def test_what_may_be_accepted_is_told() -> None:
    line = next(line for line in page("questions.md").splitlines() if line.startswith("`--accept`"))
    assert sorted(ID.findall(line)) == sorted(ACCEPTABLE)


# ------------------------------------------------------------------ the map


def keys_of_the_parser() -> set[str]:
    """Every key the parser allows anywhere: what `keyed` is told, and the tables of keys."""
    from troth.datamap import mapfile, mapwrite

    found = {*mapfile.ROOT_KEYS, *mapwrite.DATASET_KEYS, *mapfile.FIELD_KEYS}
    names = ("mapfile", "mapkeep", "maperased", "mapothers", "maporigin")
    readers = [ROOT / f"src/troth/datamap/{name}.py" for name in names]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in readers]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "keyed":
            for part in ast.walk(node.args[2]):
                if isinstance(part, ast.Constant):
                    found.add(str(part.value))
    return found | {"hide", "omit_row", "clear", "delete_row"}  # the rules' keys are passed by name


def test_each_key_of_the_map_is_explained_and_shown() -> None:
    text = page("map.md")
    (example,) = blocks(text, "yaml")
    keys = keys_of_the_parser()
    assert {"nobody", "unsearched", "financial_year_end", "declared"} <= keys
    for key in keys:
        assert f"`{key}`" in text or f"`{key}:" in text, key
        assert re.search(rf"(?<!\w){key}:", example), key


def test_the_example_map_loads_and_says_what_the_page_says() -> None:
    (example,) = blocks(page("map.md"), "yaml")
    shop = loads(example)
    assert {link.means for link in shop.links} == {"OWNED_BY", "ACCESSED_BY", "MENTIONS"}
    assert shop.unmapped
    assert load(ROOT / "src/troth/example/troth.map.yaml").systems.keys() == {
        "crm", "product", "support", "billing", "newsletter",
    }  # fmt: skip


def test_each_meaning_and_category_is_told() -> None:
    text = page("map.md")
    assert re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.M) == [
        "OWNED_BY",
        "OWNS",
        "ACCESSED_BY",
        "ACCESSES",
        "MENTIONS",
        "SAME_AS",
    ]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.M)) == set(MEANINGS)
    told = re.findall(r"^\| `([a-z_]+)` \| (yes|) \| (yes|) \| (\w*) \|", text, flags=re.M)
    told = re.findall(r"^\| `([a-z_]+)` \| ?(yes|) ?\| ?(yes|) ?\| ?(\w*) ?\|", text, flags=re.M)
    assert told == [
        (c.id, "yes" if c.unique else "", "yes" if c.personal else "", "" if c.search == "none" else c.search)
        for c in CATEGORIES.values()
    ]


# ------------------------------------------------------------------ the ledger's formats


class _Hashes:
    def __init__(self) -> None:
        self.known: dict[int, bytes] = {}

    def read(self, indexes: Any) -> list[bytes]:
        return [self.known[index] for index in indexes]


def test_the_ledgers_examples_are_the_bytes_we_write() -> None:
    text = page("ledger.md")
    entry, payload = (block.strip() for block in blocks(text, "json"))
    checkpoint, proof = (block.strip() for block in blocks(text, "text"))
    salt = bytes.fromhex(re.findall(r"the salt `([0-9a-f]{64})`", text)[0])
    commitment = commit({"dataset": "customer", "rows": 2}, salt)
    assert payload == '{"dataset":"customer","rows":2}'
    assert commitment in text.replace(entry, "")
    noon, run = datetime(2026, 11, 22, 12, tzinfo=UTC), "4db850a5-a3ac-4e21-9662-8de5aef86456"
    leaves = [
        Entry("intent", noon, "default", run, commitment, {"step": 0, "rows": 2}).leaf(),
        Entry("receipt", noon, "default", run, commitment, {"step": 0, "rows": 2, "outcome": "done"}).leaf(),
    ]
    assert leaves[1].decode() == entry
    hashes = _Hashes()
    hashes.known.update(tlog.append_many(0, leaves, hashes))
    signer = Signer("example.com/ledger", bytes(32))
    signed = sign_checkpoint(Checkpoint(signer.name, 2, tlog.tree_hash(2, hashes)), signer)
    assert signed.decode().strip() == checkpoint
    assert format_proof(1, tlog.inclusion_proof(1, 2, hashes), signed).strip() == proof
    assert f"`{signer.verifier}`" in text
