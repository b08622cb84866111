"""What people see at a terminal: short tables, questions with their remedies, and where to look next."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

Told = dict[str, Any]
SHOWN = 12  # cells of a row that fit a line


def _console() -> Console:
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


class Progress:
    """Says what is being done once it takes over a second; at a terminal on one line that replaces itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = time.monotonic()
        self._live = stream.isatty()
        self._last = 0.0

    def __call__(self, text: str) -> None:
        now = time.monotonic()
        if now - self._began < 1 or (now - self._last < 0.1 and self._live):
            return
        self._last = now
        self._stream.write(f"\r\x1b[K… {text}\r" if self._live else f"… {text}\n")
        self._stream.flush()


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right" if heading == "rows" else "left", overflow="fold")
    return table


def _questions(console: Console, questions: Iterable[Mapping[str, Any]], most: int = 10) -> None:
    questions = list(questions)
    if not questions:
        return
    blocking = sum(bool(q.get("blocking")) for q in questions)
    console.print(
        Text(
            f"\n{len(questions)} open questions" + (f", {blocking} to decide first" if blocking else ""),
            style="bold",
        )
    )
    for q in questions[:most]:
        mark = Text("  ! " if q.get("blocking") else "  ? ", style="red" if q.get("blocking") else "yellow")
        console.print(mark + Text(f"{q['id']} {q['place']}: {q['text']}"))
        console.print(Text(f"      {q['remedy']}", style="dim"))
    if len(questions) > most:
        console.print(Text(f"  … and {len(questions) - most} more (--json lists all)", style="dim"))


def _not_searched(console: Console, items: list[Mapping[str, str]]) -> None:
    if items:
        console.print(Text("\nNot searched", style="bold"))
        for item in items[:10]:
            console.print(f"  {item['what']}: {item['reason']}")
        if len(items) > 10:
            console.print(Text(f"  … and {len(items) - 10} more", style="dim"))


def map_(told: Told) -> None:
    console = _console()
    people = [d for d in told["datasets"] if d["subject"]]
    table = _table("dataset", "people", "personal columns")
    for dataset in told["datasets"]:
        fields = [
            f
            for f in dataset["fields"]
            if f["category"]
            not in (
                "key",
                "none",
                "date",
                "status",
                "amount",
                "quantity",
                "product",
                "technical",
                "reference",
            )
        ]
        words = ", ".join(f"{f['name']}{'?' if f['confidence'] < 0.75 else ''}" for f in fields[:6])
        more = f" +{len(fields) - 6}" if len(fields) > 6 else ""
        table.add_row(
            f"{dataset['system']}.{dataset['dataset']}", "yes" if dataset["subject"] else "", words + more
        )
    console.print(table)
    console.print(f"\n{len(told['datasets'])} datasets, {len(people)} of people, {len(told['links'])} links.")
    _questions(console, told["questions"], most=8)
    if told["credentials"]:
        console.print(
            f"\nThe password went to {told['credentials'][0]}, readable by you only; the map holds none."
        )
    console.print(
        Text(
            f"\n{'Updated' if told['merged'] else 'Wrote'} {told['map']}. Read it, correct it, commit it. Next: troth find ID",
            style="bold",
        )
    )


def findings(told: Told) -> None:
    console = _console()
    for f in told["findings"]:
        console.print(
            Text(
                f"{f['id']} {f['level']:7} {f['place']}: {f['message']}",
                style="red" if f["level"] == "error" else "",
            )
        )
        console.print(Text(f"     {f['hint']}", style="dim"))
    if not told["findings"]:
        console.print("The map covers every dataset and column of its stores.")


def found(told: Told) -> None:
    console = _console()
    last = None
    for match in told["matches"]:
        name = f"{match['system']}.{match['dataset']}"
        if name != last:
            rows = sum(
                (m["system"], m["dataset"]) == (match["system"], match["dataset"]) for m in told["matches"]
            )
            console.print(Text(f"\n{name}", style="bold") + Text(f"  {rows} rows", style="dim"))
            last = name
        cells = {k: v for k, v in match["row"].items() if v is not None}
        line = "  ".join(f"{k}={_short(v)}" for k, v in list(cells.items())[:SHOWN])
        relation = "copy" if match["copy"] else match["relation"]
        console.print(Text(f"  {relation:8}", style="dim") + Text(line))
    datasets = len({(m["system"], m["dataset"]) for m in told["matches"]})
    console.print(
        f"\n{told['people']} person(s), {len(told['matches'])} rows in {datasets} datasets, {told['statements']} statements."
    )
    _questions(console, told["questions"])
    _not_searched(console, told["not_searched"])


