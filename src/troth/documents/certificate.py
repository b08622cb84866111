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
    Column,
    Html,
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
    sized,
    table,
    tag,
    when,
)
from troth.documents.outcome_words import sentences
from troth.documents.words import kind, place, sentence, spelled
from troth.terms.bilingual import LANGUAGES, Both, Lang, number

Certificate = Mapping[str, Any]


def page(certificate: Certificate) -> str:
    """The certificate (`troth-certificate/1`) as one HTML page in Danish and English; KeyError if a part is missing."""
    above = say.ISSUED_BY.fill(controller=controller(certificate))
    title = f"{say.TITLE.da} · {say.TITLE.en}"
    sections = (tag("section", _section(certificate, lang), class_=lang, lang=lang) for lang in LANGUAGES)
    return join((head(title), masthead(above, say.TITLE), *sections, FOOT))


def controller(certificate: Certificate) -> Both:
    name = str(certificate["controller"])
    lowered = Both(*(words[0].lower() + words[1:] for words in say.US))
    return lowered if name == "us" else Both(name, name)


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
        complaint(certificate, lang),
        p(say.NO_ADVICE.within(lang), class_="foot"),
    )
    return join(parts, "\n")


def complaint(certificate: Certificate, lang: Lang) -> Html:
    """Where to complain: to whom the notice named when this was issued, else as the law says it, naming nobody."""
    told = certificate.get("complaint", {})
    eu, california = told.get("eu"), told.get("california")
    said = [say.COMPLAIN_FIRST, say.COMPLAIN_EU_TO.fill(authority=Both(**eu)) if eu else say.COMPLAIN_EU]
    if california:
        said.append(say.COMPLAIN_CALIFORNIA.fill(authority=Both(**california)))
    return join((h2(say.COMPLAIN.within(lang)), p(" ".join(one.within(lang) for one in said))))


def _lead(certificate: Certificate, lang: Lang) -> Html:
    outcome = str(certificate["outcome"])
    told = sentences(outcome) or say.OUTCOME_OTHER.fill(outcome=outcome)
    return p(told.within(lang), class_="lead")


def _open(certificate: Certificate, lang: Lang) -> Html:
    """What the reader must know before anything else; empty where nothing is open."""
    counts = (
        ((certificate.get("verified") or {}).get("remaining", 0), say.OPEN_REMAINING),
        (len(certificate["not_searched"]), say.OPEN_UNSEARCHED),
        (len(certificate["open_questions"]), say.OPEN_QUESTIONS),
    )
    told = [li(sized(count, forms).within(lang)) for count, forms in counts if count]
    return div(h2(say.OPEN.within(lang)), tag("ul", *told), class_="open") if told else Html()


def _sums(certificate: Certificate, lang: Lang) -> Html:
    sums = []
    for actions, label in say.SUMS:
        rows = sum(act["rows"] for act in certificate["acts"] if act["action"] in actions)
        sums.append(div(tag("dt", label.within(lang)), tag("dd", number(rows, lang))))
    return tag("dl", *sums, class_="sums")


def _asked(certificate: Certificate, lang: Lang) -> Html:
    columns = (column(say.KIND, lang), column(say.MASKED, lang))
    about = ((kind(one["kind"]).within(lang), code(one["masked"])) for one in certificate["about"])
    controller = str(certificate["controller"])
    known = (
        (say.ISSUED.within(lang), when(certificate["issued"], lang)),
        (say.CONTROLLER.within(lang), say.US.within(lang) if controller == "us" else controller),
        (say.ID.within(lang), code(certificate["id"])),
        (say.RUN.within(lang), code(certificate["run"])),
    )
    return join(
        (
            h2(say.ASKED.within(lang)),
            p(say.ASKED_TEXT.within(lang)),
            facts(known),
            h2(say.ABOUT.within(lang)),
            p(say.ABOUT_TEXT.within(lang)),
            table(say.ABOUT.within(lang), columns, about, quiet=True),
        )
    )


def column(heading: Both, lang: Lang, kind: Literal["n", "f"] | None = None) -> Column:
    return Column(heading.within(lang), heading.within(lang), kind)


def _place(item: Mapping[str, Any]) -> str:
    return f"{item['system']} · {item['dataset']}"


def _fields(columns: Sequence[str], lang: Lang) -> Html:
    """The fields' names; none means the row as a whole."""
    return join(map(code, columns), " ") if columns else join((say.WHOLE_ROW.within(lang),))


