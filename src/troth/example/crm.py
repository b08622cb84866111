"""Fills `crm.sqlite`: firms, contacts, the staff who look after them, their notes and meetings."""

from datetime import datetime, timedelta

from troth.example import names, prose
from troth.example.cast import (
    AS_OF,
    BYSTANDER,
    CAST,
    COLLEAGUE,
    COMPOSED,
    HERO,
    LEAVER,
    LEFT,
    SHARED,
    SHARERS,
    Person,
    written_email,
)
from troth.example.dice import Dice, Row, stamp
from troth.example.people import Population

DDL = """
CREATE TABLE employee (
  employee_id INTEGER PRIMARY KEY,
  employee_no TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  phone TEXT NOT NULL,
  title TEXT NOT NULL,
  manager_id INTEGER REFERENCES employee (employee_id),
  hired_on TEXT NOT NULL,
  left_on TEXT
);
CREATE TABLE company (
  company_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  cvr TEXT UNIQUE CHECK (length(cvr) = 8),
  country TEXT NOT NULL CHECK (country IN ('DK', 'NO', 'SE', 'US')),
  account_manager_id INTEGER REFERENCES employee (employee_id)
);
CREATE TABLE contact (
  contact_id INTEGER PRIMARY KEY,
  company_id INTEGER REFERENCES company (company_id),
  customer_no TEXT UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  office_email TEXT,
  phone TEXT,
  street TEXT NOT NULL,
  postcode TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL CHECK (country IN ('DK', 'NO', 'SE', 'US')),
  cpr TEXT UNIQUE CHECK (length(cpr) = 11),
  language TEXT NOT NULL DEFAULT 'da',
  created_by INTEGER NOT NULL REFERENCES employee (employee_id),
  created_at TEXT NOT NULL,
  deleted_at TEXT
);
CREATE INDEX contact_company ON contact (company_id);
CREATE TABLE note (
  note_id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (contact_id),
  author_id INTEGER NOT NULL REFERENCES employee (employee_id),
  written_at TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX note_contact ON note (contact_id);
CREATE TABLE meeting (
  meeting_id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES employee (employee_id),
  held_at TEXT NOT NULL,
  place TEXT NOT NULL,
  summary TEXT
);
CREATE TABLE meeting_contact (
  meeting_id INTEGER NOT NULL REFERENCES meeting (meeting_id),
  contact_id INTEGER NOT NULL REFERENCES contact (contact_id),
  attended INTEGER NOT NULL DEFAULT 1 CHECK (attended IN (0, 1)),
  PRIMARY KEY (meeting_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX meeting_contact_contact ON meeting_contact (contact_id);
"""


def _day(year: int, month: int, day: int) -> datetime:
    return AS_OF.replace(year=year, month=month, day=day)


_RESIGNED = "2026-05-31"  # the last of the staff

# Whose card the note lies on, and what it says about somebody else.
_SCRIPTED: tuple[tuple[Person, datetime, str], ...] = (
    (COLLEAGUE, _day(2026, 1, 20), f"Nikolaj overtager licensen. {HERO.name} er fortsat teknisk kontakt."),
    (
        COMPOSED,
        _day(2025, 6, 3),
        "Åse är föräldraledig till hösten. Ring hellre kollegan i Aarhus, 67 18 14 05.",
    ),
    (HERO, _day(2024, 10, 9), "Alma har holdt oplæg på brugerdagen og vil gerne være reference."),
    (HERO, _day(2021, 5, 3), "Flyttet fra Odense til Aarhus, ny adresse er rettet her og i faktureringen."),
)


def rows(population: Population, dice: Dice) -> dict[str, list[Row]]:
    """The rows of each table, parents first."""
    contacts = population.known_to("crm")
    return {
        "employee": _employees(population, dice),
        "company": [
            (i, firm.name, firm.cvr, firm.country, dice.randint(1, 3))
            for i, firm in enumerate(population.firms, 1)
        ],
        "contact": _contacts(population, contacts, dice),
        "note": _notes(contacts, dice),
        **_meetings(contacts, dice),
    }


def _employees(population: Population, dice: Dice) -> list[Row]:
    return [
        (
            i,
            e.number,
            e.name,
            e.email,
            e.phone,
            e.title,
            None if i == 1 else 1,
            stamp(dice.moment())[:10],
            _RESIGNED if i == len(population.staff) else None,
        )
        for i, e in enumerate(population.staff, 1)
    ]


def _contacts(population: Population, contacts: list[Person], dice: Dice) -> list[Row]:
    firm_ids = {firm.name: i for i, firm in enumerate(population.firms, 1)}
    found: list[Row] = []
    for i, p in enumerate(contacts, 1):
        gone = stamp(LEFT) if p == LEAVER or (p not in CAST and dice.holds(0.03)) else None
        until = AS_OF - timedelta(days=1000)
        found.append((
            i, firm_ids.get(p.company or ""), p.customer_no, p.first, p.last, written_email(p, "crm"),
            SHARED if p in SHARERS else None, p.phone, p.street, p.postcode, p.city, p.country, p.cpr,
            names.LANGUAGE[p.country], dice.randint(1, 12), stamp(dice.moment(until=until)), gone,
        ))  # fmt: skip
    return found


def _notes(contacts: list[Person], dice: Dice) -> list[Row]:
    crowd = [p for p in contacts if p not in CAST]
    callable_ = [p for p in crowd if p.phone]
    drafts = [(p, body, at) for p, at, body in _SCRIPTED]
    for p in contacts:
        language = names.LANGUAGE[p.country]
        for _ in range(dice.randint(0, 4)):
            drafts.append((p, dice.choice(prose.NOTES[language]).format(first=p.first), dice.moment()))
        if p not in CAST and dice.holds(0.12):
            text, named, called = (
                dice.choice(prose.MENTIONS[language]),
                dice.choice(crowd),
                dice.choice(callable_),
            )
            body = text.format(first=p.first, other_name=named.name, other_phone=called.phone)
            drafts.append((p, body, dice.moment()))
    drafts.sort(key=lambda draft: draft[2])
    ids = {p: i for i, p in enumerate(contacts, 1)}
    return [(i, ids[p], dice.randint(1, 12), stamp(at), body) for i, (p, body, at) in enumerate(drafts, 1)]


def _meetings(contacts: list[Person], dice: Dice) -> dict[str, list[Row]]:
    ids = {p: i for i, p in enumerate(contacts, 1)}
    groups = [[HERO, BYSTANDER, COLLEAGUE], [HERO]]
    groups += [dice.sample(contacts, dice.randint(1, 4)) for _ in range(len(contacts) // 3)]
    meetings: list[Row] = []
    present: list[Row] = []
    for i, group in enumerate(groups, 1):
        place = dice.choice(("Aarhus", "København", "Oslo", "Malmö", "Online", "Sacramento"))
        summary = dice.choice(("Brugerdag.", "Gennemgang af version 9.", "Opstart.", None))
        meetings.append((i, dice.randint(1, 12), stamp(dice.moment()), place, summary))
        present += [(i, ids[p], int(dice.holds(0.9))) for p in group]
    return {"meeting": meetings, "meeting_contact": present}
