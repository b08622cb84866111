"""Names what is hard in the five files, with the exact cells that prove each difficulty is present.

"She" is the hero. What must come out of each trap is in its `due`.

| trap | what lies there |
|---|---|
| `copied-address` | her street on card, customer row and invoices; old invoices know a former one |
| `name-in-remark` | her name in notes, an invoice line, a payer, another customer's message |
| `phone-in-remark` | her phone, spaced and compact, with and without +45, in a note and in messages |
| `shared-mailbox` | one info@ address for three people, in four files |
| `shared-thread` | a ticket that two customers write in, opened by her |
| `bookkeeping` | four invoices, two of them past the Danish bookkeeping act's five years (§ 12) |
| `email-in-json` | her e-mail inside the JSON of a colleague's event |
| `escaped-json` | a name whose ø is an escape in the JSON text |
| `case-and-blank` | one customer's e-mail in four spellings, one with a trailing blank |
| `decomposed-letter` | a name with Å as one character, and in support as A and a ring |
| `namesake` | two customers with one full name |
| `name-in-parts` | first and last name in two columns |
| `second-address` | a contact who reads the newsletter under a second, unlinked address |
| `reused-phone` | a leaver's phone, given to a new customer |
| `soft-deleted` | a contact marked as deleted and still all there |
| `staff-as-customer` | an employee who is also a customer, with one phone |
| `handled-by` | an employee number on tickets, no declared key, its table in another file |
| `email-in-file` | a customer's e-mail in the bytes of a file that another customer sent |
| `typed-cpr` | a civil registration number typed into a ticket |
| `suppression` | a former reader on the suppression list, still a customer |
"""

from dataclasses import dataclass

from troth.example.cast import (
    CASED,
    COMPOSED,
    FORMER_STREET,
    HERO,
    LEAVER,
    NAMESAKES,
    SECOND_ADDRESS,
    SHARED,
    STAFF_CUSTOMER,
    STAFF_CUSTOMER_NO,
    SUPPRESSED,
    TWO_ADDRESSES,
)


@dataclass(frozen=True)
class Place:
    """`cells` cells of one column hold `needle`, whatever its case: in text, in bytes or in a JSON value."""

    file: str
    table: str
    column: str
    needle: str
    cells: int


@dataclass(frozen=True)
class Trap:
    """One difficulty: a stable id, what lies there, what must come out, and the cells that show it."""

    id: str
    lies: str
    due: str
    places: tuple[Place, ...]


def _places(*wheres: tuple[str, str, int]) -> tuple[Place, ...]:
    """Places from `file.table.column`, needle and number of cells."""
    return tuple(Place(*_column(where), needle, cells) for where, needle, cells in wheres)


def _column(where: str) -> tuple[str, str, str]:
    file, table, column = where.split(".")
    return file, table, column


_COMPACT = HERO.phone_spellings[-1]
_SPACED = HERO.phone_spellings[-2]
_PLACES: dict[str, tuple[Place, ...]] = {
    "copied-address": _places(
        ("crm.contact.street", HERO.street, 1),
        ("billing.customer.address", HERO.street, 1),
        ("billing.invoice.billing_address", HERO.street, 2),
        ("billing.invoice.billing_address", FORMER_STREET, 2),
        ("support.message.body", HERO.street, 1),
    ),
    "name-in-remark": _places(
        ("crm.note.body", HERO.name, 1),
        ("billing.invoice_line.text", HERO.name, 1),
        ("billing.payment.payer", HERO.name, 2),
        ("support.message.body", HERO.name, 3),
    ),
    "phone-in-remark": _places(
        ("crm.note.body", _SPACED, 1),
        ("support.message.body", _SPACED, 2),
        ("support.message.body", _COMPACT, 1),
        ("support.requester.phone", _COMPACT, 1),
    ),
    "shared-mailbox": _places(
        ("crm.contact.office_email", SHARED, 3),
        ("support.requester.email", SHARED, 3),
        ("billing.customer.email", SHARED, 3),
        ("newsletter.subscriber.email", SHARED, 1),
    ),
    "shared-thread": _places(("support.ticket.subject_line", "Vagtbytte på tværs af to virksomheder", 1)),
    "bookkeeping": _places(
        ("billing.customer.customer_no", HERO.customer_no or "", 1),
        ("billing.invoice.customer_no", HERO.customer_no or "", 4),
    ),
    "email-in-json": _places(("product.event.payload", HERO.email, 1)),
    "escaped-json": _places(("product.event.payload", CASED.name, 1)),
    "case-and-blank": _places(
        ("crm.contact.email", CASED.email, 1),
        ("product.account.email", CASED.email, 1),
        ("support.requester.email", CASED.email, 1),
        ("billing.customer.email", CASED.email + " ", 1),
        ("newsletter.subscriber.email", CASED.email, 1),
    ),
    "decomposed-letter": _places(
        ("support.requester.name", COMPOSED.name, 1), ("billing.customer.name", COMPOSED.name, 1)
    ),
    "namesake": _places(
        ("crm.contact.last_name", NAMESAKES[0].last, 2),
        ("billing.customer.name", NAMESAKES[0].name, 2),
        ("support.requester.name", NAMESAKES[0].name, 2),
        ("newsletter.subscriber.name", NAMESAKES[0].name, 2),
    ),
    "name-in-parts": _places(
        ("crm.contact.first_name", HERO.first, 1), ("crm.contact.last_name", HERO.last, 1)
    ),
    "second-address": _places(
        ("newsletter.subscriber.email", TWO_ADDRESSES.email, 1),
        ("newsletter.subscriber.email", SECOND_ADDRESS, 1),
        ("newsletter.subscriber.name", TWO_ADDRESSES.name, 2),
    ),
    "reused-phone": _places(("crm.contact.phone", LEAVER.phone or "", 2)),
    "soft-deleted": _places(
        ("crm.contact.email", LEAVER.email, 1), ("billing.customer.email", LEAVER.email, 1)
    ),
    "staff-as-customer": _places(
        ("crm.employee.name", STAFF_CUSTOMER.name, 1),
        ("crm.employee.phone", STAFF_CUSTOMER.phone or "", 1),
        ("crm.contact.phone", STAFF_CUSTOMER.phone or "", 1),
        ("billing.customer.name", STAFF_CUSTOMER.name, 1),
    ),
    "handled-by": _places(
        ("crm.employee.employee_no", STAFF_CUSTOMER_NO, 1), ("support.ticket.assignee", STAFF_CUSTOMER_NO, 3)
    ),
    "email-in-file": _places(("support.attachment.content", NAMESAKES[0].email, 1)),
    "typed-cpr": _places(
        ("crm.contact.cpr", COMPOSED.cpr or "", 1), ("support.message.body", COMPOSED.cpr or "", 1)
    ),
    "suppression": _places(
        ("newsletter.suppression.email", SUPPRESSED.email, 1), ("billing.customer.email", SUPPRESSED.email, 1)
    ),
}


