"""Issues certificates and checks them: a certificate is a leaf of the ledger, its body opens the leaf's commitment.

Anyone can check one offline: the body and salt give the commitment, the commitment stands in the leaf, the proof puts the
leaf under the checkpoint's root, and the checkpoint is signed (C2SP tlog-proof, tlog-checkpoint, signed-note).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from troth.datamap.model import Ref
from troth.ledger import note, sealed, tlog
from troth.ledger.entry import commit, parse, verify_opening
from troth.ledger.lines import read_base64
from troth.ledger.proof import Verified, format_proof, verify_proof
from troth.planning.outcomes import outcome
from troth.planning.residue import Place, Tally
from troth.records.cabinet import folder
from troth.terms.canonical import canonical
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.act import Acting
from troth.workflows.after import stamp
from troth.workflows.books import Books, Line, Rows, new_name
from troth.workflows.complaints import authorities
from troth.workflows.tombstones import BASIS, expiry

FORMAT = "troth-certificate/1"
RECEIPT = "troth-final-receipt/1"
KINDS = {FORMAT: "erasure_completed", RECEIPT: "final_receipt"}
"""What is handed out, and the kind of leaf that proves it."""
AT_ONCE = 500  # certificates that are held in memory, and keys that are fetched together


def bodies(
    acting: Acting, absence: Sequence[Mapping[str, Any]], left: Mapping[str, int], swept: Tally
) -> Iterator[dict[str, Any]]:
    """One certificate body a person; nothing in it is about anybody else."""
    context, house = acting.context, acting.house
    now, places, complaint = stamp(house), swept.by_person(), authorities(acting.books, house)
    everybody = zip(context["people"], context["per_person"], context["found"], strict=True)
    for at, (person, acts, rows) in enumerate(everybody):
        kept = sum(act["rows"] for act in acts if act["action"] in ("keep", "leave"))
        found = {(system, dataset): count for system, dataset, count in rows}
        sweep = _sweep(swept, acting.datamap.datasets, places.get(at, {}))
        remaining = sum(left.values()) + sum(place["rows"] for place in sweep["residue"])
        yield {
            "format": FORMAT,
            "id": new_name(),
            "issued": now,
            "controller": acting.datamap.controller,
            "run": acting.run,
            "about": [_about(item) for item in person["about"]],
            "outcome": outcome(acts, remaining),
            "searched": [
                {**s, "found": found.get((s["system"], s["dataset"]), 0)} for s in context["searched"]
            ],
            "not_searched": [{"what": what, "reason": reason} for what, reason in context["not_searched"]],
            "acts": acts,
            "open_questions": _open(context["questions"], at, len(context["people"])),
            "verified": {"at": now, "remaining": remaining, "kept": kept},
            "sweep": sweep,
            "absence": list(absence),
            "recognised": {"until": expiry(house).date().isoformat(), "basis": BASIS},
            "complaint": complaint,
        }


def _sweep(swept: Tally, known: Mapping[Ref, object], counts: Mapping[Place, int]) -> dict[str, Any]:
    """What was swept for everybody, and the places where this person still stands; remedies are for those who run the systems."""
    told = swept.report(known, counts)
    bare = [{name: value for name, value in place.items() if name != "remedy"} for place in told["residue"]]
    unsure = [
        {name: value for name, value in place.items() if name != "remedy"} for place in told["uncertain"]
    ]
    return {**told, "residue": bare, "uncertain": unsure}


def _open(questions: Sequence[Mapping[str, Any]], person: int, people: int) -> list[dict[str, str]]:
    """The open questions about this person or the whole plan; without remedies, which name rows of others.

    Who is meant was asked of all that were sought together, so it stands only where one was sought.
    """
    return [
        {name: question[name] for name in ("id", "place", "text")}
        for question in questions
        if person in question["people"]
        or (not question["people"] and (people == 1 or question["id"].startswith("plan.")))
    ]


def _about(item: Mapping[str, str]) -> dict[str, str]:
    """Masked for eyes; the salted commitment lets whoever knows the identifier check that it is theirs."""
    salt = sealed.new_key()
    return {
        "kind": item["kind"],
        "masked": item["masked"],
        "salt": base64.b64encode(salt).decode(),
        "commitment": commit({"kind": item["kind"], "value": item["value"]}, salt),
    }


def issue(
    acting: Acting, absence: Sequence[Mapping[str, Any]], left: Mapping[str, int], swept: Tally
) -> list[str]:
    """Enters every person's certificate, signs the tree, writes the files; done before, it only writes the files again."""
    from django.db import transaction

    books, run = acting.books, acting.row()
    if "certificates" not in run.outcome:
        people = iter(acting.context["people"])
        told, issued = bodies(acting, absence, left, swept), []
        with transaction.atomic():
            while part := list(islice(told, AT_ONCE)):
                lines = [
                    Line("erasure_completed", acting.run, body, _public(body), person["key"])
                    for body, person in zip(part, people, strict=False)
                ]
                keys = books.keys([line.key for line in lines])
                entered = books.enter(lines, acting.house.now(), keys)
                issued += [[body["id"], index] for body, (index, _, _) in zip(part, entered, strict=True)]
            run.outcome = {**run.outcome, "certificates": issued}
            run.save(update_fields=["outcome"])
            books.checkpoint(acting.house.now())
    books.publish()
    return [str(path) for path in write(books, run.outcome["certificates"])]


def _public(body: Mapping[str, Any]) -> dict[str, int | str]:
    rows = sum(act["rows"] for act in body["acts"])
    return {"rows": rows, "outcome": "incomplete" if body["verified"]["remaining"] else "done"}


