"""What workflows say while they work, in Danish; an unknown line stays English."""

from __future__ import annotations

import re
from typing import Final

PROGRESS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(english), danish)
    for english, danish in (
        (r"reading the structure of (.+)", r"læser opbygningen af \1"),
        (r"searching for the person", r"leder efter personen"),
        (r"following links to rows that are theirs", r"følger henvisninger til personens rækker"),
        (r"looking for copies in other rows", r"leder efter kopier i andre rækker"),
        (
            r"waiting for another process that is at work on this state",
            "venter på en anden proces, der er i gang",
        ),
        (r"batch (\d+) of (\d+)", r"del \1 af \2"),
        (r"resting (\d+) s before the next batch of (.+)", r"hviler \1 s før næste del af \2"),
        (r"(.+) is busy: trying again in ([\d.]+) s", r"\1 er optaget: prøver igen om \2 s"),
        (r"checking that nothing is left", r"efterprøver, at intet er tilbage"),
        (r"sweeping (.+): ([\d,]+) of about ([\d,]+) MB", r"eftersøger \1: \2 af omtrent \3 MB"),
        (r"removing the bytes", r"fjerner selve bytene"),
        (r"writing certificates", r"skriver beviser"),
        (
            r"looking again whether anything came after an erasure",
            r"ser efter, om noget er kommet til siden sletningen",
        ),
        (r"looking for erased people in (.+)", r"leder efter slettede personer i \1"),
        (r"reading the import: ([\d,]+) rows", r"læser importen: \1 rækker"),
        (r"opening (.+)", r"åbner \1"),
        (r"cloning (.+)", r"kloner \1"),
        (r"planting an invented person", r"lægger en opfundet person ind"),
        (r"erasing the invented person with the real engine", r"sletter den opfundne person"),
        (r"comparing (.+): ([\d,]+) rows", r"sammenligner \1: \2 rækker"),
        (r"comparing ([^:]+)", r"sammenligner \1"),
        (r"sampling (.+): table ([\d,]+) of ([\d,]+)", r"ser på \1: tabel \2 af \3"),
        (r"looking for links that nobody declared", r"leder efter henvisninger, ingen har erklæret"),
        (r"proposing the map", r"udkaster kortet"),
        (r"reading (.+): ([\d,]+) of ([\d,]+) rows", r"læser \1: \2 af \3 rækker"),
        (r"reading (.+): ([\d,]+) rows", r"læser \1: \2 rækker"),
        (r"reading ([^:]+)", r"læser \1"),
        (r"writing (.+)", r"skriver \1"),
        (r"checking the ledger: entry ([\d,]+)", r"efterprøver loggen: post \1"),
    )
)
