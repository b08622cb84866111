"""Guarantees a Danish sentence for each known reason why a part of a bundle could not be made."""

from __future__ import annotations

from typing import Final

from troth.documents.patterns import Phrases
from troth.terms.bilingual import Both

FAULTS: Final = Phrases(
    (
        # the notice and its versions
        ("there is no such folder.", "mappen findes ikke."),
        ("a part of the notice is missing.", "en del af erklæringen mangler."),
        ("this part of the notice cannot be read.", "en del af erklæringen kan ikke læses."),
        ("there is no promise here.", "der er intet løfte i filen."),
        ("no version of the notice is published", "ingen udgave af erklæringen er offentliggjort"),
        (
            "this version of the notice is not the one that was published",
            "denne udgave af erklæringen er ikke den, der blev offentliggjort",
        ),
        (
            "this notice names no processing for others",
            "erklæringen nævner ingen behandling for andre",
        ),
        ("a record is written as .csv or .html", "en fortegnelse skrives som .csv eller .html"),
        # retention
        ("there are no retention rules here.", "der er ingen regler for opbevaring."),
        ("the retention rules cannot be read.", "reglerne for opbevaring kan ikke læses."),
        ("nothing was ever erased by a rule", "intet er nogensinde slettet efter en regel"),
        # the ledger
        ("there is no ledger yet", "der er endnu ingen log"),
        ("entry {number} is missing", "post {number} mangler"),
        ("entry {number} is not what was written", "post {number} er ikke det, der blev skrevet"),
        (
            "entry {number} stands otherwise in the second copy",
            "post {number} står anderledes i den anden kopi",
        ),
        ("the stored hashes do not belong to the entries", "de gemte hashværdier hører ikke til posterne"),
        ("a checkpoint over {number} entries was changed", "et kontrolpunkt over {number} poster er ændret"),
        (
            "a checkpoint over {number} entries was signed; only {number_2} are left",
            "et kontrolpunkt over {number} poster er underskrevet; kun {number_2} er tilbage",
        ),
        (
            "an entry among the first {number} was changed after it was signed",
            "en post blandt de første {number} er ændret, efter at den blev underskrevet",
        ),
        ("{number} stored hashes of the ledger are missing", "{number} gemte hashværdier i loggen mangler"),
        (
            "the second copy belongs to another state: its key is another",
            "den anden kopi hører til en anden tilstand: dens nøgle er en anden",
        ),
        (
            "the key of this record is gone, so it cannot be opened",
            "nøglen til oplysningen er væk, så den kan ikke åbnes",
        ),
        (
            "this certificate was issued over another history: the ledger was rewritten",
            "beviset er udstedt over en anden historik: loggen er skrevet om",
        ),
        # stores
        ("there is no such file", "filen findes ikke"),
        (
            "the file cannot be opened as a SQLite database ({why})",
            "filen kan ikke åbnes som en SQLite-database ({why})",
        ),
        ("PostgreSQL did not let us in ({why})", "PostgreSQL lukkede os ikke ind ({why})"),
        ("MariaDB or MySQL did not let us in ({why})", "MariaDB eller MySQL lukkede os ikke ind ({why})"),
        ("SQLite refused: {why}", "SQLite sagde nej: {why}"),
        ("PostgreSQL cannot hold such a text", "PostgreSQL kan ikke rumme sådan en tekst"),
        ("MariaDB and MySQL cannot hold such a text", "MariaDB og MySQL kan ikke rumme sådan en tekst"),
        ("MariaDB or MySQL refused: {why}", "MariaDB eller MySQL sagde nej: {why}"),
        ("PostgreSQL refused: {why}", "PostgreSQL sagde nej: {why}"),
    )
)


def fault_said(english: str) -> Both:
    """The reason in both languages; one that is not known is the same in both."""
    return Both(FAULTS.danish(english) or english, english)
