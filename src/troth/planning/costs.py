"""What a plan will cost the databases, said before it hurts: columns without an index, and tables that are read whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from troth.datamap.model import Ref
from troth.datamap.questions import Question
from troth.planning.estate import Estate
from troth.planning.plan import Step
from troth.planning.sqltext import Dialect

MANY = 50_000  # rows, by the database's own estimate: below, a scan takes a moment
LARGE = 64_000_000  # bytes
SHOWN = 5
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def notes(
    estate: Estate, steps: Iterable[Step], sizes: Mapping[Ref, int], dialects: Mapping[str, Dialect]
) -> Iterator[Question]:
    """Notes beside a plan; none of them stands before it."""
    yield from _unindexed(estate, {step.ref for step in steps if step.action == "erase"}, dialects)
    yield from _scans(estate, sizes)


def _unindexed(estate: Estate, erased: set[Ref], dialects: Mapping[str, Dialect]) -> Iterator[Question]:
    """Columns that are asked for without an index, in tables of many rows: by the database for each erased row, or by us."""
    for (ref, columns), targets in sorted(_asked(estate, erased).items()):
        table = estate.table(ref)
        if table.estimate < MANY or any(
            set(index[: len(columns)]) == set(columns) for index in table.indexes
        ):
            continue
        if any(index and index[0] in columns for index in table.indexes):
            continue  # it narrows the search: good enough
        declared = sorted(str(target) for target, foreign in targets.items() if foreign and target in erased)
        text = f"no index leads with {', '.join(columns)}, and it has about {table.estimate:,} rows: "
        if declared:
            text += f"the database reads all of it for each row of {', '.join(declared)} that is erased"
        else:
            text += "it is read whole to follow a link"
        yield Question(
            id="plan.Q021", place=f"{ref} ({', '.join(columns)})", text=text,
            remedy=f"Make it first: {create_index(ref, columns, dialects[ref.system])}", weight=50 if declared else 38,
        )  # fmt: skip


def _asked(estate: Estate, erased: set[Ref]) -> dict[tuple[Ref, tuple[str, ...]], dict[Ref, bool]]:
    """(dataset, columns) -> the datasets they point to, and whether the database itself enforces it."""
    found: dict[tuple[Ref, tuple[str, ...]], dict[Ref, bool]] = {}
    for ref in estate.datasets:
        for foreign in estate.table(ref).foreign_keys:
            target = Ref(ref.system, foreign.target)
            if target in erased:
                found.setdefault((ref, foreign.columns), {})[target] = True
        for link in estate.links_from[ref]:
            if link.target in erased and not link.is_guess and link.columns != estate.key(ref):
                found.setdefault((ref, link.columns), {}).setdefault(link.target, False)
    return found


def _scans(estate: Estate, sizes: Mapping[Ref, int]) -> Iterator[Question]:
    """Identifiers and prose have no index: the tables in which they are looked for are read whole."""
    for system in sorted(estate.schemas):
        read = [
            ref
            for ref, dataset in estate.datasets.items()
            if ref.system == system
            and not dataset.unsearched
            and (estate.identifiers(ref) or estate.prose(ref))
        ]
        total = sum(sizes.get(ref, 0) for ref in read)
        if total < LARGE:
            continue
        largest = sorted(read, key=lambda ref: (-sizes.get(ref, 0), ref))
        named = ", ".join(
            f"{ref.dataset} (about {estate.table(ref).estimate:,} rows, {sizes.get(ref, 0) // 1_000_000:,} MB)"
            for ref in largest[:SHOWN]
            if sizes.get(ref, 0)
        )
        yield Question(
            id="plan.Q022", place=system,
            text=f"to look for identifiers reads about {total // 1_000_000:,} MB, by the database's own estimate: {named}",
            remedy="It takes no lock. Name a replica with `read:`, or say in the map why a dataset is `unsearched`.",
            weight=20,
        )  # fmt: skip


def create_index(ref: Ref, columns: Iterable[str], dialect: Dialect) -> str:
    """The statement that makes the index, without stopping writers where the database can do that."""
    mark = "`" if dialect == "mysql" else '"'

    def name(text: str) -> str:
        if _PLAIN.fullmatch(text):
            return text
        return f"{mark}{text.replace(mark, mark * 2)}{mark}"

    parts = [ref.dataset]
    if dialect == "postgres":
        spelled = re.findall(r'"((?:[^"]|"")+)"|([^."]+)', ref.dataset)
        parts = [quoted.replace('""', '"') or bare for quoted, bare in spelled]
    table, listed = ".".join(map(name, parts)), ", ".join(map(name, columns))
    if dialect == "postgres":
        return f"CREATE INDEX CONCURRENTLY ON {table} ({listed})"
    label = name(re.sub(r"\W+", "_", f"{ref.dataset}_{'_'.join(columns)}")[:60].lower())
    return f"CREATE INDEX {label} ON {table} ({listed})"
