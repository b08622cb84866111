"""Guarantees a Danish sentence for every fixed English one of the engine, and hands back no guess for any other.

A sentence that stands in no table is shown as it is, marked as English: a reason is never dropped and never invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Final

from troth.datamap.categories import CATEGORIES
from troth.documents import absence_words, cause_words, map_words, question_words, retention_words
from troth.documents.markup import Html, tag, text
from troth.terms.bilingual import LANGUAGES, Both, Lang

STAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kept by law": "loven kræver, at noget bliver",
        "left to customers": "noget bestemmer en kunde over",
        "postponed by a legal hold": "et slettestop kræver, at noget venter",
        "pseudonymised by a written decision": "noget er kun pseudonymiseret efter en skriftlig beslutning",
        "still personal": "noget er stadig personoplysninger",
    }
)
"""Why an erasure was granted in part only; of several reasons the decision names each, in this order."""

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # why a row is erased, changed or kept
        "restricted at the person's request: it may only be stored": (
            "begrænset efter personens ønske: oplysningerne må kun opbevares"
        ),
        "owned by nobody else": "ingen andre end den slettede person ejer rækken",
        "accounting: amounts and dates stay, the person goes": "regnskab: beløb og datoer bliver, personen fjernes",
        "others own it too: what concerns the erased person goes": (
            "rækken er også andres: det, der vedrører den slettede person, fjernes"
        ),
        "holds a copy of the person's identifiers": "rummer en kopi af det, personen kan genkendes på",
        "not needed by the ground it is kept for": "er ikke nødvendig for den grund, resten er bevaret af",
        "what concerns the erased person goes": "det, der vedrører den slettede person, fjernes",
        **{
            ", ".join(some): ", ".join(STAYS[one] for one in some)
            for count in range(1, len(STAYS) + 1)
            for some in combinations(sorted(STAYS), count)
        },
        "kept because a law says so": "bevaret, fordi en lov kræver det",
        "cuts a cycle of references": "bryder en ring af henvisninger",
        "the data map names no purpose yet": "datakortet nævner endnu ikke noget formål",
        "accounting record": "regnskabsmateriale",
        "somebody else's row that mentions you: only what mentions you is shown": (
            "en andens oplysninger, der nævner dig: kun det, der nævner dig, er vist"
        ),
        "a copy made from rows that changed": "en kopi dannet af rækker, der er ændret",
        # why a place was not searched
        "not in the map": "står ikke i datakortet",
        "bytes are not looked into": "indholdet af filer og andre binære data er ikke gennemgået",
        "a view: what it shows stands in the tables it reads": "en visning: det, den viser, står i de tabeller, den læser",
        "a foreign table: its rows live in another system": "en fremmed tabel: dens rækker ligger i et andet system",
        "names of one word and short numbers were looked for only in columns of their own kind": (
            "navne på ét ord og korte numre er kun søgt i kolonner af deres egen slags"
        ),
        # what a sweep found, and what to do about it
        "another customer controls these rows and has not instructed us": (
            "en anden kunde råder over rækkerne og har ikke givet os en instruks"
        ),
        "It is not in the map: add it with `troth map`, then erase again, or clear the rows by hand.": (
            "Den står ikke i kortet: tag den med ved `troth map`, og slet igen, eller ryd rækkerne i hånden."
        ),
        "A copy made from the value: make it anew or clear it by hand, and look for what made it.": (
            "En kopi dannet af værdien: dan den igen, eller ryd den i hånden, og se efter, hvad der danner den."
        ),
        "Say in the map what the column holds and erase again; if it comes back, something writes it anew.": (
            "Skriv i kortet, hvad kolonnen rummer, og slet igen; kommer det tilbage, er der noget, der skriver det på ny."
        ),
        "Read these rows: a namesake may be meant.": "Læs rækkerne: de kan mene en navnebror.",
        **absence_words.SENTENCES,  # what became of the bytes themselves
    }
)

# Fixed sentences with a name in them; a name is a dataset, a kind of person or a number, and stays as it is.
PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(english), danish)
    for english, danish in (
        (r"the (?P<name>.+)'s own row", "personens egen række ({name})"),
        (r"referred to an erased row of (?P<name>.+)", "henviste til en slettet række i {name}"),
        (r"now refers to nobody in (?P<name>.+)", "henviser nu til ingen i {name}"),
        (
            r"(?P<name>.+): searched as bytes; what is packed or encrypted in it was not opened",
            "{name}: gennemsøgt som bytes; det, der er pakket eller krypteret, er ikke åbnet",
        ),
        (
            r"(?P<name>[\d,]+) values of more than 16 MB were left out",
            "{name} værdier på over 16 MB er ikke læst",
        ),
        *(
            (
                rf"kept by (?P<name>.+) by hand, no program looks into it: {english}",
                f"føres i hånden af {{name}}, intet program søger i det: {danish}",
            )
            for english, danish in (
                ("its owner is asked in each case", "den, der fører det, bliver spurgt i hver sag"),
                (
                    r"something was found on (?P<day>[-\d]+), and is not done yet",
                    "der blev fundet noget {day}, som endnu ikke er klaret",
                ),
                (
                    r"what was asked was done, as attested on (?P<day>[-\d]+)",
                    "det, der blev bedt om, er gjort; bekræftet {day}",
                ),
                (r"nothing is held, as attested on (?P<day>[-\d]+)", "der er intet; bekræftet {day}"),
            )
        ),
        *(
            (
                rf"left to (?P<name>.+), who controls it and {english}",
                f"overladt til {{name}}, der bestemmer over det og {danish}",
            )
            for english, danish in (("said no", "har sagt nej"), ("has not answered", "ikke har svaret"))
        ),
        (r"kept: (?P<name>.+)", "bevaret: {name}"),
        (r"still referred to by (?P<name>.+)", "{name} henviser stadig til rækken"),
        *(
            (
                rf"{mark}legal hold \({word}\), to be reviewed by (?P<day>[-\d]+)(?P<law>{law})",
                f"{begins}slettestop ({danish}), gennemgås senest {{day}}{{law}}",
            )
            for mark, begins, law in (
                ("", "", ""),
                ("restricted: ", "begrænset: ", r" \([^()]+(?:\([^()]+\))*\)"),
            )
            for word, danish in (
                ("court", "en domstol"),
                ("authority", "en myndighed"),
                ("own-dispute", "egen tvist"),
                ("threatened-claim", "et varslet krav"),
                ("audit", "revision"),
            )
        ),
        *absence_words.PATTERNS,
    )
)


_PHRASES: Final = (
    question_words.QUESTIONS, map_words.FINDINGS, retention_words.FINDINGS, retention_words.PERSONAL, retention_words.BACKUPS,
    cause_words.BLIND, cause_words.UNSEARCHED,
)  # fmt: skip


def danish(sentence: str) -> str | None:
    """The Danish for a sentence of the engine; None where there is none."""
    return next(every(sentence), None)


def every(sentence: str) -> Iterator[str]:
    """The Danish by each table that knows the sentence; one, unless two mean the same words."""
    if sentence in SENTENCES:
        yield SENTENCES[sentence]
    for pattern, template in PATTERNS:
        if found := pattern.fullmatch(sentence):
            yield template.format_map(found.groupdict())
    for phrases in _PHRASES:
        yield from phrases.every(sentence)
    if (guessed := cause_words.reasons(sentence)) is not None:
        yield guessed


def sentence(english: str, lang: Lang) -> Html:
    """The sentence in this language; one without a translation as it is, marked `lang="en"`."""
    if lang == "en":
        return text(english)
    translated = danish(english)
    return tag("span", english, lang="en") if translated is None else text(translated)


def in_both(english: str) -> Both:
    """The sentence in both languages; one without a translation is the same in both."""
    return Both(danish(english) or english, english)


def place(english: str) -> Both:
    """Where something is; a name is the same in both languages."""
    return Both(question_words.PLACES.danish(english) or english, english)


def sentence_both(english: str) -> Html:
    """The sentence for a page that shows either language; a single marked one where there is no Danish."""
    translated = danish(english)
    return tag("span", english, lang="en") if translated is None else _either(Both(translated, english))


def place_both(english: str) -> Html:
    """Where something is, for a page that shows either language."""
    said = place(english)
    return text(english) if said.da == english else _either(said)


def _either(said: Both) -> Html:
    return Html("".join(tag("span", said.within(lang), class_=lang, lang=lang) for lang in LANGUAGES))


_KINDS: Final[Mapping[str, Both]] = MappingProxyType(
    {"name": Both("Navn", "Name"), "text": Both("Tekst", "Text"), "number": Both("Nummer", "Number")}
)


def kind(name: str) -> Both:
    """What people call this kind of identifier or category of data; an unknown one by its own name."""
    if name in CATEGORIES:
        return Both(CATEGORIES[name].da, CATEGORIES[name].en)
    return _KINDS.get(name, Both(name, name))


_SPELLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "e-mail": "e-mailadresse", "phone number": "telefonnummer", "national id": "personnummer", "name": "navn",
        "identifier": "kendetegn",
        "in text": "i tekst", "in JSON": "i JSON", "written otherwise": "skrevet anderledes", "URL-encoded": "URL-kodet",
        "HTML entities": "HTML-kodet", "JSON escapes": "JSON-kodet", "encoded twice": "kodet to gange",
        "quoted-printable": "quoted-printable", "base64": "base64", "UTF-16": "UTF-16", "Latin-1": "Latin-1",
    }
)  # fmt: skip


def spelled(english: str) -> str:
    """The Danish for how a sweep found something spelled; a part without Danish words stays as it is."""
    kinds = {category.en.lower(): category.da.lower() for category in CATEGORIES.values()}
    parts = (re.sub(r" hash$", "-hash", part) for part in english.split(", "))
    return ", ".join(_SPELLED.get(part) or kinds.get(part, part) for part in parts)
