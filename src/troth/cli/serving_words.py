"""What the commands of the server and of its workers say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

SERVING: Final[Mapping[str, Both]] = {
    "example_made": Both(
        "En opdigtet virksomhed er lagt i {folder}. Ingen i den findes, og dens mails havner i {folder}/mails.",
        "An invented company was put into {folder}. Nobody in it exists, and its mails end in {folder}/mails.",
    ),
    "example_staff": Both(
        "Konsollen som {name} ({role}): vælg en adgangskode, {link}",
        "The console as {name} ({role}): choose a password, {link}",
    ),
    "serving": Both("Svarer på {address} (stop med Ctrl-C).", "Answering at {address} (stop with Ctrl-C)."),
    "staff_has": Both("{name}: {roles}", "{name}: {roles}"),
    "staff_closed": Both("{name}: lukket", "{name}: closed"),
    "staff_link": Both(
        "Vælg adgangskode her, én gang og inden for et døgn: {link}",
        "Set the password here, once and within a day: {link}",
    ),
    "worker_began": Both(
        "Arbejder i {threads} tråde (stop med Ctrl-C; den gør først færdig).",
        "Working in {threads} threads (stop with Ctrl-C; it finishes first).",
    ),
    "worker_once": Both("Udført: {attempts}.", "Done: {attempts}."),
    "jobs_none": Both("Intet venter, og intet er slået fejl.", "Nothing waits, and nothing has failed."),
    "jobs_waiting": Both(
        "{waiting} venter, heraf {due} forfaldne. Næste: {next}.",
        "{waiting} waiting, {due} of them due. Next: {next}.",
    ),
    "jobs_running": Both("I gang", "Running"),
    "jobs_trying": Both("Slog fejl og prøves igen", "Failed, and tried again"),
    "jobs_failed": Both("Slog fejl: nogen skal se på det", "Failed: somebody must see to it"),
    "jobs_one": Both(
        "{kind} · sag {case} · forsøg {attempts} · {fault}",
        "{kind} · case {case} · attempts {attempts} · {fault}",
    ),
    "jobs_more": Both("og {more} til", "and {more} more"),
    "jobs_retry": Both("→ prøv igen: troth jobs retry {job}", "→ try again: troth jobs retry {job}"),
    "jobs_retried": Both("{kind} prøves igen.", "{kind} is tried again."),
}
