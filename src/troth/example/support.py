"""Fills `support.sqlite`: requesters, their tickets, who takes part, what was said, and files sent along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from troth.example import names, prose
from troth.example.cast import (
    AS_OF,
    BYSTANDER,
    CASED,
    CAST,
    COLLEAGUE,
    COMPOSED,
    HEIR,
    HERO,
    NAMESAKES,
    SHARERS,
    STAFF_CUSTOMER_NO,
    SUPPRESSED,
    TWO_ADDRESSES,
    Person,
    written_email,
    written_name,
)
from troth.example.dice import Cell, Dice, Row, stamp
from troth.example.people import Population

# A framework wrote these tables: it knows how they hang together, and declared none of it.
DDL = """
CREATE TABLE requester (
  requester_id INTEGER PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT,
  last_seen_at TEXT
);
CREATE INDEX requester_email ON requester (email);
CREATE TABLE ticket (
  ticket_id INTEGER PRIMARY KEY,
  requester_id INTEGER NOT NULL,
  assignee TEXT CHECK (assignee LIKE 'E-%'),
  subject_line TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'closed')),
  opened_at TEXT NOT NULL
);
CREATE INDEX ticket_requester ON ticket (requester_id);
CREATE TABLE ticket_participant (
  ticket_id INTEGER NOT NULL,
  requester_id INTEGER NOT NULL,
  joined_at TEXT NOT NULL,
  PRIMARY KEY (ticket_id, requester_id)
) WITHOUT ROWID;
CREATE INDEX ticket_participant_requester ON ticket_participant (requester_id);
CREATE TABLE message (
  message_id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL,
  author_id INTEGER,
  staff_name TEXT,
  sent_at TEXT NOT NULL,
  body TEXT NOT NULL,
  CHECK (author_id IS NULL OR staff_name IS NULL)
);
CREATE INDEX message_ticket ON message (ticket_id);
CREATE INDEX message_author ON message (author_id);
CREATE TABLE attachment (
  attachment_id INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL,
  filename TEXT NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX attachment_message ON attachment (message_id);
"""
HERO_OPENED = tuple(
    datetime(*day, 8, 12, tzinfo=AS_OF.tzinfo) for day in ((2025, 9, 15), (2025, 10, 2), (2021, 5, 3))
)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


@dataclass(frozen=True)
class Said:
    """One message; `by` None means staff. A file sent along has a name, a media type and its bytes."""

    by: Person | None
    body: str
    file: tuple[str, str, bytes] | None = None


@dataclass(frozen=True)
class Ticket:
    people: tuple[Person, ...]  # the first one opened it
    subject_line: str
    said: tuple[Said, ...]
    opened: datetime
    assignee: str


def _hero_tickets() -> Iterator[tuple[tuple[Person, ...], str, tuple[Said, ...]]]:
    """A thread the hero shares with another customer, then two of her own."""
    signed = f"Venlig hilsen\n{HERO.name}\n{HERO.phone}"
    log = f"2025-10-02 07:58:11 ERROR export timeout user={HERO.email} ip={HERO.ip}\n".encode()
    yield (HERO, BYSTANDER), "Vagtbytte på tværs af to virksomheder", (
        Said(HERO, f"Hej, vi låner folk af Bjarkes planteskole, men kan ikke bytte vagter.\n{signed}"),
        Said(None, "Hej begge, deler I begge tavlen? Send gerne et skærmbillede."),
        Said(BYSTANDER, f"Ja, jeg har delt den. {HERO.name} kan ringes op på 67181405 hele ugen.",
             ("tavle.png", "image/png", PNG + bytes(range(64)))),
        Said(HERO, "Nu virker det her. Tak for hjælpen, Bjarke."),
        Said(BYSTANDER, f"Også hos mig. Hilsen {BYSTANDER.name}"),
    )  # fmt: skip
    yield (
        (HERO,),
        "Eksport til løn hænger",
        (
            Said(
                HERO,
                f"Eksporten står stille. Loggen er vedlagt.\n{signed}",
                ("havgry.log", "text/plain", log),
            ),
            Said(None, "Hej Alma, fejlen er fundet og rettet i 9.1."),
        ),
    )
    yield (
        (HERO,),
        "Ny adresse",
        (
            Said(HERO, f"Vi er flyttet til {HERO.street} i Aarhus. Kundenummer {HERO.customer_no}."),
            Said(None, "Tak, den er rettet."),
        ),
    )


def _other_tickets() -> Iterator[tuple[tuple[Person, ...], str, tuple[Said, ...]]]:
    """One ticket for each other member of the cast, some with the fact that makes them a trap."""
    listing = f"navn;e-mail\nÅben vagt;\nVikar;{NAMESAKES[0].email}\n".encode()
    yield (CASED,), "Brukerliste", (Said(CASED, "Se vedlagt liste.", ("brukere.csv", "text/csv", listing)),)
    yield (
        (COMPOSED,),
        "Byta inloggning",
        (
            Said(COMPOSED, f"Mitt danska personnummer är {COMPOSED.cpr}, om ni behöver det."),
            Said(None, "Tack, men det behöver vi inte. Skicka det inte i ett ärende."),
        ),
    )
    for p in SHARERS:
        yield (
            (p,),
            "Login til bryggeriet",
            (Said(p, f"Jeg kan ikke logge ind. {p.first}"), Said(None, "Prøv nu.")),
        )
    for p in (*NAMESAKES, COLLEAGUE, BYSTANDER, HEIR, TWO_ADDRESSES):
        yield (
            (p,),
            "Kan ikke logge ind",
            (Said(p, f"Kan I nulstille min adgang? {p.first}"), Said(None, "Gjort.")),
        )
    yield (SUPPRESSED,), "Sluta skicka nyhetsbrev", (Said(SUPPRESSED, "Jag vill inte ha fler utskick."),)


def rows(population: Population, dice: Dice) -> dict[str, list[Row]]:
    """The rows of each table, parents first."""
    people = population.known_to("support")
    tickets = [Ticket(*t, at, STAFF_CUSTOMER_NO) for t, at in zip(_hero_tickets(), HERO_OPENED, strict=True)]
    tickets += [Ticket(*t, dice.moment(), f"E-{dice.randint(4, 6):02d}") for t in _other_tickets()]
    tickets += [_ticket(p, dice) for p in people if p not in CAST for _ in range(dice.randint(1, 3))]
    tickets.sort(key=lambda ticket: ticket.opened)
    ids = {p: i for i, p in enumerate(people, 1)}
    staff = {e.number: e.name for e in population.staff}
    found: dict[str, list[Row]] = {
        table: [] for table in ("requester", "ticket", "ticket_participant", "message", "attachment")
    }
    for number, ticket in enumerate(tickets, 1):
        _file(found, number, ticket, ids, staff[ticket.assignee], dice)
    seen = {author: at for _, _, author, _, at, _ in found["message"]}
    found["requester"] = [_requester(p, i, seen) for p, i in ids.items()]
    return found


def _requester(p: Person, requester_id: int, seen: Mapping[Cell, Cell]) -> Row:
    """Support writes phones without spaces, and Danish ones without their country; `seen` is when who wrote last."""
    compact = p.phone_spellings[3 if p.country == "DK" else 1] if p.phone else None
    at = seen.get(requester_id, stamp(AS_OF))
    return (requester_id, written_email(p, "support"), written_name(p, "support"), compact, at)


def _ticket(p: Person, dice: Dice) -> Ticket:
    language = names.LANGUAGE[p.country]
    said = []
    for turn in range(dice.randint(2, 5)):
        if turn % 2:
            said.append(Said(None, dice.choice(prose.ANSWERS[language]).format(first=p.first)))
            continue
        body = dice.choice(prose.ASKS[language]).format(week=dice.randint(1, 52))
        if dice.holds(0.3):
            body += f"\n\n{p.name}\n{p.phone or p.email}"
        said.append(Said(p, body, _attachment(p, dice) if dice.holds(0.12) else None))
    subject_line = dice.choice(prose.TOPICS[language])
    return Ticket((p,), subject_line, tuple(said), dice.moment(), f"E-{dice.randint(4, 6):02d}")


def _attachment(p: Person, dice: Dice) -> tuple[str, str, bytes]:
    if dice.holds(0.5):
        return ("skærm.png", "image/png", PNG + dice.randbytes(180))
    line = f"{stamp(dice.moment())} WARN slow query user={p.email} ip={p.ip}\n"
    return ("havgry.log", "text/plain", line.encode())


def _file(
    found: dict[str, list[Row]],
    number: int,
    ticket: Ticket,
    ids: dict[Person, int],
    staff_name: str,
    dice: Dice,
) -> None:
    """Adds one ticket with all that hangs on it to `found`."""
    status = "closed" if ticket.opened < AS_OF - timedelta(days=60) else dice.choice(("open", "waiting"))
    opener = ids[ticket.people[0]]
    at = ticket.opened
    found["ticket"].append((number, opener, ticket.assignee, ticket.subject_line, status, stamp(at)))
    found["ticket_participant"] += [(number, ids[p], stamp(at)) for p in ticket.people]
    for said in ticket.said:
        message_id = len(found["message"]) + 1
        author, staff = (ids[said.by], None) if said.by else (None, staff_name)
        found["message"].append((message_id, number, author, staff, stamp(at), said.body))
        if said.file:
            found["attachment"].append((len(found["attachment"]) + 1, message_id, *said.file))
        at = min(AS_OF, at + timedelta(minutes=dice.randint(5, 3000)))
