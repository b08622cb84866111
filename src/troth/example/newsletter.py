"""Fills `newsletter.sqlite`: subscribers, what was sent to them, and who must never be mailed again."""

from datetime import timedelta

from troth.example import prose
from troth.example.cast import (
    CAST,
    SECOND_ADDRESS,
    SHARED,
    SUPPRESSED,
    TWO_ADDRESSES,
    written_email,
    written_name,
)
from troth.example.dice import START, Dice, Row, stamp
from troth.example.people import Population

DDL = """
CREATE TABLE subscriber (
  subscriber_id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT,
  consent_at TEXT,
  source TEXT NOT NULL CHECK (source IN ('website', 'fair', 'import', 'trial')),
  unsubscribed_at TEXT
);
CREATE TABLE send (
  send_id INTEGER PRIMARY KEY,
  subscriber_id INTEGER NOT NULL REFERENCES subscriber (subscriber_id) ON DELETE CASCADE,
  subject_line TEXT NOT NULL,
  sent_at TEXT NOT NULL,
  opened_at TEXT
);
CREATE INDEX send_subscriber ON send (subscriber_id);
CREATE TABLE suppression (
  email TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained')),
  since TEXT NOT NULL
) WITHOUT ROWID;
"""


def rows(population: Population, dice: Dice) -> dict[str, list[Row]]:
    """The rows of each table, parents first."""
    people = [p for p in population.known_to("newsletter") if p != SUPPRESSED]
    drafts: list[tuple[str, str | None]] = [
        (written_email(p, "newsletter"), written_name(p, "newsletter")) for p in people
    ]
    drafts += [(SECOND_ADDRESS, TWO_ADDRESSES.name), (SHARED, None)]
    own = {i for i, p in enumerate(people, 1) if p in CAST}  # the cast signed up by themselves
    subscribers: list[Row] = []
    sends: list[Row] = []
    for i, (email, name) in enumerate(drafts, 1):
        source = (
            "website" if i in own else dice.choices(("website", "fair", "import", "trial"), (5, 2, 1, 2))[0]
        )
        consent = None if source == "import" else stamp(dice.moment())
        subscribers.append((i, email, name, consent, source, None))
        for _ in range(dice.randint(1, 12)):
            at = dice.moment(START + timedelta(days=365))
            opened = stamp(at + timedelta(minutes=dice.randint(1, 4000))) if dice.holds(0.4) else None
            sends.append((len(sends) + 1, i, dice.choice(prose.ISSUES), stamp(at), opened))
    left = [p for p in population.people if "newsletter" not in p.files and p not in CAST]
    stopped = [SUPPRESSED, *dice.some(left, 8)]
    reasons = ("unsubscribed", "bounced", "complained")
    blocked: list[Row] = [(p.email, dice.choice(reasons), stamp(dice.moment())) for p in stopped]
    return {"subscriber": subscribers, "send": sends, "suppression": blocked}
