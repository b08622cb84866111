"""Checks of retention and of legal holds: nothing is kept longer than the rules say, for no fifth reason, and no hold is forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from troth.evidence.check import Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import Keeping, Tally, World
from troth.evidence.on_map import DAY, WEEK, first, undecided
from troth.evidence.spans import ANY_DAY, in_words, span
from troth.retention.clock import Period
from troth.retention.effective import law_on
from troth.retention.rules import REASONS, Rule
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

_FIFTH: Final = "troth-planted-reason"
_ACTIVE: Final = ("account_closed", "engagement_ended", "last_activity")  # until then somebody is active


def _kept(world: World) -> Keeping:
    if world.keeping is None:
        raise UsageError(
            "there are no retention rules", place="troth.retention.yaml", remedy="See docs/retention.md."
        )
    return world.keeping


def _rule(world: World, control: Control) -> tuple[Rule, list[Tally]]:
    """The rule that a control names, and what the stores counted of it."""
    keeping, name = _kept(world), str(control.parameters.get("rule", ""))
    for rule in keeping.rules.rules:
        if rule.name == name:
            return rule, [one for one in keeping.tallies if one.rule == name]
    raise UsageError(
        f"there is no retention rule {name[:60]!r}", place=keeping.rules.file,
        remedy="Name one of the file in the promise's control.",
    )  # fmt: skip


def overdue(world: World, promise: Promise, control: Control) -> Answer:
    """Whether any row of the rule is kept longer than it says."""
    rule, tallies = _rule(world, control)
    return _overdue(tallies, rule.name)


def _overdue(tallies: list[Tally], what: str) -> Answer:
    late = {str(one.ref): one.due - one.held for one in tallies if one.due > one.held}
    odd = sum(one.unreadable for one in tallies)
    held = sum(one.held for one in tallies)
    rows = sum(late.values())
    if rows or odd:
        where = first(late or [str(one.ref) for one in tallies if one.unreadable])
        return fails(
            f"{rows} rækker er gemt for længe, {odd} har ingen dato at regne fristen fra: {where}",
            f"{rows} rows are kept too long, {odd} have a clock that shows no day: {where}",
            overdue=rows, unreadable=odd, held=held,
        )  # fmt: skip
    if not tallies:
        return fails(
            f"{what}: reglen gælder ingen rækker, der findes",
            f"{what}: the rule is about nothing that is there",
        )
    return holds(
        f"ingen række er gemt for længe ({held} er holdt tilbage)",
        f"no row is kept too long ({held} are held)",
        overdue=0, held=held, datasets=len(tallies),
    )  # fmt: skip


def promised_length(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the rule keeps no longer than the promise says, and can be carried out as it is."""
    rule, _ = _rule(world, control)
    broken = [
        one.id for one in _kept(world).findings if one.level == "error" and one.message.startswith(f"{rule.name}:")
    ]  # fmt: skip
    if broken:
        return fails(
            f"{rule.name}: reglen kan ikke udføres, som den står ({first(broken)})",
            f"{rule.name}: the rule is not carried out as it stands ({first(broken)})",
        )
    said = promise.keep or str(control.parameters.get("keep", ""))
    if not said:
        return fails(f"{rule.name}: løftet siger ingen længde", f"{rule.name}: the promise says no length")
    if promise.after and rule.event != promise.after:
        return fails(
            f"{rule.name}: fristen regnes fra {rule.event}, men der er lovet {promise.after}",
            f"{rule.name}: the clock starts at {rule.event}, while {promise.after} was promised",
            rule=rule.name, clock=rule.event, promised=promise.after,
        )  # fmt: skip
    length = _length(rule, world.at.date())
    told, keeps, most = length.told(), length.spoken(), in_words(said)
    if length.last_day(ANY_DAY) > ANY_DAY + span(said, timedelta(0)):
        return fails(
            f"{rule.name}: gemmer {keeps.da}, men der er lovet {most.da}",
            f"{rule.name}: keeps {keeps.en}, while {most.en} was promised",
            rule=rule.name, keeps=told, promised=said,
        )  # fmt: skip
    return holds(
        f"{rule.name}: {keeps.da}, lovet {most.da}", f"{rule.name}: {keeps.en}, promised {most.en}",
        rule=rule.name, keeps=told, promised=said,
    )  # fmt: skip