_TEXTS: tuple[tuple[str, str, str], ...] = (
    (
        "copied-address",
        "her street on card, customer row and invoices; old invoices know a former one",
        "every copy goes, the former street too",
    ),
    (
        "name-in-remark",
        "her name in notes, an invoice line, a payer, another customer's message",
        "automatic where the row is hers or shared; a question in the note about a colleague",
    ),
    (
        "phone-in-remark",
        "her phone, spaced and compact, with and without +45, in a note and in messages",
        "one identifier, however it is spelled",
    ),
    (
        "shared-mailbox",
        "one info@ address for three people, in four files",
        "the walk stops and asks; no erasure takes the other two along",
    ),
    (
        "shared-thread",
        "a ticket that two customers write in, opened by her",
        "the thread stays for the other one, without her",
    ),
    (
        "bookkeeping",
        "four invoices, two of them past the Danish bookkeeping act's five years (§ 12)",
        "kept rows keep amounts and dates, restricted, until a date that is named",
    ),
    (
        "email-in-json",
        "her e-mail inside the JSON of a colleague's event",
        "replaced inside the value, the rest of it as it was",
    ),
    (
        "escaped-json",
        "a name whose ø is an escape in the JSON text",
        "found by value, though the raw text does not hold it",
    ),
    (
        "case-and-blank",
        "one customer's e-mail in four spellings, one with a trailing blank",
        "one person",
    ),
    (
        "decomposed-letter",
        "a name with Å as one character, and in support as A and a ring",
        "one name",
    ),
    (
        "namesake",
        "two customers with one full name",
        "two people; a name alone never joins them",
    ),
    (
        "name-in-parts",
        "first and last name in two columns",
        "found, though no cell of that table holds the full name",
    ),
    (
        "second-address",
        "a contact who reads the newsletter under a second, unlinked address",
        "two identities until somebody says otherwise",
    ),
    (
        "reused-phone",
        "a leaver's phone, given to a new customer",
        "the number alone never joins them",
    ),
    (
        "soft-deleted",
        "a contact marked as deleted and still all there",
        "found and erased like any other",
    ),
    (
        "staff-as-customer",
        "an employee who is also a customer, with one phone",
        "her work on other people's rows is not hers to erase",
    ),
    (
        "handled-by",
        "an employee number on tickets, no declared key, its table in another file",
        "a mention of staff, never their ownership",
    ),
    (
        "email-in-file",
        "a customer's e-mail in the bytes of a file that another customer sent",
        "found in the bytes and reported",
    ),
    (
        "typed-cpr",
        "a civil registration number typed into a ticket",
        "found as an identifier in prose",
    ),
    (
        "suppression",
        "a former reader on the suppression list, still a customer",
        "erasing must not let the mail start again",
    ),
)


def traps() -> tuple[Trap, ...]:
    """Every trap, in the order of the table above."""
    return tuple(Trap(id_, lies, due, _PLACES[id_]) for id_, lies, due in _TEXTS)
