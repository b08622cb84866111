"""Guarantees that a certificate's page says all that the certificate says, in both languages, and claims nothing beyond it.

The page needs no script and fetches nothing; it is a rendering, and the signed file beside it is what proves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Literal

from troth.documents import certificate_words as say
from troth.documents.markup import (
    FOOT,
    LANGUAGES,
    Column,
    Html,
    Lang,
    Pair,
    code,
    div,
    facts,
    h2,
    h3,
    head,
    join,
    li,
    masthead,
    number,
    p,
    sized,
    table,
    tag,
    when,
)
from troth.documents.words import kind, sentence, spelled

Certificate = Mapping[str, Any]


def page(certificate: Certificate) -> str:
    """The certificate (`troth-certificate/1`) as one HTML page in Danish and English; KeyError if a part is missing."""
    above = say.ISSUED_BY.fill(controller=controller(certificate))
    title = f"{say.TITLE.da} · {say.TITLE.en}"
    sections = (tag("section", _section(certificate, lang), class_=lang, lang=lang) for lang in LANGUAGES)
    return join((head(title), masthead(above, say.TITLE), *sections, FOOT))


def controller(certificate: Certificate) -> Pair:
    name = str(certificate["controller"])
    lowered = Pair(*(words[0].lower() + words[1:] for words in say.US))
    return lowered if name == "us" else Pair(name, name)


def _section(certificate: Certificate, lang: Lang) -> Html:
    parts = (
        _lead(certificate, lang),
        _open(certificate, lang),
        _sums(certificate, lang),
        _asked(certificate, lang),
        _searched(certificate, lang),
        _unsearched(certificate, lang),
        *_acts(certificate, lang),
        _questions(certificate, lang),
        _verified(certificate, lang),
        _swept(certificate, lang),
        _absence(certificate, lang),
        _recognised(certificate, lang),
        check(certificate, lang),
        h2(say.COMPLAIN.on(lang)),
        p(say.COMPLAIN_TEXT.on(lang)),
        p(say.NO_ADVICE.on(lang), class_="foot"),
    )
    return join(parts, "\n")


def _lead(certificate: Certificate, lang: Lang) -> Html:
    outcome = str(certificate["outcome"])
    said = say.OUTCOMES.get(outcome, say.OUTCOME_OTHER.fill(outcome=outcome))
    return p(said.on(lang), class_="lead")


def _open(certificate: Certificate, lang: Lang) -> Html:
    """What the reader must know before anything else; empty where nothing is open."""
    counts = (
        ((certificate.get("verified") or {}).get("remaining", 0), say.OPEN_REMAINING),
        (len(certificate["not_searched"]), say.OPEN_UNSEARCHED),
        (len(certificate["open_questions"]), say.OPEN_QUESTIONS),
    )
    told = [li(sized(count, forms).on(lang)) for count, forms in counts if count]
    return div(h2(say.OPEN.on(lang)), tag("ul", *told), class_="open") if told else Html()


def _sums(certificate: Certificate, lang: Lang) -> Html:
    sums = []
    for actions, label in say.SUMS:
        rows = sum(act["rows"] for act in certificate["acts"] if act["action"] in actions)
        sums.append(div(tag("dt", label.on(lang)), tag("dd", number(rows, lang))))
    return tag("dl", *sums, class_="sums")


def _asked(certificate: Certificate, lang: Lang) -> Html:
    columns = (column(say.KIND, lang), column(say.MASKED, lang))
    about = ((kind(one["kind"]).on(lang), code(one["masked"])) for one in certificate["about"])
    controller = str(certificate["controller"])
    known = (
        (say.ISSUED.on(lang), when(certificate["issued"], lang)),
        (say.CONTROLLER.on(lang), say.US.on(lang) if controller == "us" else controller),
        (say.ID.on(lang), code(certificate["id"])),
        (say.RUN.on(lang), code(certificate["run"])),
    )
    return join(
        (
            h2(say.ASKED.on(lang)),
            p(say.ASKED_TEXT.on(lang)),
            facts(known),
            h2(say.ABOUT.on(lang)),
            p(say.ABOUT_TEXT.on(lang)),
            table(say.ABOUT.on(lang), columns, about, quiet=True),
        )
    )


def column(heading: Pair, lang: Lang, kind: Literal["n", "f"] | None = None) -> Column:
    return Column(heading.on(lang), heading.on(lang), kind)


def _place(item: Mapping[str, Any]) -> str:
    return f"{item['system']} · {item['dataset']}"


def _fields(columns: Sequence[str], lang: Lang) -> Html:
    """The fields' names; none means the row as a whole."""
    return join(map(code, columns), " ") if columns else join((say.WHOLE_ROW.on(lang),))


