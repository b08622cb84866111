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
    "otherwise": Both("Vil du hellere ringe eller skrive?", "Would you rather call or write?"),
    "otherwise_says": Both(
        "Du kan også spørge i et brev, på mail, i telefonen eller ved at komme forbi. Så åbner vi sagen for dig, og du får samme svar.",
        "You can also ask by letter, by e-mail, by phone or in person. We then open the case for you, and you get the same answer.",
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
    "email_says": Both("Vi sender en kode til den.", "We will send a code there."),
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
    "permission_title": Both("Vis, at du må spørge", "Show that you may ask"),
    "permission_read": Both("Tak. En medarbejder læser den.", "Thank you. A member of staff will read it."),
    "state_agent": Both("Vi venter på den, du spørger for", "We wait for the person you ask for"),
    "agent_waits": Both(
        "Vi har skrevet til den, du spørger for. Når de har bekræftet det, går vi videre.",
        "We have written to the person you ask for. We go on when they have confirmed it.",
    ),
    "details_title": Both("Fortæl lidt mere", "Tell us a little more"),
    "what": Both("Hvilken oplysning er forkert?", "Which of your data is wrong?"),
    "what_says": Both("Den bruger vi ikke til at se, hvem du er.", "We do not use it to see who you are."),
    "what_name": Both("Mit navn", "My name"),
    "what_email": Both("Min mailadresse", "My e-mail address"),
    "what_phone": Both("Mit telefonnummer", "My phone number"),
    "what_address": Both("Min adresse", "My address"),
    "what_payment": Both("Noget om betaling", "Something about payment"),
    "what_other": Both("Noget andet", "Something else"),
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
    "copy": Both("Vil du have en kopi af dine oplysninger først?", "Would you like a copy of your data first?"),
    "copy_says": Both(
        "Så laver vi kopien først og skriver til dig, når den ligger klar. Du kan hente den i {days} dage. Intet slettes, før den "
        "ligger der.",
        "Then we make the copy first, and write to you when it is there. You can fetch it for {days} days. Nothing is deleted before "
        "it is there.",
    ),
    "copy_no": Both("Nej, slet bare", "No, just delete"),
    "copy_yes": Both("Ja, send mig en kopi først", "Yes, send me a copy first"),
    "words": Both("Er der andet, vi skal vide?", "Is there anything else we should know?"),
    "question_words": Both("Dit spørgsmål", "Your question"),
    "check_title": Both("Se efter, og send", "Check and send"),
    "you_ask": Both("Du vil gerne", "You would like to"),
    "you_are": Both("Du er", "You are"),
    "on_behalf": Both("Du spørger for", "You ask for"),
    "you_wrote": Both("Du skrev", "You wrote"),
    "stays_title": Both("Før du sender", "Before you send"),
    "stays_none": Both(
        "Vi sletter alt om dig: ingen lov kræver, at vi beholder noget.",
        "We delete everything about you: no law makes us keep any of it.",
    ),
    "stays_some": Both(
        "Vi sletter alt om dig, undtagen det, vi ikke må slette: {what}.",
        "We delete everything about you but what we may not delete: {what}.",
    ),
    "stays_by": Both("det, vi skal gemme efter {law}{until}", "what we must keep under {law}{until}"),
    "stays_years": Both(" (i {years} år)", " (for {years} years)"),
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
    "waiting_one": Both(
        "Vi venter på svar fra ét sted, hvor en medarbejder selv leder.", "We wait for one place where somebody looks by hand."
    ),
    "waiting_for": Both(
        "Vi venter på svar fra {count} steder, hvor en medarbejder selv leder.", "We wait for {count} places where somebody looks by hand."
    ),
    "papers": Both("Det, du kan hente", "What you can fetch"),
    "until": Both("kan hentes til {day}", "can be fetched until {day}"),
    "complain": Both("Er du uenig?", "Do you disagree?"),
    "complain_says": Both(
        "Du kan klage til {authority}, og du kan gå til domstolene.",
        "You can complain to {authority}, and you can go to court.",
    ),
    "more_title": Both("Skriv mere til sagen", "Write more about the case"),
    "more_words": Both("Det, vi skal vide", "What we should know"),
    "paper_copy": Both("Kopi af dine oplysninger", "A copy of your data"),
    "paper_portability": Both("Dine oplysninger til at tage med", "Your data to take along"),
    "paper_certificate": Both("Bevis for sletningen, til at læse", "Certificate of the erasure, to read"),
    "paper_proof": Both("Det samme bevis, til at efterprøve", "The same certificate, to verify"),
    "retract": Both("Træk anmodningen tilbage", "Take the request back"),
    "retract_says": Both(
        "Så lukker vi sagen og gør ikke mere. Det, vi allerede er holdt op med, holder vi fortsat op med.",
        "Then we close the case and do nothing more. What we have stopped already stays stopped.",
    ),
    "noted": Both("Det står nu i sagen.", "It is now in the case."),
    "retracted": Both("Sagen er lukket, som du bad om.", "The case is closed, as you asked."),
    "nothing_yet": Both("Ikke endnu.", "Not yet."),
    "provider_says": Both(
        "Du forlader nu siden. Når du er færdig, kommer du tilbage til os. Så åbner du din sag igen med linket i vores mail og en ny kode.",
        "You now leave this site. When done, you come back to us. Then open your case again by the link in our mail and a new code.",
    ),
    "back_title": Both("Velkommen tilbage", "Welcome back"),
    "back_says": Both(
        "Åbn din sag igen med linket i vores mail. Du får en ny kode, og så kan du se, om det lykkedes.",
        "Open your case again by the link in our mail. You get a new code, and then you see whether it worked.",
    ),
    "back_why": Both(
        "Du kommer ikke direkte ind i sagen herfra. Dem, du lige har vist, hvem du er, får nemlig aldrig linket til din sag.",
        "You cannot go straight to your case from here: those to whom you have just shown who you are never get the link to it.",
    ),
    "identity_title": Both("Vis, hvem du er", "Show who you are"),
    "identity_says": Both(
        "Vi må ikke give oplysninger til den forkerte. Mere end det her må vi ikke spørge om.",
        "We must not give data to the wrong person. More than this we may not ask.",
    ),
    "thanks": Both("Tak, det passede.", "Thank you, that fitted."),
    "no_match": Both("Det passede ikke. Prøv igen, eller spring over.", "That did not fit. Try again, or skip it."),
    "not_now": Both("Det kan ikke lade sig gøre nu.", "That cannot be done now."),
    "skip_this": Both("Det ved jeg ikke", "I do not know that"),
    "answer_this": Both("Svar", "Answer"),
    "your_answer": Both("Dit svar", "Your answer"),
    "declare": Both("Ja, det erklærer jeg", "Yes, I declare it"),
    "more_time": Both("Vi har brug for mere tid: {why}", "We need more time: {why}"),
    "fetch_it": Both("Hent", "Fetch"),
    "confirm_title": Both("Har du bedt nogen spørge for dig?", "Did you ask somebody to ask for you?"),
    "confirm_says": Both("{agent} siger, at du har bedt dem spørge os om det her", "{agent} says that you asked them to ask us for this"),
    "confirm_yes": Both("Ja, de spørger for mig", "Yes, they ask for me"),
    "confirm_no": Both("Nej, det har jeg ikke", "No, I did not"),
    "confirmed": Both("Tak. Så går vi videre med sagen.", "Thank you. We will go on with the case."),
    "denied": Both("Tak. Sagen er lukket, og der er ikke sket noget.", "Thank you. The case is closed, and nothing was done."),
    "confirm_nothing": Both("Gør du ingenting, sker der ikke noget.", "If you do nothing, nothing happens."),
    # the notice
    "notice_title": Both("Privatlivspolitik", "Privacy notice"),
    "notice_lead": Both(
        "Hver sætning er et løfte. Mærket ud for den viser, om løftet holder; åbn en sætning, og se, hvad der sikrer "
        "det, og hvornår det sidst blev prøvet.",
        "Each sentence is a promise. Its mark shows whether the promise is kept; open a sentence to see what keeps it "
        "and when it was last tested.",
    ),
    "version": Both("Udgave {number}, gælder fra {day}", "Version {number}, in force from {day}"),
    "draft": Both("Udkast: endnu ikke udgivet", "Draft: not yet published"),
    "history": Both("Udgaver", "Versions"),
    "changed": Both("Hvad der blev ændret", "What was changed"),
    "material": Both("Vigtig ændring.", "Material change."),
    "material_one": Both("med vigtige ændringer", "with material changes"),
    "first_version": Both("Det var den første udgave.", "This was the first version."),
    "nothing_changed": Both("Løfterne er de samme som i udgaven før.", "The promises are those of the version before."),
    "as_it_was": Both("Sådan lød den", "What it said"),
    "to_notice": Both("Til privatlivspolitikken, som den gælder nu", "To the privacy notice as it is now"),
    "not_in_language": Both("Den blev ikke udgivet på dansk.", "It was not published in English."),
    "all_promises": Both("Sådan går det med løfterne", "How the promises stand"),
    "checkpoint": Both("Logbogens seneste underskrevne stand", "The ledger's latest signed state"),
    "light_kept": Both("holder", "kept"),
    "light_stale": Both("uden friskt bevis", "no fresh proof"),
    "light_broken": Both("brudt", "broken"),
    "light_attested": Both("bekræftet af en person", "attested by a person"),
    "light_unbound": Both("prøves ikke endnu", "not tested yet"),
    "light_unknown": Both("kan ikke vises", "cannot be shown"),
    "unproved": Both(
        "Lige nu kan vi ikke vise, om løfterne holder. Det, vi har gemt om prøverne, svarer ikke til logbogen, og så skal ingen stole på "
        "det. Løfterne gælder stadig. Vi har givet besked til dem, der skal undersøge det.",
        "Right now we cannot show whether the promises are kept. What we have stored about the tests does not match the log, so nobody "
        "should rely on it. The promises still stand. Those who must look into it have been told.",
    ),
    "altered": Both(
        "Teksten, der er gemt, er ikke den, der blev udgivet. Derfor viser vi den ikke.",
        "The text that is stored is not the one that was published. So we do not show it.",
    ),
    "not_compared": Both(
        "Udgaven før kan ikke vises, så ændringerne kan heller ikke.",
        "The version before cannot be shown, and so neither can the changes.",
    ),
    "promise": Both("Løfte", "Promise"),
    "control": Both("Det sikres af", "Kept by"),
    "last_evidence": Both("Sidste prøve", "Last test"),
    "never_tested": Both("ikke prøvet endnu", "not tested yet"),
    "good_until": Both("gælder til", "good until"),
    "waits_for": Both("Venter på", "Waits for"),
    "how_to_verify": Both("Sådan efterprøver du det", "How to verify it"),
    "verify_says": Both(
        "Hver prøve bliver skrevet i en logbog. Her er dens seneste stand med vores underskrift. Gem den: ændrer eller fjerner vi siden "
        "noget i logbogen, passer den ikke længere med det, du har gemt.",
        "Each test is written in a log. This is the log's latest state, with our signature. Keep it: if we later change or remove "
        "anything in the log, it no longer fits what you have kept.",
    ),
    "verify_how": Both(
        "Tallet # ud for en prøve er dens plads i logbogen. Hent siden her som en underskrevet fil, og prøv den med vores offentlige nøgle "
        "og det åbne program troth på din egen maskine, uden os og uden net. Så ved du, at vi har skrevet under på netop denne side, og at "
        "der står noget i logbogen på hver af de pladser, den nævner, som vi ikke kan bytte ud bagefter.",
        "The number # beside a test is its place in the log. Fetch this page as a signed file, and check it with our public key and the "
        "open program troth on your own machine, without us and offline. Then you know that we signed exactly this page, and that at each "
        "place it names something stands in the log that we cannot exchange afterwards.",
    ),
    "verify_not": Both(
        "Hvad der står i logbogen, viser filen ikke, for det kunne fortælle om nogens sag. At prøverne virkelig gik, som siden siger, kan "
        "du derfor ikke se af filen. Det kan den, der har adgang til logbogen, for eksempel en revisor eller tilsynsmyndigheden.",
        "The file does not show what the log says, since that could tell of somebody's case. So you cannot see from it that the tests "
        "really went as the page says. Whoever has access to the log can, such as an auditor or the supervisory authority.",
    ),
    "signed_file": Both("Hent siden som underskrevet fil", "Get this page as a signed file"),
    "public_key": Both("Vores offentlige nøgle", "Our public key"),
    "commands": Both("Kommandoerne", "The commands"),
    "verify_later": Both(
        "Gem filen. Hent en ny en anden dag, og se, at intet ældre er ændret; programmet siger, hvad der skal stå efter adressen.",
        "Keep the file. Fetch another one some other day, and see that nothing older was changed; the program says what to put "
        "after the address.",
    ),
    "nothing_published": Both("Der er ingen privatlivspolitik her endnu.", "There is no notice here yet."),
    # contact and California
    "contact_title": Both("Kontakt", "Contact"),
    "contact_says": Both(
        "Skriv, ring eller spørg her på siden. Du behøver ikke bruge en formular.",
        "Write, call, or ask on this site. No form is needed."),
    "officer": Both("Databeskyttelsesrådgiver", "Data protection officer"),
    "authority": Both("Klage", "Complaints"),
    "company": Both("Dataansvarlig", "Controller"),
    "ask_here": Both("Spørg her", "Ask here"),
    "california_title": Both("Dine rettigheder i Californien", "Your California privacy rights"),
    "california_says": Both(
        "Bor du i Californien, kan du få at vide, hvad vi har om dig, få det slettet og rettet, sige nej til salg og deling, begrænse "
        "brugen af følsomme oplysninger og én gang om året få navnene på dem, der har fået dine oplysninger til egen markedsføring (Civ. "
        "Code 1798.83). Du behandles ikke ringere, fordi du gør det, og du kan lade en anden gøre det for dig.",
        "If you live in California, you may know what we hold about you, have it deleted and corrected, opt out of sale and sharing, "
        "limit the use of sensitive information, and once a year get the names of those who received your data for their own marketing "
        "(Civ. Code 1798.83). You are not treated worse for it, and you may let somebody else do it for you.",
    ),
    "opt_out_title": Both("Sælg eller del ikke mine oplysninger", "Do not sell or share my personal information"),
    "opt_out_says": Both(
        "Vi behøver kun at vide, hvem det gælder. Du skal ikke vise, hvem du er.",
        "We only need to know whom it is about. You need not show who you are.",
    ),
    "limit_title": Both("Begræns brugen af mine følsomme oplysninger", "Limit the use of my sensitive personal information"),
    "empty_fact": Both("Ikke oplyst endnu.", "Not given yet."),
}  # fmt: skip