def _searched(certificate: Certificate, lang: Lang) -> Html:
    found = certificate["searched"]
    columns = (
        column(say.PLACE, lang),
        column(say.COLUMNS, lang, "f"),
        column(say.FOUND, lang, "n"),
    )
    rows = ((_place(one), _fields(one["columns"], lang), number(one["found"], lang)) for one in found)
    heading = say.SEARCHED.within(lang)
    body = table(heading, columns, rows, quiet=True) if found else p(say.SEARCHED_NONE.within(lang))
    return join((h2(heading), body))


def _unsearched(certificate: Certificate, lang: Lang) -> Html:
    heading = say.UNSEARCHED.within(lang)
    missed = certificate["not_searched"]
    if not missed:
        return join((h2(heading), p(say.UNSEARCHED_NONE.within(lang))))
    columns = (column(say.PLACE, lang), column(say.WHY, lang))
    rows = ((one["what"], sentence(one["reason"], lang)) for one in missed)
    return join(
        (h2(heading), p(say.UNSEARCHED_TEXT.within(lang)), table(heading, columns, rows, quiet=True)),
    )


def _acts(certificate: Certificate, lang: Lang) -> Iterator[Html]:
    """A section for each outcome, also where it happened to no row; an action we have no word for by its own name."""
    for actions, heading, meaning, nothing in say.ACTS:
        acts = [act for act in certificate["acts"] if act["action"] in actions]
        yield h2(heading.within(lang))
        if acts:
            yield p(meaning.within(lang))
            yield _act_table(heading, acts, lang, lawful=bool({"keep", "leave"} & set(actions)))
        else:
            yield p(nothing.within(lang))
    known = set(chain.from_iterable(actions for actions, *_ in say.ACTS))
    if others := [act for act in certificate["acts"] if act["action"] not in known]:
        yield h2(say.ACTS_OTHER.within(lang))
        yield _act_table(say.ACTS_OTHER, others, lang, lawful=False, named=True)


