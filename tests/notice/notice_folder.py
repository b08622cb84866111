"""A small whole notice of an invented bakery, and ways to change one thing in it."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
notice: 1
id: bakery
version: "1"
effective: 2027-01-01
languages: [da, en]
facts:
  controller.name: Havnens Bageri ApS
  controller.address: Kajen 4, 8000 Aarhus C
  controller.country: {da: Danmark, en: Denmark}
  controller.email: privatliv@bageri.example
  dpo.contact: {not_needed: "no duty under GDPR Art. 37(1)"}
  representative: {not_needed: "established in Denmark"}
  authority.name: Datatilsynet
  authority.contact: dt@datatilsynet.dk
  measures: {da: Adgangsstyring, en: Access control}
subjects:
  guest: {da: Gæster, en: Guests}
purposes:
  bake: {da: At bage det bestilte, en: To bake what was ordered, subjects: [guest], dpv: "dpv:ServiceProvision"}
  guard: {da: At opdage indbrud, en: To notice burglars, subjects: [guest], interest: {da: at passe på ovnene, en: to look after the ovens}}
categories:
  order: {da: Bestillinger, en: Orders, fields: [full_name, email]}
recipients:
  host: {da: Driftsleverandør, en: Hosting provider, role: processor, countries: [DK]}
points:
  shop: {da: Butikken, en: The shop}
"""
PROMISES = """\
- id: P1
  kind: S
  points: [shop]
  purposes: [bake]
  basis: contract
  categories: [order]
  recipients: [host]
  retention: {keep: P90D, after: row_created}
  control: {name: retention-run, parameters: {rule: orders}, deadline: P1D}
- id: P2
  kind: D
  purposes: [guard]
  basis: legitimate_interest
- id: P3
  kind: C
  never: {acts: [sale]}
  control: {name: disclosures, deadline: PT0S}
"""
DA = """\
# Bageriets erklæring

[[controller.name]] bager det, du har bestilt, og sletter det efter 90 dage. {P1}
Et kamera passer på ovnene. {P2}

- Vi sælger aldrig, hvad vi ved om dig. {P3}
- Tak, fordi du læste med. {none}
"""
EN = """\
# The bakery's notice

[[controller.name]] bakes what you ordered and erases it after 90 days. {P1}
A camera looks after the ovens. {P2}

- We never sell what we know about you. {P3}
- Thank you for reading. {none}
"""


def written(folder: Path, **changes: str) -> Path:
    """The folder with its four files; `head`, `promises`, `da`, `en` replace one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"head": "notice.yaml", "promises": "promises.yaml", "da": "da.md", "en": "en.md"}
    texts = {"head": HEAD, "promises": PROMISES, "da": DA, "en": EN, **changes}
    for name, file in files.items():
        (folder / file).write_text(texts[name], encoding="utf-8")
    return folder
