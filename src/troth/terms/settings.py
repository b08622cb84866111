"""Every setting, once: one frozen object, each with a default and a sentence; an unknown one stops the start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from troth.terms.errors import UsageError

PREFIX = "TROTH_"
ROLES = (
    "officer",
    "approver",
    "support",
    "auditor",
    "admin_tenant",
)  # of staff, as security/roles.py knows them
_OPEN = (
    "TROTH_URL_",
    "TROTH_READ_URL_",
    "TROTH_SCRATCH_",
    "TROTH_OIDC_SECRET",
    "TROTH_MAIL_PASSWORD",
    "TROTH_IMAP_PASSWORD",
)  # and the system: its full address, password included


@dataclass(frozen=True)
class Settings:
    """Settings come from the environment as TROTH_<NAME>; docs/settings.md lists them and a test keeps it so."""

    home: Path | None = field(
        default=None,
        metadata={
            "says": "Where Troth keeps its own state; default: `.troth/` beside the map, found upwards."
        },
    )
    database: str = field(
        default="",
        repr=False,
        metadata={
            "says": "`postgresql://…` where our own state is in PostgreSQL, or `file:` and a file that holds it; default: SQLite."
        },
    )
    tenant: str = field(
        default="default", metadata={"says": "Whose records these are, where several share one state."}
    )
    batch_size: int = field(default=10_000, metadata={"says": "Most rows in one transaction (1 to 10,000)."})
    language: str = field(
        default="", metadata={"says": "`da` or `en` for what people read; default: from LANG, else English."}
    )
    origin: str = field(
        default="",
        metadata={"says": "Name of the ledger in its checkpoints; default: made once from random letters."},
    )
    copy: Path | None = field(
        default=None,
        metadata={
            "says": "Where the second copy of ledger and tombstones goes, best on another disk; default: beside the state."
        },
    )
    tombstone_days: int = field(
        default=1_826,
        metadata={"says": "How long an erased person is recognised in restored backups and imports."},
    )
    rechecks: str = field(
        default="1h 1d",
        metadata={"says": "How long after an erasure to look again; `troth due` does it. `no`: never."},
    )
    approval: str = field(
        default="",
        metadata={"says": "`second_person` if whoever proposes an erasure may not be the one who does it."},
    )
    operator: str = field(
        default="",
        metadata={"says": "Who is at work, for approvals and the ledger; default: the login name."},
    )
    mail: str = field(
        default="",
        metadata={
            "says": "Mail server that takes our letters, `smtps://user@host:port`, or `folder:PATH`; default: they wait in the outbox."
        },
    )
    office: str = field(
        default="",
        metadata={"says": "Address that is told daily which cases are nobody's, and whose staff it cannot reach; default: nobody is."},
    )  # fmt: skip
    head: str = field(default="", metadata={"says": "Address that is told daily which cases are late; default: nobody is."})  # fmt: skip
    unassigned_days: int = field(
        default=2, metadata={"says": "Days after which a case that nobody has taken is spoken of."}
    )
    mail_from: str = field(
        default="", metadata={"says": "Whom letters are from, `Name <privacy@example.com>`."}
    )
    mail_listen: str = field(
        default="",
        metadata={"says": "`127.0.0.1:port` at which our mail server hands requests over; default: nowhere."},
    )
    imap: str = field(
        default="",
        metadata={
            "says": "Mailbox that requests are fetched from, `imaps://user@host/INBOX`; default: none."
        },
    )
    mail_server: str = field(
        default="",
        metadata={
            "says": "Name under which our mail server writes Authentication-Results; default: none is believed."
        },
    )
    vacuum: bool = field(
        default=True,
        metadata={"says": "Whether to VACUUM what an erasure touched, so that the bytes are gone too."},
    )
    rewrite_mb: int = field(
        default=16,
        metadata={
            "says": "Megabytes of a table up to which it is rewritten under a lock that stops readers."
        },
    )
    remains_days: int = field(
        default=30,
        metadata={"says": "Days to end what only the operator can (backups, archived logs); 0: no date."},
    )
    backup_days: int = field(
        default=2, metadata={"says": "How old the newest backup of a system may be before it is a finding."}
    )
    drill_days: int = field(
        default=90, metadata={"says": "Days after which the restore drill of a system is due again."}
    )
    anonymity_group: int = field(
        default=5,
        metadata={"says": "The fewest rows that may share a combination of traits and be called anonymous."},
    )
    anonymity_risk: int = field(
        default=10,
        metadata={
            "says": "Per cent: the upper end of a measured risk up to which rows may be called anonymous."
        },
    )
    anonymity_seconds: int = field(
        default=20, metadata={"says": "How long `troth anonymity` tries to invert the hashes of a column."}
    )
    address: str = field(
        default="",
        metadata={
            "says": "Where people reach the server, as https://privacy.example.com; default: loopback only."
        },
    )
    proxy: str = field(
        default="",
        metadata={"says": "Addresses of the reverse proxy whose X-Forwarded-For is believed; default: none."},
    )
    security_contact: str = field(
        default="",
        metadata={"says": "For security.txt: mailto: or https: address for whoever finds a weakness."},
    )
    second_factor: str = field(
        default="officer,approver",
        metadata={"says": "Roles that may not work without a second factor, or `none`."},
    )
    oidc: str = field(
        default="", metadata={"says": "Issuer of an OpenID Connect provider at which staff sign in."}
    )
    oidc_client: str = field(default="", metadata={"says": "Our name at that provider (its client id)."})
    time_zone: str = field(
        default="Europe/Copenhagen",
        metadata={"says": "Where the company is: on which day a request came in is a matter of place."},
    )
    country: str = field(
        default="DK",
        metadata={
            "says": "Whose public holidays count when an answer is due: `DK`, or a part of a country, `DE-BY`."
        },
    )
    public_days: int = field(
        default=3,
        metadata={
            "says": "Days after which a broken promise is red in public, even if no officer has seen it."
        },
    )
    case_months: int = field(
        default=36,
        metadata={"says": "Months for which the record of a request is kept after its end (12 to 120)."},
    )
    identity_days: int = field(
        default=7,
        metadata={
            "says": "Within how many days identity is asked promptly, so that the EU's clock may stand still."
        },
    )
    holidays_too: str = field(
        default="",
        metadata={"says": "Days of the year that count as public holidays too in the EU, as `06-05 12-24`."},
    )
    california_holidays: str = field(
        default="state",
        metadata={"says": "Whose holidays are no business days in California: `state`, `federal` or `none`."},
    )
    california_first_day: str = field(
        default="after",
        metadata={
            "says": "`receipt` if California's day one is the day of receipt; default: the day `after`."
        },
    )


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings; raises UsageError for an unknown name or a value of the wrong type."""
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, object] = {}
    for name, text in sorted((os.environ if environment is None else environment).items()):
        if not name.startswith(PREFIX) or name.startswith(_OPEN):
            continue
        key = name.removeprefix(PREFIX).lower()
        if key not in known:
            raise UsageError(
                f"there is no setting {name}",
                remedy=f"Known: {', '.join(PREFIX + k.upper() for k in known)}.",
            )
        if text:  # an empty variable is as good as none
            values[key] = _typed(name, str(known[key].type), text)
    settings = Settings(**values)  # type: ignore[arg-type]  # reason: each value was converted to its field's type
    if not 1 <= settings.batch_size <= 10_000:
        raise UsageError("TROTH_BATCH_SIZE is out of range", remedy="Choose 1 to 10000.")
    if settings.rewrite_mb > 1_000_000 or settings.remains_days > 36_500:
        raise UsageError(
            "TROTH_REWRITE_MB or TROTH_REMAINS_DAYS is out of range",
            remedy="Choose less than a million MB and 36500 days.",
        )
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", settings.tenant) or len(settings.tenant) > 63:
        raise UsageError(
            "TROTH_TENANT is no name we can use", remedy="Use lower-case letters, digits and single hyphens."
        )
    if not 1 <= settings.tombstone_days <= 36_525:
        raise UsageError("TROTH_TOMBSTONE_DAYS is out of range", remedy="Choose 1 to 36525.")
    _refuse_no_bound(settings)
    _refuse_unsafe_door(settings)
    _refuse_mute_mail(settings)
    _refuse_no_calendar(settings)
    spans(settings.rechecks)
    if re.search(r"[\s+\x00-\x1f]", settings.origin):
        raise UsageError(
            "TROTH_ORIGIN is no name of a ledger", remedy="Use one word without spaces and plus signs."
        )
    if settings.approval not in ("", "second_person"):
        raise UsageError(
            "TROTH_APPROVAL names nobody we know", remedy="Write second_person, or leave it out."
        )
    if settings.language not in ("", "da", "en"):
        raise UsageError("TROTH_LANGUAGE is no language of ours", remedy="Choose da or en.")
    return settings


