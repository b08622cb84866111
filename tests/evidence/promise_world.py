"""A company on one store with a notice of its own: every control that can be bound there, each by one promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from live import STORES, Live
from troth.terms.settings import Settings
from troth.workflows.checks import check
from troth.workflows.credentials import split_password
from troth.workflows.erase import Request, erase
from troth.workflows.house import House

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALMA, BO = "alma@vindheim.example", "bo@vindheim.example"
TABLES = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(80), closed DATE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER, made DATE, item VARCHAR(80));
CREATE TABLE note (id INTEGER PRIMARY KEY, person INTEGER, body VARCHAR(200), made DATE);
"""
ROWS = f"""
INSERT INTO person VALUES (1, '{ALMA}', 'Alma Vind', NULL), (2, '{BO}', 'Bo Holm', NULL);
INSERT INTO orders VALUES (1, 1, '2026-02-01', 'a kite'), (2, 2, '2026-02-02', 'a rope');
INSERT INTO note VALUES (1, 1, 'wants a kite', '2026-02-10'), (2, 2, 'wants a rope', '2026-02-11');
"""
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      person:
        subject: customer
        purpose: deliver
        key: [id]
        fields: {{id: key, email: email, name: full_name, closed: date}}
      orders:
        purpose: deliver
        key: [id]
        fields: {{id: key, person: key, made: date, item: product}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
      note:
        purpose: support
        key: [id]
        fields: {{id: key, person: key, body: free_text, made: date}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  accounts:
    datasets: [crm.person]
    clock: {event: account_closed, column: closed}
    keep: 6m
    reason: operations
    outcome: erase
  orders:
    datasets: [crm.orders]
    clock: {event: row_created, column: made}
    keep: 5y
    reason: enforcing_agreements
    outcome: erase
  notes:
    datasets: [crm.note]
    clock: {event: row_created, column: made}
    keep: 1y
    reason: operations
    outcome: erase
"""
HEAD = """
notice: 1
id: vindheim
languages: [da, en]
purposes:
  deliver: {da: At levere, en: To deliver}
categories:
  account: {da: Konto, en: Account, fields: [email, full_name, free_text]}
"""


@dataclass
class Kept:
    """The company, its notice with one promise for each control, and a clock that the test sets."""

    live: Live
    folder: Path
    controls: Mapping[str, str]  # promise -> `{name: …, parameters: …}` as YAML
    clock: list[datetime] = field(default_factory=lambda: [START])
    keep: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.live.run(TABLES + ROWS)
        self.url = self.url or self.live.url
        bare = split_password(self.url)[0]
        self.write("troth.map.yaml", MAP.format(url=bare))
        self.write("troth.retention.yaml", RULES)
        (self.folder / "notice").mkdir()
        self.write("notice/notice.yaml", HEAD)
        self.bind(self.controls)

    def bind(self, controls: Mapping[str, str]) -> None:
        promises = "".join(
            f"- id: {name}\n  kind: C\n  categories: [account]\n"
            + (f"  retention: {{keep: {self.keep[name]}, after: row_created}}\n" if name in self.keep else "")
            + (f"  control: {control}\n" if control else "")
            for name, control in controls.items()
        )
        self.write("notice/promises.yaml", promises)
        for language, words in (("da", "Vi lover"), ("en", "We promise")):
            lines = "".join(f"{words} {name}. {{{name}}}\n" for name in controls)
            self.write(f"notice/{language}.md", f"# Notice\n\n{lines}Thank you. {{none}}\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def house(self, **more: Any) -> House:
        stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
        clock = self.clock
        made = House(
            Settings(),
            stores,
            {"TROTH_URL_CRM": self.url},
            self.folder / "troth.map.yaml",
            clock=lambda: clock[0],
        )
        return replace(made, **more) if more else made

    def later(self, **span: float) -> datetime:
        self.clock[0] += timedelta(**span)
        return self.clock[0]

    def check(self, *names: str, **more: Any) -> dict[str, Any]:
        """Each promise's light, and the reasons in English of what does not hold; `told` holds it all."""
        told = check(self.house(**more), names)
        return {one["id"]: one for one in told["promises"]}

    def light(self, name: str, **more: Any) -> str:
        return str(self.check(name, **more)[name]["status"])

    def why(self, name: str) -> str:
        """What the broken checks of a promise say."""
        return "; ".join(
            one["reason"][1]
            for one in self.check(name)[name]["checks"]
            if one["verdict"] in ("fails", "error", "unknown")
        )

    def erase(self, who: str) -> None:
        told = erase(self.house(), Request((who,)))
        assert told.get("state") == "done", told


def tenanted(kept: Kept) -> None:
    """The map says that one person's row is a customer's."""
    kept.live.run("ALTER TABLE person ADD COLUMN org VARCHAR(20)")
    kept.live.run("UPDATE person SET org = 'vindheim' WHERE id = 1")
    text = kept.read("troth.map.yaml")
    text = text.replace("        subject: customer\n", "        subject: customer\n        tenant: org\n")
    kept.write("troth.map.yaml", text.replace("closed: date}", "closed: date, org: organisation}"))
    rules = kept.read("troth.retention.yaml")
    kept.write(
        "troth.retention.yaml",
        rules.replace("    outcome: erase\n", "    outcome: erase\n    instruction: A-1\n"),
    )
