"""The first page of the bundle that an authority asks for first: what is in it, and, as plainly, what is missing and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from troth.documents.markup import FOOT, code, h2, head, join, li, masthead, p, tag, text
from troth.terms.bilingual import Both, Lang, number

TITLE: Final = Both("Hvis myndigheden spurgte i dag", "If the authority asked today")
PARTS: Final = Both("Det ligger i bundtet", "What is in the bundle")
MISSING: Final = Both("Det mangler", "What is missing")
NOTHING: Final = Both("Intet mangler.", "Nothing is missing.")
MADE: Final = Both(
    "Lavet {day}. Der står ingen personoplysninger i bundtet.",
    "Made {day}. No personal data stands in the bundle.",
)
NEVER: Final = Both(
    "Et register over brud på sikkerheden føres ikke her (artikel 33, stk. 5).",
    "A register of personal data breaches is not kept here (Art. 33(5)).",
)
SAYS: Final[dict[str, Both]] = {
    "notice-versions.json": Both("Erklæringens udgaver", "The versions of the notice"),
    "register-controller.html": Both(
        "Fortegnelsen som dataansvarlig (artikel 30, stk. 1)", "The register as controller (Art. 30(1))"
    ),
    "register-processor.html": Both(
        "Fortegnelsen som databehandler (artikel 30, stk. 2)", "The register as processor (Art. 30(2))"
    ),
    "promises.html": Both("Løfterne med deres beviser", "The promises with their evidence"),
    "requests.json": Both(
        "Anmodninger og frister, uden hvem der spurgte", "Requests and deadlines, without who asked"
    ),
    "ledger.json": Both("Bogen, efterprøvet", "The ledger, verified"),
    "retention.json": Both("Hvor længe noget gemmes", "How long things are kept"),
    "holds.json": Both("Juridiske fastholdelser", "Legal holds"),
    "backups.json": Both("Sikkerhedskopier", "Backups"),
}


class Part(NamedTuple):
    """A file of the bundle, with its bytes."""

    name: str
    size: int


def page(
    day: str, controller: str, parts: Sequence[Part], missing: Sequence[tuple[str, str]], lang: Lang
) -> str:
    """The first page, in one language."""
    listed = [
        li(
            tag("a", text(_said(part.name, lang)), href=part.name),
            text(f" ({number(part.size, lang)} bytes)"),
        )
        for part in parts
    ]
    lacking = [li(text(f"{_said(name, lang)}: "), code(text(why))) for name, why in missing]
    return join([
        head(TITLE.within(lang), lang=lang),
        masthead(Both(controller, controller), TITLE),
        p(text(MADE.within(lang).format(day=day))),
        h2(text(PARTS.within(lang))), tag("ul", *listed),
        h2(text(MISSING.within(lang))), tag("ul", *lacking, li(text(NEVER.within(lang)))),
        FOOT,
    ])  # fmt: skip


def _said(name: str, lang: Lang) -> str:
    return SAYS[name].within(lang) if name in SAYS else name
