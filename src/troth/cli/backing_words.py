"""What the commands about backups say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

BACKING: Final[Mapping[str, Both]] = {
    "backup_registered": Both(
        "Backupper: {added} nye, {known} kendt i forvejen, {gone} er væk.",
        "Backups: {added} new, {known} known before, {gone} gone.",
    ),
    "backup_skipped": Both(
        "Sprunget over, fordi det ikke er filer: {n} (mapper eller henvisninger). Registrér dem: troth backup add",
        "Not looked at, for they are no files: {n} (folders or links). Register them: troth backup add",
    ),
    "backup_withdrawn": Both(
        "{n} endelige kvitteringer er trukket tilbage: en af disse backupper er ældre end de sletninger, de gælder.",
        "Final receipts withdrawn: {n}. One of these backups is older than the erasures they were about.",
    ),
    "backup_none": Both("Ingen backup er registreret.", "No backup is registered."),
    "backup_line": Both("{name}, taget {taken}, {systems}", "{name}, begun {taken}, {systems}"),
    "backup_isolated": Both("isoleret", "isolated"),
    "backup_not_isolated": Both(
        "ikke isoleret: `troth backup check` siger hvorfor", "not isolated: `troth backup check` says why"
    ),
    "backup_clean": Both("Intet er galt med backupperne.", "Nothing is wrong with the backups."),
    "backup_waiting": Both(
        "Sletninger, der stadig kan stå i en backup: {n}, til {until}.",
        "Erasures that may still be in a backup: {n}, until {until}.",
    ),
    "backup_no_end": Both("ingen ved hvornår", "nobody knows when"),
    "backup_drilled": Both(
        "Øvelsen lykkedes: {system} fra {taken} blev gendannet, {erasures} gentaget, og prøvepersonen er væk.",
        "The drill passed: {system} of {taken} was restored, {erasures} repeated, and the canary is gone.",
    ),
    "backup_drill_failed": Both(
        "Øvelsen mislykkedes: den gendannede {system} viser stadig nogen, der blev slettet ({rows}).",
        "The drill failed: the restored {system} still shows somebody who was erased ({rows}).",
    ),
    "backup_recipe": Both(
        "Øvelser for {system} klares nu af `troth due`.",
        "Drills of {system} are made by `troth due` from now on.",
    ),
    "backup_recipe_none": Both("Opskriften for {system} er glemt.", "The recipe of {system} is forgotten."),
    "due_drill_not_made": Both(
        "Øvelsen for {system} kunne ikke gennemføres: {why}", "The drill of {system} could not be made: {why}"
    ),
    "due_backup_final": Both(
        "Endelige kvitteringer skrevet: {n}. Ingen registreret backup rummer dem længere.",
        "Final receipts written: {n}. No registered backup may hold them any more.",
    ),
    "due_backup_overdue": Both(
        "Backup {name} skulle være væk. Fjern den, og sig det så: troth backup forget {name}",
        "Backup {name} should be over. Remove it, then say so: troth backup forget {name}",
    ),
    "due_backup_drill": Both(
        "Gendannelsesøvelse for {system} er forfalden: troth backup drill",
        "A restore drill of {system} is due: troth backup drill",
    ),
    # findings, by what the engine says
    "backup.B001": Both(
        "systemets nyeste backup er for gammel, eller der er ingen",
        "the newest backup of a system is too old, or there is none",
    ),
    "backup.B002": Both(
        "ikke krypteret, eller ingen har sagt hvordan", "not encrypted, or nobody said how it is"
    ),
    "backup.B003": Both(
        "ingen har sagt, hvem der må læse den, eller andre kan også",
        "nobody said who may read it, or others may as well",
    ),
    "backup.B004": Both("et program eller enhver kan læse den", "an application, or everyone, may read it"),
    "backup.B005": Both("uden udløb", "without an end"),
    "backup.B006": Both(
        "skulle være væk, og ingen har sagt, at den er det", "should be over, and nobody said that it is gone"
    ),
    "backup.B007": Both(
        "ingen gendannelsesøvelse er lykkedes længe", "no restore drill has passed for too long"
    ),
    "backup.B008": Both("kan gendannes uden vagten", "may be restored without the guard"),
    "backup.B009": Both(
        "gemmes længere, end slettede personer genkendes", "kept longer than erased people are recognised"
    ),
}