def _searched(certificate: Certificate, lang: Lang) -> Html:
    found = certificate["searched"]
    columns = (
        column(say.PLACE, lang),
        column(say.COLUMNS, lang, "f"),
        column(say.FOUND, lang, "n"),
    )
    rows = ((_place(one), _fields(one["columns"], lang), number(one["found"], lang)) for one in found)
    heading = say.SEARCHED.on(lang)
    body = table(heading, columns, rows, quiet=True) if found else p(say.SEARCHED_NONE.on(lang))
    return join((h2(heading), body))


def _unsearched(certificate: Certificate, lang: Lang) -> Html:
    heading = say.UNSEARCHED.on(lang)
    missed = certificate["not_searched"]
    if not missed:
        return join((h2(heading), p(say.UNSEARCHED_NONE.on(lang))))
    columns = (column(say.PLACE, lang), column(say.WHY, lang))
    rows = ((one["what"], sentence(one["reason"], lang)) for one in missed)
    return join(
        (h2(heading), p(say.UNSEARCHED_TEXT.on(lang)), table(heading, columns, rows, quiet=True)),
    )


def _acts(certificate: Certificate, lang: Lang) -> Iterator[Html]:
    """A section for each outcome, also where it happened to no row; an action we have no word for by its own name."""
    for actions, heading, meaning, nothing in say.ACTS:
        acts = [act for act in certificate["acts"] if act["action"] in actions]
        yield h2(heading.on(lang))
        if acts:
            yield p(meaning.on(lang))
            yield _act_table(heading, acts, lang, lawful="keep" in actions)
        else:
            yield p(nothing.on(lang))
    known = set(chain.from_iterable(actions for actions, *_ in say.ACTS))
    if others := [act for act in certificate["acts"] if act["action"] not in known]:
        yield h2(say.ACTS_OTHER.on(lang))
        yield _act_table(say.ACTS_OTHER, others, lang, lawful=False, named=True)


def _act_table(
    caption: Pair, acts: Sequence[Mapping[str, Any]], lang: Lang, lawful: bool, named: bool = False
) -> Html:
    columns = [
        column(say.PLACE, lang),
        column(say.ROWS, lang, "n"),
        column(say.COLUMNS, lang, "f"),
        column(say.WHY, lang),
    ]
    columns += [column(say.LAW, lang), column(say.UNTIL, lang)] if lawful else []
    columns += [column(say.ACTION, lang)] if named else []
    rows = []
    for act in acts:
        why = sentence(act["reason"], lang)
        cells: list[str] = [_place(act), number(act["rows"], lang), _fields(act["columns"], lang), why]
        if lawful:
            until = act.get("until")
            cells += [act.get("law") or say.NO_LAW.on(lang)]
            cells += [when(until, lang) if until else say.UNTIL_OPEN.on(lang)]
        rows.append(cells + ([act["action"]] if named else []))
    return table(caption.on(lang), tuple(columns), rows, quiet=True)


def _questions(certificate: Certificate, lang: Lang) -> Html:
    heading = say.QUESTIONS.on(lang)
    questions = certificate["open_questions"]
    if not questions:
        return join((h2(heading), p(say.QUESTIONS_NONE.on(lang))))
    columns = (column(say.PLACE, lang), column(say.QUESTION, lang))
    rows = (
        (
            join((one["place"], tag("br"), code(one["id"]))),
            sentence(one["text"], lang),
        )
        for one in questions
    )
    return join((h2(heading), p(say.QUESTIONS_TEXT.on(lang)), table(heading, columns, rows, quiet=True)))


def _verified(certificate: Certificate, lang: Lang) -> Html:
    verified = certificate.get("verified")
    if not verified:
        return join((h2(say.VERIFIED.on(lang)), p(say.VERIFIED_NOT.on(lang))))
    told = (
        (say.VERIFIED_AT.on(lang), when(verified["at"], lang)),
        (say.REMAINING.on(lang), number(verified["remaining"], lang)),
        (say.VERIFIED_KEPT.on(lang), number(verified["kept"], lang)),
    )
    return join((h2(say.VERIFIED.on(lang)), facts(told)))


def _swept(certificate: Certificate, lang: Lang) -> Html:
    """What the sweep read and did not read, and every place where something of the person still stands, without its value."""
    heading, sweep = say.SWEPT.on(lang), certificate.get("sweep")
    if not sweep:
        return join((h2(heading), p(say.SWEPT_NOT.on(lang))))
    told = [(label.on(lang), number(sweep["searched"][name], lang)) for name, label in say.SWEPT_COUNTS]
    parts = [h2(heading), p(say.SWEPT_TEXT.on(lang)), facts(told)]
    for name, label, nothing in say.SWEPT_PLACES:
        if places := sweep[name]:
            parts += [h3(label.on(lang)), _swept_table(label, places, lang)]
        elif nothing:
            parts.append(p(nothing.on(lang)))
    if missed := sweep["not_searched"]:
        columns = (column(say.PLACE, lang), column(say.WHY, lang))
        rows = ((_place(one), sentence(one["reason"], lang)) for one in missed)
        parts += [h3(say.SWEPT_MISSED.on(lang)), table(say.SWEPT_MISSED.on(lang), columns, rows, quiet=True)]
    return join(parts)