def _short(value: object) -> str:
    text = (
        f"({len(bytes(value))} bytes)"
        if isinstance(value, bytes | memoryview)
        else str(value).replace("\n", " ")
    )
    return text if len(text) <= 48 else text[:45] + "…"


def plan(told: Told) -> None:
    console = _console()
    table = _table("dataset", "action", "rows", "columns", "why")
    for step in told["plan"]:
        why = step["reason"] + (
            f" ({step['law']}" + (f", until {step['until']}" if step["until"] else "") + ")"
            if step["law"]
            else ""
        )
        style = {"erase": "red", "keep": "cyan"}.get(step["action"], "yellow")
        table.add_row(
            f"{step['system']}.{step['dataset']}",
            Text(step["action"], style=style),
            str(step["rows"]),
            ", ".join(step["columns"]),
            why,
        )
    console.print(table)
    console.print(f"\n{told['people']} person(s). Plan {told['hash'][:16]}…  Nothing was changed.")
    for item in told.get("sql", []):
        console.print(Text(f"{item['system']}: ", style="dim") + Text(item["statement"]))
    _questions(console, told["questions"])
    _not_searched(console, told["not_searched"])


def erased(told: Told) -> None:
    console = _console()
    if told["blocked"]:
        console.print(Text("Nothing was done: a person must decide first.", style="bold red"))
    elif "stopped" in told:
        stop = told["stopped"]
        console.print(Text(f"Stopped half-way at {stop['place']}: {stop['message']}", style="bold red"))
        console.print(f"{stop['remedy']}")
    elif not told["certificates"]:
        console.print("Nobody was found, so there was nothing to do.")
    else:
        console.print(
            Text(f"Erased {told['erased']} rows, anonymised {told['anonymised']}", style="bold")
            + Text(f", kept {sum(k['rows'] for k in told['kept'])} because a law says so.")
        )
        for kept in told["kept"]:
            console.print(
                f"  kept {kept['rows']} rows of {kept['system']}.{kept['dataset']} ({kept['law']}, until {kept['until']}): {', '.join(kept['columns'])}"
            )
        for place, rows in told["left"].items():
            console.print(
                Text(
                    f"  {rows} rows of {place} stand again under an erased key, as somebody else's: look at them",
                    style="red",
                )
            )
        paths = told["certificates"]
        for path in paths[:5]:
            console.print(f"  certificate {path}  (and .html)")
        if len(paths) > 5:
            console.print(f"  … and {len(paths) - 5} more beside it")
    _questions(console, told["questions"])


def resumed(told: Told) -> None:
    if not told["runs"]:
        _console().print("Nothing was cut off.")
    for run in told["runs"]:
        erased(run)


def exported(told: Told) -> None:
    console = _console()
    if told["folder"]:
        console.print(
            f"Wrote {told['rows']} rows of {told['datasets']} datasets and {told['files']} files: {told['folder']}/index.html"
        )
    else:
        console.print(
            "Nothing was written: a person must decide first." if told["blocked"] else "Nobody was found."
        )
    _questions(console, told["questions"])


def verified(told: Told) -> None:
    console = _console()
    console.print(f"Certificate {told['id']} of {told['issued']}: {told['outcome']}.")
    console.print(
        f"It is entry {told['entry']} of {told['of']} in the ledger; body, entry, proof and checkpoint agree."
    )
    if "about" in told:
        console.print(
            "It concerns this identifier."
            if told["about"]
            else Text("It does not concern this identifier.", style="red")
        )
    if told["signer"]:
        console.print(Text(f"Signed by {told['signer']}.", style="green"))
    else:
        console.print(
            Text(
                "Consistent, signer unknown: give the key you got from the company with --key.",
                style="yellow",
            )
        )
    if told["not_searched"] or told["open_questions"]:
        console.print(
            f"It names {told['not_searched']} things not searched and {told['open_questions']} open questions."
        )


def ledger(told: Told) -> None:
    _console().print(
        f"The ledger holds: {told['entries']} entries, {told['checkpoints']} signed checkpoints"
        + (f", {told['certificates']} certificates agree" if told["certificates"] else "")
        + f".\nKey: {told['key']}"
    )


def stores(told: Told) -> None:
    console = _console()
    for store in told["stores"]:
        console.print(
            Text(f"\n{store['name']}", style="bold") + Text(f"  {', '.join(store['schemes'])}", style="dim")
        )
        for capability in store["capabilities"]:
            style = {"can": "green", "could": "cyan", "cannot yet": "yellow", "never": "dim"}[
                capability["state"]
            ]
            console.print(
                Text(f"  {capability['state']:11}", style=style)
                + Text(capability["what"])
                + Text(f"  {capability['reason']}", style="dim")
            )
