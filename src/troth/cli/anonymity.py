"""`troth anonymity`: says whether a dataset's rows are erased, anonymous or still personal, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from troth.terms.bilingual import Both

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show


def anonymity(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="As the map names it: invoice, or billing.invoice.")],
    when: Annotated[str, typer.Option(
        "--when", metavar="CONDITION", help="Only rows that fulfil it, as in the map: \"customer IS NULL\".",
    )] = "",
    map_path: Annotated[Path, typer.Option("--map", help="The data map.")] = Path("troth.map.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout, everything else on stderr.")] = False,
) -> int:  # fmt: skip
    """Judge what is left in a dataset: erased, anonymous, or still personal and why. Reads all of it; shows no value.

    Exit 0: erased, anonymous, or pseudonymised by a written decision in the map. 3: still personal.
    """
    from troth.workflows.anonymity import anonymity as judge

    door: Door = context.obj
    told = judge(door.house(map_path), dataset, when)
    door.say(told, shown)
    return 3 if told["called"] == "still personal" else 0


def shown(show: Show, told: Mapping[str, Any]) -> None:
    """The word first, then each reason with its columns, then the measured risks."""
    page, words = show.page, show.words
    style = {"anonymous": "bold green", "erased": "bold green", "pseudonymised": "bold yellow"}.get(
        told["called"], "bold red"
    )
    if told["called"] == "still personal" and not told["proved"]:
        sentence = "anonymity_unproved"
    else:
        sentence = f"anonymity_{told['called'].replace(' ', '_')}"
    page.line(words(sentence, dataset=told["dataset"], rows=words.count("rows", told["rows"])), style)
    if (decision := told["decision"]) is not None:
        page.line(words("anonymity_decided", **decision), indent=2, hang=4)
    for reason in told["reasons"]:
        columns = f" ({', '.join(reason['columns'])})" if reason["columns"] else ""
        said = words(f"why_{reason['reason']}", **{"dataset": "", **reason})
        page.line(f"· {said}{columns}", indent=2, hang=4)
    for risk in told["risks"]:
        percent = {name: words.plain(round(risk[name] * 100, 1)) for name in ("value", "low", "high")}
        page.line(
            words(f"risk_{risk['attack']}", columns=", ".join(risk["columns"]), **percent),
            "dim",
            indent=2,
            hang=4,
        )


ANONYMITY: Final[Mapping[str, Both]] = {
    "pseudonymise": Both("Pseudonymisér {rows}", "Pseudonymise {rows}"),
    "minimise": Both(
        "Minimér {rows}: de er stadig personoplysninger", "Minimise {rows}: they are still personal"
    ),
    "done_pseudonymised": Both(
        "Pseudonymiseret efter en skriftlig beslutning, og stadig personoplysninger: {rows}.",
        "Pseudonymised by a written decision, and still personal: {rows}.",
    ),
    "done_minimised": Both(
        "Minimeret, men ikke anonymt: {rows} er stadig personoplysninger.",
        "Minimised, but not anonymous: {rows} are still personal.",
    ),
    "anonymity_erased": Both("{dataset}: slettet, der er ingen rækker.", "{dataset}: erased, there are no rows."),
    "anonymity_anonymous": Both("{dataset}: anonymt ({rows}).", "{dataset}: anonymous ({rows})."),
    "anonymity_still_personal": Both("{dataset}: stadig personoplysninger ({rows}).", "{dataset}: still personal ({rows})."),
    "anonymity_unproved": Both(
        "{dataset}: gælder som personoplysninger, indtil det modsatte er vist ({rows}).",
        "{dataset}: counts as still personal until the opposite is shown ({rows}).",
    ),
    "anonymity_pseudonymised": Both(
        "{dataset}: pseudonymiseret efter en skriftlig beslutning, og stadig personoplysninger ({rows}).",
        "{dataset}: pseudonymised by a written decision, and still personal ({rows}).",
    ),
    "anonymity_decided": Both("{by}, {on}: {decision}", "{by}, {on}: {decision}"),
    "why_identifier": Both("noget, der navngiver en person, er der stadig: {rows} rækker", "what names a person is left: {rows} rows"),
    "why_key": Both(
        "en nøgle samler stadig én persons rækker: {groups} grupper, den største på {largest}",
        "a surviving key groups one person's rows: {groups} groups, the largest of {largest}",
    ),
    "why_number": Both(
        "hver række har et nummer, som andre kan kende: {rows} rækker", "each row has a number that others may know: {rows} rows"
    ),
    "why_known": Both(
        "{values} værdier her navngiver også personer andetsteds", "{values} values here name people elsewhere as well"
    ),
    "why_order": Both(
        "rækkernes numre følger det, der blev gjort grovere, og giver det tilbage",
        "the rows' numbers follow what was made coarser, and give it back",
    ),
    "why_link": Both("{rows} rækker henviser stadig til en persons række", "{rows} rows still refer to a person's row"),
    "why_hash": Both(
        "en hash ({made_by}) blev vendt om ved at prøve sig frem: {tried} forsøg",
        "a hash ({made_by}) was inverted by trying: {tried} attempts",
    ),
    "why_hash_open": Both(
        "hash: {tried} forsøg ({per_second} i sekundet, andel {share}) vendte ingen om; den, der ved, hvordan de er lavet, kan måske",
        "hashes: {tried} attempts ({per_second} a second, share {share}) inverted none; whoever knows how they were made may",
    ),
    "why_copy": Both("{dataset} har en kopi af {rows} rækker", "{dataset} holds a copy of {rows} rows"),
    "why_prose": Both("der er stadig fritekst: {rows} rækker", "free text is left: {rows} rows"),
    "why_rare": Both(
        "{rows} rækker har en sammensætning af træk, som færre end {least} deler",
        "{rows} rows have a combination of traits that fewer than {least} share",
    ),
    "why_alike": Both(
        "i {groups} grupper har alle med de samme træk også den samme følsomme værdi",
        "in {groups} groups everybody with the same traits has the same sensitive value",
    ),
    "why_undecided": Both("ingen har sagt, hvad der står i kolonnen", "nobody has said what the column holds"),
    "why_unmeasured": Both(
        "de tre angreb blev ikke målt: installer troth[anonymity]", "the three attacks were not measured: install troth[anonymity]"
    ),
    "why_wide": Both(
        "rækkerne er for få til at vise, at risikoen er lille nok (øvre grænse {high})",
        "the rows are too few to show that the risk is small enough (upper end {high})",
    ),
    "why_few": Both(
        "{rows} rækker er for få til at måle de tre angreb (mindst {least})",
        "{rows} rows are too few to measure the three attacks (at least {least})",
    ),
    "why_singling_out": Both("rækker kan udpeges enkeltvis", "rows can be singled out"),
    "why_linkability": Both("to dele af en række kan føres sammen", "two parts of a row can be linked"),
    "why_inference": Both("en værdi kan udledes af de andre", "a value can be inferred from the others"),
    "risk_singling_out": Both("udpegning: {value} % ({low}–{high})", "singling out: {value}% ({low}–{high})"),
    "risk_linkability": Both("sammenkædning: {value} % ({low}–{high})", "linkability: {value}% ({low}–{high})"),
    "risk_inference": Both("udledning af {columns}: {value} % ({low}–{high})", "inference of {columns}: {value}% ({low}–{high})"),
}  # fmt: skip