def _length(rule: Rule, at: date) -> Period:
    """How long a rule keeps: as it says, else as its law does. Raises UsageError where none holds."""
    law = law_on(rule, at)
    if rule.keep is None and law is None:
        raise UsageError("no law says how long this is kept", place=rule.place, remedy="Name one that holds.")
    return rule.keep or Period(years=law.years if law else 0)


def complete(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every personal column of the stores has a rule with a real length."""
    keeping = _kept(world)
    bad = [one.place for one in keeping.findings if one.level == "error"]
    if bad:
        return fails(
            f"ingen regel, eller en, der ikke kan udføres: {first(bad)}",
            f"no rule, or one that cannot be carried out: {first(bad)}",
            findings=len(bad),
        )
    if places := undecided(world):
        return fails(
            f"ingen har taget stilling til {first(places)}: ingen regel kan gælde",
            f"nobody has decided about {first(places)}: no rule can hold there",
            findings=len(places),
        )
    count = len(keeping.rules.rules)
    return holds(
        f"{count} regler dækker alt personligt", f"{count} rules cover everything personal", rules=count
    )


def reasons(world: World, promise: Promise, control: Control) -> Answer:
    """Whether everything that is kept is kept for one of the promised reasons."""
    allowed = set(map(str, control.parameters.get("reasons") or REASONS))
    keeping = _kept(world)
    counted = {one.rule for one in keeping.tallies}
    bad = [rule.name for rule in keeping.rules.rules if rule.name in counted and rule.reason not in allowed]
    bad += [one.place for one in keeping.findings if one.id == "retention.R001"]
    if bad:
        return fails(
            f"gemt af en anden grund eller uden grund: {first(bad)}",
            f"kept for another reason, or for none: {first(bad)}",
        )
    return holds(
        f"alt er gemt af en af {len(allowed)} grunde", f"everything is kept for one of {len(allowed)} reasons",
        reasons=", ".join(sorted({rule.reason for rule in keeping.rules.rules})),
    )  # fmt: skip


def fifth_reason(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a rule with a reason nobody promised is refused."""
    from troth.retention.rulefile import loads

    ref = next(iter(sorted(world.map.datasets)))
    column = next(iter(world.map.datasets[ref].fields))
    text = (
        f"retention: 1\nzone: Europe/Copenhagen\nrules:\n  planted:\n    datasets: ['{ref}']\n"
        f"    clock: {{event: row_created, column: '{column}'}}\n    keep: 1d\n    outcome: erase\n    reason: "
    )
    loads(f"{text}operations\n", world.map, "planted")  # or the refusal would show nothing
    try:
        loads(f"{text}{_FIFTH}\n", world.map, "planted")
    except UsageError:
        return holds("en femte grund afvises", "a fifth reason is refused")
    return fails("en femte grund bliver godtaget", "a fifth reason is accepted")


def ran(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the last run of the rules came to its end, in time."""
    book = world.book
    allowed = span(control.deadline, timedelta(days=2))
    last = book.last.get("retention_completed") if book is not None else None
    if last is None:
        return fails("reglerne er aldrig kørt", "the rules never ran")
    days = (world.at - last.at).days
    if last.at > world.at:
        return unknown(
            "sidste kørsel ligger i fremtiden", "the last run lies in the future", last=last.at.isoformat()
        )
    if world.at - last.at > allowed:
        return fails(
            f"sidste kørsel er {days} dage gammel",
            f"the last run was {days} days ago",
            last=last.at.isoformat(),
        )
    if last.public.get("outcome") != "complete":
        return fails(
            f"sidste kørsel blev ikke færdig ({last.public.get('outcome')})",
            f"the last run did not come to its end ({last.public.get('outcome')})",
            last=last.at.isoformat(),
        )
    return holds(
        f"kørt {last.at:%Y-%m-%d}, intet tilbage", f"run {last.at:%Y-%m-%d}, nothing left",
        last=last.at.isoformat(), rows=int(last.public.get("rows", 0)),
    )  # fmt: skip


def nothing_overdue(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the stores hold anything that any rule says should be gone."""
    keeping = _kept(world)
    return _overdue(list(keeping.tallies), "*")


def active(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the rule can take no row of somebody who is still active."""
    rule, tallies = _rule(world, control)
    if rule.while_active is None and rule.event not in _ACTIVE:
        return fails(
            f"{rule.name}: intet i reglen holder aktive tilbage",
            f"{rule.name}: nothing in the rule holds back who is active",
        )
    gone = [
        one.place
        for one in _kept(world).findings
        if one.id in ("retention.R003", "retention.R004", "retention.R005")
        and one.message.startswith(f"{rule.name}:")
    ]
    if gone or not tallies:
        return fails(
            f"{rule.name}: kolonnen, der viser, hvem der er aktiv, findes ikke",
            f"{rule.name}: the column that shows who is active is not there",
        )
    by = str(rule.while_active or rule.clock)
    return holds(
        f"{rule.name}: først når {by} er sat", f"{rule.name}: only once {by} is set", rule=rule.name, by=by
    )


def anonymous(world: World, promise: Promise, control: Control) -> Answer:
    """Whether no rule calls rows anonymised that would be still personal, on the stores as they are."""
    keeping = _kept(world)
    bad = [one.place for one in keeping.findings if one.id == "retention.R014"]
    rules = [rule.name for rule in keeping.rules.rules if rule.outcome == "anonymise"]
    if bad:
        return fails(
            f"ville stadig være personoplysninger: {first(bad)}",
            f"would be still personal: {first(bad)}",
            rules=len(bad),
        )
    undone = [
        one.place for one in keeping.findings if one.level == "error" and one.message.split(":")[0] in rules
    ]
    if undone:
        where = first(undone)
        return fails(
            f"anonymiseringen kan ikke udføres: {where}", f"anonymising cannot be carried out: {where}"
        )
    if (name := str(control.parameters.get("rule", ""))) and name not in rules:
        return fails(f"{name} anonymiserer ikke", f"{name} does not anonymise", rules=len(rules))
    if not rules:
        return holds("ingen regel anonymiserer", "no rule anonymises", rules=0)
    return holds(
        f"{len(rules)} regler efterlader intet personligt under det navn",
        f"{len(rules)} rules leave nothing personal under that name",
        rules=len(rules),
    )


def agreements(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the agreements of customers stand in the rules with their reference, on datasets that say whose rows are whose."""
    keeping = _kept(world)
    bad = [one.place for one in keeping.findings if one.id == "retention.R007"]
    count = sum(len(rule.agreements) for rule in keeping.rules.rules)
    if bad:
        return fails(
            f"kunders rækker uden instruks: {first(bad)}",
            f"rows of customers without instruction: {first(bad)}",
        )
    if not count:
        return unknown("ingen aftale står i reglerne", "no agreement stands in the rules", agreements=0)
    return holds(
        f"{count} aftaler gælder før de almindelige frister", f"{count} agreements hold before the general lengths",
        agreements=count,
    )  # fmt: skip


def holds_reviewed(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every legal hold has a ground, two people, and a day on which somebody looks again that has not passed."""
    bad = [one.name for one in world.holds if not one.grounded]
    late = [one.name for one in world.holds if one.review <= world.at.date()]
    if bad or late:
        return fails(
            f"{len(late)} slettestop skulle være gennemgået igen, {len(bad)} mangler grund",
            f"{len(late)} legal holds should have been reviewed, {len(bad)} lack a ground",
            overdue=len(late), ungrounded=len(bad),
        )  # fmt: skip
    count = len(world.holds)
    return holds(
        f"{count} slettestop, alle gennemgået i tide",
        f"{count} legal holds, all reviewed in time",
        holds=count,
    )


def hold_refused(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a hold on everything, without need or without an end, is refused."""
    from troth.retention.holds import Hold, Place, check

    ref = next(iter(sorted(world.map.datasets)))
    need = "Claim 7 needs the invoices of this year"
    later = world.at.date() + timedelta(days=30)
    forbidden = {
        "bounds": Hold("court", "claims", need, later),
        "need": Hold("court", "claims", "just in case", later, places=(Place(ref),)),
        "review": Hold("court", "claims", need, world.at.date(), places=(Place(ref),)),
        "ground": Hold("court", "convenience", need, later, places=(Place(ref),)),
    }
    taken = []
    for what, hold in forbidden.items():
        try:
            check(hold, world.map, world.at.date())
        except UsageError:
            continue
        taken.append(what)
    if taken:
        return fails(
            f"et slettestop uden {first(taken)} godtages", f"a hold without {first(taken)} is accepted"
        )
    return holds(
        "slettestop uden grænse, behov, grund eller dato afvises",
        "holds without bounds, need, ground or review day are refused",
        tried=len(forbidden),
    )


def instructed(world: World, promise: Promise, control: Control) -> Answer:
    """Whether an erasure that would touch a customer's rows, planned without their instruction, is stopped by a question."""
    tried = world.uninstructed
    if tried.let_through:
        where = first(tried.let_through)
        return fails(
            f"planen ville røre kunders rækker i {where}", f"the plan would touch customers' rows of {where}"
        )
    if not tried.datasets:
        return unknown(
            "kortet siger ikke, hvilke rækker der tilhører kunder (`tenant`)",
            "the map does not say which rows are customers' (`tenant`)",
        )
    if not tried.tried:
        return unknown(
            "der er ingen kundes rækker at prøve med", "there are no rows of a customer to try it with"
        )
    return holds(
        f"{tried.tried} forsøg uden instruks blev standset", f"{tried.tried} attempts without instruction were stopped",
        tried=tried.tried, datasets=len(tried.datasets),
    )  # fmt: skip


CHECKS: Final = (
    Check("tenant-instruction.refused", "tenant-instruction", "live", "negative", DAY,
          Both("Sletning af en, hvis rækker en kunde råder over, planlægges uden kundens instruks og skal standses.",
               "The erasure of somebody whose rows a customer controls is planned without their word, and must be stopped."), instructed),
    Check("retention.overdue", "retention", "live", "positive", DAY,
          Both("Lageret tæller, hvor mange rækker der er ældre, end reglen siger.",
               "The store counts how many rows are older than the rule says."), overdue),
    Check("retention.length", "retention", "live", "positive", DAY,
          Both("Reglen gemmer ikke længere, end der er lovet, efter det lovede ur, og kan udføres på lageret, som det er.",
               "The rule keeps no longer than was promised, by the promised clock, and can be carried out on the "
               "store as it is."), promised_length),
    Check("retention-complete.covered", "retention-complete", "live", "positive", DAY,
          Both("Hver personlig kolonne i lagrene har en regel med en virkelig længde.",
               "Every personal column of the stores has a rule with a real length."), complete),
    Check("retention-reasons.closed", "retention-reasons", "live", "positive", DAY,
          Both("Alt, hvad der gemmes, gemmes af en af de lovede grunde.",
               "Everything that is kept is kept for one of the promised reasons."), reasons),
    Check("retention-reasons.fifth", "retention-reasons", "live", "negative", WEEK,
          Both("En regel med en femte grund forsøges og skal afvises.",
               "A rule with a fifth reason is attempted, and must be refused."), fifth_reason),
    Check("retention-run.ran", "retention-run", "event", "positive", DAY,
          Both("Loggens sidste kørsel er frisk og kom til sin ende.",
               "The last run in the ledger is recent and came to its end."), ran),
    Check("retention-run.nothing-left", "retention-run", "live", "positive", DAY,
          Both("Lagrene tæller igen: intet er gemt for længe.",
               "The stores count again: nothing is kept too long."), nothing_overdue),
    Check("active-kept.held", "active-kept", "live", "positive", DAY,
          Both("Reglens ur går først, når kontoen er lukket, og kolonnen findes i lageret.",
               "The rule's clock starts only once the account is closed, and its column is in the store."), active),
    Check("agreement-terms.instructed", "agreement-terms", "live", "positive", DAY,
          Both("Kunders aftaler gælder før de almindelige frister, og ingen kundes rækker er uden instruks.",
               "Customers' agreements hold before the general lengths, and no customer's rows are without instruction."), agreements),
    Check("anonymity.earned", "anonymity", "live", "positive", DAY,
          Both("Ingen regel kalder rækker anonymiserede, som på lageret stadig ville være personlige.",
               "No rule calls rows anonymised that would, on the store as it is, be still personal."), anonymous),
    Check("hold.reviewed", "hold", "event", "positive", DAY,
          Both("Hvert slettestop har grund, behov og en dato for næste gennemgang, som ikke er overskredet.",
               "Every legal hold has a ground, a need, and a review day that has not passed."), holds_reviewed),
    Check("hold.refused", "hold", "live", "negative", WEEK,
          Both("Slettestop uden grænse, behov, grund eller dato forsøges og skal afvises.",
               "Holds without bounds, need, ground or review day are attempted, and must be refused."), hold_refused),
)  # fmt: skip
