"""Guarantees one versioned answer to "are these two values the same?", whatever a database's collation says.

Equal means: `canonical` gives both the same text. The form is stable (the canonical form of a canonical
form is itself), so it can be hashed, kept beside a `FORM_VERSION`, and compared years later. Whatever is
weaker than equal (`near`) only proposes and never decides.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import phonenumbers

FORM_VERSION: Final = 1
Kind = Literal["email", "phone", "name", "national_id", "text", "number"]

# Values people and programs write instead of a value, folded; they identify nobody. One short list, Danish
# and English; a value without any letter or digit ("-", "???") needs no entry.
PLACEHOLDERS: Final = frozenset(
    re.split(
        r",\s+",
        """anonym, anonymous, anonymised, anonymiseret, deleted, erased, [erased], fjernet, ingen,
        ingen email, intet, ikke angivet, ikke oplyst, n/a, na, nan, nil, no email,
        no name, none, not provided, null, redacted, slettet, tbd, test, tom, ubekendt,
        ukendt, undefined, unknown, x, xx, xxx""",
    )
)
PLACEHOLDER_EMAILS: Final = frozenset(
    f"{local}@{domain}"
    for local, domains in {
        "test": ("test.com", "test.dk", "example.com", "example.dk"),
        "none": ("none.com", "none.dk"),
        "ingen": ("ingen.dk", "email.dk"),
        "noemail": ("noemail.com", "noemail.dk"),
        "a": ("a.com", "a.dk"),
    }.items()
    for domain in domains
)
FILLER_DIGITS: Final = frozenset(
    "019"
)  # a phone of one of these only (00000000) is a filler; 22222222 is not

INVISIBLE: Final = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
TYPOGRAPHIC: Final = {
    "‘": "'",
    "’": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
}
_DROP = dict.fromkeys(map(ord, INVISIBLE))
_PLAIN_MARKS = str.maketrans(TYPOGRAPHIC)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"})
_LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ü": "ue"})
_BARE = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l"})
_PLAIN_DOMAIN: Final = re.compile(r"(?=.{1,255}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_PHONE_LABEL = re.compile(
    r"^(?:tlf|tel|telefon|telephone|phone|mobil|mobile|mob|fax|[tmp])(?:\.?\s*:|\.|\s)\s*"
)
_EXTENSION = re.compile(r"[\s;,]*(?:lokalnummer|lokal|lok|extension|ext|x|#)[\s.:=]*(?=\d+$)")
_MOST = 16  # spellings: a prefilter binds them all


def fold(text: str) -> str:
    """The text without case (Unicode casefold) in NFC; `fold(fold(x)) == fold(x)`."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def squeeze(text: str) -> str:
    """Folded, zero-width characters dropped, every run of white space (also NBSP) one blank, trimmed."""
    return " ".join(fold(text.translate(_DROP)).split())


def canonical(kind: Kind, value: object, region: str = "DK") -> str | None:
    """The canonical form of a value of this kind; None where the value cannot identify anybody.

    `region` (ISO 3166, two letters) is where a phone number without a country code is at home.
    """
    text = _as_text(value)
    if text is None:
        return None
    flat = squeeze(text)
    if flat in PLACEHOLDERS or not any(map(str.isalnum, flat)):
        return None
    return _FORMS[kind](flat, value, region)


def _as_text(value: object) -> str | None:
    """Text, numbers, dates and UUIDs as text; anything else (booleans, bytes, None) is None."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, float):  # 4.2e15 and beyond has lost digits: it cannot identify anybody
        value = Decimal(str(value)) if abs(value) < 2**52 else Decimal("nan")
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 40:
            return None
        digits = format(value, "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return "0" if digits in {"-0", ""} else digits
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else None
    return str(value) if isinstance(value, date | uuid.UUID) else None


def _text(flat: str, _value: object, _region: str) -> str | None:
    return flat


def _email(flat: str, _value: object, _region: str) -> str | None:
    """`<Alice@KJÆR.dk>`, `mailto:…`, `Alice <…>` are one address; the domain is IDNA (`xn--…`); tags stay."""
    peeled = None
    while peeled != flat:
        peeled, flat = flat, _peel(flat)
    local, _, domain = flat.rpartition("@")
    address = f"{local}@{_idna(domain)}"
    known = len(address) <= 320 and _ADDRESS.fullmatch(address) and address not in PLACEHOLDER_EMAILS
    return address if known else None


def _peel(text: str) -> str:
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    if text.startswith("mailto:"):
        text = text[7:].partition("?")[0]
    return text.strip("<> .,;")


def _idna(domain: str) -> str:
    if _PLAIN_DOMAIN.fullmatch(domain):  # the same, without asking letter by letter
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower().strip(".") if len(domain) < 256 else domain
    except UnicodeError:
        return domain


def wide_domain(address: str) -> str:
    """The address with its domain in letters (`alice@kjær.dk`); unchanged where it has no `xn--` label."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('ascii').decode('idna')}" if "xn--" in domain else address
    except UnicodeError:
        return address


