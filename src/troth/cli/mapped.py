"""What `troth map` shows, on one screen: what was found, what only a person can decide, and what to type next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from troth.cli.layout import Cell

if TYPE_CHECKING:
    from troth.cli.show import Show

Told = dict[str, Any]
SUREST: Final = 0.95
LIKELY: Final = 0.8
_PEOPLE: Final = 8  # datasets of people that are listed
_COLUMNS: Final = 10  # of each
_QUESTIONS: Final = 5
_DECIDED: Final = 12


def show(page: Show, told: Told) -> None:
    """A new or grown map."""
    _found(page, told)
    page.questions(told["questions"], most=_QUESTIONS)
    page.page.line()
    for path in told["credentials"]:
        page.page.line(page.words("password_went", path=path))
    for text in _next(page, told):
        page.page.line(text, "bold")


def decided(page: Show, told: Told) -> None:
    """What became of the guesses that were named."""
    words = page.words
    for kind in ("accepted", "rejected"):
        for one in told[kind][:_DECIDED]:
            page.page.line(words(f"guess_{kind}", name=one["name"], what=one["as"]), indent=2, hang=4)
        if len(told[kind]) > _DECIDED:
            page.page.line(words("more", n=len(told[kind]) - _DECIDED), "dim", indent=2)
    for name in told["already"]:
        page.page.line(words("guess_already", name=name), "dim", indent=2, hang=4)
    if told["accepted"] or told["rejected"]:
        page.page.line(words("guesses_written", path=told["map"], n=told["open"]), "bold")
    else:
        page.page.line(words("guesses_untouched", path=told["map"], n=told["open"]), "bold")


def _found(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    datasets: Sequence[Told] = told["datasets"]
    people = [d for d in datasets if d["subject"]]
    systems = words.count("systems", len({d["system"] for d in datasets}))
    counted = {name: words.count(name, len(told[name])) for name in ("datasets", "links")}
    page.line(f"{systems}: {words('map_of', people=len(people), **counted)}", "bold")
    for one in told["manual"]:
        page.line(words("map_by_hand", **one), indent=2, hang=4)
    _people(show, people)
    kinds = Counter(f["category"] for d in datasets for f in d["fields"] if f["personal"])
    if kinds:
        said = ", ".join(f"{kind} {words.plain(n)}" for kind, n in kinds.most_common())
        page.line(f"{words('by_category')}: {said}", indent=2, hang=4)
    if told["links"]:
        page.line(_links(show, told["links"]), indent=2, hang=4)
    if (looked := told["sampled"]) is not None:
        rows, tables = words.count("rows", looked["rows"]), words.count("tables", looked["datasets"])
        page.line(
            words("looked_at", rows=rows, tables=tables, seconds=looked["seconds"]), "dim", indent=2, hang=4
        )
    else:
        page.line(words("not_looked"), "dim", indent=2, hang=4)
    if passed := told["not_sampled"]:
        places = ", ".join(one["what"] for one in passed[:3]) + (" …" if len(passed) > 3 else "")
        page.line(words("looked_past", n=len(passed), places=places), "yellow", indent=2, hang=4)


def _people(show: Show, people: Sequence[Told]) -> None:
    """The datasets whose rows are people, with the columns that say who."""
    page, words = show.page, show.words
    places = [f"{d['system']}.{d['dataset']}" for d in people]
    width = show.widest(places)
    doubted = False
    for place, dataset in list(zip(places, people, strict=True))[:_PEOPLE]:
        names = [f"{f['name']}{'' if f['reviewed'] else '?'}" for f in dataset["fields"] if f["personal"]]
        doubted |= any(name.endswith("?") for name in names[:_COLUMNS])
        more = f" {words('cells', n=len(names) - _COLUMNS)}" if len(names) > _COLUMNS else ""
        page.columns([Cell(place, width)], ", ".join(names[:_COLUMNS]) + more)
    if len(people) > _PEOPLE:
        page.line(words("more", n=len(people) - _PEOPLE), "dim", indent=2)
    if doubted:
        page.line(words("guesses"), "dim", indent=2)


def _links(show: Show, links: Sequence[Told]) -> str:
    words = show.words
    inferred = [link for link in links if not link["declared"]]
    open_ = [link["confidence"] for link in inferred if not link["reviewed"]]
    parts = [words("links_declared", n=len(links) - len(inferred))]
    if len(inferred) > len(open_):
        parts.append(words("links_confirmed", n=len(inferred) - len(open_)))
    if open_:
        at = [
            sum(c >= SUREST for c in open_),
            sum(LIKELY <= c < SUREST for c in open_),
            sum(c < LIKELY for c in open_),
        ]
        spread = ", ".join(
            words(key, n=n)
            for key, n in zip(("links_surest", "links_likely", "links_doubtful"), at, strict=True)
            if n
        )
        parts.append(f"{words('links_inferred', n=len(open_))} ({spread})")
    return f"{words('links_head')}: {', '.join(parts)}"


def _next(show: Show, told: Told) -> list[str]:
    """Where the map is, and the commands that come next."""
    words = show.words
    sure = sum(
        not link["declared"] and not link["reviewed"] and link["confidence"] >= SUREST
        for link in told["links"]
    )
    lines = [words("map_merged" if told["merged"] else "map_written", path=told["map"])]
    if sure:
        lines.append(words("next_accept", n=sure, least=f"{SUREST:g}"))
    return [*lines, words("next_find")]
