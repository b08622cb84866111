"""Values of invented people and things, the same for the same seed; what is written here belongs to nobody."""

# ruff: noqa: SIM905 -- lists of words are read as words

from __future__ import annotations

import json
import random
import string
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from stdnum import luhn
from strangers import STRANGERS, word

Row = dict[str, Any]
Maker = Callable[[random.Random, Row, list[str]], Any]

GIVEN = (
    "Anne Mette Hanne Pia Kirsten Sofie Freja Ida Alma Malou Nanna Trine Gitte Dorthe Bodil Aase Fatima Zeynep Mia Liva "
    "Peter Jens Lars Søren Henrik Mads Emil Noah Villads Aksel Bjarne Preben Torben Kjeld Ahmed Mehmet Oliver Johan Storm Kaj"
).split()
SURNAME = (
    "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen "
    "Olsen Thomsen Møller Poulsen Johansen Knudsen Mortensen Lund Holm Schmidt Kjær Bach Dahl Friis Krog Vestergaard "
    "Tvermose Skjoldager Yıldız Hassan Rokkjær Blicher Haugbølle Kvistgaard"
).split()
ENGLISH = (
    "James Mary Robert Linda Michael Susan Emily Daniel Grace Oscar Harriet Priya Chen Luis Nadia Kevin Brooke Tamsin "
    "Desmond Latoya Wendell Imogen"
).split()
FAMILY = (
    "Smith Johnson Brown Taylor Wilson Davies Evans Walker Wright Patel Garcia Nguyen Murphy Clarke Okafor Fairweather "
    "Lockhart Abernathy Quigley Whitcombe Ramirez Stone"
).split()
TOWNS = (
    "Aarhus Odense Aalborg Esbjerg Randers Kolding Horsens Vejle Roskilde Herning Silkeborg Næstved Viborg Køge Holstebro "
    "Slagelse Brovst Tarm Hadsund Suldrup Ikast Bramming"
).split()
US_TOWNS = [
    "Springfield",
    "Portland",
    "Austin",
    "Denver",
    "Boise",
    "Madison",
    "Salem",
    "Dayton",
    "Tulsa",
    "Plano",
    "Reno",
]
ROADS = "Vestergade Nørregade Skolevej Birkevej Møllevej Kirkestræde Strandvejen Engvænget Bakkedraget Lyngallé Torvet".split()
STREETS = (
    "Oak Street|Main St|Maple Avenue|Park Rd|Elm Drive|Cedar Lane|High Street|King's Road|5th Ave".split("|")
)
FIRMS = [
    "Havnens",
    "Nordlys",
    "Grønbech",
    "Skovly",
    "Bluefin",
    "Acorn",
    "Jysk Miljø",
    "Redwood",
    "Sydkystens",
    "Hartmann",
]
TRADES = [
    "Byg",
    "VVS",
    "Transport",
    "Software",
    "Renovation",
    "Logistics",
    "Foods",
    "Consulting",
    "El",
    "Maskinfabrik",
]
ENDS = ["ApS", "A/S", "I/S", "Ltd", "Inc", "GmbH", "AB", "ApS", "A/S"]
GOODS = (
    "Hamarskrue Skruetrækker Kaffefilter Havestol Bordlampe Cykelhjelm Rulleskøjte Vandkande Papirkurv Termokande Wool "
    "Socks Hammer Notebook Mug Lantern Backpack Keyboard Monitor Blender"
).split()
KINDS = ["rød", "blå", "XL", "deluxe", "2-pak", "sort", "mini", "500 ml", "steel", "green", "large"]
SAID = [
    "Kunden ringede og spurgte om regningen, vi har lovet at vende tilbage i morgen",
    "Borgeren er utilfreds med at spanden ikke blev tømt, og ønsker at blive ringet op",
    "Hun fortalte at hun er flyttet og ikke længere bor sammen med sin mand",
    "Please call her back on Monday, she did not get the parcel",
    "He asked for a refund because the shoes were too small",
    "I have been waiting for two weeks and nobody answers my letters",
    "Aftalt med ham at vi kommer forbi på torsdag når han er hjemme",
]
PRAISE = [
    "En robust stol i bøg med plads til hele familien, leveres samlet",
    "Made from recycled steel with a matte finish and a two year guarantee",
    "Passer til alle gængse beslag og kan males i den ønskede farve",
    "A soft cotton shirt for the summer, machine washable at forty degrees",
    "Lampen har dæmper og er velegnet til udendørs brug under tag",
]
JOBS = ["Sælger", "Bogholder", "Projektleder", "Chauffør", "Sygeplejerske", "Account Manager", "Software Engineer", "Lagermedarbejder",
        "Direktør", "Sales Assistant", "Driftsleder", "HR Consultant", "Electrician", "Kok"]  # fmt: skip