def listed(text: str) -> tuple[str, ...]:
    """Words between commas or spaces."""
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _refuse_mute_mail(settings: Settings) -> None:
    """An exit without a sender, or a mailbox that is none, would be noticed only when somebody waits for an answer."""
    if settings.mail and not (settings.mail_from and re.match(r"smtps?://[^/\s]|folder:.", settings.mail)):
        remedy = "Write smtps://user@host, and TROTH_MAIL_FROM as Name <privacy@example.com>."
        raise UsageError("TROTH_MAIL is no exit for letters", remedy=remedy)
    if settings.imap and not re.match(r"imaps?://[^/\s]+@", settings.imap):
        raise UsageError("TROTH_IMAP is no mailbox", remedy="Write imaps://user@host/INBOX.")


def _refuse_unsafe_door(settings: Settings) -> None:
    """What the server says of itself must be readable before it answers anybody."""
    if settings.address and not re.fullmatch(r"https?://[a-z0-9.-]+(?::\d{1,5})?", settings.address):
        raise UsageError(
            "TROTH_ADDRESS is no address of a server",
            remedy="Write https://privacy.example.com, without a path.",
        )
    if settings.security_contact and not re.fullmatch(
        r"(?:mailto:|https://)[^\s]{3,300}", settings.security_contact
    ):
        raise UsageError(
            "TROTH_SECURITY_CONTACT is no contact",
            remedy="Write mailto:security@example.com, or an https address.",
        )
    for one in listed(settings.proxy):
        try:
            ip_network(one)
        except ValueError:
            raise UsageError(
                "TROTH_PROXY is no list of addresses",
                remedy="Write the proxy's own, as 127.0.0.1 or 10.0.0.0/24.",
            ) from None
    asked = set(listed(settings.second_factor))
    if asked != {"none"} and not {"officer", "approver"} <= asked <= set(ROLES):
        raise UsageError(
            "TROTH_SECOND_FACTOR leaves somebody out",
            remedy=f"Write officer,approver and whom else of {', '.join(ROLES)}; or none.",
        )
    near = re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#]*)?|http://127\.0\.0\.1(?::\d+)?", settings.oidc)
    if settings.oidc and not (near and settings.oidc_client):
        raise UsageError(
            "TROTH_OIDC is no provider we can ask", remedy="Write its https address, and TROTH_OIDC_CLIENT."
        )


