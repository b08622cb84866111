"""What the commands about promises and their checks say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troth.terms.bilingual import Both

CHECKED: Final[Mapping[str, Both]] = {
    "light_kept": Both("holdt", "kept"),
    "light_stale": Both("forældet", "stale"),
    "light_broken": Both("brudt", "broken"),
    "light_attested": Both("attesteret", "attested"),
    "light_unbound": Both("ubundet", "unbound"),
    "verdict_holds": Both("holder", "holds"),
    "verdict_fails": Both("holder ikke", "fails"),
    "verdict_unknown": Both("kan ikke afgøres", "cannot be told"),
    "verdict_error": Both("gik i stykker", "broke"),
    "verdict_attested": Both("attesteret", "attested"),
    "verdict_none": Both("aldrig spurgt", "never asked"),
    "polarity_positive": Both("bekræfter", "positive"),
    "polarity_negative": Both("forsøger det forbudte", "negative"),
    "kind_live": Both("spørger lageret", "live"),
    "kind_event": Both("spørger loggen", "event"),
    "kind_attested": Both("et menneskes ord", "attested"),
    "check_sum": Both(
        "Brudt: {broken}. Forældet: {stale}. Ubundet: {unbound}. Attesteret: {attested}. Holdt: {kept}.",
        "Broken: {broken}. Stale: {stale}. Unbound: {unbound}. Attested: {attested}. Kept: {kept}.",
    ),
    "check_nothing": Both("Intet af det valgte er forfaldent.", "None of what was chosen is due."),
    "check_waits": Both("venter på {what}", "waits for {what}"),
    "status_control": Both("Kontrol: {name} {parameters}", "Control: {name} {parameters}"),
    "status_no_control": Both("Løftet nævner ingen kontrol.", "The promise names no control."),
    "status_deadline": Both("Frist: {deadline}", "Deadline: {deadline}"),
    "status_last": Both(
        "svarede {collected}, gælder til {expires}, post {entry}", "answered {collected}, counts until {expires}, entry {entry}"
    ),
    "status_history_once": Both("{since}, {times}: {verdict}", "{since}, {times}: {verdict}"),
    "status_attest": Both(
        "Et menneske må stå inde for det: troth attest {promise} --by NAVN --says TEKST --until DATO",
        "A person must say so: troth attest {promise} --by NAME --says TEXT --until DATE",
    ),
    "status_history": Both("{since} til {until}, {times}: {verdict}", "{since} to {until}, {times}: {verdict}"),
    "status_verify": Both("Efterprøv det selv: {command}", "Verify it yourself: {command}"),
    "status_word": Both("{by} ({at}, gælder til {until}): {says}", "{by} ({at}, counts until {until}): {says}"),
    "status_written": Both("Siden er gemt i {path}.", "The page stands in {path}."),
    "attested_until": Both("Noteret for {promise}, til {until}.", "Noted for {promise}, until {until}."),
    "time": Both("{n} gang", "{n} time"),
    "times": Both("{n} gange", "{n} times"),
    "due_checks": Both(
        "Forfaldne kontroller: {asked}. Brudte løfter: {broken}.", "Checks that were due: {asked}. Broken promises: {broken}."
    ),
}  # fmt: skip
