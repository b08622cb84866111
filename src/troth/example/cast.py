"""Holds the people the story needs by name, with the same facts whatever the seed and the size."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

VENDOR = "Havgry Software"
STAFF_DOMAIN = "havgry.example"
AS_OF = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)  # the estate's own today; nothing in it is younger
LEFT = AS_OF - timedelta(
    days=900
)  # when the leaver, and whoever else is marked as deleted, closed the account
SHARED = "info@nordhavn-bryg.example"
EVERY_FILE = frozenset({"crm", "product", "support", "billing", "newsletter"})


@dataclass(frozen=True)
class Person:
    """One invented person; `files` names the SQLite files (without suffix) that know them."""

    first: str
    last: str
    email: str
    street: str
    postcode: str
    city: str
    country: str
    ip: str
    phone: str | None = None  # international, with spaces: "+45 67 18 14 05"
    customer_no: str | None = None
    company: str | None = None
    cpr: str | None = None
    files: frozenset[str] = EVERY_FILE
    former_street: str | None = None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"

    @property
    def phone_spellings(self) -> tuple[str, ...]:
        """The phone as the five files may write it: international and national, spaced and compact."""
        if self.phone is None:
            return ()
        prefix, _, national = self.phone.partition(" ")
        compact = "".join(c for c in national if c.isdigit())
        return (self.phone, prefix + compact, national, compact)

    @property
    def needles(self) -> tuple[str, ...]:
        """Every string that gives this person away, for a scan such as `checks.mentions`."""
        cpr = (self.cpr, self.cpr.replace("-", "")) if self.cpr else ()
        known = (self.email, self.customer_no, *cpr, *self.phone_spellings, self.name, self.ip)
        return tuple(n for n in (*known, self.street, self.former_street) if n)


FORMER_STREET = "Tranemosevej 7"  # the hero's until 2021; only her oldest invoices still know it
FORMER_ADDRESS = f"{FORMER_STREET}, 5000 Odense C"
HERO = Person(
    "Alma", "Lindqvist", "alma.lindqvist@example.dk", "Rævebakken 14", "8000", "Aarhus C", "DK",
    "203.0.113.77", "+45 67 18 14 05", "K-10234", "Vindfløj Keramik ApS", "230584-5739",
    former_street=FORMER_STREET,
)  # fmt: skip

COLLEAGUE = Person(
    "Nikolaj", "Fabergren", "nikolaj.fabergren@example.dk", "Pilehaven 3", "8210", "Aarhus V", "DK",
    "203.0.113.78", "+45 67 18 14 06", "K-10235", HERO.company,
)  # fmt: skip
BYSTANDER = Person(
    "Bjarke", "Holmslund", "bjarke.holmslund@example.com", "Skovløberstien 22", "4000", "Roskilde", "DK",
    "203.0.113.80", "+45 67 22 90 31", "K-10871", "Klitrose Planteskole A/S",
)  # fmt: skip

_BREWERY = "Nordhavn Bryg ApS"
SHARERS = (
    Person("Ida", "Kragelund", "ida.kragelund@example.dk", "Kajkanten 1", "2150", "Nordhavn", "DK",
           "203.0.113.81", "+45 67 30 00 11", "K-11002", _BREWERY, files=EVERY_FILE - {"newsletter"}),
    Person("Jonas", "Vibeholt", "jonas.vibeholt@example.dk", "Kajkanten 1", "2150", "Nordhavn", "DK",
           "203.0.113.82", "+45 67 30 00 12", "K-11003", _BREWERY, files=EVERY_FILE - {"newsletter"}),
    Person("Freja", "Stenager", "freja.stenager@example.dk", "Kajkanten 1", "2150", "Nordhavn", "DK",
           "203.0.113.83", "+45 67 30 00 13", "K-11004", _BREWERY, files=EVERY_FILE - {"newsletter"}),
)  # fmt: skip
CASED = Person(
    "Jørgen", "Østvåg", "jorgen.ostvag@example.no", "Tyttebærstien 9", "5003", "Bergen", "NO", "203.0.113.84",
    "+47 49 18 14 01", "K-11377", "Ostvik Rederi AS",
)  # fmt: skip
NAMESAKES = (
    Person("Mette", "Sommerdal", "mette.sommerdal@example.dk", "Lupinvænget 40", "5000", "Odense C", "DK",
           "203.0.113.85", "+45 67 41 11 20", "K-11420", "Sydhavets Cykler ApS", "740291-0012"),
    Person("Mette", "Sommerdal", "m.sommerdal@example.com", "Bygmarken 8", "9000", "Aalborg", "DK",
           "203.0.113.86", "+45 67 41 98 02", "K-12906", "Vendelbo Tand I/S"),
)  # fmt: skip
TWO_ADDRESSES = Person(
    "Signe", "Vestermark", "signe.vestermark@example.dk", "Havtornen 5", "7620", "Lemvig", "DK",
    "203.0.113.87", "+45 67 52 07 44", "K-13118", "Lemvig Lastbiler A/S",
)  # fmt: skip
SECOND_ADDRESS = "sv.garnbod@example.com"  # the same woman at home, as far as anybody may guess
LEAVER = Person(
    "Torben", "Aaskov", "torben.aaskov@example.dk", "Mosehøjen 17", "6700", "Esbjerg", "DK", "203.0.113.88",
    "+45 67 60 60 18", "K-13555", files=frozenset({"crm", "billing"}),
)  # fmt: skip
HEIR = Person(
    "Liv", "Granstrøm", "liv.granstrom@example.dk", "Svalevej 2", "6000", "Kolding", "DK", "203.0.113.89",
    LEAVER.phone, "K-14760",
)  # fmt: skip
STAFF_CUSTOMER = Person(
    "Rikke", "Thorsager", "rikke.thorsager@example.com", "Uglebakken 31", "8270", "Højbjerg", "DK",
    "203.0.113.90", "+45 67 77 10 07", "K-15002", files=EVERY_FILE - {"support"},
)  # fmt: skip
STAFF_CUSTOMER_NO = "E-07"
COMPOSED = Person(
    "Åse", "Lindåker", "ase.lindaker@example.se", "Blåbärsgränd 6", "211 20", "Malmö", "SE", "203.0.113.91",
    "+46 70 174 06 05", "K-15310", "Lindåkra Trävaror AB", "141178-5722",
)  # fmt: skip
SUPPRESSED = Person(
    "Oskar", "Ekfors", "oskar.ekfors@example.se", "Rönnstigen 12", "111 29", "Stockholm", "SE",
    "203.0.113.92", "+46 8 465 004 12", "K-15644", cpr="860790-0027",
)  # fmt: skip

CAST: tuple[Person, ...] = (
    HERO, COLLEAGUE, BYSTANDER, *SHARERS, CASED, *NAMESAKES, TWO_ADDRESSES, LEAVER, HEIR, STAFF_CUSTOMER,
    COMPOSED, SUPPRESSED,
)  # fmt: skip

# Where a file writes the same address or name otherwise than the rest.
_EMAILS = {
    **{(p, f): SHARED for p in SHARERS for f in ("support", "billing")},
    (CASED, "crm"): "Jorgen.Ostvag@example.no",
    (CASED, "support"): "jorgen.ostvag@EXAMPLE.NO",
    (CASED, "billing"): "JORGEN.OSTVAG@EXAMPLE.NO ",
}


def written_email(person: Person, file: str) -> str:
    """The e-mail address exactly as `file` writes it."""
    return _EMAILS.get((person, file), person.email)


def written_name(person: Person, file: str) -> str:
    """The full name exactly as `file` writes it; support got its letters decomposed (a ring after an A)."""
    if person == COMPOSED and file == "support":
        return unicodedata.normalize("NFD", person.name)
    return person.name
