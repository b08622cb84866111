"""Each kind of change is told, in both directions, at the line where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from review_world import BASE, MAP, PROMISES, RULES, Edit, edited, ids, told

M, R, N, P = "troth.map.yaml", "troth.retention.yaml", "notice/notice.yaml", "notice/promises.yaml"
OWNED = '          - {columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}\n'
AGENT = '          - {columns: [agent], to: "customer [id]", means: ACCESSED_BY, declared: true}\n'
ARCHIVE = MAP[MAP.index("  archive:") :]
INVOICES = RULES[RULES.index("  invoices:") :]
P2 = PROMISES[PROMISES.index("- id: P2") : PROMISES.index("- id: P3")]
LEAD = """      lead:
        key: [id]
        fields: {id: key, mail: email, told: full_name}
"""
SHOP = """  shop:
    url: postgresql://db/shop
    datasets:
      buyer:
        subject: buyer
        key: [id]
        fields: {id: key, email: email}
"""


def field(name: str, category: str) -> Edit:
    return (M, "          shoe: quantity\n", f"          shoe: quantity\n          {name}: {category}\n")


CASES: dict[str, tuple[list[Edit], str, str]] = {
    # columns
    "a column that a promise and a rule cover": ([field("phone2", "phone")], "V002", "V007 V009"),
    "a column that nobody promised": ([field("born", "birth_date")], "V001", "V007"),
    "special data that was ruled out": ([field("illness", "special")], "V001 V003 V018", "V007"),
    "nobody decided": ([field("c17", "unknown")], "V005", ""),
    "only a guess": ([field("c17", "phone? 0.6")], "V002 V005", "V007 V009"),
    "a guess about what was decided": ([(M, "shoe: quantity", "shoe: quantity?")], "V005", ""),
    "decided against its name": ([field("phone_number", "technical")], "V004", ""),
    "no longer personal": ([(M, "postcode: {category: postal_code, erased: {generalise: 2 digits}}", "postcode: technical")],
                           "V004 V033", "V002 V032"),
    "no longer personal, and a name that says nothing": ([(M, "profile: {category: json, paths: {\"contact.mail\": email}}",
                                                          "profile: technical")], "V006 V007", "V002 V002"),
    "no longer decided": ([(M, "phone: phone", "phone: unknown")], "V005 V006 V009", "V002"),
    "another category": ([(M, "phone: phone", "phone: full_name")], "V008 V009", "V008"),
    "a path in structured content": ([(M, '{"contact.mail": email}', '{"contact.mail": email, born: birth_date}')], "V001", "V007"),
    "a column that concerns nobody": ([field("width", "quantity")], "", ""),
    "a column in a list of towns": ([(M, "fields: {id: key, city: city}", "fields: {id: key, city: city, land: country}")], "", ""),
    "nobody is found any more": ([(M, "          email: email\n          phone: phone\n", "")], "V007 V007 V010", "V002 V002 V019"),
    # datasets and systems
    "a dataset that nobody owns": ([(M, "      town:\n", LEAD + "      town:\n")], "V001 V011", "V013"),
    "a dataset that is found": ([(M, "      town:\n", LEAD + f"        links:\n{OWNED.replace('[customer]', '[id]')}      town:\n")],
                                "V001", "V013"),
    "a dataset left out of the map": ([(M, MAP[MAP.index("      invoice:") : MAP.index("      town:")], ""),
                                       (M, "{migration: no", "{invoice: too old, migration: no"), (R, INVOICES, "")],
                                      "V014", "V002 V035"),
    "a dataset that is not searched": ([(M, "        tenant: org\n", "        tenant: org\n        unsearched: too large\n")],
                                       "V015", "V019"),
    "a system with no rule": ([(M, "systems:\n", "systems:\n" + SHOP)], "V001 V016", "V017"),
    # whose rows they are
    "rows that nobody finds": ([(M, OWNED, "")], "V012 V020", "V019 V021"),
    "a link that only mentions": ([(M, OWNED, OWNED.replace("OWNED_BY", "MENTIONS"))], "V012 V020", "V019 V021"),
    "a link that is a guess again": ([(M, OWNED, OWNED.replace("OWNED_BY, declared: true", '"OWNED_BY? 0.6"'))], "V012 V020", "V019 V021"),
    "a link for some rows": ([(M, OWNED, OWNED.replace("OWNED_BY", 'OWNED_BY, when: "org = 1"'))], "V020", "V021"),
    "an access less": ([(M, AGENT, AGENT.replace("ACCESSED_BY", "MENTIONS"))], "V020", "V021"),
    "a customer's column": ([(M, "tenant: org", "tenant: agent")], "V022", "V022"),
    "less is shown": ([(M, "hide: [subject]", "hide: [subject, resolved]")], "V023 V025", "V023 V025"),
    "less is erased": ([(M, "        on_erase: [{link: agent, clear: [subject]}]\n", "")], "V024", "V025"),
    "one person alone": ([(M, "approval: second_person\n", "")], "V026", "V027"),
    "a shared identifier": ([(M, "shared_by: 2", "shared_by: 9")], "V026", "V027"),
    "another region": ([(M, "troth: 1\n", "troth: 1\nregion: DE\n")], "V028", "V028"),
    "another controller": ([(M, "troth: 1\n", "troth: 1\ncontroller: Vindheim Holding\n")], "V028", "V028"),
    "another server": ([(M, "postgresql://db/crm", "postgresql://reader@db.far.example/crm")], "V029", "V029"),
    "another name on the same server": ([(M, "postgresql://db/crm", "postgresql+psycopg://reader@db/crm2")], "", ""),
    "no person any more": ([(M, "        subject: customer\n", "")], "V010 V012 V012 V012", "V019 V019 V019"),
    "an address that names its owner": ([(M, "subject: free_text,", "subject: email,"),
                                         (M, "        tenant: org\n", "        tenant: org\n        identifies: [subject]\n")],
                                        "V008 V019", "V008 V009"),
    # who else must act
    "a system no longer kept by hand": ([(M, ARCHIVE, "")], "V091", "V090"),
    "less held by hand": ([(M, "[full_name, address]", "[full_name]")], "V092", ""),
    "a recipient": ([(M, "systems:\n", "recipients:\n  Sporvogn A/S: {mail: dpo@sporvogn.example, gets: [crm]}\nsystems:\n")],
                    "V093", "V094"),
    "what a person may have": ([(M, "        tenant: org\n", "        tenant: org\n        entitlements: [org]\n")], "V096", "V095"),
    "what it serves": ([(M, "        tenant: org\n", "        tenant: org\n        purposes: [deliver]\n")], "V097", "V098"),
    "where it comes from": ([(M, "        tenant: org\n", "        tenant: org\n        origin: provided\n")], "V099", "V099"),
    # what becomes of them
    "anonymised instead of erased": ([(M, "        tenant: org\n", "        tenant: org\n        erase: anonymise\n")], "V030", "V031"),
    "four digits instead of two": ([(M, "generalise: 2 digits", "generalise: 4 digits")], "V032", "V033"),
    "a digit instead of a region": ([(M, "generalise: 2 digits", "generalise: region")], "V033", "V032"),
    "months instead of what is gone": ([(M, "          closed: date\n",
                                         "          closed: {category: date, erased: {generalise: month}}\n")], "V032", "V033"),
    "narrower noise": ([(M, "generalise: 2 digits", "noise: bands of 10")], "V033", "V032"),
    "pseudonymised by decision": ([(M, "        erase: anonymise\n",
                                    "        erase: anonymise\n        anonymised: {decision: small, by: Olga, on: 2026-11-01}\n")],
                                  "V034", "V033"),
    "kept longer against an erasure": ([(M, "years: 5", "years: 9")], "V035", "V037"),
    "kept against an erasure, by no law": ([(M, "        tenant: org\n",
                                             "        tenant: org\n        keep: [{columns: [subject], active: true}]\n")],
                                           "V036", "V037"),
    "a ground that is only proposed": ([(M, "        tenant: org\n",
                                         "        tenant: org\n        keep: [{law: eu.claims, columns: [subject]}]\n")], "", ""),
    "another purpose": ([(M, "purpose: to deliver", "purpose: to sell more")], "V038", "V038"),
    # how long
    "kept longer": ([(R, "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 3y")], "V040", "V041"),
    "days instead of years": ([(R, "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 900d")], "V040", "V041"),
    "one customer's rows kept longer": ([(R, "{keep: 1y,", "{keep: 18m,")], "V040", "V041"),
    "an agreement less": ([(R, "    agreements: {acme: {keep: 1y, reference: DPA 9}}\n", "")], "V040", "V041"),
    "no delete date": ([(R, INVOICES, "")], "V042", "V043"),
    "no rules at all": ([(R, "", "")], "V042 V042 V042", "V043 V043 V043"),
    "another clock": ([(R, "event: ticket_resolved", "event: last_activity")], "V044", "V044"),
    "emptied instead of erased": ([(R, "column: closed}\n    keep: 2y\n    reason: operations\n    outcome: erase",
                                    "column: closed}\n    keep: 2y\n    reason: operations\n    outcome: anonymise")], "V045", "V046"),
    "some rows only": ([(R, "    instruction: DPA 7\n", "    instruction: DPA 7\n    when: org = 1\n")], "V047", "V048"),
    "nobody's instruction": ([(R, "    instruction: DPA 7\n", "")], "V047", "V048"),
    "rows wait": ([(R, "    instruction: DPA 7\n", "    instruction: DPA 7\n    while_active: resolved\n")], "V047", "V048"),
    "another reason": ([(R, "reason: operations\n    outcome: erase\n    instruction",
                         "reason: dispute\n    outcome: erase\n    instruction")],
                       "V049", "V049"),
    "a length of our own instead of the law's": ([(R, "    law: dk.bookkeeping\n    reason: legal_obligation\n",
                                                   "    keep: 5y\n    reason: dispute\n")], "V049", "V049"),
    "one column instead of the row": ([(R, "column: closed}\n    keep: 2y\n    reason: operations\n    outcome: erase",
                                        "column: closed}\n    keep: 2y\n    reason: operations\n    outcome: anonymise\n"
                                        "    columns: [email]")], "V042 V045 V047", "V043 V046 V048"),
    "another category's rule": ([(R, "datasets: [crm.invoice]", "categories: [free_text]")], "V042", "V043"),
    "another dataset's rule": ([(R, "datasets: [crm.invoice]\n    clock: {event: financial_year_end, column: issued}",
                                 "datasets: [crm.ticket]\n    clock: {event: financial_year_end, column: resolved}")],
                               "V042 V048", "V043 V047"),
    "another zone": ([(R, "zone: Europe/Copenhagen", "zone: Atlantic/Faroe")], "V050", "V050"),
    "another year's end": ([(R, "financial_year_end: 12-31", "financial_year_end: 06-30")], "V050", "V050"),
    "a rule renamed": ([(R, "  tickets:\n", "  cases:\n")], "", ""),
    "a rule renamed and longer": ([(R, "  tickets:\n", "  cases:\n"),
                                   (R, "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 3y")], "V040", "V041"),
    # what is promised
    "another purpose promised": ([(P, "purposes: [deliver]", "purposes: [deliver, inform]")], "V060", "V061"),
    "another basis": ([(P, "basis: consent", "basis: legitimate_interest")], "V060", "V060"),
    "a longer promise": ([(P, "keep: P2Y", "keep: P3Y")], "V060", "V061"),
    "a new kind of recipient": ([(P, "recipients: [hosting]", "recipients: [hosting, analytics]")], "V062", "V061"),
    "sale is no longer ruled out": ([(P, ", acts: [sale]", "")], "V060", "V061"),
    "a promise gone": ([(P, P2, ""), ("notice/da.md", "Vi spørger, før vi skriver nyt. {P2}\n", ""),
                        ("notice/en.md", "We ask before we send news. {P2}\n", "")], "V063", "V061"),
    "other words": ([("notice/en.md", "We deliver.", "We deliver at once.")], "V061", "V061"),
    "no notice": ([(name, "", "") for name in (N, P, "notice/da.md", "notice/en.md")], "V064", "V065"),
    "a language less": ([(N, "languages: [da, en]", "languages: [da]")], "V066", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_and_its_way_back(name: str, tmp_path: Path) -> None:
    edits, forwards, back = CASES[name]
    head = edited(*edits)
    assert " ".join(ids(told(tmp_path / "there", BASE, head))) == forwards
    assert " ".join(ids(told(tmp_path / "back", head, BASE))) == back


def change(tmp_path: Path, *edits: Edit, spoken: str = "en") -> dict[str, Any]:
    (one,) = told(tmp_path, BASE, edited(*edits), spoken)
    return one


def test_what_a_developer_reads(tmp_path: Path) -> None:
    files = edited((P, "categories: [account, prose]", "categories: [prose]"), (P, P2, ""), (R, "", ""))
    files["notice/da.md"] = files["notice/en.md"] = "Vi. {P1}\n"
    after = edited(field("phone2", "phone"), files=files)
    (one,) = told(tmp_path, files, after)
    assert one == {
        "id": "review.V001",
        "level": "error",
        "system": "crm",
        "dataset": "customer",
        "column": "phone2",
        "promise": "",
        "file": "troth.map.yaml",
        "line": after["troth.map.yaml"].splitlines().index("          phone2: phone") + 1,
        "message": "this adds telephone number (crm.customer.phone2) with no promise, basis or delete date",
        "hint": one["hint"],
    }
    assert "promises.yaml" in one["hint"]
    (danish,) = told(tmp_path, files, after, "da")
    assert (
        danish["message"]
        == "her tilføjes telefonnummer (crm.customer.phone2) uden løfte, retsgrundlag eller slettefrist"
    )


def test_a_longer_time_is_told_in_words_at_its_rule(tmp_path: Path) -> None:
    longer = (R, "column: resolved}\n    keep: 2y", "column: resolved}\n    keep: 30m")
    one = change(tmp_path, longer)
    assert one["message"] == "crm.ticket is kept 30 months instead of 2 years (the rule tickets)"
    assert (one["file"], RULES.splitlines()[one["line"] - 1]) == (R, "  tickets:")
    assert change(tmp_path, longer, spoken="da")["message"] == (
        "crm.ticket gemmes 30 måneder i stedet for 2 år (reglen tickets)"
    )


def test_a_new_recipient_is_told_by_name_and_country(tmp_path: Path) -> None:
    new = (P, "recipients: [hosting]", "recipients: [hosting, analytics]")
    one = change(tmp_path, new)
    assert (one["promise"], one["message"]) == ("P1", "a new kind of recipient: Analytics partners (US)")
    assert (one["file"], one["line"]) == (P, 1)
    assert change(tmp_path, new, spoken="da")["message"] == "ny slags modtager: Analyseleverandører (US)"


def test_what_is_gone_is_told_where_it_would_stand(tmp_path: Path) -> None:
    one = change(tmp_path, (M, "          name: full_name\n", ""))
    assert one["id"] == "review.V007"
    assert MAP.splitlines()[one["line"] - 1] == "        fields:"


def test_the_worst_comes_first(tmp_path: Path) -> None:
    head = edited(field("phone2", "phone"), (R, "{keep: 1y,", "{keep: 2y,"),
                  (M, "          closed: date\n", "          closed: date\n          born: birth_date\n"))  # fmt: skip
    assert [one["level"] for one in told(tmp_path, BASE, head)] == ["error", "warning", "note"]


def test_a_notice_speaks_for_the_map_it_lies_nearest_to(tmp_path: Path) -> None:
    """Another product's notice promises nothing about this one."""
    apart = {f"one/{name}": text for name, text in BASE.items()}
    apart |= {"two/troth.map.yaml": MAP, "two/troth.retention.yaml": RULES}
    own = {
        name.replace("one/notice", "two/notice"): text for name, text in apart.items() if "notice/" in name
    }
    own["two/notice/promises.yaml"] = PROMISES.replace(
        "categories: [account, prose]", "categories: [prose]"
    ).replace("categories: [account]", "categories: [prose]")
    base = {**apart, **own}
    edit = field("phone2", "phone")[1:]
    both = {name: text.replace(*edit) if name.endswith(M) else text for name, text in base.items()}
    assert [(one["id"], one["file"]) for one in told(tmp_path, base, both)] == [
        ("review.V001", "two/troth.map.yaml"),
        ("review.V002", "one/troth.map.yaml"),
    ]


def test_a_map_that_moved_is_the_same_map(tmp_path: Path) -> None:
    moved = {f"ops/{name}": text for name, text in BASE.items() if "notice/" not in name}
    kept = {name: text for name, text in BASE.items() if "notice/" in name}
    assert told(tmp_path, BASE, {**moved, **kept}) == []