ILLS = ["Diabetes type 2", "Astma", "Migræne", "Hypertension", "Depression", "Epilepsi", "Lungebetændelse", "Allergi over for penicillin",
        "Psoriasis", "Fractura radii", "Anxiety"]  # fmt: skip


def _digits(r: random.Random, count: int) -> str:
    return "".join(r.choice(string.digits) for _ in range(count))


def _given(r: random.Random, how: list[str]) -> str:
    return r.choice(ENGLISH if "en" in how else GIVEN)


def _surname(r: random.Random, how: list[str]) -> str:
    return r.choice(FAMILY if "en" in how else SURNAME)


def _name(r: random.Random, row: Row, how: list[str]) -> str:
    middle = f" {_surname(r, how)}" if r.random() < 0.25 else ""
    given, family = _given(r, how), _surname(r, how)
    text = f"{family}, {given}" if "comma" in how else f"{given}{middle} {family}"
    return text.upper() if "upper" in how else text


def _plain(text: str) -> str:
    for letter, ascii_ in (
        ("ø", "oe"),
        ("å", "aa"),
        ("æ", "ae"),
        ("ı", "i"),
        ("ö", "o"),
        ("ü", "u"),
        ("'", ""),
    ):
        text = text.lower().replace(letter, ascii_)
    return text


def _email(r: random.Random, row: Row, how: list[str]) -> str:
    local = f"{_plain(_given(r, how))}.{_plain(_surname(r, how))}{r.choice(['', '', r.randrange(99)])}"
    return f"{local}@{r.choice(['example.dk', 'example.com', 'mail.example.org', 'firma.example'])}"


def _phone(r: random.Random, row: Row, how: list[str]) -> Any:
    if "ext" in how:
        digits = _digits(r, 10)
        plain = r.choice(["({0}){1}-{2}", "{0}.{1}.{2}", "001-{0}-{1}-{2}", "{0}-{1}-{2}"]).format(
            digits[:3], digits[3:6], digits[6:]
        )
        return plain + r.choice(["", f"x{r.randrange(99999)}"])
    if "us" in how:
        area, rest = r.randrange(201, 989), f"555{_digits(r, 4)}"
        return r.choice(
            [
                f"({area}) {rest[:3]}-{rest[3:]}",
                f"+1 {area}-{rest[:3]}-{rest[3:]}",
                f"{area}-{rest[:3]}-{rest[3:]}",
            ]
        )
    number = r.choice("2345678") + _digits(r, 7)
    if "int" in how:
        return int(number)
    if "plain" in how:
        return number
    pairs = " ".join(number[at : at + 2] for at in range(0, 8, 2))
    return r.choice([pairs, pairs, f"+45 {pairs}", f"+45{number}", number])


def _born(r: random.Random, row: Row, how: list[str]) -> Any:
    day = date(1935, 1, 1) + timedelta(days=r.randrange(27_000))
    return {
        "ddmmyy": f"{day:%d%m%y}",
        "iso": day.isoformat(),
        "dk": f"{day:%d-%m-%Y}",
        "us": f"{day:%m/%d/%Y}",
    }.get(next(iter(how), ""), day)


def _when(r: random.Random, row: Row, how: list[str]) -> Any:
    at = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(seconds=r.randrange(150_000_000))
    forms = {"iso": at.isoformat(), "day": at.date(), "dk": f"{at:%d-%m-%Y}", "epoch": int(at.timestamp()),
             "ms": int(at.timestamp()) * 1000, "packed": int(f"{at:%Y%m%d}")}  # fmt: skip
    return forms.get(next(iter(how), ""), at)


def _cpr(r: random.Random, row: Row, how: list[str]) -> Any:
    """A replacement number (day + 60): no living person has it."""
    year, day, month = r.randrange(100), r.randrange(61, 89), r.randrange(1, 13)
    number = f"{day:02}{month:02}{year:02}{_digits(r, 4)}"
    if "int" in how:
        return int(number)
    return number if "plain" in how else f"{number[:6]}-{number[6:]}"


def _weighted(r: random.Random, weights: list[int], first: str = "123456789") -> str:
    while True:
        body = r.choice(first) + _digits(r, len(weights) - 2)
        total = sum(int(d) * w for d, w in zip(body, weights, strict=False))
        check = -total % 11
        if check < 10 and weights[-1] == 1:
            return f"{body}{check}"


def _cvr(r: random.Random, row: Row, how: list[str]) -> Any:
    number = _weighted(r, [2, 7, 6, 5, 4, 3, 2, 1], "1234")
    return int(number) if "int" in how else f"DK{number}" if "dk" in how else number


def _gtin(body: str) -> str:
    total = sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(reversed(body), start=1))
    return f"{body}{-total % 10}"


