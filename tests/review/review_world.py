"""A company whose map, rules and notice hold together, as folders and as a git repository; tests change one thing in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from troth.workflows.review import review

Files = Mapping[str, str]
MAP = """\
troth: 1
approval: second_person
shared_by: 2
systems:
  crm:
    url: postgresql://db/crm
    datasets:
      customer:
        subject: customer
        key: [id]
        purpose: to deliver
        fields:
          id: key
          email: email
          phone: phone
          name: full_name
          postcode: {category: postal_code, erased: {generalise: 2 digits}}
          profile: {category: json, paths: {"contact.mail": email}}
          shoe: quantity
          closed: date
      ticket:
        key: [id]
        tenant: org
        fields: {id: key, customer: key, agent: key, org: key, subject: free_text, resolved: date}
        links:
          - {columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}
          - {columns: [agent], to: "customer [id]", means: ACCESSED_BY, declared: true}
        on_get: [{link: agent, hide: [subject]}]
        on_erase: [{link: agent, clear: [subject]}]
      invoice:
        key: [id]
        erase: anonymise
        fields: {id: key, customer: key, bill_to: full_name, amount: amount, issued: date}
        links: [{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}]
        keep:
          - {law: dk.bookkeeping, columns: [bill_to], until: {start: issued, years: 5, financial_year_end: "12-31"}, active: true}
      town:
        key: [id]
        fields: {id: key, city: city}
    unmapped: {migration: no person in it}
  archive:
    manual: {owner: the archive, mail: archive@havgry.example, holds: [full_name, address], says: {da: mapper, en: binders}}
"""
RULES = """\
retention: 1
zone: Europe/Copenhagen
financial_year_end: 12-31
rules:
  customers:
    datasets: [crm.customer]
    clock: {event: account_closed, column: closed}
    keep: 2y
    reason: operations
    outcome: erase
  tickets:
    datasets: [crm.ticket]
    clock: {event: ticket_resolved, column: resolved}
    keep: 2y
    reason: operations
    outcome: erase
    instruction: DPA 7
    agreements: {acme: {keep: 1y, reference: DPA 9}}
  invoices:
    datasets: [crm.invoice]
    clock: {event: financial_year_end, column: issued}
    law: dk.bookkeeping
    reason: legal_obligation
    outcome: anonymise
"""
HEAD = """\
notice: 1
id: example
languages: [da, en]
facts: {controller.name: Vindheim ApS}
subjects:
  customer: {da: Kunder, en: Customers}
purposes:
  deliver: {da: At levere, en: To deliver, subjects: [customer]}
  inform: {da: At fortælle nyt, en: To send news, subjects: [customer]}
categories:
  account: {da: Kontooplysninger, en: Account details, fields: [full_name, email, phone, postal_code, json]}
  prose: {da: Beskeder, en: Messages, fields: [free_text]}
  health: {da: Helbred, en: Health, fields: [special]}
recipients:
  hosting: {da: Driftsleverandører, en: Hosting providers, role: processor, countries: [DK]}
  analytics: {da: Analyseleverandører, en: Analytics partners, role: processor, countries: [US], safeguard: clauses}
points:
  website: {da: Hjemmesiden, en: The website, systems: [crm]}
"""
PROMISES = """\
- id: P1
  kind: C
  points: [website]
  purposes: [deliver]
  basis: contract
  categories: [account, prose]
  recipients: [hosting]
  retention: {keep: P2Y, after: account_closed}
- id: P2
  kind: C
  title: {da: Nyheder kun med samtykke, en: News only after asking}
  purposes: [inform]
  basis: consent
  categories: [account]
- id: P3
  kind: L
  never: {categories: [health], acts: [sale]}
"""
DA = "# Meddelelse\n\nVi leverer. {P1}\nVi spørger, før vi skriver nyt. {P2}\nVi sælger intet og ved intet om helbred. {P3}\n"
EN = "# Notice\n\nWe deliver. {P1}\nWe ask before we send news. {P2}\nWe sell nothing and know nothing of health. {P3}\n"
BASE: Files = {
    "troth.map.yaml": MAP,
    "troth.retention.yaml": RULES,
    "notice/notice.yaml": HEAD,
    "notice/promises.yaml": PROMISES,
    "notice/da.md": DA,
    "notice/en.md": EN,
}
Edit = tuple[str, str, str]
"""File, what stands there, what stands there afterwards; the whole file where the first text is ""."""


def edited(*edits: Edit, files: Files = BASE) -> dict[str, str]:
    """The files with the edits made; each of them must find what it changes."""
    made = dict(files)
    for file, old, new in edits:
        if old:
            assert made[file].count(old) == 1, (file, old)
            new = made[file].replace(old, new)
        made[file] = new
    return {file: text for file, text in made.items() if text}


def write(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def told(here: Path, base: Files, head: Files, spoken: str = "en") -> list[dict[str, Any]]:
    """What the review of two folders says."""
    for name, files in (("base", base), ("head", head)):
        write(here / name, files)
    changes: list[dict[str, Any]] = review("base", "head", spoken, here)["changes"]
    return changes


def ids(changes: list[dict[str, Any]]) -> list[str]:
    return sorted(change["id"].removeprefix("review.") for change in changes)


class Repository:
    """A git repository with an identity of its own, whatever the machine's settings are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Alma Vind"), ("EMAIL", "alma@vindheim.example"))
        }
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **who, **alone},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, files: Files) -> str:
        """Makes the tree these files and nothing else; returns the commit."""
        for name in self.git("ls-files").splitlines():
            (self.folder / name).unlink()
        write(self.folder, files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "one")
        return self.git("rev-parse", "HEAD")
