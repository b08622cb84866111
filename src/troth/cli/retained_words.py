"""What the commands of retention say, those about backups and the notice included, in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.cli.backing_words import BACKING
from troth.cli.checked_words import CHECKED
from troth.cli.notice_words import NOTICE
from troth.terms.bilingual import Both

RETENTION: Final[Mapping[str, Both]] = {
    **BACKING,
    **CHECKED,
    **NOTICE,
    "retention_nothing": Both("Ingen regel kan udføres.", "No rule can be carried out."),
    "retention_line": Both(
        "{rule} ({dataset}, {keep}, {reason}): {counts}", "{rule} ({dataset}, {keep}, {reason}): {counts}"
    ),
    "retention_quiet": Both(
        "{rule} ({dataset}, {keep}, {reason}): intet er forfaldent",
        "{rule} ({dataset}, {keep}, {reason}): nothing is due",
    ),
    "retention_due": Both("forfaldent: {rows}", "due {rows}"),
    "retention_was_done": Both("udført: {rows}", "done {rows}"),
    "retention_restricted": Both(
        "heraf begrænset efter personens ønske (GDPR artikel 18, stk. 2): {rows}",
        "of these restricted at the person's request (GDPR Art. 18(2)) {rows}",
    ),
    "retention_held": Both("tilbageholdt: {rows}", "held {rows}"),
    "retention_still": Both("over tiden: {rows}", "overdue {rows}"),
    "retention_residue": Both(
        "{rows} skulle være væk og er der stadig.", "{rows} should be gone and are still there."
    ),
    "retention_pseudonymised": Both(
        "Rækkerne kaldes pseudonymiserede efter en skriftlig beslutning: de er stadig personoplysninger.",
        "The rows are called pseudonymised by a written decision: they are still personal.",
    ),
    "retention_minimised": Both(
        "Kun disse felter tømmes: rækkerne er stadig personoplysninger og kaldes ikke anonymiserede.",
        "Only these fields are emptied: the rows are still personal and not called anonymised.",
    ),
    "retention_done": Both(
        "Intet er gemt længere, end reglerne siger.", "Nothing is kept longer than the rules say."
    ),
    "retention_overdue": Both("{rows} er stadig gemt for længe.", "{rows} are still kept too long."),
    "retention_later": Both(
        "Det er stille timer: resten sker ved næste kørsel derefter.",
        "These are quiet hours: the next run after them does the rest.",
    ),
    "retention_blocked": Both("Et menneske skal først tage stilling.", "A person must decide first."),
    "retention_stopped": Both(
        "Standset halvvejs. Fortsæt med: troth resume", "Stopped half-way. Go on with: troth resume"
    ),
    "retention_no_findings": Both("Hver oplysning har sin regel.", "Everything personal has its rule."),
    "retention_whole_row": Both("rækken", "the row"),
    "retention_no_end": Both("nogen siger til", "somebody says so"),
    # the closed lists
    "reason_legal_obligation": Both("retlig forpligtelse", "legal obligation"),
    "reason_dispute": Both("tvist", "dispute"),
    "reason_enforcing_agreements": Both("håndhævelse af aftaler", "enforcing agreements"),
    "reason_operations": Both("drift", "operations"),
    "event_account_closed": Both("kontoen blev lukket", "the account was closed"),
    "event_ticket_resolved": Both("sagen blev løst", "the ticket was resolved"),
    "event_chat_ended": Both("samtalen sluttede", "the chat ended"),
    "event_engagement_ended": Both("forholdet ophørte", "the engagement ended"),
    "event_last_activity": Both("sidste aktivitet", "the last activity"),
    "event_row_created": Both("rækken blev oprettet", "the row was created"),
    "event_financial_year_end": Both("regnskabsårets udgang", "the end of the financial year"),
    # why a row is still here
    "why_running": Both(
        "{columns}: gemmes til og med {until} ({rule}: {event}, regnet fra {since}; {reason})",
        "{columns}: kept until {until} inclusive ({rule}: {event}, counted from {since}; {reason})",
    ),
    "why_due": Both(
        "{columns}: tiden udløb {until} ({rule}: {event}, regnet fra {since}); næste kørsel tager det",
        "{columns}: the time ended on {until} ({rule}: {event}, counted from {since}); the next run takes it",
    ),
    "why_open": Both(
        "{columns}: fristen er ikke begyndt at løbe ({rule}: {event}; {reason})",
        "{columns}: the clock has not begun ({rule}: {event}; {reason})",
    ),
    "why_unreadable": Both(
        "{columns}: der står ingen dato at regne fristen fra ({rule}); ret cellen",
        "{columns}: the clock shows no date ({rule}); mend the cell",
    ),
    "why_held": Both(
        "{columns}: tiden udløb {until}, men rækken er stadig i brug eller mangler kundens instruks ({rule})",
        "{columns}: the time ended on {until}, but the row is in use still or lacks its customer's instruction ({rule})",
    ),
    "why_refused": Both(
        "{columns}: tiden udløb {until}, men reglen {rule} afvises: det, der er tilbage, ville stadig være personoplysninger",
        "{columns}: the time ended on {until}, but rule {rule} is refused: what it leaves would still be personal",
    ),
    "why_barred": Both("{columns}: {reason}", "{columns}: {reason}"),
    "why_kept": Both(
        "{columns}: en lov kræver det til og med {until}",
        "{columns}: a law demands it until {until} inclusive",
    ),
    "why_lapsed": Both(
        "{columns}: loven krævede det til og med {until}", "{columns}: the law demanded it until {until}"
    ),
    "why_restricted": Both(
        "{columns}: begrænset siden personens sletning, til og med {until}",
        "{columns}: restricted since the person's erasure, until {until} inclusive",
    ),
    "why_none": Both("{columns}: ingen regel siger, hvor længe", "{columns}: no rule says how long"),
    # troth due
    "due_retention": Both(
        "Opbevaring: {done} udført, {overdue} over tiden.", "Retention: {done} done, {overdue} overdue."
    ),
}
