"""A small notice that the linter finds nothing in: its texts are those of tests/notice, its promises few."""

from __future__ import annotations

from pathlib import Path

PROSE = Path(__file__).parents[1] / "notice" / "prose"
HEAD = """\
notice: 1
id: workshop
languages: [da, en]
laws: [eu, us_ca]
facts:
  controller.name: Lyngby Cykelværksted ApS
  controller.address: Hjulvej 12, 2800 Lyngby
  controller.country: Danmark
  controller.email: privatliv@cykel.example
  dpo.contact: dpo@cykel.example
  representative: {not_needed: established in Denmark}
  authority.name: Datatilsynet
  authority.contact: dt@datatilsynet.dk
  measures: Adgangsstyring
subjects: {rider: {da: Cyklister, en: Riders}}
purposes: {repair: {da: At reparere, en: To repair, subjects: [rider]}}
categories: {contact: {da: Kontakt, en: Contact, fields: [full_name, email]}}
recipients: {host: {da: Vært, en: Host, role: processor, countries: [DK]}}
"""
PROMISE = """\
- id: P1
  kind: S
  purposes: [repair]
  basis: contract
  categories: [contact]
  recipients: [host]
  retention: {keep: P2Y, after: last_activity}
"""


def workshop(folder: Path, keep: str = "P2Y", more: str = "") -> Path:
    """The notice's folder; every sentence makes the one promise, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notice.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "promises.yaml").write_text(PROMISE.replace("P2Y", keep) + more, encoding="utf-8")
    for language in ("da", "en"):
        lines, bound = [], "{P1}"
        for line in (PROSE / f"complete.{language}.md").read_text(encoding="utf-8").splitlines():
            plain = not line.strip() or line.startswith("#")
            lines.append(line if plain else f"{line} {bound}")
            bound = bound if plain else "{none}"
        (folder / f"{language}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
