"""Guarantees a Danish sentence for whatever the stores say of bytes that remain, and of how and by whom that ends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # done
        "freed cells were overwritten with zeros (secure_delete)": "frigjorte celler er overskrevet med nuller (secure_delete)",
        "the file was rewritten without free pages (VACUUM)": "filen er skrevet om uden ledige sider (VACUUM)",
        "the write-ahead log was emptied (wal_checkpoint TRUNCATE)": "loggen over skrivninger er tømt (wal_checkpoint TRUNCATE)",
        "the planner's statistics were made anew, without the old values (ANALYZE)": (
            "planlæggerens statistik er dannet på ny, uden de gamle værdier (ANALYZE)"
        ),
        # remains: what, and how it ends
        "nothing was done about the bytes (TROTH_VACUUM=no)": "der er intet gjort ved selve bytene (TROTH_VACUUM=no)",
        "VACUUM, or OPTIMIZE, what the erasure touched": "kør VACUUM, eller OPTIMIZE, på det, sletningen rørte",
        "copies and backups of the file made before still hold the rows": (
            "kopier og sikkerhedskopier af filen fra før sletningen rummer stadig rækkerne"
        ),
        "backups and dumps made before hold the rows until they expire": (
            "sikkerhedskopier og udtræk fra før sletningen rummer rækkerne, til de udløber"
        ),
        "let them expire, and erase again in whatever is restored from them": "lad dem udløbe, og slet igen i det, der gendannes fra dem",
        "blocks that the file system freed hold the rows until they are overwritten": (
            "blokke, som filsystemet har frigjort, rummer rækkerne, til de er overskrevet"
        ),
        "remove its snapshots; on solid-state disks run fstrim, or rely on encryption of the disk": (
            "fjern dets øjebliksbilleder; kør fstrim på SSD-diske, eller stol på diskens kryptering"
        ),
        "the write-ahead log (-wal) holds the rows: another connection still reads from it": (
            "loggen over skrivninger (-wal) rummer rækkerne: en anden forbindelse læser stadig af den"
        ),
        "end that connection's transaction, then PRAGMA wal_checkpoint(TRUNCATE)": (
            "afslut den forbindelses transaktion, og kør PRAGMA wal_checkpoint(TRUNCATE)"
        ),
        "VACUUM it while nobody else uses it": "kør VACUUM, mens ingen andre bruger den",
        "this role may not VACUUM every touched table: dead rows stay there": (
            "denne rolle må ikke køre VACUUM på alle berørte tabeller: døde rækker bliver liggende"
        ),
        "their owner must run VACUUM (FULL), or MAINTAIN is granted (PostgreSQL 17)": (
            "deres ejer må køre VACUUM (FULL), eller rollen gives MAINTAIN (PostgreSQL 17)"
        ),
        "the planner's statistics (pg_statistic) may hold values of erased rows": (
            "planlæggerens statistik (pg_statistic) kan rumme værdier fra slettede rækker"
        ),
        "ANALYZE the touched tables, then VACUUM (FULL) pg_statistic as the database's owner": (
            "kør ANALYZE på de berørte tabeller, og derefter VACUUM (FULL) pg_statistic som databasens ejer"
        ),
        "the write-ahead log holds the rows until its segments are overwritten": (
            "loggen over skrivninger rummer rækkerne, til dens segmenter er overskrevet"
        ),
        "archived write-ahead log made before holds the rows": "arkiveret log over skrivninger fra før sletningen rummer rækkerne",
        "take a base backup, then remove what is older (pg_archivecleanup)": (
            "tag en ny grundkopi, og fjern, hvad der er ældre (pg_archivecleanup)"
        ),
        "see that what reads them catches up, and drop those that nothing reads (pg_replication_slots)": (
            "se til, at det, der læser dem, kommer med, og fjern dem, som intet læser (pg_replication_slots)"
        ),
        "see that they have caught up (pg_stat_replication); logical ones settle by themselves only what they own": (
            "se til, at de er fulgt med (pg_stat_replication); logiske rydder kun selv op i det, de ejer"
        ),
        "the server's log may hold statements with the keys of erased rows": (
            "serverens log kan rumme forespørgsler med nøgler fra slettede rækker"
        ),
        "rotate it and remove the old ones": "skift den, og fjern de gamle",
        "statistics may hold values of erased rows (mysql.column_stats): this account may not look": (
            "statistik kan rumme værdier fra slettede rækker (mysql.column_stats): denne konto må ikke se efter"
        ),
        "ANALYZE TABLE … PERSISTENT FOR ALL, for each touched table": "ANALYZE TABLE … PERSISTENT FOR ALL for hver berørt tabel",
        "FLUSH BINARY LOGS, then PURGE BINARY LOGS once every replica has read them": (
            "FLUSH BINARY LOGS, og PURGE BINARY LOGS, når alle kopier af serveren har læst dem"
        ),
        "replicas apply the change as they catch up; their relay logs go as they do": (
            "serverens kopier udfører ændringen, når de følger med; så forsvinder også deres logge"
        ),
        "see that they have caught up": "se til, at de er fulgt med",
        "the undo and redo logs hold the rows until InnoDB has purged and overwritten them": (
            "undo- og redo-loggene rummer rækkerne, til InnoDB har ryddet op i dem og overskrevet dem"
        ),
        "nothing on a busy server; end long transactions (innodb_trx), for they stop the purge": (
            "intet på en travl server; afslut lange transaktioner (innodb_trx), for de hindrer oprydningen"
        ),
        # what `troth absence` cannot see, and what to do about what it finds
        "values cut across pages, packed or encrypted, and numbers stored in binary": (
            "værdier delt over flere sider, pakkede eller krypterede, og tal gemt binært"
        ),
        "this SQLite has no dbstat: whose page it is cannot be told": "denne SQLite har ikke dbstat: hvis siden er, kan ikke siges",
        "compressed TOAST values, values cut into chunks of 2 kB, and numbers stored in binary": (
            "pakkede TOAST-værdier, værdier delt i stykker på 2 kB, og tal gemt binært"
        ),
        "what lies under the file system (freed blocks, snapshots), and the server's own log": (
            "det, der ligger under filsystemet (frigjorte blokke, øjebliksbilleder), og serverens egen log"
        ),
        "pages that the server has not written yet: CHECKPOINT first (role pg_checkpoint), then look again": (
            "sider, serveren endnu ikke har skrevet: kør CHECKPOINT først (rollen pg_checkpoint), og se så igen"
        ),
        "this role may not see data_directory (pg_read_all_settings): name it with --files": (
            "denne rolle må ikke se data_directory (pg_read_all_settings): nævn mappen med --files"
        ),
        "compressed or encrypted pages, values cut across pages, and numbers stored in binary": (
            "pakkede eller krypterede sider, værdier delt over flere sider, og tal gemt binært"
        ),
        "pages that the server has not written yet: wait some minutes, or look after a clean shutdown": (
            "sider, serveren endnu ikke har skrevet: vent nogle minutter, eller se efter en ren nedlukning"
        ),
        "words of full-text indexes one by one: only whole values are looked for": (
            "enkelte ord i fuldtekstindekser: der ledes kun efter hele værdier"
        ),
        "its files cannot be read here: run this where they are, or name them with --files": (
            "dens filer kan ikke læses her: kør kommandoen, hvor de er, eller nævn dem med --files"
        ),
        "names of one word and short numbers: such bytes stand anywhere by accident": (
            "navne på ét ord og korte numre: den slags bytes står tilfældigt hvor som helst"
        ),
        "Rewrite the table: VACUUM (FULL), OPTIMIZE TABLE, or VACUUM of the file.": (
            "Skriv tabellen om: VACUUM (FULL), OPTIMIZE TABLE eller VACUUM af filen."
        ),
        "Rewrite the table with its indexes: VACUUM (FULL), OPTIMIZE TABLE, or VACUUM of the file.": (
            "Skriv tabellen om med dens indekser: VACUUM (FULL), OPTIMIZE TABLE eller VACUUM af filen."
        ),
        "Rewrite the table: VACUUM (FULL) takes its TOAST along.": "Skriv tabellen om: VACUUM (FULL) tager dens TOAST med.",
        "VACUUM the file.": "Kør VACUUM på filen.",
        "End the transactions of other connections, then PRAGMA wal_checkpoint(TRUNCATE), or remove the journal.": (
            "Afslut andre forbindelsers transaktioner, og kør PRAGMA wal_checkpoint(TRUNCATE), eller fjern journalen."
        ),
        "ANALYZE the touched tables, then VACUUM (FULL) pg_statistic; on MariaDB ANALYZE … PERSISTENT FOR ALL.": (
            "Kør ANALYZE på de berørte tabeller, og derefter VACUUM (FULL) pg_statistic; på MariaDB ANALYZE … PERSISTENT FOR ALL."
        ),
        "It outlives every erasure: see the certificate for the day by which it ends.": (
            "Den overlever enhver sletning: se i beviset, hvilken dag det hører op."
        ),
        "Find out what wrote it; remove it, or erase again in what is restored from it.": (
            "Find ud af, hvad der skrev den; fjern den, eller slet igen i det, der gendannes fra den."
        ),
    }
)

PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    (
        r"(?P<n>\d+) tables were rewritten without the dead rows, their indexes too \(VACUUM FULL\)",
        "{n} tabeller er skrevet om uden de døde rækker, også deres indekser (VACUUM FULL)",
    ),
    (
        r"dead rows of (?P<n>\d+) tables were removed \(VACUUM\)",
        "døde rækker i {n} tabeller er fjernet (VACUUM)",
    ),
    (
        r"(?P<n>\d+) tables were rebuilt without the dead rows \(OPTIMIZE\)",
        "{n} tabeller er dannet på ny uden de døde rækker (OPTIMIZE)",
    ),
    (
        r"statistics that hold values were made anew for (?P<n>\d+) tables \(ANALYZE\)",
        "statistik, der rummer værdier, er dannet på ny for {n} tabeller (ANALYZE)",
    ),
    (
        r"(?P<n>\d+) full-text indexes were merged without the words of erased rows \(optimize\)",
        "{n} fuldtekstindekser er lagt sammen uden de slettede rækkers ord (optimize)",
    ),
    (
        r"the file was not rewritten \(another connection holds it\): its free pages may hold what others deleted before",
        "filen er ikke skrevet om (en anden forbindelse holder den): dens ledige sider kan rumme, hvad andre har slettet før",
    ),
    (
        r"the file was not rewritten \(its disk has no room for (?P<room>.+)\): its free pages may hold what others deleted before",
        "filen er ikke skrevet om (dens disk har ikke plads til {room}): dens ledige sider kan rumme, hvad andre har slettet før",
    ),
    (
        r"(?P<name>.+) \((?P<n>\d+) MB\) was not rewritten: freed bytes stay in its files and its indexes' until new rows overwrite them",
        "{name} ({n} MB) er ikke skrevet om: frigjorte bytes bliver i dens og dens indeksers filer, til nye rækker overskriver dem",
    ),
    (
        r"(?P<sql>VACUUM \(FULL\) .+), which stops its readers and needs as much free disk; or pg_repack while it is in use",
        "{sql}, som standser dem, der læser den, og kræver lige så meget ledig disk; eller pg_repack, mens den er i brug",
    ),
    (
        r"(?P<n>\d+) dead rows stayed in (?P<name>.+): an older transaction may still see them",
        "{n} døde rækker blev i {name}: en ældre transaktion kan stadig se dem",
    ),
    (
        r"end it \((?P<where>[\w, ]+)\), then (?P<sql>VACUUM \(FULL\) .+)",
        "afslut den ({where}), og kør derefter {sql}",
    ),
    (
        r"CHECKPOINT and SELECT pg_switch_wal\(\); new writes of about (?P<n>\d+) MB overwrite the segments",
        "CHECKPOINT og SELECT pg_switch_wal(); nye skrivninger på omtrent {n} MB overskriver segmenterne",
    ),
    (
        r"(?P<n>\d+) replication slots keep write-ahead log with the rows \(without bound\)",
        "{n} replikeringspladser holder på log med rækkerne (uden grænse)",
    ),
    (
        r"(?P<n>\d+) replication slots keep write-ahead log with the rows \(up to (?P<most>\d+) MB\)",
        "{n} replikeringspladser holder på log med rækkerne (op til {most} MB)",
    ),
    (
        r"(?P<n>\d+) replicas follow this server: files rewritten here are rewritten there as they catch up",
        "{n} kopier følger denne server: filer skrevet om her bliver skrevet om dér, når de følger med",
    ),
    (
        r"(?P<name>.+) \((?P<n>\d+) MB\) was not rebuilt: its file holds the old rows",
        "{name} ({n} MB) er ikke dannet på ny: dens fil rummer de gamle rækker",
    ),
    (
        r"(?P<sql>ALTER TABLE .+ FORCE), which copies the table and needs as much free disk; writers wait at its start and end",
        "{sql}, som kopierer tabellen og kræver lige så meget ledig disk; skrivende venter i begyndelsen og til sidst",
    ),
    (
        r"(?P<name>.+) could not be rebuilt: this account may not \(OPTIMIZE needs SELECT and INSERT\), or others hold it locked",
        "{name} kunne ikke dannes på ny: kontoen må ikke (OPTIMIZE kræver SELECT og INSERT), eller andre holder den låst",
    ),
    (
        r"the history of (?P<name>.+) holds the rows as they were",
        "historikken for {name} rummer rækkerne, som de var",
    ),
    (
        r"(?P<sql>DELETE HISTORY FROM .+) \(privilege DELETE HISTORY\), which ends everybody's history up to now",
        "{sql} (rettigheden DELETE HISTORY), som ender alles historik til nu",
    ),
    (
        r"the binary log holds the rows until it is purged \(after (?P<n>\d+) days\)",
        "den binære log rummer rækkerne, til den ryddes (efter {n} dage)",
    ),
    (
        r"the binary log holds the rows until it is purged \(it never is by itself\)",
        "den binære log rummer rækkerne, til den ryddes (det sker aldrig af sig selv)",
    ),
    (
        r"the (?P<name>general_log|slow_query_log) may hold statements with the keys of erased rows",
        "{name} kan rumme forespørgsler med nøgler fra slettede rækker",
    ),
    (
        r"the store refused to remove the bytes \((?P<why>.+)\)",
        "systemet afviste at fjerne bytene ({why})",
    ),
    (r"(?P<name>\S+): this user may not read it", "{name}: denne bruger må ikke læse den"),
)
"""Sentences with names, numbers or statements in them, which stay as they are."""
