"""Invents the people and firms: no two share a name, e-mail or phone unless the cast says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from troth.example import names
from troth.example.cast import CAST, STAFF_CUSTOMER, STAFF_DOMAIN, Person
from troth.example.dice import Dice

FEWEST = 40
_SHARES = {"product": 0.76, "support": 0.45, "billing": 0.8, "newsletter": 0.5}


@dataclass(frozen=True)
class Firm:
    name: str
    country: str
    cvr: str | None  # Danish firms only


@dataclass(frozen=True)
class Employee:
    number: str
    name: str
    email: str
    phone: str
    title: str


@dataclass(frozen=True)
class Population:
    """Everybody the vendor knows, in one shuffled order, their firms, and the vendor's own staff."""

    people: tuple[Person, ...]
    firms: tuple[Firm, ...]
    staff: tuple[Employee, ...]

    def known_to(self, file: str) -> list[Person]:
        return [p for p in self.people if file in p.files]


def populate(seed: int, people: int) -> Population:
    """`people` persons including the cast; raises ValueError below `FEWEST`, where the cast stands out."""
    if people < FEWEST:
        raise ValueError(f"the estate needs at least {FEWEST} people, got {people}")
    dice = Dice(seed, "people")
    firms = _firms(dice, max(12, people // 4))
    crowd = [*CAST, *_crowd(dice, firms, people - len(CAST))]
    dice.shuffle(crowd)
    return Population(tuple(crowd), (*_firms_of_cast(), *firms), _staff())


def cvr_number(n: int) -> str:
    """A Danish company number with a right check digit in a series (9…) that is not handed out."""
    weights = (2, 7, 6, 5, 4, 3, 2)
    bodies = (
        str(9_000_000 + 10 * n),
        str(9_000_001 + 10 * n),
    )  # one of two neighbours has a check digit below 10
    checks = [-sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11 for body in bodies]
    return f"{bodies[0]}{checks[0]}" if checks[0] < 10 else f"{bodies[1]}{checks[1]}"


def _firms_of_cast() -> list[Firm]:
    found = {p.company: p.country for p in CAST if p.company}
    return [Firm(n, c, cvr_number(i) if c == "DK" else None) for i, (n, c) in enumerate(found.items(), 101)]


def _firms(dice: Dice, many: int) -> list[Firm]:
    stems = names.FIRM_STEMS.split()
    every = [(s, c, t) for s in stems for c, trades in names.FIRM_TRADES.items() for t in trades]
    chosen = dice.sample(every, min(many, len(every)))
    return [
        Firm(f"{s} {t}", c, cvr_number(1000 + i) if c == "DK" else None) for i, (s, c, t) in enumerate(chosen)
    ]


def _staff() -> tuple[Employee, ...]:
    """The vendor's own people; the seventh is also a customer, under a private address and the same phone."""
    found = []
    for i, (name, title) in enumerate(names.STAFF, 1):
        email = f"{name.lower().translate(names.FOLD).replace(' ', '.')}@{STAFF_DOMAIN}"
        private = STAFF_CUSTOMER.phone if name == STAFF_CUSTOMER.name else None
        phone = private or f"+45 67 00 10 {i:02d}"
        found.append(Employee(f"E-{i:02d}", name, email, phone, title))
    return tuple(found)


def _crowd(dice: Dice, firms: list[Firm], many: int) -> Iterator[Person]:
    taken_names = {p.name for p in CAST} | {name for name, _ in names.STAFF}
    taken_mail = {p.email for p in CAST}
    phones = {country: _phones(dice, country, many) for country in names.FIRST}
    for i in range(many):
        country = dice.choices(("DK", "NO", "SE", "US"), (50, 17, 18, 15))[0]
        first, last = _name(dice, country, taken_names)
        mail = _mail(dice, first, last, country, taken_mail)
        postcode, city = dice.choice(names.CITIES[country])
        person = Person(
            first, last, mail, _street(dice, country), postcode, city, country,
            ip=f"2001:db8:{i // 0x10000:x}:{i % 0x10000:x}::{dice.randint(2, 0xFFFF):x}",
            phone=next(phones[country], None) if dice.holds(0.9) else None,
        )  # fmt: skip
        if dice.holds(0.08):
            yield replace(person, phone=None, files=frozenset({"newsletter"}))
            continue
        files = frozenset({"crm", *(f for f, share in _SHARES.items() if dice.holds(share))})
        near = [f for f in firms if f.country == country]
        yield replace(
            person,
            files=files,
            customer_no=f"K-{20_000 + i}" if "billing" in files else None,
            company=dice.choice(near).name if near and dice.holds(0.7) else None,
        )


def _name(dice: Dice, country: str, taken: set[str]) -> tuple[str, str]:
    """A full name nobody else has; in a large estate with one middle name or two."""
    firsts, lasts = names.FIRST[country].split(), names.LAST[country].split()
    for attempt in range(10_000):
        middles = [dice.choice(lasts) for _ in range(min(2, attempt // 12))]
        first, last = " ".join([dice.choice(firsts), *middles]), dice.choice(lasts)
        if f"{first} {last}" not in taken:
            taken.add(f"{first} {last}")
            return first, last
    raise ValueError("the pools hold no more names for so many people")


def _mail(dice: Dice, first: str, last: str, country: str, taken: set[str]) -> str:
    local = f"{first}.{last}".lower().translate(names.FOLD).replace(" ", ".")
    domain = dice.choice(names.MAIL[country])
    mail = f"{local}@{domain}"
    while mail in taken:
        mail = f"{local}{dice.randint(2, 99_999)}@{domain}"
    taken.add(mail)
    return mail


def _street(dice: Dice, country: str) -> str:
    street, number = dice.choice(names.STREETS[country].split()).replace("_", " "), dice.randint(1, 120)
    return f"{number * 10} {street}" if country == "US" else f"{street} {number}"


def _phones(dice: Dice, country: str, many: int) -> Iterator[str]:
    """Phones until they run out.

    Sweden and North America keep ranges for fiction; the others are made up in +45 67 and +47 49.
    """
    taken = {p.phone for p in CAST}
    found: list[str] = []
    if country == "SE":
        found = [f"+46 70 174 06 {n:02d}" for n in range(5, 100)]
        found += [f"+46 8 465 00{n // 100} {n % 100:02d}" for n in range(400, 500)]
        found += [f"+46 31 390 0{n // 100} {n % 100:02d}" for n in range(600, 700)]
        found += [f"+46 40 628 0{n // 100} {n % 100:02d}" for n in range(400, 500)]
    elif country == "US":
        found = [f"+1 {code}-555-{n:04d}" for code in names.AREA_CODES for n in range(100, 200)]
    else:
        prefix = "+45 67" if country == "DK" else "+47 49"
        draws = dice.sample(range(100_000, 1_000_000), min(many + len(CAST), 900_000))
        found = [f"{prefix} {n // 10_000} {n // 100 % 100:02d} {n % 100:02d}" for n in draws]
    dice.shuffle(found)
    yield from (p for p in found if p not in taken)
