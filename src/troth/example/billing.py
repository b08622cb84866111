"""Fills `billing.sqlite`: customers, invoices with copied names and addresses, lines, payments, cards."""

from dataclasses import dataclass
from datetime import date

from troth.example.cast import (
    AS_OF,
    CAST,
    FORMER_ADDRESS,
    HERO,
    LEAVER,
    LEFT,
    Person,
    written_email,
    written_name,
)
from troth.example.dice import Cell, Dice, Row, later, stamp
from troth.example.names import CURRENCY
from troth.example.people import Population

DDL = """
CREATE TABLE customer (
  customer_no TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  address TEXT NOT NULL,
  country TEXT NOT NULL CHECK (country IN ('DK', 'NO', 'SE', 'US')),
  cvr TEXT CHECK (length(cvr) = 8),
  since TEXT NOT NULL,
  closed_on TEXT
);
CREATE TABLE invoice (
  invoice_id INTEGER PRIMARY KEY,
  customer_no TEXT NOT NULL REFERENCES customer (customer_no),
  invoice_no TEXT NOT NULL UNIQUE,
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL CHECK (due_on >= issued_on),
  net INTEGER NOT NULL,
  vat INTEGER NOT NULL CHECK (vat >= 0),
  total INTEGER NOT NULL CHECK (total = net + vat),
  currency TEXT NOT NULL CHECK (currency IN ('DKK', 'NOK', 'SEK', 'USD')),
  billing_name TEXT NOT NULL,
  billing_address TEXT NOT NULL,
  billing_email TEXT NOT NULL
);
CREATE INDEX invoice_customer ON invoice (customer_no);
CREATE TABLE invoice_line (
  invoice_id INTEGER NOT NULL REFERENCES invoice (invoice_id),
  line_no INTEGER NOT NULL CHECK (line_no > 0),
  text TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price INTEGER NOT NULL,
  PRIMARY KEY (invoice_id, line_no)
) WITHOUT ROWID;
CREATE TABLE card (
  card_id INTEGER PRIMARY KEY,
  customer_no TEXT NOT NULL REFERENCES customer (customer_no),
  token TEXT NOT NULL UNIQUE,
  brand TEXT NOT NULL CHECK (brand IN ('visa', 'mastercard', 'dankort')),
  last4 TEXT NOT NULL CHECK (length(last4) = 4),
  expires TEXT NOT NULL
);
CREATE INDEX card_customer ON card (customer_no);
CREATE TABLE payment (
  payment_id INTEGER PRIMARY KEY,
  invoice_id INTEGER NOT NULL REFERENCES invoice (invoice_id),
  card_id INTEGER REFERENCES card (card_id),
  paid_on TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  method TEXT NOT NULL CHECK (method IN ('card', 'transfer')),
  payer TEXT
);
CREATE INDEX payment_invoice ON payment (invoice_id);
CREATE INDEX payment_card ON payment (card_id);
"""
HERO_ISSUED = (date(2018, 3, 14), date(2019, 9, 2), date(2024, 2, 20), date(2025, 11, 11))
MOVED = date(2021, 5, 1)
_LICENCE = "Havgry Vagtplan, {n} brugere, 12 mdr."
_PRICES = {"DK": 14_900, "NO": 19_900, "SE": 18_900, "US": 2_490}  # one user, one year, in øre, öre or cents


@dataclass(frozen=True)
class Draft:
    """An invoice before it has a number; a line is its text, quantity and unit price in hundredths."""

    customer: Person
    issued: date
    address: str
    lines: tuple[tuple[str, int, int], ...]

    @property
    def net(self) -> int:
        return sum(quantity * price for _, quantity, price in self.lines)

    @property
    def vat(self) -> int:
        return self.net // 4 if self.customer.country == "DK" else 0  # sold abroad without Danish VAT