def write(books: Books, certificates: Sequence[Sequence[Any]], place: str = "certificates") -> list[Path]:
    """Writes certificates (id, entry index) as JSON and as a page, from the sealed openings and the last checkpoint."""
    from troth.documents import certificate as erasure
    from troth.documents import receipt
    from troth.ledger.models import CheckpointNote, Entry

    latest = CheckpointNote.objects.of(books.tenant).order_by("-size", "-id").first()
    assert latest is not None
    size, reader = int(latest.size), Rows(books.tenant)
    pages = {FORMAT: erasure.page, RECEIPT: receipt.page}
    target = folder(books.home) / place
    target.mkdir(mode=0o700, exist_ok=True)
    paths = []
    for begin in range(0, len(certificates), AT_ONCE):
        part = certificates[begin : begin + AT_ONCE]
        entries = Entry.objects.of(books.tenant).filter(index__in=[index for _, index in part])
        rows = {row.index: row for row in entries}
        keys = books.keys([row.key for row in rows.values()])
        for name, index in part:
            row = rows[index]
            opening = json.loads(sealed.open_sealed(keys[row.key], bytes(row.opening), b"opening"))
            proof = {
                "leaf": base64.b64encode(bytes(row.leaf)).decode(),
                "salt": base64.b64encode(bytes.fromhex(opening["salt"])).decode(),
                "tlog_proof": format_proof(
                    index, tlog.inclusion_proof(index, size, reader), latest.note.encode()
                ),
                "key": str(books.signer.verifier),
            }
            certificate = {**opening["payload"], "proof": proof}
            path = target / f"{name}.json"
            _private(path, json.dumps(certificate, indent=1, ensure_ascii=False))
            _private(target / f"{name}.html", pages[certificate["format"]](certificate))
            paths.append(path)
    return paths


def _private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    os.replace(fresh, path)


@dataclass(frozen=True)
class Verdict:
    """What a check of a certificate showed."""

    certificate: Mapping[str, Any]
    signer: str | None  # None: consistent, but signed by nobody we know
    index: int
    size: int
    root: bytes


def verify(path: Path, key: str | None = None) -> Verdict:
    """Checks a certificate offline against a pinned key; without one, against the key it names itself (signer None).

    Raises UsageError for a file or a key that is none, TamperedError where a proof does not hold or another key signed.
    """
    certificate = _read(path)
    pinned = pinned_key(key) if key else None
    try:
        verified, signers = _checked(certificate, pinned)
    except TamperedError as fault:
        raise TamperedError(fault.message, place=str(path), remedy=fault.remedy) from None
    except (UsageError, KeyError, TypeError, ValueError, AttributeError) as fault:
        reason = fault.message if isinstance(fault, UsageError) else "a part of it is missing"
        raise TamperedError(f"its proof cannot be read: {reason}", place=str(path)) from None
    if pinned and not signers:
        raise TamperedError(
            "it is consistent, but another key signed it than the one you gave", place=str(path),
            remedy="Ask the company which of its keys is the right one.",
        )  # fmt: skip
    return Verdict(certificate, signers[0] if signers else None, verified.index, verified.size, verified.root)


def _checked(
    certificate: Mapping[str, Any], pinned: note.Verifier | None
) -> tuple[Verified, tuple[str, ...]]:
    """Body, leaf, tree and signature, each against the next; and who of the pinned signed."""
    proof = certificate["proof"]
    if proof.keys() != {"leaf", "salt", "tlog_proof", "key"}:
        raise TamperedError("its proof has parts too many or too few")
    leaf, salt = read_base64(proof["leaf"], "leaf"), read_base64(proof["salt"], "salt")
    entry = parse(leaf)
    if entry.kind != KINDS[certificate["format"]]:
        raise TamperedError("the leaf it points to is not of its kind")
    body = {name: value for name, value in certificate.items() if name != "proof"}
    verify_opening(entry.commitment, body, salt)
    verified = verify_proof(leaf, proof["tlog_proof"], [note.Verifier.parse(proof["key"])])
    if not verified.signers:
        raise TamperedError("the key it names has not signed it")
    return verified, verify_proof(leaf, proof["tlog_proof"], [pinned]).signers if pinned else ()


def concerns(certificate: Mapping[str, Any], identifier: str, region: str = "DK") -> bool:
    """Whether the certificate is about whoever has this identifier; only its holder can tell."""
    from troth.datamap.categories import CATEGORIES

    for item in certificate["about"]:
        value = canonical(CATEGORIES[item["kind"]].kind, identifier, region)
        salt = base64.b64decode(item["salt"])
        if value is not None and commit({"kind": item["kind"], "value": value}, salt) == item["commitment"]:
            return True
    return False


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError:
        raise UsageError(
            "the file cannot be read", place=str(path), remedy="Name a certificate (JSON)."
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(
            "this is no Troth certificate (not JSON, or cut off)",
            place=str(path),
            remedy="Get it again from whoever gave it.",
        ) from None
    if not isinstance(told, dict) or told.get("format") not in tuple(KINDS):
        raise UsageError(
            "this is no Troth certificate", place=str(path), remedy=f"One says: format {FORMAT}."
        )
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """No name twice: a reader must not see another value than the one that was checked."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def pinned_key(key: str) -> note.Verifier:
    """The pinned key: one line, or a file that holds it."""
    try:
        path = Path(key)
        return note.Verifier.parse(path.read_text(encoding="utf-8").strip() if path.is_file() else key)
    except (OSError, ValueError, UsageError) as fault:
        reason = f" ({fault.message})" if isinstance(fault, UsageError) else ""
        raise UsageError(
            f"this is no public key{reason}",
            place="--key",
            remedy="Give the line from troth.pub, or the file: NAME+HASH+BASE64.",
        ) from None