def _phone(flat: str, _value: object, region: str) -> str | None:
    """E.164. An extension stays (`;ext=12`): colleagues behind one switchboard are not one person.

    A number the plan of its country does not know falls back to its 6–15 digits; letters, or several numbers
    in one cell, are no phone number.
    """
    text = _EXTENSION.sub(";ext=", _PHONE_LABEL.sub("", flat, count=1))
    base = text.partition(";ext=")[0]
    if len(text) > 64 or any(map(str.isalpha, base)) or "@" in base:
        return None
    digits = "".join(str(unicodedata.decimal(c)) for c in base if c.isdecimal())
    number = parse_phone(text, region)
    home = None if number else parse_phone(digits, region)
    abroad = "+" if home and base.startswith("+") else ""  # an unknown country code: not a number at home
    number = number or (None if abroad else home)
    if number is None:
        plausible = 6 <= len(digits) <= 15 and not _filler(digits)
        return f"{abroad}{digits}" if plausible else None
    if _filler(str(number.national_number)) or len(number.extension or "") > 6:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164};ext={number.extension}" if number.extension else e164


def parse_phone(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The parsed number if its length is possible in its country, else None."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _filler(digits: str) -> bool:
    return len(set(digits)) == 1 and digits[0] in FILLER_DIGITS


def _name(flat: str, _value: object, _region: str) -> str | None:
    """First names before last name, no dots or commas: `Jensen, Alice B.` is `alice b jensen`."""
    parts = [part.replace(".", " ").split() for part in flat.translate(_PLAIN_MARKS).split(",")]
    parts = [words for words in parts if words]
    if len(parts) > 1 and not _SUFFIXES.issuperset(parts[1]):
        parts[0], parts[1] = parts[1], parts[0]
    name = " ".join(word for words in parts for word in words)
    return name if any(map(str.isalpha, name)) and len(name) <= 200 and name not in PLACEHOLDERS else None


def _national_id(flat: str, value: object, region: str) -> str | None:
    """A Danish CPR number's ten digits, `DDMMYYXXXX`; any other number its letters and digits, if four."""
    bare = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in flat if c.isalnum())
    bare = fold(bare)
    if region == "DK" and len(bare) == 9 and not isinstance(value, str) and is_cpr("0" + bare):
        bare = "0" + bare  # a number column has eaten the zero of a birth on the first nine days
    return bare if 4 <= len(bare) <= 64 and len(set(bare)) > 1 and bare not in PLACEHOLDERS else None


def is_cpr(digits: str) -> bool:
    """Ten digits that begin with a date (in a replacement number the day is 60 higher); no check digit."""
    if not re.fullmatch(r"[0-9]{10}", digits):
        return False
    day, month = int(digits[:2]), int(digits[2:4])
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    return 1 <= month <= 12 and 1 <= (day - 60 if day > 60 else day) <= longest


def _number(flat: str, _value: object, _region: str) -> str | None:
    """An id: 42, Decimal("42.0") and "42" are one; "0042" is another, for text keeps its zeros."""
    return flat if len(flat) <= 64 else None


_FORMS: dict[Kind, Callable[[str, object, str], str | None]] = {
    "email": _email,
    "phone": _phone,
    "name": _name,
    "national_id": _national_id,
    "text": _text,
    "number": _number,
}


def near(kind: Kind, a: object, b: object, region: str = "DK") -> str | None:
    """Why two unequal values may still be one person's, in one word; None if nothing suggests it. Symmetric.

    plus-address · dots · letters (å/aa, ø/oe, æ/ae) · accents (é/e, ø/o) · initials · middle-name · hyphen ·
    extension · country-code · leading-zero
    """
    one, two = canonical(kind, a, region), canonical(kind, b, region)
    if one is None or two is None or one == two:
        return None
    if kind == "phone":
        return _near_phone(one, two)
    if kind in {"number", "national_id"}:
        return "leading-zero" if one.lstrip("0") == two.lstrip("0") else None
    if kind == "email":
        return _near_email(wide_domain(one), wide_domain(two))
    return _near_letters(one, two) or (_near_name(one, two) if kind == "name" else None)


def _near_letters(one: str, two: str) -> str | None:
    if one.translate(_LETTERS) == two.translate(_LETTERS):
        return "letters"
    return "accents" if _bare(one) == _bare(two) else None


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.translate(_BARE))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _near_email(one: str, two: str) -> str | None:
    (local_one, _, domain_one), (local_two, _, domain_two) = one.rpartition("@"), two.rpartition("@")
    if domain_one == domain_two:
        local_one, local_two = local_one.partition("+")[0], local_two.partition("+")[0]
        if local_one == local_two != "":
            return "plus-address"
        if domain_one in {"gmail.com", "googlemail.com"} and local_one.replace(".", "") == local_two.replace(
            ".", ""
        ):
            return "dots"
    return _near_letters(one, two)


def _near_phone(one: str, two: str) -> str | None:
    base_one, base_two = one.partition(";")[0], two.partition(";")[0]
    if base_one == base_two:
        return "extension"
    tail_one, tail_two = base_one.lstrip("+")[-8:], base_two.lstrip("+")[-8:]
    return "country-code" if tail_one == tail_two and len(tail_one) == 8 else None


