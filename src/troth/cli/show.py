"""What people see: who and what first, then what is open, then what was not looked into; one shape at any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from troth.cli import chain, mapped, proof
from troth.cli.layout import Cell, Page, widest
from troth.cli.residue import show_sweep, show_unswept
from troth.cli.words import Words

Told = dict[str, Any]
CELLS = 12  # of a row that are shown
ROWS = 10  # of a dataset that a terminal is shown without --all
NAMES = 34  # the widest a column of dataset names gets
ACTIONS = {
    "erase": "red",
    "anonymise": "yellow",
    "pseudonymise": "yellow",
    "minimise": "cyan",
    "unlink": "yellow",
    "keep": "cyan",
    "leave": "cyan",
}
"""In the order in which a person wants to read them."""
STATES = {"can": "green", "could": "cyan", "cannot yet": "yellow", "never": "dim"}
_OF_BUNDLE = ("company", "made", "files", "missing")
_OF_NOTICE = ("company", "made", "version", "entries", "of")


class Show:
    """One answer on standard output, in one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.page = Page()

    # -- what every answer may end with ---------------------------------------------------------------------------

    def questions(self, questions: Sequence[Mapping[str, Any]], most: int = 10) -> None:
        """Open questions, those that must be decided first before the others."""
        if not questions:
            return
        blocking = sum(bool(q.get("blocking")) for q in questions)
        head = self.words.count("questions", len(questions))
        self.page.line()
        self.page.line(f"{head}, {self.words('to_decide', n=blocking)}" if blocking else head, "bold")
        for q in sorted(questions, key=lambda q: not q.get("blocking"))[:most]:
            style = "red" if q.get("blocking") else "yellow"
            self.page.columns(
                [Cell("!" if q.get("blocking") else "?", 1, style), Cell(q["id"], 8, style)],
                f"{self.words.place(q['place'])}: {self.words.reason(q['text'])}",
            )
            if q["remedy"]:
                self.page.line(f"→ {self.words.reason(q['remedy'])}", "dim", indent=15, hang=17)
        if len(questions) > most:
            self.page.line(self.words("more", n=len(questions) - most), "dim", indent=2)

    def not_searched(self, items: Sequence[Mapping[str, str]], most: int = 10) -> None:
        """What was not looked into: places of one reason together."""
        if not items:
            return
        reasons: dict[str, list[str]] = {}
        for item in items:
            reasons.setdefault(item["reason"], []).append(item["what"])
        self.page.line()
        self.page.line(self.words("not_searched"), "bold")
        for reason, places in list(reasons.items())[:most]:
            self.page.line(f"{self.words.reason(reason)}: {', '.join(places)}", indent=2, hang=4)
        if len(reasons) > most:
            self.page.line(self.words("more", n=len(reasons) - most), "dim", indent=2)

    def widest(self, places: Iterable[str]) -> int:
        """The width of a column of dataset names."""
        return widest(list(places), NAMES)

    # -- map ------------------------------------------------------------------------------------------------------

    def map_(self, told: Told) -> None:
        mapped.show(self, told)

    def decided(self, told: Told) -> None:
        mapped.decided(self, told)

    def proof(self, told: Told) -> None:
        proof.show(self, told)

    def findings(self, told: Told) -> None:
        for f in told["findings"]:
            style = {"error": "red", "warning": "yellow"}.get(f["level"], "")
            self.page.columns(
                [Cell(f["id"], 8, style), Cell(f["level"], 7, style)],
                f"{f['place']}: {self.words.reason(f['message'])}",
            )
            if f["hint"]:
                self.page.line(f"→ {self.words.reason(f['hint'])}", "dim", indent=21, hang=23)
        if not told["findings"]:
            self.page.line(self.words("map_covers"))

    # -- find and export ------------------------------------------------------------------------------------------

    def found(self, told: Told, whole: bool = False) -> None:
        """Rows by dataset: the person's own, those they may see, then copies in rows of others."""
        groups: dict[tuple[bool, str], list[Told]] = {}
        for match in told["matches"]:
            place = f"{match['system']}.{match['dataset']}"
            groups.setdefault((bool(match["copy"]), place), []).append(match)
        rows, datasets = len(told["matches"]), len({place for _, place in groups})
        head = self.words(
            "found", people=self.words.count("persons", told["people"]), rows=self.words.count("rows", rows),
            datasets=self.words.count("datasets", datasets),
        )  # fmt: skip
        self.page.line(head if rows or told["people"] else self.words("nobody"), "bold")
        if told["restricted"]:
            self.page.line(self.words("is_restricted"), "red")
        for (copy, place), matches in sorted(groups.items()):
            self._dataset(place, matches, copy, whole or not self.page.terminal)
        self.questions(told["questions"])
        self.not_searched(told["not_searched"])
        self.page.line()
        self.page.line(
            self.words("asked", statements=self.words.count("statements", told["statements"])), "dim"
        )

    def _dataset(self, place: str, matches: list[Told], copy: bool, whole: bool) -> None:
        relations = Counter("guess" if match["guess"] else match["relation"] for match in matches)
        said = self.words("copies") if copy else ", ".join(
            f"{self.words.plain(n) + ' ' if len(relations) > 1 else ''}{self.words(r)}" for r, n in sorted(relations.items(), reverse=True)
        )  # fmt: skip
        self.page.line()
        self.page.line(f"{place}: {self.words.count('rows', len(matches))}, {said}", "bold")
        if reason := chain.because(self.words, matches):
            self.page.line(reason, "dim", indent=2, hang=4)
        shown = matches if whole else matches[:ROWS]
        for match in shown:
            cells = {name: cell for name, cell in match["row"].items() if cell is not None}
            if copy or match["guess"]:
                cells = match["key"] | cells
            tokens = [f"{name}={short(cell)}" for name, cell in list(cells.items())[:CELLS]]
            if len(cells) > CELLS:
                tokens.append(self.words("cells", n=len(cells) - CELLS))
            self.page.tokens(tokens)
        if len(shown) < len(matches):
            self.page.line(self.words("more_rows", n=len(matches) - len(shown)), "dim", indent=2)
        hidden = sorted(
            {name for m in matches if not copy and m["relation"] != "guess" for name in m["hidden"]}
        )
        if hidden:
            self.page.line(self.words("hidden", columns=", ".join(hidden)), "dim", indent=2, hang=4)

    def why(self, told: Told) -> None:
        """The chain to one row, or why it is not the person's."""
        chain.show(self.page, self.words, told)
        self.questions(told["questions"])

    def exported(self, told: Told) -> None:
        if told["folder"]:
            counted = {name: self.words.count(name, told[name]) for name in ("rows", "datasets", "files")}
            self.page.line(f"{self.words('wrote', **counted)} {told['folder']}/index.html", "bold")
        else:
            self.page.line(self.words("decide_first" if told["blocked"] else "nobody"), "bold")
        self._besides(told)
        self.questions(told["questions"])

    def _besides(self, told: Told) -> None:
        """What a copy does not hold, or does not tell, and why."""
        gaps = [f"{gap['place']}: {gap['remedy']}" for gap in told.get("gaps", ())]
        left_out = [
            " ".join((one["place"], *one["columns"], "-", one["why"][self.words.lang]))
            for one in told.get("left_out", ())
        ]
        for name, lines in (("gaps", gaps), ("withheld", told.get("withheld", ())), ("left_out", left_out)):
            if lines:
                self.page.line(self.words(name), "bold")
            for line in lines:
                self.page.line(f"  {line}")

    # -- erase ----------------------------------------------------------------------------------------------------

    def plan(self, told: Told) -> None:
        """By what happens to the rows: erased, anonymised, unlinked, kept."""
        self.page.line(self.words("plan_of", people=self.words.count("persons", told["people"])), "bold")
        merged: dict[str, Counter[tuple[str, ...]]] = {action: Counter() for action in ACTIONS}
        for step in told["plan"]:
            merged[step["action"]][self._step(step)] += step["rows"]
        everything = [(rows, step) for steps in merged.values() for step, rows in steps.items()]
        width = self.widest(place for _, (place, *_) in everything)
        digits = max((len(self.words.plain(rows)) for rows, _ in everything), default=1)
        for action, steps in merged.items():
            if not steps:
                continue
            self.page.line()
            style = ACTIONS[action]
            total = {
                things: self.words.count(things, sum(steps.values())) for things in ("rows", "references")
            }
            self.page.line(self.words(action, **total), f"bold {style}")
            for (place, columns, why), rows in steps.items():
                cells = [Cell(self.words.plain(rows), digits, style, right=True), Cell(place, width, style)]
                self.page.columns(cells, " · ".join(filter(None, (columns, why))))
        if not everything:
            self.page.line(self.words("nothing_to_do"))
        for item in told.get("sql", []):
            self.page.line()
            self.page.line(f"{item['system']}: {item['statement']}", indent=0, hang=2)
        self.questions(told["questions"])
        self.not_searched(told["not_searched"])
        self.page.line()
        self.page.columns([Cell(self.words("hash"), 0, "dim")], told["hash"], "dim", indent=0)

    def _step(self, step: Told) -> tuple[str, str, str]:
        columns = ", ".join(step["columns"])
        if step["action"] in ("anonymise", "pseudonymise", "minimise", "unlink") and not columns:
            columns = self.words("no_columns")
        why = self.words.reason(step["reason"])
        if step["law"]:
            why = f"{why} ({self._law(step)})" if why else self._law(step)
        return f"{step['system']}.{step['dataset']}", columns, why

    def _law(self, step: Told) -> str:
        return (
            self.words("law_until", law=step["law"], until=step["until"])
            if step["until"]
            else str(step["law"])
        )

    def proposed(self, told: Told) -> None:
        """The plan, and how somebody else does it."""
        self.plan(told)
        if told["proposed"]:
            self.page.line(self.words("proposed", hash=told["hash"]), "bold")
        else:
            self.page.line(self.words("decide_first" if told["blocked"] else "nobody_to_do"), "bold red")

    def undone(self, told: Told) -> None:
        """That a look at the plan changed nothing, and how to go on."""
        style = "bold red" if told["blocked"] else "bold"
        self.page.line(self.words("decide_first" if told["blocked"] else "say_yes"), style)

    def erased(self, told: Told) -> None:
        if told["blocked"]:
            self.page.line(self.words("decide_first"), "bold red")
        elif "stopped" in told:
            stop = told["stopped"]
            self.page.line(self.words("stopped", place=stop["place"], message=stop["message"]), "bold red")
            self.page.line(str(stop["remedy"]))
        elif not told["certificates"]:
            self.page.line(self.words("nobody_to_do"))
        else:
            self._done(told)
        self.questions(told["questions"])
        self.not_searched(told["not_searched"])
        show_unswept(self.page, self.words, told.get("not_swept", ()))

    def _done(self, told: Told) -> None:
        kept = told["kept"]
        counts = {
            "erased": told["erased"],
            "anonymised": told["anonymised"],
            "kept": sum(k["rows"] for k in kept),
        }
        self.page.line(
            self.words("done", **{k: self.words.count("rows", n) for k, n in counts.items()}), "bold"
        )
        for left in ("pseudonymised", "minimised"):
            if told[left]:
                self.page.line(
                    self.words(f"done_{left}", rows=self.words.count("rows", told[left])), "yellow"
                )
        width = self.widest(f"{k['system']}.{k['dataset']}" for k in kept)
        for k in kept:
            place, columns, why = self._step(k)
            cells = [
                Cell(self.words("kept"), 0, "cyan"),
                Cell(self.words.plain(k["rows"]), 6, "cyan", right=True),
            ]
            self.page.columns([*cells, Cell(place, width, "cyan")], " · ".join(filter(None, (columns, why))))
        swept = {f"{place['system']}.{place['dataset']}" for place in told["residue"]}
        for place, rows in ((place, rows) for place, rows in told["left"].items() if place not in swept):
            self.page.line(
                self.words("came_back", rows=self.words.count("rows", rows), place=place), "red", indent=2
            )
        show_sweep(self.page, self.words, told)
        paths = told["certificates"]
        for path in paths[:5]:
            self.page.line(self.words("certificate", path=_from_here(path)), indent=2, hang=4)
        if len(paths) > 5:
            self.page.line(self.words("more_beside", n=len(paths) - 5), "dim", indent=2)

    def swept(self, told: Told) -> None:
        show_sweep(self.page, self.words, told)
        show_unswept(self.page, self.words, told["not_searched"])

    def resumed(self, told: Told) -> None:
        if not told["runs"]:
            self.page.line(self.words("nothing_cut_off"))
        for run in told["runs"]:
            self.erased(run)

    # -- proofs and stores ----------------------------------------------------------------------------------------

    def verified(self, told: Told) -> None:
        words = self.words
        outcome = words.outcome(told["outcome"])
        self.page.line(words("certificate_of", id=told["id"], issued=told["issued"], outcome=outcome))
        self.page.line(words("entry_of", entry=told["entry"], of=told["of"]))
        if "about" in told:
            self.page.line(
                words("concerns" if told["about"] else "concerns_not"), "" if told["about"] else "red"
            )
        if told["not_searched"] or told["open_questions"]:
            unsearched = words.count("things", told["not_searched"])
            asked = words.count("questions", told["open_questions"])
            self.page.line(words("names_open", unsearched=unsearched, questions=asked))
        self._signed(told)

    def handed_out(self, told: Told) -> None:
        if told["what"] == "bundle":
            self.page.line(self.words("bundle_holds", **{name: told[name] for name in _OF_BUNDLE}))
        else:
            self.page.line(self.words("notice_holds", **{name: told[name] for name in _OF_NOTICE}))
            if told["grown"] is not None:
                self.page.line(self.words("notice_grown", count=told["grown"]))
        self._signed(told)

    def _signed(self, told: Told) -> None:
        if told["signer"]:
            self.page.line(self.words("signed", signer=told["signer"]), "bold green")
        else:
            self.page.line(self.words("signer_unknown"), "bold yellow")

    def ledger(self, told: Told) -> None:
        self.page.line(
            self.words("ledger_holds", **{k: told[k] for k in ("entries", "checkpoints", "certificates")}),
            "bold",
        )
        self.page.line(self.words("key", key=told["key"]))

    def stores(self, told: Told) -> None:
        states = {state: self.words(state) for state in STATES}
        width = widest(list(states.values()), NAMES)
        for store in told["stores"]:
            self.page.line(f"{store['name']}  {', '.join(store['schemes'])}".rstrip(), "bold")
            named = widest([capability["what"] for capability in store["capabilities"]], NAMES)
            for capability in store["capabilities"]:
                cells = [Cell(states[capability["state"]], width, STATES[capability["state"]])]
                self.page.columns([*cells, Cell(capability["what"], named)], capability["reason"], "dim")
            self.page.line()


def _from_here(path: str) -> str:
    """A path as one would type it here: relative where it lies below the working directory."""
    where, here = Path(path), Path.cwd()
    return str(where.relative_to(here)) if where.is_relative_to(here) else path


def short(value: object) -> str:
    """A cell in a line of cells."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(bytes(value)):,} bytes)"
    text = " ".join(str(value).split())
    return text if len(text) <= 48 else text[:47] + "…"
