"""What the pages for those who must act beside us say: owners of systems kept by hand, recipients, customers."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

ACTS: Final[dict[str, Both]] = {
    "copy": Both("Find alt om personen, og vedhæft en kopi", "Find everything about the person, and attach a copy"),
    "correct": Both("Ret det, der er forkert", "Correct what is wrong"),
    "erase": Both("Slet alt om personen", "Erase everything about the person"),
    "restrict": Both("Læg det til side: gem det, men brug det ikke", "Put it aside: keep it, but do not use it"),
    "stop": Both("Brug det ikke til markedsføring, salg eller deling", "Do not use it for marketing, sale or sharing"),
}  # fmt: skip
SAID: Final[dict[str, Both]] = {
    "nothing": Both("Vi har intet om personen", "We hold nothing about the person"),
    "done": Both("Vi har fundet noget, og det er gjort", "We found something, and it is done"),
    "found": Both("Vi har fundet noget, men er ikke færdige", "We found something, and are not done"),
}  # fmt: skip
DONE: Final[dict[str, Both]] = {
    "erase": Both("slettet", "erased"),
    "correct": Both("rettet", "corrected"),
    "restrict": Both("lagt til side og må ikke bruges", "put aside, and may not be used"),
    "opt_out": Both("undtaget fra salg og deling", "opted out of sale and sharing"),
    "limit": Both("begrænset til det nødvendige", "limited to what is necessary"),
}
MAY: Final[dict[str, Both]] = {
    "erase": Both("Må vi slette det for jer?", "May we erase it for you?"),
    "hand_over": Both("Må vi give personen en kopi for jer?", "May we give the person a copy for you?"),
}  # fmt: skip
SAYS: Final[dict[str, Both]] = {
    "title": Both("Opgave i sag {number}", "Task in case {number}"),
    "who": Both("Personen", "The person"),
    "known_by": Both("Kendes på", "Known by"),
    "where": Both("Hvor I skal se efter", "Where to look"),
    "due": Both("Svar senest", "Answer by"),
    "correct_what": Both("Personens egne ord", "The person's own words"),
    "to_do": Both("Det skal I gøre", "What to do"),
    "look_first": Both(
        "Se først efter, om I har noget. Gør ikke mere, før vi har truffet afgørelse; så får I besked.",
        "First look whether you hold anything. Do no more before we have decided; we will tell you.",
    ),
    "answer": Both("Jeres svar", "Your answer"),
    "answered": Both("Jeres svar indtil nu: {said}. I kan rette det, til sagen er slut.",
                     "Your answer so far: {said}. You can correct it until the case is over."),
    "words": Both("Noget, vi bør vide (valgfrit)", "Anything we should know (optional)"),
    "files": Both("Kopi af det, I har fundet (valgfrit)", "A copy of what you found (optional)"),
    "files_hint": Both("Højst ti filer, tilsammen 10 MB. En medarbejder ser dem, før personen får dem.",
                       "At most ten files, 10 MB together. A member of staff looks at them before the person gets them."),
    "send": Both("Send", "Send"),
    "thanks": Both("Tak, vi har jeres svar.", "Thank you, we have your answer."),
    "choose": Both("Vælg et svar.", "Choose an answer."),
    "not_now": Both("Det kan ikke besvares nu. Hent siden igen.", "This cannot be answered now. Load the page again."),
    "too_large": Both("Filerne fylder for meget, eller der er for mange.", "The files are too large, or too many."),
    "recipient_title": Both("Oplysninger, I har fået af {us}", "Data that you received from {us}"),
    "recipient_says": Both(
        "Det, I har fået om personen, er hos os nu: {done}. Gør det samme, og sig det videre til dem, I har givet det til.",
        "What you received about the person is now, with us: {done}. Do the same, and pass it on to those to whom you gave it.",
    ),
    "confirm": Both("Det er gjort", "It is done"),
    "confirmed": Both("Tak. I har bekræftet, at det er gjort.", "Thank you. You have confirmed that it is done."),
    "customer_title": Both("En anmodning til {customer}", "A request to {customer}"),
    "customer_says": Both(
        "Personen beder om noget, der også gælder oplysninger, vi kun har på jeres vegne. Vi gør kun det, I siger.",
        "The person asks for something that also concerns data we hold on your behalf only. We do only what you tell us.",
    ),
    "yes": Both("Ja", "Yes"),
    "no": Both("Nej", "No"),
}  # fmt: skip
