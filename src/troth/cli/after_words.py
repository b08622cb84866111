"""What the command line says of the time after an erasure, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

AFTER: Final[Mapping[str, Both]] = {
    # export
    "gaps": Both("Står ikke skrevet ned", "Not written down"),
    "withheld": Both("Vises ikke, fordi loven forbyder det", "Not shown, because the law forbids it"),
    "left_out": Both("Er ikke med", "Left out"),
    # due
    "due_nothing": Both("Intet er forfaldent.", "Nothing is due."),
    "due_clean": Both(
        "Set efter igen ({run}): intet er kommet til.", "Looked again ({run}): nothing has come since."
    ),
    "due_erased": Both(
        "Set efter igen ({run}): slettet {erased}, anonymiseret {anonymised}, der kom til siden.",
        "Looked again ({run}): erased {erased}, anonymised {anonymised} that came since.",
    ),
    "due_blocked": Both(
        "Set efter igen ({run}): et menneske skal først tage stilling.",
        "Looked again ({run}): a person must decide first.",
    ),
    "due_later": Both(
        "Set efter igen ({run}): der er noget at slette, men det er stille timer. Det sker ved næste kørsel derefter.",
        "Looked again ({run}): there is something to erase, but these are quiet hours. The next run after them does it.",
    ),
    "due_stopped": Both(
        "Set efter igen ({run}): standset halvvejs. Fortsæt med: troth resume",
        "Looked again ({run}): stopped half-way. Go on with: troth resume",
    ),
    "due_returned": Both(
        "{people} er selv vendt tilbage og blev ladt i fred: spørg, hvis du er i tvivl.",
        "{people} came back of their own accord and were left alone: ask, if in doubt.",
    ),
    "due_next": Both("Næste gang: {next} ({waiting} venter).", "Next: {next} ({waiting} waiting)."),
    "due_expired": Both(
        "Tiden er udløbet for {erasures}: de slettede personer genkendes ikke længere.",
        "The time of {erasures} is over: the people erased are no longer recognised.",
    ),
    "due_cases": Both(
        "Optegnelser slettet: {cases}. Tiden for at gemme dem er udløbet.",
        "Records deleted: {cases}. The time to keep them is over.",
    ),
    # restore guard
    "guard_nobody": Both(
        "Ingen er slettet siden {taken}: {system} kan åbnes.",
        "No erasure was done since {taken}: {system} may be opened.",
    ),
    "guard_clean": Both(
        "{erasures} er gentaget i {system}. Ingen slettet person kan ses dér længere: systemet kan åbnes.",
        "Repeated {erasures} in {system}. No erased person is visible there any more: it may be opened.",
    ),
    "guard_visible": Both(
        "{rows} i {system} viser stadig slettede personer: systemet må ikke åbnes.",
        "{rows} of {system} still show erased people: it must not be opened.",
    ),
    "guard_uncertain": Both(
        "{rows} står under en slettet nøgle, men siger, at de er en andens: se på dem.",
        "{rows} stand under an erased key but say that they are somebody else's: look at them.",
    ),
    "guard_place": Both("{rows} i {place}", "{rows} of {place}"),
    # import guard
    "import_clean": Both(
        "{rows}; ingen handler om en slettet person.", "{rows}; none is about an erased person."
    ),
    "import_matched": Both(
        "{rows}; om slettede personer: {matched}. De må ikke importeres.",
        "{rows}; about erased people: {matched}. Those must not be imported.",
    ),
    "import_written": Both("De øvrige er gemt i {path}.", "The others stand in {path}."),
}
