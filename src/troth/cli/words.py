"""The command line's own sentences and headings, each in Danish and English.

What the engine says, its questions and reasons, has its Danish in `documents/words.py`; faults come in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from troth.cli import outcome_words
from troth.cli.after_words import AFTER
from troth.cli.anonymity import ANONYMITY
from troth.cli.asking_words import ASKING
from troth.cli.hold_words import HOLDS
from troth.cli.progress_words import PROGRESS
from troth.cli.retained_words import RETENTION
from troth.cli.reviewed_words import REVIEW
from troth.cli.serving_words import SERVING
from troth.terms.bilingual import Both, Lang, number
from troth.terms.lengths import NO_DAYS, spoken

WORDS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        **AFTER,
        **HOLDS,
        **RETENTION,
        **REVIEW,
        **ANONYMITY,
        **ASKING,
        **SERVING,
        # counted things: one, many
        "row": Both("{n} række", "{n} row"),
        "rows": Both("{n} rækker", "{n} rows"),
        "person": Both("{n} person", "{n} person"),
        "persons": Both("{n} personer", "{n} people"),
        "erasure": Both("{n} sletning", "{n} erasure"),
        "erasures": Both("{n} sletninger", "{n} erasures"),
        "case": Both("{n} sag", "{n} case"),
        "cases": Both("{n} sager", "{n} cases"),
        "dataset": Both("{n} datasæt", "{n} dataset"),
        "datasets": Both("{n} datasæt", "{n} datasets"),
        "system": Both("{n} system", "{n} system"),
        "systems": Both("{n} systemer", "{n} systems"),
        "table": Both("{n} tabel", "{n} table"),
        "tables": Both("{n} tabeller", "{n} tables"),
        "file": Both("{n} fil", "{n} file"),
        "files": Both("{n} filer", "{n} files"),
        "link": Both("{n} henvisning", "{n} link"),
        "links": Both("{n} henvisninger", "{n} links"),
        "reference": Both("{n} henvisning", "{n} reference"),
        "references": Both("{n} henvisninger", "{n} references"),
        "statement": Both("{n} forespørgsel", "{n} statement"),
        "statements": Both("{n} forespørgsler", "{n} statements"),
        "question": Both("{n} åbent spørgsmål", "{n} open question"),
        "questions": Both("{n} åbne spørgsmål", "{n} open questions"),
        # questions and what was not searched
        "to_decide": Both("{n} skal afgøres først", "{n} to decide first"),
        "more": Both("… og {n} til (--json viser alle)", "… and {n} more (--json lists all)"),
        "more_rows": Both("… og {n} til: --all", "… and {n} more: --all"),
        "not_searched": Both("Ikke gennemsøgt", "Not searched"),
        # find
        "found": Both("{people}: {rows} i {datasets}", "{people}: {rows} in {datasets}"),
        "nobody": Both("Ingen blev fundet.", "Nobody was found."),
        "owns": Both("egne", "own"),
        "accesses": Both("med adgang", "may see"),
        "copies": Both("andres, der nævner personen", "of others, naming the person"),
        "guess": Both("et gæt", "a guess"),
        "because": Both("fordi: {way}", "because: {way}"),
        "other_ways": Both("(en af {n} måder)", "(one of {n} ways)"),
        "how_asked": Both("{what} {value} i {place}", "{what} {value} in {place}"),
        "how_identifier": Both("samme {what} {value} i {place}", "the same {what} {value} in {place}"),
        "how_same_as": Both("samme {columns} {value} i {place}", "the same {columns} {value} in {place}"),
        "how_owned": Both("{place} ved {columns}", "{place} by {columns}"),
        "how_seen": Both("{place} ved {columns}, må ses", "{place} by {columns}, may be seen"),
        "how_copy": Both("{what} {value} i {place}.{columns}", "{what} {value} in {place}.{columns}"),
        "how_via": Both("det står i {place}", "it stands in {place}"),
        "how_guess": Both("(et gæt: {link})", "(a guess: {link})"),
        "why_theirs": Both("{row} er personens:", "{row} is the person's:"),
        "why_guess": Both(
            "{row} er kun personens, hvis et gæt er rigtigt:",
            "{row} is the person's only if a guess is right:",
        ),
        "why_not_there": Both("{row} findes ikke.", "There is no row {row}."),
        "why_not_theirs": Both(
            "Intet fører fra det, der blev spurgt om, til {row}.",
            "Nothing leads from what was asked to {row}.",
        ),
        "why_question": Both(
            "{row} blev ikke nået: et spørgsmål står i vejen.",
            "{row} was not reached: a question stands before it.",
        ),
        "hidden": Both("skjult, da det angår andre: {columns}", "hidden, as it concerns others: {columns}"),
        "cells": Both("+{n} til", "+{n} more"),
        "asked": Both("Læst med {statements}.", "Read with {statements}."),
        # plan
        "erase": Both("Slet {rows}", "Erase {rows}"),
        "anonymise": Both("Anonymisér {rows}", "Anonymise {rows}"),
        "unlink": Both("Fjern {references}", "Unlink {references}"),
        "keep": Both("Behold {rows}", "Keep {rows}"),
        "leave": Both("Lad {rows} stå", "Leave {rows}"),
        "no_columns": Both("ingen kolonne ændres", "no column changes"),
        "law_until": Both("{law}, til {until}", "{law}, until {until}"),
        "plan_of": Both("Plan for {people}", "Plan for {people}"),
        "hash": Both("Planens hash", "Plan hash"),
        "nothing_to_do": Both("Der er intet at gøre.", "There is nothing to do."),
        "nothing_changed": Both("Intet er ændret.", "Nothing was changed."),
        "say_yes": Both(
            "Intet er gjort. Gør det med --yes (og --plan HASH: kun hvis planen stadig er denne).",
            "Nothing was done. Say --yes to do it (with --plan HASH: only if it is still this plan).",
        ),
        "proposed": Both(
            "Foreslået; intet er gjort. En anden gør det med: troth erase … --plan {hash} --yes",
            "Proposed; nothing was done. Somebody else does it with: troth erase … --plan {hash} --yes",
        ),
        "decide_first": Both(
            "Intet er gjort: et menneske skal først tage stilling.",
            "Nothing was done: a person must decide first.",
        ),
        "confirm": Both("Skriv {word} for at gøre præcis dette: ", "Type {word} to do exactly this: "),
        "confirm_word": Both("slet", "erase"),
        # erased
        "stopped": Both("Standset halvvejs ved {place}: {message}", "Stopped half-way at {place}: {message}"),
        "done": Both(
            "Slettet {erased}, anonymiseret {anonymised}, beholdt {kept}.",
            "Erased {erased}, anonymised {anonymised}, kept {kept}.",
        ),
        "nobody_to_do": Both(
            "Ingen blev fundet, så der var intet at gøre.", "Nobody was found, so there was nothing to do."
        ),
        "kept": Both("beholdt", "kept"),
        "came_back": Both(
            "{rows} i {place} holder stadig det, der skulle væk: se på dem",
            "{rows} of {place} still hold what was to go: look at them",
        ),
        "certificate": Both("Bevis: {path}  (og .html)", "Certificate: {path}  (and .html)"),
        "more_beside": Both("… og {n} til ved siden af", "… and {n} more beside it"),
        # sweep
        "swept_clean": Both(
            "Eftersøgt {datasets}, {rows}, {size}: intet er tilbage.",
            "Swept {datasets}, {rows}, {size}: nothing left.",
        ),
        "swept_left": Both(
            "Eftersøgt {datasets}, {rows}, {size}: fundet {left}.",
            "Swept {datasets}, {rows}, {size}: found {left}.",
        ),
        "not_swept": Both("Ikke eftersøgt", "Not swept"),
        "place": Both("på {n} sted", "in {n} place"),
        "places": Both("på {n} steder", "in {n} places"),
        "residue_head": Both("Tilbage", "Left"),
        "uncertain_head": Both("Kun et navn, måske en andens", "A name alone, perhaps somebody else's"),
        "accounted_head": Both("Står der med en grund", "There for a reason"),
        # absence
        "bytes_absent": Both("Væk: {files} læst, {size}", "Absent: {files} read, {size}"),
        "bytes_there": Both("Ikke væk: {files} læst, {size}", "Not absent: {files} read, {size}"),
        "bytes_dead": Both("Skulle være væk", "Should be gone"),
        "bytes_live": Both(
            "Står i levende rækker; hvorfor, siger: troth sweep", "In live rows; troth sweep says why"
        ),
        "bytes_later": Both("Overlever enhver sletning en tid", "Outlives every erasure for a time"),
        "bytes_uncertain": Both("måske en andens", "perhaps somebody else's"),
        "bytes_residue": Both(
            "{rows} står der endnu uden en grund: troth sweep",
            "{rows} still there for no reason: troth sweep",
        ),
        "part_table": Both("tabel", "table"),
        "part_index": Both("indeks", "index"),
        "part_toast": Both("TOAST", "TOAST"),
        "part_free": Both("ledig side", "free page"),
        "part_journal": Both("journal", "journal"),
        "part_statistics": Both("statistik", "statistics"),
        "part_log": Both("log", "log"),
        "part_undo": Both("undo", "undo"),
        "part_file": Both("fil", "file"),
        "megabytes": Both("{n} MB", "{n} MB"),
        "kilobytes": Both("{n} kB", "{n} kB"),
        "nothing_cut_off": Both("Intet var afbrudt.", "Nothing was cut off."),
        # prove
        "proof_never": Both(
            "Aldrig været der: det, der er tilbage, står der med en grund.",
            "Never there: what is left is there for a reason.",
        ),
        "proof_left": Both(
            "Efterladt: noget er tilbage uden grund.", "Left behind: something is left without a reason."
        ),
        "proof_blocked": Both(
            "Intet er bevist: spørgsmål står før sletningen.",
            "Nothing was proved: questions stand before the erasure.",
        ),
        "proof_planted": Both(
            "En opfundet person fik {rows} i {datasets} og blev nævnt {mentions} andre steder; {compared} er sammenlignet. "
            "Kun kloner er ændret.",
            "An invented person got {rows} in {datasets} and was named in {mentions} other places; {compared} were compared. "
            "Only clones were changed.",
        ),
        "proof_open": Both("Efterladt", "Left behind"),
        "proof_not_found": Both("Lagt ind og ikke fundet igen", "Planted and not found again"),
        "proof_kept": Both("Tilbage med en grund", "Left for a reason"),
        "proof_exempt": Both("Undtaget", "Exempt"),
        "proof_until": Both("indtil {day}", "until {day}"),
        "proof_not_tried": Both("Ikke prøvet", "Not tried"),
        # export
        "wrote": Both("Skrev {rows} fra {datasets} og {files}:", "Wrote {rows} of {datasets} and {files}:"),
        # map
        "map_of": Both(
            "{datasets}, {people} med personer, {links}", "{datasets}, {people} of people, {links}"
        ),
        "guesses": Both("? et gæt, der skal ses efter", "? a guess to look at"),
        "by_category": Both("Personoplysninger efter art", "Personal columns by category"),
        "links_head": Both("Henvisninger", "Links"),
        "links_declared": Both("{n} erklærede", "{n} declared"),
        "links_confirmed": Both("{n} bekræftede", "{n} confirmed"),
        "links_inferred": Both("{n} udledte", "{n} inferred"),
        "links_surest": Both("{n} mindst 95 % sikre", "{n} at least 95% sure"),
        "links_likely": Both("{n} mindst 80 %", "{n} at least 80%"),
        "links_doubtful": Both("{n} mindre sikre", "{n} less sure"),
        "sampling": Both(
            "ser på højst {most} rækker af hver af {tables} i {system}; værdier ses og gemmes aldrig",
            "sampling at most {most} rows of each of {tables} of {system}; values are looked at and never kept",
        ),
        "looked_at": Both(
            "Så på {rows} i {tables} på {seconds} s; ingen værdi er gemt.",
            "Looked at {rows} of {tables} in {seconds} s; no value was kept.",
        ),
        "not_looked": Both(
            "Ingen værdi er set: kun navne og typer.", "No value was looked at: names and types only."
        ),
        "looked_past": Both(
            "{n} tabeller kunne ikke ses efter i: {places} (--json siger hvorfor)",
            "{n} tables could not be looked into: {places} (--json says why)",
        ),
        "guess_accepted": Both("ja    {name}: {what}", "yes  {name}: {what}"),
        "guess_rejected": Both("nej   {name}: ikke {what}", "no   {name}: not {what}"),
        "guess_already": Both("{name} var allerede afgjort", "{name} was decided already"),
        "guesses_written": Both(
            "Skrev det i {path}; {n} gæt er tilbage.", "Written into {path}; {n} guesses are left."
        ),
        "guesses_untouched": Both(
            "{path} er som før; {n} gæt er tilbage.", "{path} is as it was; {n} guesses are left."
        ),
        "password_went": Both(
            "Adgangskoden ligger i {path}, som kun du kan læse; kortet rummer ingen.",
            "The password went to {path}, readable by you only; the map holds none.",
        ),
        "map_written": Both(
            "Skrev {path}. Læs det, ret det, gem det i git.",
            "Wrote {path}. Read it, correct it, commit it.",
        ),
        "map_merged": Both(
            "Opdaterede {path}; dine afgørelser og kommentarer står der endnu.",
            "Updated {path}; your decisions and comments still stand.",
        ),
        "next_accept": Both(
            "Bekræft de {n} sikreste: troth map --all-above {least}",
            "Confirm the {n} surest: troth map --all-above {least}",
        ),
        "next_find": Both("Dernæst: troth find nogen@eksempel.dk", "Next: troth find someone@example.com"),
        "map_covers": Both(
            "Kortet dækker hvert datasæt og hver kolonne.",
            "The map covers every dataset and column of its stores.",
        ),
        # verify
        "certificate_of": Both(
            "Bevis {id} af {issued}: {outcome}.", "Certificate {id} of {issued}: {outcome}."
        ),
        "entry_of": Both(
            "Det er post {entry} af {of} i loggen; indhold, post, bevis og kontrolpunkt passer sammen.",
            "It is entry {entry} of {of} in the ledger; body, entry, proof and checkpoint agree.",
        ),
        "concerns": Both("Det angår denne person.", "It concerns this identifier."),
        "concerns_not": Both("Det angår ikke denne person.", "It does not concern this identifier."),
        "bundle_holds": Both(
            "Mappen fra {company}, lavet {made}: {files} filer, alle som de blev opført; {missing} ting siges at mangle.",
            "The bundle of {company}, made {made}: {files} files, all as they were listed; {missing} things are said to be missing.",
        ),
        "notice_holds": Both(
            "Erklæringen fra {company}, udgave {version}, som den blev vist {made}: de {entries} poster, den henviser til, "
            "står blandt loggens {of}.",
            "The notice of {company}, version {version}, as shown {made}: the {entries} entries it refers to "
            "stand among the {of} of the ledger.",
        ),
        "notice_grown": Both(
            "Siden den, du gemte, er der kommet {count} poster til; intet ældre er ændret.",
            "Since the one you kept, {count} entries were added; nothing older was changed.",
        ),
        "signed": Both("Underskrevet af {signer}.", "Signed by {signer}."),
        "signer_unknown": Both(
            "Sammenhængende, men underskriveren er ukendt: giv den nøgle, du fik af virksomheden, med --key.",
            "Consistent, signer unknown: give the key you got from the company with --key.",
        ),
        "names_open": Both(
            "Det nævner {unsearched}, der ikke er gennemsøgt, og {questions}.",
            "It names {unsearched} not searched, and {questions}.",
        ),
        "thing": Both("{n} sted", "{n} place"),
        "things": Both("{n} steder", "{n} places"),
        "ledger_holds": Both(
            "Loggen holder: {entries} poster, {checkpoints} underskrevne kontrolpunkter, {certificates} beviser passer.",
            "The ledger holds: {entries} entries, {checkpoints} signed checkpoints, {certificates} certificates agree.",
        ),
        "key": Both("Nøgle: {key}", "Key: {key}"),
        # stores
        "can": Both("kan", "can"),
        "could": Both("kunne", "could"),
        "cannot yet": Both("kan ikke endnu", "cannot yet"),
        "never": Both("aldrig", "never"),
        # the door
        "interrupted": Both("Afbrudt; intet er ændret.", "Stopped; nothing was changed."),
        "interrupted_acting": Both(
            "Afbrudt, måske midt i en sletning. Fortsæt med: troth resume",
            "Stopped, perhaps in the middle of an erasure. Go on with: troth resume",
        ),
        "seconds": Both("{n} s", "{n} s"),
    }
)

_SINGULAR: Final = {
    "rows": "row", "persons": "person", "erasures": "erasure", "datasets": "dataset", "files": "file", "links": "link",
    "references": "reference", "statements": "statement", "questions": "question", "things": "thing", "places": "place",
    "systems": "system", "tables": "table", "times": "time", "changes": "change", "cases": "case",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The sentences in one language."""

    lang: Lang = "en"

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of that key, its `{names}` filled in; whole numbers with the language's separator."""
        text = WORDS[key].within(self.lang)
        return text.format_map({name: self.plain(value) for name, value in values.items()})

    def plain(self, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value, self.lang)
        return str(value)

    def length(self, told: str) -> str:
        """How long, of what a rule file writes as `10y` or `6m`: `10 years`, `6 months`."""
        counts = {unit: int(count) for count, unit in re.findall(r"(\d+)([ymd])", told)}
        return spoken(*(counts.get(unit, 0) for unit in "ymd"), none=NO_DAYS).within(self.lang)

    def count(self, things: str, n: int) -> str:
        """`1 row`, `2,000 rows`."""
        return self(_SINGULAR[things] if n == 1 else things, n=n)

    def reason(self, english: str) -> str:
        """A reason of the engine in this language, where there is one."""
        if self.lang == "en":
            return english
        from troth.documents.words import danish

        return danish(english) or english

    def place(self, english: str) -> str:
        """Where something is, in this language; a name stays as it is."""
        if self.lang == "en":
            return english
        from troth.documents.words import place

        return place(english).da

    def spelled(self, english: str) -> str:
        """How something found is spelled, in this language."""
        from troth.documents.words import spelled

        return spelled(english) if self.lang == "da" else english

    def outcome(self, english: str) -> str:
        """What a certificate or a receipt says became of the data, in this language, where there are words for it."""
        return outcome_words.danish(english) if self.lang == "da" else english

    def progress(self, english: str) -> str:
        """What is being done, in this language, where there are words for it."""
        if self.lang == "da":
            for pattern, danish in PROGRESS:
                if found := pattern.fullmatch(english):
                    return found.expand(danish)
        return english


def clean(text: str) -> str:
    """The text on one line, without anything a terminal would obey."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )
