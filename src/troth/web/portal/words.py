"""What the portal says, in Danish and English; a name of a request is said as a person would say it."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

KINDS: Final[dict[str, Both]] = {
    "access": Both("Se, hvad I har om mig (indsigt og kopi)", "See what you hold about me (access and a copy)"),
    "know_categories": Both("Vide, hvilke slags oplysninger I har om mig", "Know which kinds of data you hold about me"),
    "know_specific": Both("Se, hvad I har om mig (en kopi)", "See what you hold about me (a copy)"),
    "portability": Both("Tage mine oplysninger med mig (dataportabilitet)", "Take my data with me (portability)"),
    "rectification": Both("Rette noget, der er forkert", "Correct something that is wrong"),
    "erasure": Both("Slette mine oplysninger", "Delete my data"),
    "restriction": Both("Lægge mine oplysninger til side (begrænse brugen)", "Put my data aside (restrict its use)"),
    "objection": Both("Gøre indsigelse mod jeres brug", "Object to how you use my data"),
    "marketing_objection": Both("Ikke mere markedsføring", "No more marketing"),
    "withdrawal": Both("Trække mit samtykke tilbage", "Withdraw my consent"),
    "unsubscribe": Both("Afmelde nyhedsbreve", "Unsubscribe from newsletters"),
    "opt_out": Both("Sælg eller del ikke mine oplysninger", "Do not sell or share my personal information"),
    "limit": Both("Begræns brugen af mine følsomme oplysninger", "Limit the use of my sensitive personal information"),
    "shine": Both(
        "Vide, hvem der har fået mine oplysninger til egen markedsføring (Shine the Light)",
        "Know who got my data for their own marketing (Shine the Light)",
    ),
    "question": Both("Stille et spørgsmål", "Ask a question"),
}  # fmt: skip

STATES: Final[dict[str, Both]] = {
    "received": Both("Modtaget", "Received"),
    "identity": Both("Vi venter på, at du viser, hvem du er", "We wait for you to show who you are"),
    "searching": Both("Vi leder i vores systemer", "We are searching our systems"),
    "review": Both("En medarbejder ser på sagen", "A member of staff is looking at it"),
    "decided": Both("Afgjort; det bliver udført nu", "Decided; it is being carried out"),
    "delivered": Both("Besvaret", "Answered"),
    "closed": Both("Afsluttet", "Closed"),
}  # fmt: skip

OUTCOMES: Final[dict[str, Both]] = {
    "granted": Both("Imødekommet", "Granted"),
    "partly": Both("Delvist imødekommet", "Granted in part"),
    "refused": Both("Afslået", "Refused"),
}  # fmt: skip

SAYS: Final[dict[str, Both]] = {
    "lead": Both("Hvad vil du gerne?", "What would you like?"),
    "lead_says": Both(
        "Du behøver ingen konto. Det tager et par minutter, og det er gratis.",
        "You need no account. It takes a couple of minutes and costs nothing.",
    ),
    "see": Both("Se, hvad I har om mig", "See what you hold about me"),
    "see_says": Both("Du får en kopi og at vide, hvad vi bruger den til.", "You get a copy, and what we use it for."),
    "delete": Both("Slet alt om mig", "Delete everything about me"),
    "delete_says": Both(
        "Sletning, samtykke, indsigelse og nyhedsbreve i én sag.",
        "Deletion, consent, objection and newsletters in one case.",
    ),
    "stop": Both("Hold op med at kontakte mig", "Stop contacting me"),
    "stop_says": Both("Ingen markedsføring og ingen nyhedsbreve mere.", "No marketing and no newsletters any more."),
    "else": Both("Noget andet", "Something else"),
    "else_says": Both(
        "Rette, tage med, lægge til side, spørge … og rettigheder i Californien.",
        "Correct, take along, put aside, ask … and California rights.",
    ),
    "go_on": Both("Fortsæt", "Continue"),
    "back": Both("Tilbage", "Back"),
    "send": Both("Send", "Send"),
    "optional": Both("(kan udelades)", "(optional)"),
    "where_title": Both("Hvor bor du?", "Where do you live?"),
    "where_says": Both("Det afgør, hvilken lov der gælder for dig.", "It decides which law applies to you."),
    "country": Both("Land", "Country"),
    "state": Both("Delstat", "State"),
    "which_title": Both("Hvad drejer det sig om?", "What is it about?"),
    "who_title": Both("Hvem er du?", "Who are you?"),
    "who_says": Both(
        "Vi spørger kun om det, vi skal bruge for at svare dig. Brug den mailadresse, vi kender dig på, hvis du har en.",
        "We only ask for what we need to answer you. Use the e-mail address by which we know you, if there is one.",
    ),
    "name": Both("Navn", "Name"),
    "email": Both("Mailadresse", "E-mail address"),
    "email_says": Both("Vi sender en kode dertil.", "We will send a code there."),
    "agent_question": Both("Spørger du for dig selv?", "Are you asking for yourself?"),
    "agent_no": Both("Ja, for mig selv", "Yes, for myself"),
    "agent_yes": Both("Nej, for en anden, der har bedt mig om det", "No, for somebody who asked me to"),
    "agent_title": Both("Hvem spørger du for?", "For whom are you asking?"),
    "agent_name": Both("Den andens navn", "The other person's name"),
    "agent_email": Both("Den andens mailadresse", "The other person's e-mail address"),
    "agent_by": Both("Hvordan har de givet dig lov?", "How did they permit it?"),
    "agent_confirm": Both("De bekræfter det selv: vi skriver til dem", "They confirm it themselves: we write to them"),
    "agent_written": Both("Med en underskrevet tilladelse, som jeg vedhæfter", "By a signed permission, which I attach"),
    "agent_power": Both("Med en fuldmagt, som jeg vedhæfter", "By a power of attorney, which I attach"),
    "permission": Both("Tilladelsen eller fuldmagten", "The permission or power of attorney"),
    "permission_says": Both("PDF, JPEG eller PNG, højst 5 MB.", "PDF, JPEG or PNG, 5 MB at most."),
    "details_title": Both("Fortæl lidt mere", "Tell us a little more"),
    "wrong": Both("Hvad er forkert?", "What is wrong?"),
    "right": Both("Hvad skal der stå i stedet?", "What should it say instead?"),
    "why": Both("Hvorfor gør du indsigelse?", "Why do you object?"),
    "why_says": Both(
        "Fortæl, hvad der er særligt ved din situation. Så længe vi ser på det, bruger vi ikke oplysningerne til det.",
        "Tell us what is particular to your situation. While we look at it, we do not use the data for that.",
    ),
    "restrict": Both("Hvorfor skal oplysningerne lægges til side?", "Why should the data be put aside?"),
    "period": Both("Hvor langt tilbage?", "How far back?"),
    "period_year": Both("De sidste 12 måneder", "The last 12 months"),
    "period_all": Both("Alt, hvad I har", "Everything you hold"),
    "words": Both("Er der andet, vi skal vide?", "Is there anything else we should know?"),
    "question_words": Both("Dit spørgsmål", "Your question"),
    "check_title": Both("Se efter, og send", "Check and send"),
    "you_ask": Both("Du beder os om at", "You ask us to"),
    "you_are": Both("Du er", "You are"),
    "on_behalf": Both("Du spørger for", "You ask for"),
    "you_wrote": Both("Du skrev", "You wrote"),
    "stays_title": Both("Før du sender", "Before you send"),
    "stays_none": Both(
        "Vi sletter alt om dig: ingen lov kræver, at vi beholder noget.",
        "We delete everything about you: no law makes us keep any of it.",
    ),
    "stays_some": Both("Noget må vi ikke slette: {what}", "Some we may not delete: {what}"),
    "answer_by": Both("Du får svar senest {day}.", "You will have an answer by {day} at the latest."),
    "at_once": Both(
        "Det gælder fra nu af: du behøver ikke vise, hvem du er.",
        "It holds from now on: you need not show who you are.",
    ),
    "objection_means": Both(
        "Får du medhold, holder vi op med den brug. Det kan betyde, at en tjeneste, der bygger på den, ikke længere virker for dig; "
        "det siger vi, før der sker noget. Du stilles ikke ringere på andre måder.",
        "If you are right, we stop that use. A service that is built on it may then no longer work for you; we say so before "
        "anything happens. You are not treated worse in any other way.",
    ),
    "sent_title": Both("Vi har modtaget det", "We have received it"),
    "sent_says": Both("Din sag har nummer {number}.", "Your case has number {number}."),
    "sent_mail": Both(
        "Vi skriver til dig. Du kan altid følge sagen her; gem linket:",
        "We will write to you. You can follow the case here at any time; keep this link:",
    ),
    "status_link": Both("Følg sagen", "Follow the case"),
    "status_title": Both("Din sag", "Your case"),
    "status_says": Both(
        "Linket alene viser ingenting. Vi sender en ny kode til den mailadresse, der står i sagen.",
        "The link alone shows nothing. We send a fresh code to the e-mail address in the case.",
    ),
    "send_code": Both("Send en kode", "Send a code"),
    "code_title": Both("Skriv koden", "Enter the code"),
    "code_says": Both(
        "Vi har sendt en kode, hvis der er en mailadresse i sagen. Den gælder i {minutes} minutter.",
        "We have sent a code, if there is an e-mail address in the case. It is good for {minutes} minutes.",
    ),
    "code": Both("Koden", "The code"),
    "code_wrong": Both("Koden passer ikke, eller den er udløbet.", "The code does not fit, or it has expired."),
    "case_number": Both("Sag {number}", "Case {number}"),
    "received_on": Both("Modtaget", "Received"),
    "due_on": Both("Svar senest", "Answer by"),
    "state_is": Both("Lige nu", "Right now"),
    "decisions": Both("Afgørelser", "Decisions"),
    "waiting_for": Both("Vi venter på svar fra {count} system(er), der passes i hånden.", "We wait for {count} system(s) kept by hand."),
    "papers": Both("Det, du kan hente", "What you can fetch"),
    "fetch": Both("Hent {file}", "Fetch {file}"),
    "until": Both("kan hentes til {day}", "can be fetched until {day}"),
    "complain": Both("Er du uenig?", "Do you disagree?"),
    "complain_says": Both(
        "Du kan klage til {authority}, og du kan gå til domstolene.",
        "You can complain to {authority}, and you can go to court.",
    ),
    "more_title": Both("Skriv mere til sagen", "Write more about the case"),
    "retract": Both("Træk anmodningen tilbage", "Take the request back"),
    "retract_says": Both("Så lukker vi sagen uden at gøre noget.", "Then we close the case and do nothing."),
    "noted": Both("Det står nu i sagen.", "It is now in the case."),
    "retracted": Both("Sagen er lukket, som du bad om.", "The case is closed, as you asked."),
    "nothing_yet": Both("Ikke endnu.", "Not yet."),
    "identity_title": Both("Vis, hvem du er", "Show who you are"),
    "identity_says": Both(
        "Vi må ikke give oplysninger til den forkerte. Mere end det her må vi ikke spørge om.",
        "We must not give data to the wrong person. More than this we may not ask.",
    ),
}  # fmt: skip