def _refuse_no_bound(settings: Settings) -> None:
    """A group of one, or half of all guesses right, is no anonymity; and what is never due is no limit."""
    if not 1 <= settings.backup_days <= 3_650 or not 1 <= settings.drill_days <= 3_650:
        raise UsageError("TROTH_BACKUP_DAYS or TROTH_DRILL_DAYS is out of range", remedy="Choose 1 to 3650.")
    if not 2 <= settings.anonymity_group <= 1_000 or not 1 <= settings.anonymity_risk <= 50:
        raise UsageError(
            "TROTH_ANONYMITY_GROUP or TROTH_ANONYMITY_RISK is out of range",
            remedy="Choose groups of 2 to 1000, and a risk of 1 to 50 per cent.",
        )


def _refuse_no_calendar(settings: Settings) -> None:
    """A deadline counted from what nobody can read would be a promise to nobody."""
    if not 12 <= settings.case_months <= 120 or not settings.identity_days <= 30:
        raise UsageError(
            "TROTH_CASE_MONTHS or TROTH_IDENTITY_DAYS is out of range",
            remedy="Choose 12 to 120 months, and at most 30 days.",
        )
    month_days(settings.holidays_too)
    if not re.fullmatch(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?", settings.country):
        raise UsageError("TROTH_COUNTRY is no country", remedy="Write two capital letters, as DK, or DE-BY.")
    if settings.california_holidays not in ("state", "federal", "none"):
        raise UsageError(
            "TROTH_CALIFORNIA_HOLIDAYS names no calendar", remedy="Write state, federal or none."
        )
    if settings.california_first_day not in ("after", "receipt"):
        raise UsageError("TROTH_CALIFORNIA_FIRST_DAY names no day", remedy="Write after or receipt.")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            "TROTH_TIME_ZONE is no time zone", remedy="Write one as Europe/Copenhagen."
        ) from None


def month_days(text: str) -> frozenset[tuple[int, int]]:
    """`06-05 12-24` as months and days; raises UsageError for a day that no year has."""
    return frozenset(_month_day(word) for word in text.split())


def _month_day(word: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d\d)-(\d\d)", word)
    try:
        day = date(2028, int(found[1]), int(found[2])) if found else None  # of a leap year
    except ValueError:
        day = None
    if day is None:
        raise UsageError(
            "TROTH_HOLIDAYS_TOO is no list of days", remedy="Write month and day, as `06-05 12-24`."
        )
    return day.month, day.day


_SPAN = re.compile(r"([1-9]\d{0,4})(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def spans(text: str) -> list[timedelta]:
    """`1h 1d` as lengths of time, shortest first; [] for `no`. Raises UsageError for anything else."""
    found = [_SPAN.fullmatch(word) for word in text.split()]
    if text == "no":
        return []
    if not found or None in found:
        raise UsageError("TROTH_RECHECKS is no list of times", remedy="Write, say, `1h 1d`, or `no`.")
    return sorted(int(span[1]) * _UNITS[span[2]] for span in found if span)


def spoken(environment: Mapping[str, str]) -> Literal["da", "en"]:
    """The language people read: TROTH_LANGUAGE, else what the locale says (POSIX: LC_ALL, LC_MESSAGES, LANG), else English."""
    if (chosen := environment.get("TROTH_LANGUAGE", "")) in ("da", "en"):
        return "da" if chosen == "da" else "en"
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return "da" if locale.casefold().startswith("da") else "en"


def _typed(name: str, kind: str, text: str) -> object:
    if kind.startswith("Path"):
        return Path(text)
    if kind == "int":
        if not text.isdecimal():
            raise UsageError(f"{name} must be a whole number", remedy="Write digits only.")
        return int(text)
    if kind == "bool":
        if text.casefold() not in ("1", "0", "true", "false", "yes", "no"):
            raise UsageError(f"{name} must be yes or no", remedy="Write yes or no.")
        return text.casefold() in ("1", "true", "yes")
    return text