def _card(r: random.Random, row: Row, how: list[str]) -> str:
    body = r.choice(["4571", "4", "5413", "5019"])
    body += _digits(r, 15 - len(body))
    number = body + luhn.calc_check_digit(body)
    return " ".join(number[at : at + 4] for at in range(0, 16, 4)) if "grouped" in how else number


def _iban(r: random.Random, row: Row, how: list[str]) -> str:
    account = _digits(r, 14)
    check = 98 - int(account + "1320" + "00") % 97
    return f"DK{check:02}{account}"


def _street(r: random.Random, row: Row, how: list[str]) -> str:
    if "odd" in how:
        return f"{r.randrange(1, 90000)} {word(r)} {r.choice(['Knolls', 'Isle', 'Mills', 'Junction'])}"
    if "en" in how:
        return f"{r.randrange(1, 2900)} {r.choice(STREETS)}{r.choice(['', '', f' Apt {r.randrange(1, 30)}'])}"
    flat = r.choice(["", "", "", ", 2. tv", ", st. th", " B", ", 1. sal"])
    return f"{r.choice(ROADS)} {r.randrange(1, 180)}{flat}"


def _zip(r: random.Random, row: Row, how: list[str]) -> Any:
    if "us" in how:
        return f"{r.randrange(10000, 99900)}"
    code = r.randrange(1050, 9990)
    return code if "int" in how else str(code)


def _town(r: random.Random, row: Row, how: list[str]) -> str:
    return r.choice(US_TOWNS if "us" in how else TOWNS)


def _address(r: random.Random, row: Row, how: list[str]) -> str:
    return f"{_street(r, row, how)}, {_zip(r, row, [])} {_town(r, row, [])}"


def _firm(r: random.Random, row: Row, how: list[str]) -> str:
    end = f" {r.choice(ENDS)}" if r.random() < 0.8 else ""
    return f"{r.choice(FIRMS)} {r.choice(TRADES)}{end}"


def _note(r: random.Random, row: Row, how: list[str]) -> str:
    text = r.choice(SAID)
    if r.random() < 0.15:
        text += f", tlf {_phone(r, row, ['plain'])}"
    return text + r.choice([".", "!", "", f" ({r.randrange(90)})"])


def _initials(r: random.Random, row: Row, how: list[str]) -> str:
    whole = next((row[column] for column in how if row.get(column)), None) or _name(r, row, [])
    return "".join(word[0] for word in whole.split()).upper()[:3]


def _handle(r: random.Random, row: Row, how: list[str]) -> str:
    given, family = _plain(_given(r, how)), _plain(_surname(r, how))
    return r.choice(
        [f"{given}.{family}", f"{given[0]}{family}", f"{given}{r.randrange(99)}", f"{given}_{family[:3]}"]
    )


def _contact(r: random.Random, row: Row, how: list[str]) -> Any:
    told = {"id": r.randrange(9999), "contact": {"name": _name(r, row, []), "email": _email(r, row, []),
            "phones": [{"kind": "mobil", "number": _phone(r, row, [])}]}, "newsletter": r.random() < 0.5}  # fmt: skip
    return told if "native" in how else json.dumps(told, ensure_ascii=False)


def _keyed(r: random.Random, row: Row, how: list[str]) -> str:
    return json.dumps({_email(r, row, []): {"seen": r.randrange(99)} for _ in range(r.randrange(1, 4))})


def _xml(r: random.Random, row: Row, how: list[str]) -> str:
    return f"<order no='{r.randrange(999)}'><buyer><email>{_email(r, row, [])}</email><zip>{_zip(r, row, [])}</zip></buyer></order>"


def _settings(r: random.Random, row: Row, how: list[str]) -> str:
    return json.dumps({"theme": r.choice(["dark", "light"]), "rows": r.randrange(50), "flags": ["a", "b"]})


def _one_of(*options: Any) -> Maker:
    return lambda r, row, how: r.choice(options)


def _running(r: random.Random, row: Row, how: list[str]) -> Any:
    start = int(how[0]) if how else 1
    number = start + row["#"]
    return str(number) if "text" in how else number


def _pick(r: random.Random, row: Row, how: list[str]) -> str:
    return r.choice(how)


