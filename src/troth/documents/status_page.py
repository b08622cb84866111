"""The notice with its lights as one page: sentence by sentence, in both languages, no script, nothing fetched; no colour stands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from troth.documents.markup import (
    FOOT,
    Html,
    both,
    code,
    div,
    facts,
    h2,
    h3,
    head,
    join,
    li,
    masthead,
    p,
    tag,
    text,
    when,
)
from troth.terms.bilingual import LANGUAGES, Both, Lang

Told = Mapping[str, Any]
LIGHTS: Final[Mapping[str, tuple[str, Both]]] = {
    "broken": ("✖", Both("brudt", "broken")),
    "stale": ("◷", Both("forældet", "stale")),
    "unbound": ("○", Both("ubundet", "unbound")),
    "attested": ("✍", Both("attesteret", "attested")),
    "kept": ("✔", Both("holdt", "kept")),
}
MEANS: Final[Mapping[str, Both]] = {
    "broken": Both("en kontrol viste, at det ikke holder", "a check showed that it does not hold"),
    "stale": Both("ingen frisk viden: spørg igen", "no fresh evidence: ask again"),
    "unbound": Both("intet efterprøver det endnu", "nothing tests it yet"),
    "attested": Both(
        "et navngivet menneske siger det; ikke efterprøvet", "a named person says so; not verified"
    ),
    "kept": Both("efterprøvet og frisk", "verified, and fresh"),
}
VERDICTS: Final[Mapping[str, Both]] = {
    "holds": Both("holder", "holds"),
    "fails": Both("holder ikke", "fails"),
    "unknown": Both("kan ikke siges", "cannot be told"),
    "error": Both("gik i stykker", "broke"),
    "attested": Both("attesteret", "attested"),
    "": Both("aldrig spurgt", "never asked"),
}
TITLE: Final = Both("Hvad vi har lovet, og hvordan det går", "What we promised, and how it stands")
ABOVE: Final = Both("Privatlivserklæringen, sætning for sætning", "The privacy notice, sentence by sentence")
SUMS: Final = Both("Løfter efter lys", "Promises by light")
EVIDENCE: Final = Both("Hvad der efterprøver hvert løfte", "What tests each promise")
WAITS: Final = Both("venter på", "waits for")
MADE: Final = Both("Siden viser, hvad der var kendt", "This page shows what was known at")
ENTRY: Final = Both("post i loggen", "entry in the ledger")
UNTIL: Final = Both("gælder til", "counts until")


def page(told: Told) -> Html:
    """The whole page; `told` is what `troth status` answers."""
    by_name = {one["id"]: one for one in told["promises"]}
    texts = [
        tag("section", *_text(told["texts"][lang], lang), class_=lang, lang=lang)
        for lang in LANGUAGES
        if lang in told["texts"]
    ]
    evidence = [_promise(one, told["waits"].get(one["id"])) for one in by_name.values()]
    made = p(join([both(MADE), text(" "), *_moment(told["at"])]), class_="soft")
    return join(
        [
            head(f"{TITLE.da} / {TITLE.en}"), masthead(ABOVE, TITLE), made, _sums(told["lights"]), *texts,
            h2(both(EVIDENCE)), *evidence, FOOT,
        ]
    )  # fmt: skip


def _moment(value: str) -> list[Html]:
    return [tag("span", when(value, lang), class_=lang, lang=lang) for lang in LANGUAGES]


def _light(name: str) -> Html:
    """A light as a sign and a word."""
    sign, word = LIGHTS[name]
    return join([tag("span", sign, aria_hidden="true"), text(" "), both(word, "strong")])


def _sums(lights: Mapping[str, int]) -> Html:
    pairs = ((join([_light(name), text(": "), both(MEANS[name])]), str(lights[name])) for name in LIGHTS)
    return tag("section", h2(both(SUMS)), facts(pairs))


def _text(lines: Sequence[Told], lang: Lang) -> list[Html]:
    """The notice in one language: its headings as headings, each sentence with its light and links to its promises."""
    found: list[Html] = []
    for line in lines:
        if line["heading"]:
            found.append(h2(line["words"]) if line["heading"] <= 2 else h3(line["words"]))
            continue
        parts = [text(line["words"])]
        if line["light"]:
            sign, word = LIGHTS[line["light"]]
            links = join([tag("a", name, href=f"#{name}") for name in line["promises"]], ", ")
            mark = join([tag("span", sign, aria_hidden="true"), text(f" {word.within(lang)}: "), links])
            parts.append(tag("span", text(" ("), mark, text(")"), class_="note"))
        found.append(p(join(parts)))
    return found


def _promise(one: Told, waits: Sequence[str] | None) -> Html:
    parts = [h3(join([text(f"{one['id']} · "), _light(one["status"])]), id=one["id"])]
    if one["control"]:
        parts.append(p(code(one["control"]), class_="meta"))
    if waits is not None:
        parts.append(p(join([both(WAITS), text(" "), both(Both(*waits))])))
    if "attested" in one:
        word = one["attested"]
        parts.append(
            p(
                join(
                    [
                        text(f"{word['by']}: {word['says']} (" if "by" in word else "("),
                        both(UNTIL),
                        text(f" {word['until']})"),
                    ]
                )
            )
        )
    if one["checks"]:
        parts.append(tag("ul", *(_check(each) for each in one["checks"]), class_="plain"))
    return div(*parts, class_="block")


def _check(one: Told) -> Html:
    parts = [code(one["name"]), text(": "), both(VERDICTS[one["verdict"] or ""], "strong")]
    if one["reason"]:
        parts += [text(". "), both(Both(*one["reason"]))]
    parts += [text(". "), both(Both(*one["tests"]))]
    if one["entry"] is not None:
        parts += [text(" ("), *_moment(one["collected"]), text(", "), both(ENTRY), text(f" {one['entry']})")]
    return li(join(parts))
