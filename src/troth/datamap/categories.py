"""The closed table of data categories: each has one id, one DPV term or none, and two headings for people.

`personal` says that such a value concerns a person when it stands in that person's row (GDPR Art. 4(1));
whose row it is, the links decide. `unique` says that one value names one person by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["email", "phone", "name", "national_id", "text", "number"]
Search = Literal["exact", "inside", "none"]


@dataclass(frozen=True, slots=True)
class Category:
    """What a column holds: `dpv` is a DPV 2 term (`pd:…`, once `dpv:…`) or empty."""

    id: str
    dpv: str
    personal: bool
    unique: bool
    kind: Kind  # the canonical form values are compared in
    search: Search  # inside: prose or structure that may hold anyone's identifiers
    da: str
    en: str


def _personal(
    name: str, dpv: str, da: str, en: str, kind: Kind = "text", search: Search = "none"
) -> Category:
    return Category(name, f"pd:{dpv}" if dpv else "", True, False, kind, search, da, en)


def _unique(name: str, dpv: str, da: str, en: str, kind: Kind = "text") -> Category:
    return Category(name, f"pd:{dpv}", True, True, kind, "exact", da, en)


def _other(name: str, da: str, en: str, kind: Kind = "text", search: Search = "none") -> Category:
    return Category(name, "", False, False, kind, search, da, en)


_TABLE = (
    _unique("email", "EmailAddress", "E-mailadresse", "E-mail address", "email"),
    _unique("phone", "TelephoneNumber", "Telefonnummer", "Telephone number", "phone"),
    _unique("national_id", "OfficialID", "Officielt personnummer", "Official identity number", "national_id"),
    _unique("customer_no", "Identifier", "Kunde- eller medlemsnummer", "Customer or member number"),
    _unique("username", "Username", "Brugernavn", "User name"),
    _unique("payment_card", "PaymentCard", "Betalingskort", "Payment card"),
    _unique("bank_account", "BankAccount", "Bankkonto", "Bank account"),
    _unique("device_id", "DeviceBased", "Enheds- eller cookie-id", "Device or cookie identifier"),
    _personal("full_name", "Name", "Navn", "Name", "name", "exact"),
    _personal("first_name", "Name", "Fornavn", "First name", "name", "exact"),
    _personal("last_name", "Name", "Efternavn", "Last name", "name", "exact"),
    _personal("birth_date", "BirthDate", "Fødselsdato", "Date of birth"),
    _personal("nationality", "Nationality", "Statsborgerskab", "Nationality"),
    _personal("gender", "Gender", "Køn", "Gender"),
    _personal("street", "Street", "Vej og husnummer", "Street and house number", search="exact"),
    _personal("address", "PhysicalAddress", "Adresse", "Address", search="exact"),
    _personal("postal_code", "PostalCode", "Postnummer", "Postal code"),
    _personal("city", "City", "By", "City"),
    _personal("region", "Region", "Region", "Region"),
    _personal("country", "Country", "Land", "Country"),
    # A company's name is not personal by itself (GDPR recital 14); in a person's row it says where they work.
    _personal("organisation", "Professional", "Virksomhed", "Company", search="exact"),
    _personal("job_title", "Job", "Stilling", "Job title"),
    _personal("photo", "Picture", "Billede", "Photograph"),
    _personal("free_text", "Communication", "Fritekst", "Free text", search="inside"),
    _personal("json", "", "Struktureret indhold", "Structured content", search="inside"),
    _personal("credential", "Authenticating", "Adgangsoplysninger", "Access credentials"),
    _personal("ip_address", "IPAddress", "IP-adresse", "IP address", search="exact"),
    _personal("location", "Location", "Placering", "Location"),
    # Indirect identifiers: a bin, a tag, a vehicle or two letters lead to whoever uses them (GDPR Art. 4(1)).
    _personal("vehicle", "VehicleLicense", "Køretøj", "Vehicle", search="exact"),
    _personal(
        "container", "Identifier", "Beholder- eller mærkenummer", "Container or tag number", search="exact"
    ),
    _personal("initials", "Identifying", "Initialer", "Initials"),
    _personal(
        "person_other", "Identifying", "Andre personoplysninger", "Other personal details", search="inside"
    ),
    Category(
        "special",
        "dpv:SpecialCategoryPersonalData",  # GDPR Art. 9(1) and 10; the term stands in DPV's core, not in PD
        True,
        False,
        "text",
        "inside",
        "Følsomme oplysninger",
        "Special categories of data",
    ),
    _other("amount", "Beløb", "Amount", "number"),
    _other("quantity", "Antal eller mål", "Quantity or measure", "number"),
    _other("date", "Dato eller tidspunkt", "Date or time"),
    _other("status", "Status eller type", "Status or type"),
    _other("key", "Teknisk nøgle", "Technical key"),
    _other("reference", "Nummer på en sag eller ting", "Number of a case or thing", search="exact"),
    # CVR, production unit and VAT numbers name a firm; in a person's row `organisation` stands beside them.
    _other("company_no", "Virksomhedsnummer", "Company number", search="exact"),
    _other("product", "Navn på eller beskrivelse af en ting", "Name or description of a thing"),
    _other("technical", "Tekniske oplysninger", "Technical details"),
    _other("none", "Intet om nogen", "Nothing about anybody"),
    _other("unknown", "Ikke bestemt", "Not decided", search="inside"),
)

CATEGORIES: Mapping[str, Category] = MappingProxyType({category.id: category for category in _TABLE})
