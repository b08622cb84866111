"""Fills `product.sqlite`: accounts of the planner, their devices, sessions, settings and events in JSON."""

import json
from base64 import b64encode
from uuid import UUID

from troth.example import prose
from troth.example.cast import CASED, CAST, COLLEAGUE, HERO, Person, written_email, written_name
from troth.example.dice import Cell, Dice, Row, stamp
from troth.example.people import Population

DDL = """
CREATE TABLE account (
  account_id TEXT NOT NULL PRIMARY KEY CHECK (length(account_id) = 36),
  email TEXT NOT NULL UNIQUE,
  customer_no TEXT,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  edition TEXT NOT NULL CHECK (edition IN ('cloud', 'server')),
  last_ip TEXT,
  created_at TEXT NOT NULL,
  last_login_at TEXT
);
CREATE TABLE device (
  device_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  platform TEXT NOT NULL CHECK (platform IN ('web', 'android', 'ios')),
  push_token TEXT UNIQUE
);
CREATE INDEX device_account ON device (account_id);
CREATE TABLE session (
  session_id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  device_id TEXT REFERENCES device (device_id) ON DELETE SET NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  started_at TEXT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_device ON session (device_id);
CREATE TABLE event (
  event_id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (account_id),
  at TEXT NOT NULL,
  payload TEXT NOT NULL CHECK (json_valid(payload))
);
CREATE INDEX event_account ON event (account_id);
CREATE TABLE setting (
  account_id TEXT NOT NULL REFERENCES account (account_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (account_id, name)
) WITHOUT ROWID;
"""

# Events that name somebody: whose account, and the payload. JSON writes ø as an escape, so raw text hides it.
_SCRIPTED: tuple[tuple[Person, dict[str, object]], ...] = (
    (COLLEAGUE, {"action": "share", "board": "Ovnvagter", "with": {"email": HERO.email, "role": "editor"}}),
    (CASED, {"action": "profile", "display": CASED.name}),
    (HERO, {"action": "invite", "board": "Ovnvagter", "with": {"email": COLLEAGUE.email, "role": "owner"}}),
)


def rows(population: Population, dice: Dice) -> dict[str, list[Row]]:
    """The rows of each table, parents first."""
    people = population.known_to("product")
    ids = {p: str(UUID(int=dice.getrandbits(128), version=4)) for p in people}
    devices = _devices(ids, dice)
    return {
        "account": [_account(p, ids[p], dice) for p in people],
        "device": [row for found in devices.values() for row in found],
        "session": _sessions(ids, devices, dice),
        "event": _events(ids, dice),
        "setting": _settings(ids, dice),
    }


def _account(p: Person, account_id: str, dice: Dice) -> Row:
    salt, digest = (b64encode(dice.randbytes(n)).decode().rstrip("=") for n in (16, 32))
    created = dice.moment()
    return (
        account_id, written_email(p, "product"), p.customer_no, written_name(p, "product"),
        f"$argon2id$v=19$m=65536,t=3,p=4${salt}${digest}", "cloud" if dice.holds(0.7) else "server", p.ip,
        stamp(created), stamp(dice.moment(created)),
    )  # fmt: skip


def _devices(ids: dict[Person, str], dice: Dice) -> dict[Person, list[Row]]:
    """One to three devices a person; some carry the owner's first name, as phones do."""
    found: dict[Person, list[Row]] = {}
    for p, account_id in ids.items():
        found[p] = []
        for _ in range(dice.randint(1, 3)):
            platform = dice.choice(("web", "android", "ios"))
            name = "Browser" if platform == "web" else dice.choice((f"{p.first}s telefon", "Mobil", "Tablet"))
            token = None if platform == "web" else dice.hexes(32)
            found[p].append((f"dev-{dice.hexes(16)}", account_id, name, platform, token))
    return found


def _sessions(ids: dict[Person, str], devices: dict[Person, list[Row]], dice: Dice) -> list[Row]:
    drafts = [(dice.moment(), p) for p in ids for _ in range(dice.randint(2, 8))]
    drafts.sort(key=lambda draft: draft[0])
    found: list[Row] = []
    for i, (at, p) in enumerate(drafts, 1):
        device: Cell = dice.choice(devices[p])[0] if dice.holds(0.9) else None
        ip = p.ip if dice.holds(0.8) else f"198.51.100.{dice.randint(1, 254)}"
        found.append((i, ids[p], device, ip, dice.choice(prose.AGENTS), stamp(at)))
    return found


def _events(ids: dict[Person, str], dice: Dice) -> list[Row]:
    crowd = [p for p in ids if p not in CAST]
    drafts = [(dice.moment(), p, payload) for p, payload in _SCRIPTED]
    for p in ids:
        drafts += [(dice.moment(), p, _payload(dice, p, crowd)) for _ in range(dice.randint(4, 14))]
    drafts.sort(key=lambda draft: draft[0])
    return [(i, ids[p], stamp(at), json.dumps(payload)) for i, (at, p, payload) in enumerate(drafts, 1)]


def _payload(dice: Dice, p: Person, crowd: list[Person]) -> dict[str, object]:
    kind = dice.choices(("login", "publish", "export", "swap", "share"), (40, 25, 12, 18, 5))[0]
    week = dice.randint(1, 52)
    if kind == "login":
        return {"action": kind, "ip": p.ip, "ok": dice.holds(0.95)}
    if kind == "share":
        other = dice.choice(crowd)
        return {"action": kind, "board": f"Uge {week}", "with": {"email": other.email, "role": "reader"}}
    if kind == "export":
        return {"action": kind, "format": dice.choice(("csv", "pdf")), "rows": dice.randint(3, 400)}
    return {"action": kind, "week": week, "shift": dice.choice(("dag", "aften", "nat"))}


def _settings(ids: dict[Person, str], dice: Dice) -> list[Row]:
    found: list[Row] = []
    for p, account_id in ids.items():
        found.append((account_id, "theme", dice.choice(("light", "dark"))))
        if dice.holds(0.5):
            found.append((account_id, "signature", p.first))
        if p.country == "US" and dice.holds(0.6):
            found.append((account_id, "do_not_sell", "true"))
    return found
