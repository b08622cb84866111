"""What the pages that everybody shares say, in Danish and English."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

TEXTS: Final[dict[str, Both]] = {
    "skip": Both("Gå til indholdet", "Skip to content"),
    "language": Both("Sprog", "Language"),
    "other_language": Both("In English", "På dansk"),
    "portal_title": Both("Dine oplysninger", "Your data"),
    "console_title": Both("Arbejdsplads for databeskyttelse", "Privacy console"),
    "footer": Both("Om siden", "About this site"),
    "notice": Both("Privatlivspolitik", "Privacy notice"),
    "california": Both("Dine rettigheder i Californien", "Your California privacy rights"),
    "opt_out": Both("Sælg eller del ikke mine oplysninger", "Do not sell or share my personal information"),
    "limit": Both("Begræns brugen af følsomme oplysninger", "Limit the use of my sensitive personal information"),
    "contact": Both("Kontakt", "Contact"),
    "sign_in": Both("Log ind", "Sign in"),
    "to_cases": Both("Til sagerne", "To the cases"),
    "with_passkey": Both("Log ind med adgangsnøgle", "Sign in with a passkey"),
    "sign_out": Both("Log ud", "Sign out"),
    "security": Both("Min adgang", "My sign-in"),
    "factors": Both("To-faktor-godkendelse og adgangsnøgler", "Second factor and passkeys"),
    "password": Both("Adgangskode", "Password"),
    "providers": Both("Andre måder at logge ind på", "Other ways to sign in"),
    "signed_in_as": Both("Logget ind som {name}", "Signed in as {name}"),
    "errors_title": Both("Der er noget, der skal rettes", "Something needs to be corrected"),
    "error_word": Both("Fejl:", "Error:"),
    # refusals and errors
    "missing_title": Both("Siden findes ikke", "There is no such page"),
    "missing_says": Both(
        "Adressen er måske skrevet forkert, eller linket er udløbet.",
        "The address may be mistyped, or the link may have expired.",
    ),
    "broken_title": Both("Noget gik galt hos os", "Something went wrong on our side"),
    "broken_says": Both(
        "Prøv igen om lidt. Det, du har sendt før, er ikke gået tabt.",
        "Please try again in a little while. What you sent before is not lost.",
    ),
    "refused_title": Both("Det har du ikke adgang til", "You may not see this"),
    "refused_says": Both(
        "Din rolle giver ikke adgang hertil. Spørg den, der fordeler rollerne.",
        "Your role does not include this. Ask whoever gives out the roles.",
    ),
    "stale_title": Both("Formularen er for gammel", "The form is too old"),
    "stale_says": Both(
        "Den blev ikke sendt. Gå tilbage, hent siden igen, og send den en gang til.",
        "It was not sent. Go back, load the page again, and send it once more.",
    ),
    "bad_title": Both("Det kunne vi ikke læse", "We could not read that"),
    "bad_says": Both("Gå tilbage, og prøv igen.", "Please go back and try again."),
    "busy_title": Both("Vent et øjeblik", "Please wait a moment"),
    "busy_says": Both(
        "Der er kommet for mange forsøg på kort tid. Prøv igen om {minutes} min.",
        "There were too many attempts in a short time. Try again in {minutes} min.",
    ),
    "forgotten_title": Both("Adgangskoden udleveres ikke her", "Passwords are not given out here"),
    "forgotten_says": Both(
        "Den, der fordeler rollerne, kan lave et nyt link til dig. Konti oprettes heller ikke her.",
        "Whoever gives out the roles can make a new link for you. Accounts are not made here either.",
    ),
    "home": Both("Til forsiden", "To the front page"),
    # second factor
    "factor_title": Both("Din rolle kræver to-faktor-godkendelse", "Your role needs a second factor"),
    "factor_says": Both(
        "Tilføj en adgangsnøgle eller en app med engangskoder; derefter kan du arbejde videre.",
        "Add a passkey or an app with one-time codes; then you can go on.",
    ),
    "factor_add": Both("Tilføj", "Add one"),
    "factor_enter": Both("Skriv engangskoden", "Enter the one-time code"),
    "key_add": Both("Tilføj en adgangsnøgle", "Add a passkey"),
    "key_edit": Both("Omdøb", "Rename"),
    "key_remove": Both("Fjern", "Remove"),
    "keys": Both("Adgangsnøgler", "Passkeys"),
    "keys_none": Both("Du har ingen adgangsnøgler endnu.", "You have no passkeys yet."),
    "key_alone": Both("logger ind alene", "signs in by itself"),
    "key_since": Both("Tilføjet", "Added"),
    "key_used": Both("sidst brugt", "last used"),
    "key_unused": Both("ikke brugt endnu", "not used yet"),
    "codes_new": Both("Lav nye gendannelseskoder", "Make new recovery codes"),
    "password_set": Both("Vælg en adgangskode", "Choose a password"),
    "password_done": Both("Adgangskoden er gemt", "The password is saved"),
    "link_used": Both("Linket kan ikke bruges", "The link cannot be used"),
    "link_used_says": Both(
        "Det er brugt allerede eller for gammelt. Den, der fordeler rollerne, kan lave et nyt til dig.",
        "It has been used already, or it is too old. Whoever gives out the roles can make a new one for you.",
    ),
    "save": Both("Gem", "Save"),
    # placeholders of the two front pages
    "portal_lead": Both("Hvad vil du gerne?", "What would you like?"),
    "console_lead": Both("Sagerne", "The cases"),
}  # fmt: skip