def _near_name(one: str, two: str) -> str | None:
    first, second = (name.translate(_LETTERS).replace("-", " ").split() for name in (one, two))
    if first == second:
        return "hyphen"
    if first[-1] != second[-1] or min(len(first), len(second)) < 2:
        return None
    if len(first) == len(second) and all(
        x == y or (1 in {len(x), len(y)} and x[0] == y[0]) for x, y in zip(first, second, strict=True)
    ):
        return "initials"
    return "middle-name" if first[0] == second[0] and 2 in {len(first), len(second)} else None


def spellings(kind: Kind, canonical_value: str, region: str = "DK") -> tuple[str, ...]:
    """At most 16 forms a cell may hold, to prefilter with; each has this canonical form, itself the first.

    They cover both a cell as it is and `lower(cell)`, also where `lower` knows ASCII only (SQLite).
    """
    if kind == "phone":
        drafts = _phone_spellings(canonical_value, region)
    elif kind == "email":
        drafts = _cased([wide_domain(canonical_value), canonical_value])
    elif kind == "name":
        words = canonical_value.split()
        drafts = [" ".join(words), f"{words[-1]}, {' '.join(words[:-1])}"]
        drafts += [f"{' '.join(words[1:])}, {words[0]}"] if len(words) == 3 else []
        drafts = _cased(drafts)
    elif kind == "national_id" and is_cpr(canonical_value):
        born, rest = canonical_value[:6], canonical_value[6:]
        dashed = f"{born[:2]}-{born[2:4]}-{born[4:]}"
        drafts = [
            f"{born}-{rest}",
            f"{born} {rest}",
            f"{born} - {rest}",
            f"{born}–{rest}",
            f"{dashed}-{rest}",
        ]
    else:
        drafts = _cased([canonical_value])
    kept = [form for form in dict.fromkeys(drafts) if form != canonical_value]
    kept = [form for form in kept if canonical(kind, form, region) == canonical_value]
    return (canonical_value, *kept[: _MOST - 1])


def _cased(drafts: list[str]) -> list[str]:
    """Lower, Title and UPPER, these two also after an ASCII-only `lower`; composed first, then decomposed."""
    cases = [[draft, draft.title(), draft.upper()] for draft in drafts]
    composed = [form for forms in zip(*cases, strict=True) for form in forms]
    composed += [re.sub(r"[A-Z]+", lambda m: m[0].lower(), form) for form in composed if not form.isascii()]
    return composed + [unicodedata.normalize("NFD", form) for form in composed]


def _phone_spellings(value: str, region: str) -> list[str]:
    base, _, extension = value.partition(";ext=")
    number = parse_phone(base, region) if base.startswith("+") else None
    if number is None:
        return [value]
    national = phonenumbers.national_significant_number(number)
    styles = phonenumbers.PhoneNumberFormat
    country = str(number.country_code)
    home = re.sub(r"\D", "", phonenumbers.format_number(number, styles.NATIONAL))
    groups = [" ".join(_grouped(national, size)) for size in ((2, 4) if len(national) == 8 else (3,))]
    forms = [base, f"00{country}{national}", home, *groups, f"+{country} {national}"]
    forms += [f"+{country} {group}" for group in groups]
    forms += [phonenumbers.format_number(number, style) for style in (styles.INTERNATIONAL, styles.NATIONAL)]
    forms += [group.replace(" ", "-") for group in groups]
    forms += [f"00{country} {national}", f"{country}{national}", f"+{country}-{national}"]
    forms += [
        f"(+{country}) {national}",
        f"00{country} {groups[0]}",
        f"+{country} {groups[0]}".replace(" ", "-"),
    ]
    if not extension:
        return forms
    return [f"{form}{sign}{extension}" for form in forms for sign in (" lok. ", " ext. ", " x")]


def _grouped(digits: str, size: int) -> list[str]:
    return [digits[at : at + size] for at in range(0, len(digits), size)]


def mask(kind: Kind, value: object, region: str = "DK") -> str:
    """What may be shown so that people recognise their own: `a•••@e•••.dk`, `+45 ••••••78`, `A••• J•••`.

    The number of bullets says nothing about the length.
    """
    form = canonical(kind, value, region)
    if form is None:
        return "•••"
    if kind == "email":
        local, _, domain = wide_domain(form).rpartition("@")
        shown = local[0] if len(local) > 2 else ""
        return f"{shown}•••@{domain[0]}•••{''.join(domain.rpartition('.')[1:]) if '.' in domain else ''}"
    if kind == "phone":
        base = form.partition(";")[0]
        number = parse_phone(base, region) if base.startswith("+") else None
        return f"+{number.country_code} ••••••{base[-2:]}" if number else f"••••••{base[-2:]}"
    if kind == "name":
        return " ".join(f"{word[0].upper()}•••" for word in form.split()[:4])
    if kind == "text":
        return f"{form[0]}•••" if len(form) > 2 else "•••"
    return f"••••••{form[-2:]}" if len(form) > 4 else "•••"
