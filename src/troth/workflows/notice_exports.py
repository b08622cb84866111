"""Writes what a notice amounts to for others: records of processing, TILT, DPV; what it does not say is told as findings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from troth.documents.register import as_csv, as_html
from troth.evidence import dpv, ropa
from troth.evidence.tilt import Tilt, missing
from troth.notice.findings import Finding, ordered
from troth.notice.loading import load
from troth.notice.model import Notice
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.notices import findings, told

Told = dict[str, Any]
REGISTERS: Final[Mapping[str, Callable[[Notice], ropa.Register]]] = {
    "ropa30-1": ropa.of_controller,
    "ropa30-2": ropa.of_processor,
}
KINDS: Final = (*REGISTERS, "tilt", "dpv")
LACKS: Final = ("N007", "N009", "N010", "N011", "N012", "N013", "N016", "N019")
"""Findings that leave a hole in what is exported."""


def export(house: House, kind: str, folder: Path, out: Path, spoken: str) -> Told:
    """Writes the export; `findings` says what the notice lacks for it. Raises UsageError where it cannot be written."""
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is no export", place="KIND", remedy=f"One of: {', '.join(KINDS)}.")
    return export_notice(house, kind, load(folder), out, spoken)


def export_notice(house: House, kind: str, notice: Notice, out: Path, spoken: str) -> Told:
    """The same of a notice that was read already."""
    lacking = [one for one in findings(house, notice) if one.id in {f"notice.{name}" for name in LACKS}]
    if kind == "tilt":
        lacking.extend(missing(notice))
    _write(out, _text(house, kind, notice, out, spoken))
    return {"written": str(out), "findings": [told(one, spoken) for one in _needed(lacking)]}


def _needed(found: list[Finding]) -> tuple[Finding, ...]:
    """Each once: a fact may be lacking by law and by the format."""
    return ordered({(one.id, one.message): one for one in found}.values())


def _text(house: House, kind: str, notice: Notice, out: Path, spoken: str) -> str:
    if kind in REGISTERS:
        if kind == "ropa30-2" and not notice.processing:
            remedy = "List under `processing` in notice.yaml what you do for customers."
            raise UsageError("this notice names no processing for others", place=notice.file, remedy=remedy)
        made = REGISTERS[kind](notice)
        if out.suffix not in (".csv", ".html"):
            raise UsageError("a record is written as .csv or .html", place="--to")
        return as_csv(made) if out.suffix == ".csv" else as_html(made)
    if kind == "dpv":
        document = dpv.document(notice)
    else:
        language = spoken if spoken in notice.languages else notice.languages[0]
        document = Tilt(notice, language, *_standing(house, notice), house.now()).document()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _standing(house: House, notice: Notice) -> tuple[int, bool]:
    """Its number and whether it holds, where it was published; else 1, and it does not."""
    from troth.workflows.notice_versions import versions

    known = [one for one in versions(house)["versions"] if one["digest"] == notice.digest]
    return (known[-1]["number"], known[-1]["state"] == "active") if known else (1, False)


def _write(out: Path, text: str) -> None:
    """The whole file; a BOM lets a spreadsheet see that a table is UTF-8."""
    try:
        out.write_text(text, encoding="utf-8-sig" if out.suffix == ".csv" else "utf-8", newline="")
    except OSError as fault:
        remedy = "Name a file that you may write."
        raise UsageError(
            f"this file cannot be written ({fault.strerror})", place=str(out), remedy=remedy
        ) from None