def rows(population: Population, dice: Dice) -> dict[str, list[Row]]:
    """The rows of each table, parents first."""
    people = [p for p in population.known_to("billing") if p.customer_no]
    firms = {firm.name: firm.cvr for firm in population.firms}
    since = {p: stamp(dice.moment())[:10] for p in people}
    cards = {
        p: _card(i, p, dice) for i, p in enumerate((p for p in people if p == HERO or dice.holds(0.4)), 1)
    }
    drafts = [draft for p in people for draft in (_hero_drafts() if p == HERO else _drafts(p, dice))]
    drafts.sort(key=lambda draft: (draft.issued, draft.customer.customer_no or ""))
    last = {draft.customer: draft.issued for draft in drafts}
    customers: list[Row] = [
        (p.customer_no, written_name(p, "billing"), written_email(p, "billing"), p.address, p.country,
         firms.get(p.company or ""), since[p], _closed(p, last.get(p)))
        for p in people
    ]  # fmt: skip
    numbers: dict[int, int] = {}
    found: dict[str, list[Row]] = {"customer": customers, "invoice": [], "invoice_line": []}
    payments: list[Row] = []
    for i, draft in enumerate(drafts, 1):
        numbers[draft.issued.year] = numbers.get(draft.issued.year, 0) + 1
        found["invoice"].append(_invoice(i, f"{draft.issued.year}-{numbers[draft.issued.year]:05d}", draft))
        found["invoice_line"] += [(i, n, *line) for n, line in enumerate(draft.lines, 1)]
        if draft.issued < later(AS_OF.date(), -40) or dice.holds(0.5):
            payments.append(_payment(len(payments) + 1, i, draft, cards.get(draft.customer), dice))
    return {**found, "card": list(cards.values()), "payment": payments}


def _hero_drafts() -> list[Draft]:
    """Two invoices past their term, with her former address, and two within it; one line names her."""
    found = []
    for issued in HERO_ISSUED:
        lines = [(_LICENCE.format(n=6), 6, _PRICES["DK"])]
        if issued == HERO_ISSUED[2]:
            lines.append((f"Oplæring, 2 timer, {HERO.name}", 2, 95_000))
        address = FORMER_ADDRESS if issued < MOVED else HERO.address
        found.append(Draft(HERO, issued, address, tuple(lines)))
    return found


def _drafts(p: Person, dice: Dice) -> list[Draft]:
    found = []
    for _ in range(dice.randint(0, 6)):
        users = dice.randint(2, 80)
        lines = [(_LICENCE.format(n=users), users, _PRICES[p.country])]
        if dice.holds(0.3):
            lines.append((dice.choice(("Opsætning", "Oplæring, 2 timer", "Support, udvidet")), 1, 150_000))
        found.append(Draft(p, dice.moment().date(), p.address, tuple(lines)))
    return found


def _closed(p: Person, last: date | None) -> str | None:
    """The day on which an account was closed: a year after the last invoice, where none came for three years."""
    if p == LEAVER:
        return LEFT.date().isoformat()
    quiet = p not in CAST and last is not None and last < later(AS_OF.date(), -3 * 365)
    return later(last, 365).isoformat() if quiet and last else None


def _invoice(invoice_id: int, number: str, draft: Draft) -> Row:
    p = draft.customer
    return (
        invoice_id, p.customer_no, number, draft.issued.isoformat(), later(draft.issued, 30).isoformat(),
        draft.net, draft.vat, draft.net + draft.vat, CURRENCY[p.country],
        written_name(p, "billing"), draft.address, written_email(p, "billing"),
    )  # fmt: skip


def _card(card_id: int, p: Person, dice: Dice) -> Row:
    brand = dice.choice(("visa", "mastercard", "dankort") if p.country == "DK" else ("visa", "mastercard"))
    expires = f"{dice.randint(2026, 2030)}-{dice.randint(1, 12):02d}"
    return (card_id, p.customer_no, f"tok_{dice.hexes(24)}", brand, f"{dice.randint(0, 9999):04d}", expires)


def _payment(payment_id: int, invoice_id: int, draft: Draft, card: Row | None, dice: Dice) -> Row:
    """Paid by card where there is one, else by transfer, which names the payer."""
    by_card = card is not None and draft.issued.year >= 2020
    card_id: Cell = card[0] if card is not None and by_card else None
    paid = min(later(draft.issued, 0 if by_card else dice.randint(3, 45)), AS_OF.date())
    method, payer = ("card", None) if by_card else ("transfer", draft.customer.name)
    return (payment_id, invoice_id, card_id, paid.isoformat(), draft.net + draft.vat, method, payer)