def _swept_table(caption: Pair, places: Sequence[Mapping[str, Any]], lang: Lang) -> Html:
    why = any(place.get("why") for place in places)
    columns = [
        column(say.PLACE, lang),
        column(say.COLUMNS, lang, "f"),
        column(say.ROWS, lang, "n"),
        column(say.SPELLING, lang),
    ]
    columns += [column(say.WHY, lang)] if why else []
    rows = []
    for one in places:
        spelling = spelled(one["spelling"]) if lang == "da" else one["spelling"]
        cells: list[str] = [_place(one), code(one["column"]), number(one["rows"], lang), spelling]
        rows.append(cells + ([sentence(one["why"], lang)] if why else []))
    return table(caption.on(lang), tuple(columns), rows, quiet=True)


def _absence(certificate: Certificate, lang: Lang) -> Html:
    """Physical absence per system: what was done about the bytes, and what is left to others."""
    systems = certificate["absence"]
    told = say.ABSENCE_TEXT if systems else say.ABSENCE_NONE
    parts = [h2(say.ABSENCE.on(lang)), p(told.on(lang))]
    for one in systems:
        parts += [h3(one["system"]), p(when(one["at"], lang), class_="meta")]
        items = [li(sentence(words, lang)) for words in one["done"]] or [li(say.NOTHING.on(lang))]
        parts += [p(tag("strong", say.DONE.on(lang)), class_="soft"), tag("ul", *items, class_="plain")]
        parts.append(_remains(one["operator"], lang))
    return join(parts)


def _recognised(certificate: Certificate, lang: Lang) -> Html:
    """What is kept so that a backup does not bring the person back, and until when; older certificates say nothing of it."""
    told = certificate.get("recognised")
    if not told:
        return Html()
    text = p(say.RECOGNISED_TEXT.on(lang), " ", when(told["until"], lang), ".")
    return join((h2(say.RECOGNISED.on(lang)), text, p(told["basis"], class_="meta")))


def _remains(todos: Sequence[Mapping[str, Any]], lang: Lang) -> Html:
    """Where bytes still are, by when that ends, and how: for those who run the system."""
    heading = say.OPERATOR.on(lang)
    if not todos:
        return join(
            (p(tag("strong", heading), class_="soft"), tag("ul", li(say.NOTHING.on(lang)), class_="plain"))
        )
    columns = (column(say.REMAINS, lang), column(say.BY, lang), column(say.HOW, lang))
    rows = (
        (
            sentence(todo["what"], lang),
            when(todo["by"], lang) if todo["by"] else say.BY_OPEN.on(lang),
            sentence(todo["how"], lang),
        )
        for todo in todos
    )
    return join((p(tag("strong", heading), class_="soft"), table(heading, columns, rows, quiet=True)))


def check(certificate: Certificate, lang: Lang) -> Html:
    proof = certificate.get("proof")
    if not proof:
        return join((h2(say.CHECK.on(lang)), p(say.UNSIGNED.on(lang))))
    command = f"troth verify {say.CHECK_FILE.on(lang)} --key {say.CHECK_KEY.on(lang)}"
    return join(
        (
            h2(say.CHECK.on(lang)),
            p(say.CHECK_TEXT.on(lang)),
            tag("pre", code(command)),
            p(say.CHECK_WORDS.on(lang)),
            p(say.CHECK_MEANS.on(lang)),
            _technical(certificate, proof, lang),
        )
    )


def _technical(certificate: Certificate, proof: Mapping[str, str], lang: Lang) -> Html:
    known = [(say.KEY, proof["key"]), *_checkpoint(proof["tlog_proof"])]
    known += [(say.LEAF, proof["leaf"]), (say.SALT, proof["salt"])]
    told = [(label.on(lang), code(value)) for label, value in known]
    for one in certificate["about"]:
        label = say.FINGERPRINT.fill(kind=Pair(*(words.lower() for words in kind(one["kind"]))))
        salt = say.FINGERPRINT_SALT.fill(salt=one["salt"]).on(lang)
        told.append((label.on(lang), join((code(one["commitment"]), " ", code(salt)))))
    return tag(
        "details",
        tag("summary", say.TECHNICAL.on(lang)),
        facts(told),
        p(tag("strong", say.PROOF.on(lang)), class_="soft"),
        tag("pre", code(proof["tlog_proof"])),
    )


def _checkpoint(proof: str) -> list[tuple[Pair, str]]:
    """Name, size and root of the log, which stand after the first empty line of a tlog-proof (C2SP)."""
    lines = proof.partition("\n\n")[2].split("\n")
    return list(zip((say.LOG, say.LOG_SIZE, say.LOG_ROOT), lines, strict=False)) if len(lines) >= 3 else []