def _act_table(
    caption: Both, acts: Sequence[Mapping[str, Any]], lang: Lang, lawful: bool, named: bool = False
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
            cells += [act.get("law") or say.NO_LAW.within(lang)]
            until_when = say.UNTIL_CUSTOMER if act["action"] == "leave" else say.UNTIL_OPEN
            cells += [when(until, lang) if until else until_when.within(lang)]
        rows.append(cells + ([act["action"]] if named else []))
    return table(caption.within(lang), tuple(columns), rows, quiet=True)


def _questions(certificate: Certificate, lang: Lang) -> Html:
    heading = say.QUESTIONS.within(lang)
    questions = certificate["open_questions"]
    if not questions:
        return join((h2(heading), p(say.QUESTIONS_NONE.within(lang))))
    columns = (column(say.PLACE, lang), column(say.QUESTION, lang))
    rows = (
        (
            join((place(one["place"]).within(lang), tag("br"), code(one["id"]))),
            sentence(one["text"], lang),
        )
        for one in questions
    )
    return join((h2(heading), p(say.QUESTIONS_TEXT.within(lang)), table(heading, columns, rows, quiet=True)))


def _verified(certificate: Certificate, lang: Lang) -> Html:
    verified = certificate.get("verified")
    if not verified:
        return join((h2(say.VERIFIED.within(lang)), p(say.VERIFIED_NOT.within(lang))))
    told = (
        (say.VERIFIED_AT.within(lang), when(verified["at"], lang)),
        (say.REMAINING.within(lang), number(verified["remaining"], lang)),
        (say.VERIFIED_KEPT.within(lang), number(verified["kept"], lang)),
    )
    return join((h2(say.VERIFIED.within(lang)), facts(told)))


def _swept(certificate: Certificate, lang: Lang) -> Html:
    """What the sweep read and did not read, and every place where something of the person still stands, without its value."""
    heading, sweep = say.SWEPT.within(lang), certificate.get("sweep")
    if not sweep:
        return join((h2(heading), p(say.SWEPT_NOT.within(lang))))
    told = [(label.within(lang), number(sweep["searched"][name], lang)) for name, label in say.SWEPT_COUNTS]
    parts = [h2(heading), p(say.SWEPT_TEXT.within(lang)), facts(told)]
    for name, label, nothing in say.SWEPT_PLACES:
        if places := sweep[name]:
            parts += [h3(label.within(lang)), _swept_table(label, places, lang)]
        elif nothing:
            parts.append(p(nothing.within(lang)))
    if missed := sweep["not_searched"]:
        columns = (column(say.PLACE, lang), column(say.WHY, lang))
        rows = ((_place(one), sentence(one["reason"], lang)) for one in missed)
        parts += [
            h3(say.SWEPT_MISSED.within(lang)),
            table(say.SWEPT_MISSED.within(lang), columns, rows, quiet=True),
        ]
    return join(parts)


def _swept_table(caption: Both, places: Sequence[Mapping[str, Any]], lang: Lang) -> Html:
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
    return table(caption.within(lang), tuple(columns), rows, quiet=True)


def _absence(certificate: Certificate, lang: Lang) -> Html:
    """Physical absence per system: what was done about the bytes, and what is left to others."""
    systems = certificate["absence"]
    told = say.ABSENCE_TEXT if systems else say.ABSENCE_NONE
    parts = [h2(say.ABSENCE.within(lang)), p(told.within(lang))]
    for one in systems:
        parts += [h3(one["system"]), p(when(one["at"], lang), class_="meta")]
        items = [li(sentence(words, lang)) for words in one["done"]] or [li(say.NOTHING.within(lang))]
        parts += [p(tag("strong", say.DONE.within(lang)), class_="soft"), tag("ul", *items, class_="plain")]
        parts.append(_remains(one["operator"], lang))
    return join(parts)


def _recognised(certificate: Certificate, lang: Lang) -> Html:
    """What is kept so that a backup does not bring the person back, and until when; older certificates say nothing of it."""
    told = certificate.get("recognised")
    if not told:
        return Html()
    text = p(say.RECOGNISED_TEXT.within(lang), " ", when(told["until"], lang), ".")
    return join((h2(say.RECOGNISED.within(lang)), text, p(told["basis"], class_="meta")))


def _remains(todos: Sequence[Mapping[str, Any]], lang: Lang) -> Html:
    """Where bytes still are, by when that ends, and how: for those who run the system."""
    heading = say.OPERATOR.within(lang)
    if not todos:
        return join(
            (
                p(tag("strong", heading), class_="soft"),
                tag("ul", li(say.NOTHING.within(lang)), class_="plain"),
            )
        )
    columns = (column(say.REMAINS, lang), column(say.BY, lang), column(say.HOW, lang))
    rows = (
        (
            sentence(todo["what"], lang),
            when(todo["by"], lang) if todo["by"] else say.BY_OPEN.within(lang),
            sentence(todo["how"], lang),
        )
        for todo in todos
    )
    return join((p(tag("strong", heading), class_="soft"), table(heading, columns, rows, quiet=True)))


def check(certificate: Certificate, lang: Lang) -> Html:
    proof = certificate.get("proof")
    if not proof:
        return join((h2(say.CHECK.within(lang)), p(say.UNSIGNED.within(lang))))
    command = f"troth verify {say.CHECK_FILE.within(lang)} --key {say.CHECK_KEY.within(lang)}"
    return join(
        (
            h2(say.CHECK.within(lang)),
            p(say.CHECK_TEXT.within(lang)),
            tag("pre", code(command)),
            p(say.CHECK_WORDS.within(lang)),
            p(say.CHECK_MEANS.within(lang)),
            _technical(certificate, proof, lang),
        )
    )


def _technical(certificate: Certificate, proof: Mapping[str, str], lang: Lang) -> Html:
    known = [(say.KEY, proof["key"]), *_checkpoint(proof["tlog_proof"])]
    known += [(say.LEAF, proof["leaf"]), (say.SALT, proof["salt"])]
    told = [(label.within(lang), code(value)) for label, value in known]
    for one in certificate["about"]:
        label = say.FINGERPRINT.fill(kind=Both(*(words.lower() for words in kind(one["kind"]))))
        salt = say.FINGERPRINT_SALT.fill(salt=one["salt"]).within(lang)
        told.append((label.within(lang), join((code(one["commitment"]), " ", code(salt)))))
    return tag(
        "details",
        tag("summary", say.TECHNICAL.within(lang)),
        facts(told),
        p(tag("strong", say.PROOF.within(lang)), class_="soft"),
        tag("pre", code(proof["tlog_proof"])),
    )


def _checkpoint(proof: str) -> list[tuple[Both, str]]:
    """Name, size and root of the log, which stand after the first empty line of a tlog-proof (C2SP)."""
    lines = proof.partition("\n\n")[2].split("\n")
    return list(zip((say.LOG, say.LOG_SIZE, say.LOG_ROOT), lines, strict=False)) if len(lines) >= 3 else []
