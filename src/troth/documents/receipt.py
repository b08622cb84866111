"""Guarantees that a final receipt's page says all that the receipt says, in both languages, and claims nothing beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troth.documents import certificate_words as say_there
from troth.documents import receipt_words as say
from troth.documents.certificate import check, column, complaint, controller
from troth.documents.markup import FOOT, Html, code, facts, h2, head, join, li, masthead, p, table, tag, when
from troth.documents.words import kind
from troth.terms.bilingual import LANGUAGES, Lang, number

Receipt = Mapping[str, Any]


def page(receipt: Receipt) -> str:
    """The receipt (`troth-final-receipt/1`) as one HTML page in Danish and English; KeyError if a part is missing."""
    above = say_there.ISSUED_BY.fill(controller=controller(receipt))
    title = f"{say.TITLE.da} · {say.TITLE.en}"
    sections = (tag("section", _section(receipt, lang), class_=lang, lang=lang) for lang in LANGUAGES)
    return join((head(title), masthead(above, say.TITLE), *sections, FOOT))


def _section(receipt: Receipt, lang: Lang) -> Html:
    parts = (
        p(say.OUTCOMES[receipt["outcome"]].within(lang), class_="lead"),
        _known(receipt, lang),
        _backups(receipt, lang),
        _unregistered(receipt, lang),
        h2(say.LIMITS.within(lang)),
        p(say.LIMITS_TEXT.within(lang)),
        check(receipt, lang),
        complaint(receipt, lang),
        p(say_there.NO_ADVICE.within(lang), class_="foot"),
    )
    return join(parts, "\n")


def _known(receipt: Receipt, lang: Lang) -> Html:
    name = str(receipt["controller"])
    known = (
        (say_there.ISSUED.within(lang), when(receipt["issued"], lang)),
        (say_there.CONTROLLER.within(lang), say_there.US.within(lang) if name == "us" else name),
        (say_there.ID.within(lang), code(receipt["id"])),
        (say.CERTIFICATE.within(lang), code(receipt["certificate"])),
        (say_there.RUN.within(lang), code(receipt["run"])),
        (say.ERASED.within(lang), when(receipt["erased"], lang)),
    )
    columns = (column(say_there.KIND, lang), column(say_there.MASKED, lang))
    about = ((kind(one["kind"]).within(lang), code(one["masked"])) for one in receipt["about"])
    heading = say_there.ABOUT.within(lang)
    return join(
        (
            p(say.ABOUT_TEXT.within(lang)),
            facts(known),
            h2(heading),
            table(heading, columns, about, quiet=True),
        )
    )


def _backups(receipt: Receipt, lang: Lang) -> Html:
    if not receipt["backups"]:
        return Html()
    columns = (
        column(say.SYSTEM, lang), column(say.COUNT, lang, "n"), column(say.FIRST, lang), column(say.LAST, lang),
        column(say.GONE, lang),
    )  # fmt: skip
    rows = (
        (
            one["system"],
            number(one["backups"], lang),
            *(when(one[name], lang) for name in ("first", "last", "gone")),
        )
        for one in receipt["backups"]
    )
    heading = say.BACKUPS.within(lang)
    return join((h2(heading), p(say.BACKUPS_TEXT.within(lang)), table(heading, columns, rows, quiet=True)))


def _unregistered(receipt: Receipt, lang: Lang) -> Html:
    if not receipt["unregistered"]:
        return Html()
    items = [li(name) for name in receipt["unregistered"]]
    return join((h2(say.UNREGISTERED.within(lang)), p(say.UNREGISTERED_TEXT.within(lang)), tag("ul", *items)))