MAKERS: dict[str, Maker] = {
    **STRANGERS,
    "given": lambda r, row, how: _given(r, how),
    "surname": lambda r, row, how: _surname(r, how),
    "name": _name,
    "email": _email,
    "phone": _phone,
    "born": _born,
    "when": _when,
    "cpr": _cpr,
    "cvr": _cvr,
    "ean": lambda r, row, how: _gtin(r.choice(["57", "73", "40"]) + _digits(r, 10)),
    "gln": lambda r, row, how: _gtin("5790" + _digits(r, 8)),
    "pnr": lambda r, row, how: f"10{r.randrange(0, 36):02}{_digits(r, 6)}",
    "card": _card,
    "iban": _iban,
    "konto": lambda r, row, how: f"{r.randrange(1000, 9999)}-{_digits(r, 10)}",
    "ip": lambda r, row, how: ".".join(str(r.randrange(1, 255)) for _ in range(4)),
    "mac": lambda r, row, how: ":".join(f"{r.randrange(256):02x}" for _ in range(6)),
    "imei": lambda r, row, how: (body := "35" + _digits(r, 12)) + luhn.calc_check_digit(body),
    "uuid": lambda r, row, how: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "cookie": lambda r, row, how: f"GA1.2.{r.randrange(10**9)}.{r.randrange(10**9, 2 * 10**9)}",
    "profile_url": lambda r, row, how: (
        f"https://www.linkedin.com/in/{_handle(r, row, ['en']).replace('.', '-')}"
    ),
    "url": lambda r, row, how: f"https://www.example.com/p/{r.randrange(9999)}/{r.choice(GOODS).lower()}",
    "lat": lambda r, row, how: round(r.uniform(54.6, 57.7), 6),
    "lon": lambda r, row, how: round(r.uniform(8.1, 12.6), 6),
    "point": lambda r, row, how: f"{r.uniform(54.6, 57.7):.6f},{r.uniform(8.1, 12.6):.6f}",
    "zip": _zip,
    "town": _town,
    "street": _street,
    "address": _address,
    "country": _one_of("Danmark", "Sverige", "Norge", "Tyskland", "Danmark", "Danmark", "Polen"),
    "country_code": _one_of("DK", "SE", "NO", "DE", "DK", "DK", "GB"),
    "state": _one_of("CA", "TX", "NY", "OH", "WA", "OR", "CO", "IL", "FL", "MA"),
    "sex": _one_of("M", "K"),
    "gender": _one_of("male", "female", "other", "female", "male"),
    "job": _one_of(*JOBS),
    "firm": _firm,
    "bcrypt": lambda r, row, how: (
        "$2b$12$" + "".join(r.choice(string.ascii_letters + string.digits) for _ in range(53))
    ),
    "sha256": lambda r, row, how: f"{r.getrandbits(256):064x}",
    "token": lambda r, row, how: (
        "sk_live_" + "".join(r.choice(string.ascii_letters + string.digits) for _ in range(24))
    ),
    "note": _note,
    "praise": lambda r, row, how: f"{r.choice(PRAISE)}. {r.choice(PRAISE)}",
    "illness": _one_of(*ILLS),
    "belief": _one_of("Folkekirken", "Muslim", "Katolik", "Ingen", "Ateist", "Jødisk", "Hindu"),
    "union": _one_of("3F", "HK", "FOA", "Djøf", "Krifa", "Ingen"),
    "icd": lambda r, row, how: f"D{r.choice('EFIJM')}{r.randrange(10, 99)}{r.randrange(10)}",
    "container": lambda r, row, how: f"B{r.randrange(100000, 999999)}",
    "epc": lambda r, row, how: "E2" + f"{r.getrandbits(88):022X}",
    "initials": _initials,
    "plate": lambda r, row, how: (
        f"{r.choice('ABCDEV')}{r.choice(string.ascii_uppercase)} {_digits(r, 2)} {_digits(r, 3)}"
    ),
    "goods": lambda r, row, how: f"{r.choice(GOODS)} {r.choice(KINDS)}",
    "sku": lambda r, row, how: f"{r.choice(['AB', 'AC', 'ZX'])}-{_digits(r, 5)}",
    "ten": lambda r, row, how: str(r.randrange(10**9, 10**10)),
    "dated_no": lambda r, row, how: (
        f"{r.randrange(1, 29):02}{r.randrange(1, 13):02}{r.choice(['23', '24', '25'])}{row['#'] % 10000:04}"
    ),
    "eight": lambda r, row, how: str(r.randrange(10**7, 10**8)),
    "running": _running,
    "amount": lambda r, row, how: round(r.uniform(1, 9000), 2),
    "count": lambda r, row, how: r.randrange(1, int(how[0]) if how else 60),
    "version": lambda r, row, how: f"{r.randrange(1, 4)}.{r.randrange(20)}.{r.randrange(9)}.{r.randrange(9)}",
    "agent": lambda r, row, how: (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/{r.randrange(500, 600)}.36 Chrome/{r.randrange(90, 130)}.0"
    ),
    "handle": _handle,
    "flag": lambda r, row, how: r.random() < 0.5,
    "pick": _pick,
    "json": _contact,
    "keyed": _keyed,
    "xml": _xml,
    "settings": _settings,
    "reach": lambda r, row, how: r.choice([_email, _phone])(r, row, []),
    "clock": lambda r, row, how: f"{r.randrange(24):02}:{r.randrange(60):02}",
    "nothing": lambda r, row, how: None,
}
