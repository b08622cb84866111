"""Gives the sentences staff and customers write; one names a person only where its template says so."""

NOTES = {
    "da": (
        "Ringede om fornyelse. {first} vil se en pris på to år.",
        "{first} er glad for vagtbyttet, men savner ferie i oversigten.",
        "Demo afholdt. Næste skridt: tilbud inden månedens udgang.",
        "Ikke truffet, lagt besked. Prøver igen i næste uge.",
        "Spurgte til drift på egen server og til nattillæg.",
    ),
    "nb": (
        "Ringte om fornyelse. {first} vil ha pris for to år.",
        "{first} savner helligdager i turnusen.",
        "Demo holdt, tilbud sendes før månedsskiftet.",
    ),
    "sv": (
        "Ringde om förnyelse. {first} vill se pris för två år.",
        "{first} saknar röda dagar i schemat.",
        "Demo genomförd, offert skickas före månadsskiftet.",
    ),
    "en": (
        "Called about the renewal. {first} asks for a two-year price.",
        "{first} misses public holidays in the rota.",
        "Demo held; quote to follow before the end of the month.",
    ),
}
MENTIONS = {
    "da": (
        "{first} henviste til {other_name}, som har samme behov.",
        "Ring i stedet på {other_phone}, sagde {first}.",
    ),
    "nb": ("{first} viste til {other_name}, som har samme behov.", "Ring heller {other_phone}, sa {first}."),
    "sv": (
        "{first} hänvisade till {other_name}, som har samma behov.",
        "Ring hellre {other_phone}, sa {first}.",
    ),
    "en": (
        "{first} referred us to {other_name}, who has the same need.",
        "Call {other_phone} instead, says {first}.",
    ),
}
TOPICS = {
    "da": (
        "Vagtplan vises ikke",
        "Kan ikke logge ind",
        "Fejl i nattillæg",
        "Eksport til løn",
        "Spørgsmål til faktura",
    ),
    "nb": ("Turnus vises ikke", "Kan ikke logge inn", "Eksport til lønn"),
    "sv": ("Schemat visas inte", "Kan inte logga in", "Export till lön"),
    "en": ("Rota does not load", "Cannot sign in", "Payroll export"),
}
ASKS = {
    "da": (
        "Hej, siden i går er uge {week} tom for os alle.",
        "Det virker stadig ikke efter opdateringen.",
        "Tak, nu kan vi se planen igen.",
        "Jeg har vedlagt loggen.",
    ),
    "nb": ("Hei, siden i går er uke {week} tom.", "Det virker fortsatt ikke.", "Takk, nå er det i orden."),
    "sv": ("Hej, sedan i går är vecka {week} tom.", "Det fungerar fortfarande inte.", "Tack, nu är det bra."),
    "en": (
        "Hello, week {week} has been empty since yesterday.",
        "Still broken after the update.",
        "Thanks, that fixed it.",
    ),
}
ANSWERS = {
    "da": (
        "Hej {first}, vi ser på det nu.",
        "Prøv at genindlæse siden, {first}.",
        "Rettet i dag. Vi lukker sagen.",
    ),
    "nb": ("Hei {first}, vi ser på det nå.", "Rettet i dag. Vi lukker saken."),
    "sv": ("Hej {first}, vi tittar på det nu.", "Rättat i dag. Vi stänger ärendet."),
    "en": ("Hello {first}, we are looking into it.", "Fixed today. We are closing the case."),
}
ISSUES = (
    "Vagtplan i vinterferien",
    "Havgry 9: skiftehold på mobilen",
    "Tre råd om nattillæg",
    "Brugerdag i Aarhus",
    "Sommernyt fra Havgry",
    "New: rota swaps in one tap",
)
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0",
    "HavgryApp/9.2 (Android 14)",
    "HavgryApp/9.2 (iOS 17.5)",
)
