"""Guarantees that every sentence of a certificate exists in Danish and English, and that none claims more than was done."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

TITLE: Final = Both("Bevis for sletning", "Certificate of erasure")
US: Final = Both("Den virksomhed, der har udstedt beviset", "The organisation that issued this certificate")
ISSUED_BY: Final = Both("Udstedt af {controller}", "Issued by {controller}")
ISSUED: Final = Both("Udstedt", "Issued")

OUTCOME_OTHER: Final = Both("Resultat: {outcome}", "Outcome: {outcome}")

OPEN: Final = Both("Ikke alt er afklaret", "Not everything is settled")
OPEN_REMAINING: Final = (
    Both("Ved efterprøvningen fandtes stadig {n} række.", "The check afterwards still found {n} row."),
    Both("Ved efterprøvningen fandtes stadig {n} rækker.", "The check afterwards still found {n} rows."),
)
OPEN_UNSEARCHED: Final = (
    Both(
        "{n} sted er ikke gennemsøgt. Der kan stadig stå noget om dig.",
        "{n} place was not searched. Something about you may still be there.",
    ),
    Both(
        "{n} steder er ikke gennemsøgt. Der kan stadig stå noget om dig.",
        "{n} places were not searched. Something about you may still be there.",
    ),
)
OPEN_QUESTIONS: Final = (
    Both("{n} spørgsmål er ikke besvaret endnu.", "{n} question has not been answered yet."),
    Both("{n} spørgsmål er ikke besvaret endnu.", "{n} questions have not been answered yet."),
)

SUMS: Final[tuple[tuple[tuple[str, ...], Both], ...]] = (
    (("erase",), Both("rækker slettet", "rows erased")),
    (("anonymise", "redact"), Both("rækker anonymiseret", "rows anonymised")),
    (("pseudonymise", "minimise"), Both("rækker stadig om dig", "rows still about you")),
    (("unlink",), Both("henvisninger fjernet", "references removed")),
    (("keep",), Both("rækker bevaret", "rows kept")),
    (("leave",), Both("rækker overladt til en kunde", "rows left to a customer")),
)

ASKED: Final = Both("Hvad der blev bedt om", "What was asked")
ASKED_TEXT: Final = Both(
    "At de oplysninger, vi har om personen med kendetegnene nedenfor, bliver slettet (databeskyttelsesforordningen, artikel 17).",
    "That the data we hold about the person with the identifiers below be erased (GDPR, Article 17).",
)
ABOUT: Final = Both("Det ledte vi efter", "What we looked for")
ABOUT_TEXT: Final = Both(
    "Kendetegnene er sløret, så beviset ikke selv fortæller, hvem du er. Hvert af dem er også lagt i beviset som et "
    "fingeraftryk, så du kan vise, at det handler om dig.",
    "The identifiers are masked, so that the certificate itself does not tell who you are. Each is also laid down in the "
    "certificate as a fingerprint, so that you can show it is about you.",
)
KIND: Final = Both("Kendetegn", "Identifier")
MASKED: Final = Both("Sløret", "Masked")

SEARCHED: Final = Both("Her ledte vi", "Where we looked")
SEARCHED_NONE: Final = Both("Ingen steder er gennemsøgt.", "No place was searched.")
PLACE: Final = Both("Sted", "Place")
COLUMNS: Final = Both("Felter", "Fields")
FOUND: Final = Both("Fundet", "Found")
ROWS: Final = Both("Rækker", "Rows")
WHY: Final = Both("Hvorfor", "Why")
LAW: Final = Both("Lov", "Law")
UNTIL: Final = Both("Indtil", "Until")
UNTIL_OPEN: Final = Both("grunden bortfalder", "the ground lapses")
UNTIL_CUSTOMER: Final = Both("kunden beder os om andet", "the customer tells us otherwise")
WHOLE_ROW: Final = Both("hele rækken", "the whole row")
NO_LAW: Final = Both("ikke angivet", "not stated")

UNSEARCHED: Final = Both("Her ledte vi ikke", "Where we did not look")
UNSEARCHED_TEXT: Final = Both(
    "Beviset siger intet om disse steder.", "This certificate says nothing about these places."
)
UNSEARCHED_NONE: Final = Both(
    "Intet sted, som vi kender til, blev sprunget over. Om steder, vi ikke kender, siger beviset intet.",
    "No place that we know of was left out. About places we do not know of, this certificate says nothing.",
)

# A section for each outcome: what was done, in plain words, and what to say where nothing was.
ACTS: Final[tuple[tuple[tuple[str, ...], Both, Both, Both], ...]] = (
    (
        ("erase",),
        Both("Slettet", "Erased"),
        Both("Rækkerne findes ikke mere i disse systemer.", "The rows no longer exist in these systems."),
        Both("Ingen rækker blev slettet.", "No rows were erased."),
    ),
    (
        ("anonymise", "redact"),
        Both("Anonymiseret", "Anonymised"),
        Both(
            "Rækkerne findes endnu, men felterne her er tømt eller erstattet, så de ikke længere peger på dig.",
            "The rows still exist, but these fields were emptied or replaced, so that they no longer point to you.",
        ),
        Both("Ingen rækker blev anonymiseret.", "No rows were anonymised."),
    ),
    (
        ("pseudonymise",),
        Both("Pseudonymiseret", "Pseudonymised"),
        Both(
            "Felterne her er tømt eller erstattet, men rækkerne er stadig oplysninger om dig. At de bliver, er besluttet skriftligt.",
            "These fields were emptied or replaced, but the rows are still data about you. That they stay was decided in writing.",
        ),
        Both("Ingen rækker blev pseudonymiseret.", "No rows were pseudonymised."),
    ),
    (
        ("minimise",),
        Both("Gjort mindre, stadig om dig", "Minimised, still about you"),
        Both(
            "Felterne her er tømt eller erstattet, men andet i rækkerne bliver, så de er stadig oplysninger om dig.",
            "These fields were emptied or replaced, but something else in the rows stays, so they are still data about you.",
        ),
        Both("Ingen rækker blev kun gjort mindre.", "No rows were only minimised."),
    ),
    (
        ("unlink",),
        Both("Henvisninger fjernet", "References removed"),
        Both(
            "Rækkerne er andres eller ingens. De nævnte dig; det gør de ikke mere.",
            "These rows are somebody else's or nobody's. They referred to you; they no longer do.",
        ),
        Both("Ingen henvisninger skulle fjernes.", "No references had to be removed."),
    ),
    (
        ("keep",),
        Both("Bevaret, og hvorfor", "Kept, and why"),
        Both(
            "Disse felter må ikke bruges til andet end det, de er bevaret for, og slettes, når grunden bortfalder.",
            "These fields may be used only for what they are kept for, and go when the ground lapses.",
        ),
        Both("Intet er bevaret.", "Nothing was kept."),
    ),
    (
        ("leave",),
        Both("Ikke slettet, fordi en kunde bestemmer", "Not erased, because a customer decides"),
        Both(
            "Vi opbevarer disse rækker for en kunde og må kun slette dem, hvis kunden beder os om det. Du kan skrive til kunden selv.",
            "We hold these rows for a customer and may erase them only if the customer tells us to. You can write to the customer.",
        ),
        Both("Intet er overladt til en kunde.", "Nothing was left to a customer."),
    ),
)
ACTS_OTHER: Final = Both("Andre ændringer", "Other changes")
ACTION: Final = Both("Ændring", "Change")

QUESTIONS: Final = Both("Åbne spørgsmål", "Open questions")
QUESTIONS_TEXT: Final = Both(
    "Her gætter vi ikke: et menneske skal tage stilling. Du kan spørge os, hvad svaret blev.",
    "Here we do not guess: a person has to decide. You may ask us what was decided.",
)
QUESTIONS_NONE: Final = Both("Ingen spørgsmål står åbne.", "No question is open.")
QUESTION: Final = Both("Spørgsmål", "Question")

VERIFIED: Final = Both("Efterprøvet", "Checked afterwards")
VERIFIED_NOT: Final = Both("Der er ikke søgt igen efter sletningen.", "No search was made after the erasure.")
VERIFIED_AT: Final = Both("Søgt igen", "Searched again")
REMAINING: Final = Both("Fundet, som skulle være væk", "Found that should be gone")
VERIFIED_KEPT: Final = Both("Fundet, som er bevaret med en grund", "Found that is kept with a reason")

SWEPT: Final = Both("Eftersøgt overalt", "Swept everywhere")
SWEPT_NOT: Final = Both(
    "Systemerne er ikke eftersøgt i deres helhed efter sletningen.",
    "The systems were not swept as a whole after the erasure.",
)
SWEPT_TEXT: Final = Both(
    "Efter sletningen er al tekst i alle tabeller læst, også i dem, vi ikke kendte i forvejen, for at finde dine kendetegn i alle "
    "de måder, vi ved, de kan være skrevet på.",
    "After the erasure, all text of all tables was read, also of those we did not know before, to find your identifiers in every "
    "way in which we know they may be written.",
)
SWEPT_COUNTS: Final[tuple[tuple[str, Both], ...]] = (
    ("datasets", Both("Datasæt læst", "Datasets read")),
    ("rows", Both("Rækker læst", "Rows read")),
    ("bytes", Both("Bytes læst", "Bytes read")),
)
SWEPT_PLACES: Final[tuple[tuple[str, Both, Both | None], ...]] = (
    (
        "residue",
        Both("Fundet, som skulle være væk", "Found that should be gone"),
        Both("Intet blev fundet.", "Nothing was found."),
    ),
    ("uncertain", Both("Dit navn, eller en navnebrors", "Your name, or a namesake's"), None),
    ("accounted", Both("Fundet, som står der med en grund", "Found that is there for a reason"), None),
)
SWEPT_MISSED: Final = Both("Ikke læst", "Not read")
SPELLING: Final = Both("Skrevet som", "Written as")

ABSENCE: Final = Both("Sikkerhedskopier og logge", "Backups and logs")
ABSENCE_TEXT: Final = Both(
    "En slettet række kan en tid ligge i sikkerhedskopier, logge og ledig plads på en disk. Sådan står det til i hvert system.",
    "An erased row may for a time remain in backups, logs and free space on a disk. This is how it stands in each system.",
)
ABSENCE_NONE: Final = Both(
    "Der er intet oplyst om sikkerhedskopier og logge. Regn med, at kopier fra før sletningen stadig rummer oplysningerne.",
    "Nothing is stated about backups and logs. Assume that copies made before the erasure still hold the data.",
)
RECOGNISED: Final = Both("Hvad vi beholder for at kunne gentage det", "What we keep to be able to repeat it")
RECOGNISED_TEXT: Final = Both(
    "Så du ikke kommer igen med en sikkerhedskopi eller en indkøbt liste, gemmer vi nøglede aftryk af det, der pegede på dig. "
    "De rummer hverken navn, adresse eller nummer, og ingen kan læse dem tilbage uden vores nøgle. De slettes senest",
    "So that no backup and no bought list brings you back, we keep keyed digests of what named you. "
    "They hold no name, address or number, and nobody can read them back without our key. They are deleted by",
)
DONE: Final = Both("Gjort", "Done")
OPERATOR: Final = Both("Overladt til den, der driver systemet", "Left for those who run the system")
NOTHING: Final = Both("intet", "nothing")
REMAINS: Final = Both("Hvor bytes endnu kan ligge", "Where bytes may still be")
BY: Final = Both("Senest", "By")
BY_OPEN: Final = Both("åbent: ingen dag er sat", "open: no day is set")
HOW: Final = Both("Sådan ender det", "How it ends")

CHECK: Final = Both("Sådan efterprøver du beviset", "How to check this certificate")
CHECK_TEXT: Final = Both(
    "Denne side gengiver beviset. Selve beviset er den fil, du fik sammen med siden. Enhver kan efterprøve den uden net og uden "
    "at spørge os:",
    "This page renders the certificate. The certificate itself is the file you got with this page. Anyone can check it "
    "offline, without asking us:",
)
CHECK_FILE: Final = Both("FIL", "FILE")
CHECK_KEY: Final = Both("NØGLE", "KEY")
CHECK_WORDS: Final = Both(
    "FIL er bevisets fil, og NØGLE er udstederens nøgle til efterprøvning. Hent nøglen et andet sted end her, for eksempel på "
    "udstederens egen side om privatliv: en nøgle, der følger med beviset, viser kun, at beviset passer med sig selv.",
    "FILE is the certificate's file, and KEY is the signer's verifier key. Get the key from somewhere else than here, such as "
    "the issuer's own privacy page: a key that comes with the certificate only shows that the certificate agrees with itself.",
)
CHECK_MEANS: Final = Both(
    "Passer det, er beviset uændret og stod i udstederens log, da loggen blev underskrevet. Hvad der skete i systemerne, er "
    "udstederens egne ord; at de ikke er lavet om siden, er det, loggen viser.",
    "If it holds, the certificate is unchanged and stood in the issuer's log when the log was signed. What happened in the "
    "systems is the issuer's own word; that this word was not changed since is what the log shows.",
)
TECHNICAL: Final = Both("Underskrift og log (teknisk)", "Signature and log (technical)")
KEY: Final = Both("Nøgle til efterprøvning", "Verifier key")
LEAF: Final = Both("Blad i loggen", "Leaf in the log")
SALT: Final = Both("Salt", "Salt")
LOG: Final = Both("Log", "Log")
LOG_SIZE: Final = Both("Linjer i loggen ved underskriften", "Entries in the log when signed")
LOG_ROOT: Final = Both("Loggens rod", "Root of the log")
FINGERPRINT: Final = Both("Fingeraftryk af {kind}", "Fingerprint of {kind}")
FINGERPRINT_SALT: Final = Both("salt {salt}", "salt {salt}")
PROOF: Final = Both("Bevis fra loggen", "Proof from the log")
UNSIGNED: Final = Both(
    "Beviset er ikke underskrevet. Det kan ikke efterprøves.",
    "This certificate is not signed. It cannot be checked.",
)
ID: Final = Both("Bevisets nummer", "Certificate number")
RUN: Final = Both("Kørsel", "Run")
CONTROLLER: Final = Both("Dataansvarlig", "Controller")

COMPLAIN: Final = Both("Hvis du er uenig", "If you disagree")
COMPLAIN_FIRST: Final = Both(
    "Skriv først til os, og nævn bevisets nummer.", "Write to us first, and give the certificate number."
)
COMPLAIN_EU: Final = Both(
    "Du kan altid klage til tilsynsmyndigheden i det EU-land, hvor du bor eller arbejder (artikel 77), og du kan gå til "
    "domstolene (artikel 79).",
    "You may at any time complain to the supervisory authority of the EU country where you live or work (Article 77), and you may "
    "go to court (Article 79).",
)
COMPLAIN_EU_TO: Final = Both(
    "Du kan altid klage til {authority}, eller til tilsynsmyndigheden i det EU-land, hvor du bor eller arbejder (artikel 77), og "
    "du kan gå til domstolene (artikel 79).",
    "You may at any time complain to {authority}, or to the supervisory authority of the EU country where you live or work "
    "(Article 77), and you may go to court (Article 79).",
)
COMPLAIN_CALIFORNIA: Final = Both(
    "Bor du i Californien, kan du klage til {authority}.",
    "If you live in California, you may complain to {authority}.",
)
NO_ADVICE: Final = Both(
    "Beviset fortæller, hvad der er gjort. Det er ikke juridisk rådgivning.",
    "This certificate tells what was done. It is not legal advice.",
)
