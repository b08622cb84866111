"""Guarantees that every sentence of a certificate exists in Danish and English, and that none claims more than was done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from troth.documents.markup import Pair

TITLE: Final = Pair("Bevis for sletning", "Certificate of erasure")
US: Final = Pair("Den virksomhed, der har udstedt beviset", "The organisation that issued this certificate")
ISSUED_BY: Final = Pair("Udstedt af {controller}", "Issued by {controller}")
ISSUED: Final = Pair("Udstedt", "Issued")

OUTCOMES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "erased": Pair(
            "De oplysninger om dig, som vi fandt, er slettet eller anonymiseret.",
            "The data about you that we found has been erased or anonymised.",
        ),
        "erased, some kept by law": Pair(
            "De oplysninger om dig, som vi fandt, er slettet eller anonymiseret – bortset fra dem, der skal bevares af de grunde, "
            "der står nedenfor.",
            "The data about you that we found has been erased or anonymised – except for what must be kept, for the reasons "
            "given below.",
        ),
        "postponed by a legal hold": Pair(
            "De oplysninger om dig, som vi fandt, er ikke slettet endnu: et slettestop kræver, at de bevares, af de grunde, der står "
            "nedenfor. De må kun læses til det formål. Når det er ophævet, slettes de, og du får et nyt bevis.",
            "The data about you that we found has not been erased yet: a legal hold asks that it is kept, for the reasons given "
            "below. It may be read for that purpose only. Once it is lifted, the data is erased and you get another certificate.",
        ),
        "anonymised": Pair(
            "De oplysninger om dig, som vi fandt, er anonymiseret; rækkerne, de stod i, er der endnu.",
            "The data about you that we found has been anonymised; the rows it stood in are still there.",
        ),
        "erased, some pseudonymised": Pair(
            "De oplysninger om dig, som vi fandt, er slettet, eller pseudonymiseret efter en skriftlig beslutning: det sidste er "
            "stadig oplysninger om dig.",
            "The data about you that we found has been erased, or pseudonymised by a written decision: the latter is still data "
            "about you.",
        ),
        "not anonymised: some rows are still personal": Pair(
            "Noget af det, vi fandt, er kun gjort mindre: disse rækker er stadig oplysninger om dig.",
            "Some of what we found has only been made less: those rows are still data about you.",
        ),
        "not finished: rows were left": Pair(
            "Vi er ikke færdige: da vi så efter bagefter, fandt vi stadig oplysninger om dig.",
            "We are not finished: when we looked again afterwards, we still found data about you.",
        ),
    }
)
OUTCOME_OTHER: Final = Pair("Resultat: {outcome}", "Outcome: {outcome}")

OPEN: Final = Pair("Ikke alt er afklaret", "Not everything is settled")
OPEN_REMAINING: Final = (
    Pair("Ved efterprøvningen fandtes stadig {n} række.", "The check afterwards still found {n} row."),
    Pair("Ved efterprøvningen fandtes stadig {n} rækker.", "The check afterwards still found {n} rows."),
)
OPEN_UNSEARCHED: Final = (
    Pair(
        "{n} sted er ikke gennemsøgt. Der kan stadig stå noget om dig.",
        "{n} place was not searched. Something about you may still be there.",
    ),
    Pair(
        "{n} steder er ikke gennemsøgt. Der kan stadig stå noget om dig.",
        "{n} places were not searched. Something about you may still be there.",
    ),
)
OPEN_QUESTIONS: Final = (
    Pair("{n} spørgsmål er ikke besvaret endnu.", "{n} question has not been answered yet."),
    Pair("{n} spørgsmål er ikke besvaret endnu.", "{n} questions have not been answered yet."),
)

SUMS: Final[tuple[tuple[tuple[str, ...], Pair], ...]] = (
    (("erase",), Pair("rækker slettet", "rows erased")),
    (("anonymise", "redact"), Pair("rækker anonymiseret", "rows anonymised")),
    (("pseudonymise", "minimise"), Pair("rækker stadig om dig", "rows still about you")),
    (("unlink",), Pair("henvisninger fjernet", "references removed")),
    (("keep",), Pair("rækker bevaret", "rows kept")),
)

ASKED: Final = Pair("Hvad der blev bedt om", "What was asked")
ASKED_TEXT: Final = Pair(
    "At de oplysninger, vi har om personen med kendetegnene nedenfor, bliver slettet (databeskyttelsesforordningen, artikel 17).",
    "That the data we hold about the person with the identifiers below be erased (GDPR, Article 17).",
)
ABOUT: Final = Pair("Det ledte vi efter", "What we looked for")
ABOUT_TEXT: Final = Pair(
    "Kendetegnene er sløret, så beviset ikke selv fortæller, hvem du er. Hvert af dem er også lagt i beviset som et "
    "fingeraftryk, så du kan vise, at det handler om dig.",
    "The identifiers are masked, so that the certificate itself does not tell who you are. Each is also laid down in the "
    "certificate as a fingerprint, so that you can show it is about you.",
)
KIND: Final = Pair("Kendetegn", "Identifier")
MASKED: Final = Pair("Sløret", "Masked")

SEARCHED: Final = Pair("Her ledte vi", "Where we looked")
SEARCHED_NONE: Final = Pair("Ingen steder er gennemsøgt.", "No place was searched.")
PLACE: Final = Pair("Sted", "Place")
COLUMNS: Final = Pair("Felter", "Fields")
FOUND: Final = Pair("Fundet", "Found")
ROWS: Final = Pair("Rækker", "Rows")
WHY: Final = Pair("Hvorfor", "Why")
LAW: Final = Pair("Lov", "Law")
UNTIL: Final = Pair("Indtil", "Until")
UNTIL_OPEN: Final = Pair("grunden bortfalder", "the ground lapses")
WHOLE_ROW: Final = Pair("hele rækken", "the whole row")
NO_LAW: Final = Pair("ikke angivet", "not stated")

UNSEARCHED: Final = Pair("Her ledte vi ikke", "Where we did not look")
UNSEARCHED_TEXT: Final = Pair(
    "Beviset siger intet om disse steder.", "This certificate says nothing about these places."
)
UNSEARCHED_NONE: Final = Pair(
    "Intet sted, som vi kender til, blev sprunget over. Om steder, vi ikke kender, siger beviset intet.",
    "No place that we know of was left out. About places we do not know of, this certificate says nothing.",
)

# A section for each outcome: what was done, in plain words, and what to say where nothing was.
ACTS: Final[tuple[tuple[tuple[str, ...], Pair, Pair, Pair], ...]] = (
    (
        ("erase",),
        Pair("Slettet", "Erased"),
        Pair("Rækkerne findes ikke mere i disse systemer.", "The rows no longer exist in these systems."),
        Pair("Ingen rækker blev slettet.", "No rows were erased."),
    ),
    (
        ("anonymise", "redact"),
        Pair("Anonymiseret", "Anonymised"),
        Pair(
            "Rækkerne findes endnu, men felterne her er tømt eller erstattet, så de ikke længere peger på dig.",
            "The rows still exist, but these fields were emptied or replaced, so that they no longer point to you.",
        ),
        Pair("Ingen rækker blev anonymiseret.", "No rows were anonymised."),
    ),
    (
        ("pseudonymise",),
        Pair("Pseudonymiseret", "Pseudonymised"),
        Pair(
            "Felterne her er tømt eller erstattet, men rækkerne er stadig oplysninger om dig. At de bliver, er besluttet skriftligt.",
            "These fields were emptied or replaced, but the rows are still data about you. That they stay was decided in writing.",
        ),
        Pair("Ingen rækker blev pseudonymiseret.", "No rows were pseudonymised."),
    ),
    (
        ("minimise",),
        Pair("Gjort mindre, stadig om dig", "Minimised, still about you"),
        Pair(
            "Felterne her er tømt eller erstattet, men andet i rækkerne bliver, så de er stadig oplysninger om dig.",
            "These fields were emptied or replaced, but something else in the rows stays, so they are still data about you.",
        ),
        Pair("Ingen rækker blev kun gjort mindre.", "No rows were only minimised."),
    ),
    (
        ("unlink",),
        Pair("Henvisninger fjernet", "References removed"),
        Pair(
            "Rækkerne er andres eller ingens. De nævnte dig; det gør de ikke mere.",
            "These rows are somebody else's or nobody's. They referred to you; they no longer do.",
        ),
        Pair("Ingen henvisninger skulle fjernes.", "No references had to be removed."),
    ),
    (
        ("keep",),
        Pair("Bevaret, og hvorfor", "Kept, and why"),
        Pair(
            "Disse felter må ikke bruges til andet end det, de er bevaret for, og slettes, når grunden bortfalder.",
            "These fields may be used only for what they are kept for, and go when the ground lapses.",
        ),
        Pair("Intet er bevaret.", "Nothing was kept."),
    ),
)
ACTS_OTHER: Final = Pair("Andre ændringer", "Other changes")
ACTION: Final = Pair("Ændring", "Change")

QUESTIONS: Final = Pair("Åbne spørgsmål", "Open questions")
QUESTIONS_TEXT: Final = Pair(
    "Her gætter vi ikke: et menneske skal tage stilling. Du kan spørge os, hvad svaret blev.",
    "Here we do not guess: a person has to decide. You may ask us what was decided.",
)
QUESTIONS_NONE: Final = Pair("Ingen spørgsmål står åbne.", "No question is open.")
QUESTION: Final = Pair("Spørgsmål", "Question")

VERIFIED: Final = Pair("Efterprøvet", "Checked afterwards")
VERIFIED_NOT: Final = Pair("Der er ikke søgt igen efter sletningen.", "No search was made after the erasure.")
VERIFIED_AT: Final = Pair("Søgt igen", "Searched again")
REMAINING: Final = Pair("Fundet, som skulle være væk", "Found that should be gone")
VERIFIED_KEPT: Final = Pair("Fundet, som er bevaret med en grund", "Found that is kept with a reason")

SWEPT: Final = Pair("Eftersøgt overalt", "Swept everywhere")
SWEPT_NOT: Final = Pair(
    "Systemerne er ikke eftersøgt i deres helhed efter sletningen.",
    "The systems were not swept as a whole after the erasure.",
)
SWEPT_TEXT: Final = Pair(
    "Efter sletningen er al tekst i alle tabeller læst, også i dem, vi ikke kendte i forvejen, for at finde dine kendetegn i alle "
    "de måder, vi ved, de kan være skrevet på.",
    "After the erasure, all text of all tables was read, also of those we did not know before, to find your identifiers in every "
    "way in which we know they may be written.",
)
SWEPT_COUNTS: Final[tuple[tuple[str, Pair], ...]] = (
    ("datasets", Pair("Datasæt læst", "Datasets read")),
    ("rows", Pair("Rækker læst", "Rows read")),
    ("bytes", Pair("Bytes læst", "Bytes read")),
)
SWEPT_PLACES: Final[tuple[tuple[str, Pair, Pair | None], ...]] = (
    (
        "residue",
        Pair("Fundet, som skulle være væk", "Found that should be gone"),
        Pair("Intet blev fundet.", "Nothing was found."),
    ),
    ("uncertain", Pair("Dit navn, eller en navnebrors", "Your name, or a namesake's"), None),
    ("accounted", Pair("Fundet, som står der med en grund", "Found that is there for a reason"), None),
)
SWEPT_MISSED: Final = Pair("Ikke læst", "Not read")
SPELLING: Final = Pair("Skrevet som", "Written as")

ABSENCE: Final = Pair("Sikkerhedskopier og logge", "Backups and logs")
ABSENCE_TEXT: Final = Pair(
    "En slettet række kan en tid ligge i sikkerhedskopier, logge og ledig plads på en disk. Sådan står det til i hvert system.",
    "An erased row may for a time remain in backups, logs and free space on a disk. This is how it stands in each system.",
)
ABSENCE_NONE: Final = Pair(
    "Der er intet oplyst om sikkerhedskopier og logge. Regn med, at kopier fra før sletningen stadig rummer oplysningerne.",
    "Nothing is stated about backups and logs. Assume that copies made before the erasure still hold the data.",
)
RECOGNISED: Final = Pair("Hvad vi beholder for at kunne gentage det", "What we keep to be able to repeat it")
RECOGNISED_TEXT: Final = Pair(
    "Så du ikke kommer igen med en sikkerhedskopi eller en indkøbt liste, gemmer vi nøglede aftryk af det, der pegede på dig. "
    "De rummer hverken navn, adresse eller nummer, og ingen kan læse dem tilbage uden vores nøgle. De slettes senest",
    "So that no backup and no bought list brings you back, we keep keyed digests of what named you. "
    "They hold no name, address or number, and nobody can read them back without our key. They are deleted by",
)
DONE: Final = Pair("Gjort", "Done")
OPERATOR: Final = Pair("Overladt til den, der driver systemet", "Left for those who run the system")
NOTHING: Final = Pair("intet", "nothing")
REMAINS: Final = Pair("Hvor bytes endnu kan ligge", "Where bytes may still be")
BY: Final = Pair("Senest", "By")
BY_OPEN: Final = Pair("åbent: ingen dag er sat", "open: no day is set")
HOW: Final = Pair("Sådan ender det", "How it ends")

CHECK: Final = Pair("Sådan efterprøver du beviset", "How to check this certificate")
CHECK_TEXT: Final = Pair(
    "Denne side gengiver beviset. Selve beviset er den fil, du fik sammen med siden. Enhver kan efterprøve den uden net og uden "
    "at spørge os:",
    "This page renders the certificate. The certificate itself is the file you got with this page. Anyone can check it "
    "offline, without asking us:",
)
CHECK_FILE: Final = Pair("FIL", "FILE")
CHECK_KEY: Final = Pair("NØGLE", "KEY")
CHECK_WORDS: Final = Pair(
    "FIL er bevisets fil, og NØGLE er udstederens nøgle til efterprøvning. Hent nøglen et andet sted end her, for eksempel på "
    "udstederens egen side om privatliv: en nøgle, der følger med beviset, viser kun, at beviset passer med sig selv.",
    "FILE is the certificate's file, and KEY is the signer's verifier key. Get the key from somewhere else than here, such as "
    "the issuer's own privacy page: a key that comes with the certificate only shows that the certificate agrees with itself.",
)
CHECK_MEANS: Final = Pair(
    "Passer det, er beviset uændret og stod i udstederens log, da loggen blev underskrevet. Hvad der skete i systemerne, er "
    "udstederens egne ord; at de ikke er lavet om siden, er det, loggen viser.",
    "If it holds, the certificate is unchanged and stood in the issuer's log when the log was signed. What happened in the "
    "systems is the issuer's own word; that this word was not changed since is what the log shows.",
)
TECHNICAL: Final = Pair("Underskrift og log (teknisk)", "Signature and log (technical)")
KEY: Final = Pair("Nøgle til efterprøvning", "Verifier key")
LEAF: Final = Pair("Blad i loggen", "Leaf in the log")
SALT: Final = Pair("Salt", "Salt")
LOG: Final = Pair("Log", "Log")
LOG_SIZE: Final = Pair("Linjer i loggen ved underskriften", "Entries in the log when signed")
LOG_ROOT: Final = Pair("Loggens rod", "Root of the log")
FINGERPRINT: Final = Pair("Fingeraftryk af {kind}", "Fingerprint of {kind}")
FINGERPRINT_SALT: Final = Pair("salt {salt}", "salt {salt}")
PROOF: Final = Pair("Bevis fra loggen", "Proof from the log")
UNSIGNED: Final = Pair(
    "Beviset er ikke underskrevet. Det kan ikke efterprøves.",
    "This certificate is not signed. It cannot be checked.",
)
ID: Final = Pair("Bevisets nummer", "Certificate number")
RUN: Final = Pair("Kørsel", "Run")
CONTROLLER: Final = Pair("Dataansvarlig", "Controller")

COMPLAIN: Final = Pair("Hvis du er uenig", "If you disagree")
COMPLAIN_TEXT: Final = Pair(
    "Skriv først til os, og nævn bevisets nummer. Du kan altid klage til Datatilsynet (datatilsynet.dk), eller til "
    "tilsynsmyndigheden i det EU-land, hvor du bor eller arbejder (artikel 77), og du kan gå til domstolene (artikel 79).",
    "Write to us first, and give the certificate number. You may at any time complain to Datatilsynet, the Danish Data "
    "Protection Agency (datatilsynet.dk), or to the supervisory authority of the EU country where you live or work "
    "(Article 77), and you may go to court (Article 79).",
)
NO_ADVICE: Final = Pair(
    "Beviset fortæller, hvad der er gjort. Det er ikke juridisk rådgivning.",
    "This certificate tells what was done. It is not legal advice.",
)
