"""Turns every undecided thing in a proposal into one question, its remedy a command to type or a line to write in the map."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from troth.datamap import contacts
from troth.datamap.inference.guess import Inside
from troth.datamap.mapwrite import CERTAIN
from troth.datamap.meanings import Facts, about_people, singular
from troth.datamap.model import DataMap, Dataset, Field, Link, Ref
from troth.datamap.questions import Question, question, ranked
from troth.datamap.schema import Schema, Table

_AT_ONCE: Final = 4  # columns that one command may confirm together


class Asking:
    """Walks a proposal; `decided` names the datasets whose presence in the map is a person's decision."""

    def __init__(
        self,
        proposed: DataMap,
        schemas: Mapping[str, Schema],
        facts: Mapping[Ref, Facts],
        owned: frozenset[Ref],
        decided: frozenset[Ref],
        inside: Iterable[Inside] = (),
    ) -> None:
        self.map = proposed
        self.schemas = schemas
        self.facts = facts
        self.owned = owned
        self.decided = decided
        self.inside = tuple(inside)
        self.leaving = Counter((link.source, link.columns) for link in proposed.links)

    def questions(self) -> tuple[Question, ...]:
        """All questions, most valuable first."""
        return ranked(self._all())

    def _all(self) -> Iterator[Question]:
        for ref, fact in self.facts.items():
            dataset, table = self.map.datasets[ref], fact.table
            if dataset.unsearched is None:
                yield from self._about_rows(dataset, table)
                yield from self._about_fields(dataset, table)
                yield from self._about_owners(dataset, fact)
        for link in self.map.links:
            if link.source in self.facts and not link.reviewed:
                yield self._about_link(link)
        rows = {ref: fact.table.estimate for ref, fact in self.facts.items()}
        yield from contacts.doubts(self.map.datasets, self.map.links, self.facts.keys() - self.decided, rows)
        for keys in self.inside:
            if keys.source in self.facts and self._is_open(keys):
                yield self._about_keys_inside(keys)

    def _about_rows(self, dataset: Dataset, table: Table) -> Iterator[Question]:
        place, rows = str(dataset.ref), table.estimate
        if dataset.subject is not None and dataset.subject_confidence < CERTAIN:
            yield question(
                "map.Q001", place, f"Is every row of {dataset.ref.dataset} a person ({dataset.subject})?",
                f"Yes: {_accept(place)}. No: {_reject(place)}.", rows,
            )  # fmt: skip
        for keep in dataset.keep:
            if not keep.active:
                yield question(
                    "map.Q002", place, f"Must {', '.join(keep.columns)} be kept under {keep.law or 'a law'}?",
                    "Yes: write `active: true`. No: take the rule out.", rows,
                )  # fmt: skip
        if dataset.tenant is not None and dataset.ref not in self.decided:
            yield question(
                "map.Q009", place, f"Does {dataset.tenant} name the customer who controls the row?",
                f"Yes: leave `tenant: {dataset.tenant}`. No: take the line out.", rows,
            )  # fmt: skip
        if dataset.subject is not None and dataset.nobody is None and self._must_be_named(dataset.ref):
            yield question(
                "map.Q011", place, f"Which key of {dataset.ref.dataset} can stand for nobody?",
                f"Write `nobody: {{{', '.join(f'{name}: ...' for name in dataset.key)}}}`.", rows,
            )  # fmt: skip

    def _about_fields(self, dataset: Dataset, table: Table) -> Iterator[Question]:
        doubtful = [f for f in dataset.fields.values() if not f.reviewed and f.name in table.by_name]
        if not doubtful:
            return
        rows, what = table.estimate, dataset.ref.dataset
        if dataset.ref not in self.owned:
            names = ", ".join(f.name for f in doubtful)
            yield question(
                "map.Q005", str(dataset.ref), f"What do these columns of {what} hold: {names}?",
                _confirming(dataset.ref, doubtful), rows, share=0.3,
            )  # fmt: skip
            return
        for field in doubtful:
            prose = field.category in ("unknown", "free_text", "json")
            kind = (
                "map.Q005"
                if not prose
                else "map.Q003"
                if dataset.on_erase_default == "anonymise"
                else "map.Q004"
            )
            if field.category == "unknown" and kind == "map.Q004":
                kind = "map.Q005"
            guess = "" if field.category == "unknown" else f" (guess: {field.category})"
            yield question(
                kind, f"{dataset.ref}.{field.name}", f"What does {what}.{field.name} hold{guess}?",
                _confirming(dataset.ref, [field]), rows,
            )  # fmt: skip

    def _about_owners(self, dataset: Dataset, fact: Facts) -> Iterator[Question]:
        ref, rows, links = dataset.ref, fact.table.estimate, self.map.links_from.get(dataset.ref, ())
        base = self._base(fact)
        if base is not None and base not in [link.target for link in links]:
            yield question(
                "map.Q010", str(ref), f"{ref.dataset} follows {base.dataset}: by which column?",
                f"Write a link: {{columns: [...], to: {base.dataset} [...], means: OWNED_BY}}.", rows,
            )  # fmt: skip
            return
        personal = about_people(dataset)
        if ref in self.owned or not personal or fact.table.reads:
            return
        handlers = [link for link in links if link.target in self.owned and link.means == "MENTIONS"]
        if handlers:
            link = handlers[0]
            yield question(
                "map.Q007", str(ref),
                f"{ref.dataset} holds {', '.join(personal)} and only {link.name} names anybody: whose is it?",
                "Theirs: write `means: OWNED_BY`. Somebody else's: add a link. Nobody's: `unsearched`.",
                rows,
            )  # fmt: skip
        else:
            yield question(
                "map.Q008", str(ref), f"{ref.dataset} holds {', '.join(personal)}; no link says whose.",
                "Add a link, or write `subject` if its rows are people, or `unsearched: a reason`.",
                rows,
            )  # fmt: skip

    def _base(self, fact: Facts) -> Ref | None:
        if fact.history_of is None:
            return None
        names = {singular(name): name for name in self.schemas[fact.ref.system].tables}
        base = names.get(singular(fact.history_of))
        return None if base in (None, fact.ref.dataset) else Ref(fact.ref.system, base)

    def _must_be_named(self, ref: Ref) -> bool:
        """Whether some row cannot do without naming a row of this dataset."""
        return any(
            _is_required(link, self.facts[link.source].table)
            for link in self.map.links_to.get(ref, ())
            if link.source in self.facts
        )

    def _about_link(self, link: Link) -> Question:
        rows = self.facts[link.source].table.estimate
        place = f"{link.source}.{link.name}"
        source, target = link.source.dataset, link.target.dataset
        people = self.map.datasets[link.source].subject and self.map.datasets[link.target].subject
        if people and link.means == "MENTIONS":
            kind, text = (
                "map.Q006",
                f"{source}.{link.name} names another person: is one's data the other's?",
            )
        elif link.means == "SAME_AS":
            kind, text = (
                "map.Q014",
                f"Is the {source} with this {link.name} the same person as that {link.target}?",
            )
        elif link.means == "OWNS":
            kind, text = "map.Q012", f"Is the {target} that {source}.{link.name} points to that person's own?"
        elif "two kinds" in link.reason:
            kind, text = "map.Q013", f"Is a row of {source} owned by the {target} it names in {link.name}?"
        else:
            kind, text = "map.Q014", f"{source}.{link.name} -> {target}: is {link.means} right?"
        if not link.declared and link.reason:
            text += f" (guessed: {link.reason})"
        name = link.short if self.leaving[link.source, link.columns] == 1 else link.address
        no = "" if link.declared else f" No such link: {_reject(name)}."
        remedy = f"Yes: {_accept(name)}.{no} Else write the right meaning."
        return question(kind, place, text, remedy, rows)

    def _is_open(self, keys: Inside) -> bool:
        """Whether nobody has decided yet what stands in that column."""
        dataset = self.map.datasets[keys.source]
        is_new = keys.source not in self.decided or not dataset.fields[keys.column].reviewed
        return is_new and dataset.unsearched is None

    def _about_keys_inside(self, keys: Inside) -> Question:
        where = f"{keys.column}: {keys.path}" if keys.path else keys.column
        return question(
            "map.Q015", f"{keys.source}.{keys.column}",
            f"{keys.source.dataset}.{where} holds keys of {keys.target.dataset}; Troth finds identifiers there, "
            f"but does not follow these keys. Does it say whose the row is?",
            f"No: leave it. Yes: put the key into a column of its own and link it to {keys.target.dataset}.",
            self.facts[keys.source].table.estimate, share=keys.confidence,
        )  # fmt: skip


def _accept(*names: str) -> str:
    """The command that says yes, as a shell takes it."""
    return f"`troth map --accept {shlex.join(names)}`"


def _reject(name: str) -> str:
    return f"`troth map --reject {shlex.quote(name)}`"


def _confirming(ref: Ref, fields: Sequence[Field]) -> str:
    """How to say what columns hold: by a command, where all of them are guesses and few."""
    if len(fields) > _AT_ONCE or any(field.category == "unknown" for field in fields):
        (named,) = (f.name for f in fields[:1])
        return (
            f"Write `{named}: CATEGORY`."
            if len(fields) == 1
            else "Write `CATEGORY` for each of them in the map."
        )
    return f"Yes: {_accept(*(f'{ref}.{field.name}' for field in fields))}. Else write the right category."


def _is_required(link: Link, table: Table) -> bool:
    columns: Iterable[str] = (name for name in link.columns if name in table.by_name)
    return all(not table.by_name[name].nullable for name in columns)
