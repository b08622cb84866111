"""What the commands about the notice say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

NOTICE: Final[Mapping[str, Both]] = {
    "notice_clean": Both("Der er intet at udsætte på den.", "There is nothing to find fault with."),
    "notice_found": Both("Fejl: {errors}. Advarsler: {warnings}.", "Errors: {errors}. Warnings: {warnings}."),
    "notice_same": Both("De to lover det samme.", "The two promise the same."),
    "notice_material": Both(
        "Ændringen er væsentlig: sig det til dem, det angår, før den gælder (GDPR art. 13, stk. 3).",
        "The change is material: tell the people it concerns before it holds (GDPR Art. 13(3)).",
    ),
    "notice_not_material": Both("Ændringen er ikke væsentlig.", "The change is not material."),
    "notice_lists": Both("listerne", "the lists"),
    "notice_exported": Both("Skrevet: {path}", "Written: {path}"),
    "notice_refused": Both("Intet er offentliggjort.", "Nothing was published."),
    "notice_published": Both(
        "Version {number} af {notice} er offentliggjort og gælder fra {effective}, når den aktiveres.",
        "Version {number} of {notice} is published and holds from {effective}, once it is activated.",
    ),
    "notice_box": Both(
        "{notice} {number}: {waiting} venter på besked før {effective}; {unreachable} har ingen e-mailadresse.",
        "{notice} {number}: {waiting} wait to be told before {effective}; {unreachable} have no e-mail address.",
    ),
    "notice_box_gone": Both(
        "{notice} {number}: alle har fået besked.", "{notice} {number}: everybody has been told."
    ),
    "notice_box_lost": Both(
        "{notice} {number}: vores egne data blev gendannet, og det vides ikke længere, hvem der manglede besked. Offentliggør den igen.",
        "{notice} {number}: our own state was put back, and who had still to be told is lost. Publish it again.",
    ),
    "notice_box_empty": Both("Ingen venter på besked.", "Nobody waits to be told."),
    "notice_theirs": Both(
        "{n} hører til kunder, der selv er dataansvarlige: kunden giver dem besked.",
        "{n} belong to customers who control their data: those the customer tells.",
    ),
    "notice_written": Both("{n} adresser er skrevet.", "{n} addresses are written."),
    "notice_told": Both(
        "{n} er noteret som orienteret, fordi du siger det.", "{n} are now told, by your word."
    ),
    "notice_active": Both(
        "Version {number} af {notice} gælder nu.", "Version {number} of {notice} holds now."
    ),
    "notice_blocked_waiting": Both(
        "Ikke aktiveret: {waiting} har ikke fået besked. Se: troth notice outbox",
        "Not activated: {waiting} have not been told. See: troth notice outbox",
    ),
    "notice_blocked_unreachable": Both(
        "Ikke aktiveret: {unreachable} har ingen e-mailadresse. Giv dem besked på anden måde: troth notice outbox --others",
        "Not activated: {unreachable} have no e-mail address. Tell them otherwise: troth notice outbox --others",
    ),
    "notice_blocked_late": Both(
        "Ikke aktiveret: beskederne gik først, da den skulle gælde. Offentliggør den igen med en senere dato.",
        "Not activated: the messages went only when it was to hold. Publish it again from a later day.",
    ),
    "notice_blocked_early": Both(
        "Ikke aktiveret: den gælder først fra {effective}.", "Not activated: it holds from {effective} only."
    ),
    "notice_blocked_lost": Both(
        "Ikke aktiveret: det vides ikke længere, hvem der manglede besked. Offentliggør den igen.",
        "Not activated: who had still to be told is lost. Publish it again.",
    ),
    "notice_version": Both(
        "{notice} {number}, fra {effective}: {state} ({digest})",
        "{notice} {number}, from {effective}: {state} ({digest})",
    ),
    "notice_tampered": Both(
        "Den er ikke den, der blev offentliggjort.", "It is not the one that was published."
    ),
    "notice_none": Both("Ingen version er offentliggjort.", "No version is published."),
    "notice_state_published": Both("offentliggjort", "published"),
    "notice_state_active": Both("gælder", "holds"),
    "notice_state_superseded": Both("afløst", "superseded"),
    "notice_state_lost": Both("tabt", "lost"),
}
