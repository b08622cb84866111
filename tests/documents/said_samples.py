"""What the expressions look like that no test can know from the source: names out of a database, numbers, masked identifiers."""

from __future__ import annotations

EMAIL = "a•••@e•••.dk"
ADDRESS = "crm.orders.buyer->crm.customer"
SAMPLES: dict[str, list[str]] = {
    # names of datasets, columns, links
    "ref": ["crm.orders"], "target": ["crm.customer"], "link.target": ["crm.customer"], "link.source": ["crm.orders"],
    "edge.link.target": ["crm.customer"], "ref.dataset": ["orders"], "dataset.ref.dataset": ["orders"], "what": ["orders"],
    "base.dataset": ["customer"], "keys.source.dataset": ["orders"], "keys.target.dataset": ["customer"], "keys.column": ["tags"],
    "keys.path": ["[].id"], "link.target.dataset": ["customer"], "link.name": ["buyer", "buyer, seller"], "field.name": ["remark"],
    "link.address": [ADDRESS], "link.short": ["crm.orders.buyer"], "column": ["remark"], "foreign.target": ["customer"], "name": ["K17"],
    "link.means": ["OWNED_BY", "MENTIONS"], "field.category": ["email"], "dataset.subject": ["customer"], "dataset.tenant": ["tenant_id"],
    "', '.join(columns)": ["remark", "remark, tags"], "', '.join(personal)": ["remark, email"], "', '.join(keep.columns)": ["total, paid"],
    "', '.join(declared)": ["crm.customer, crm.lead"],
    "', '.join((f'{name}: ...' for name in dataset.key))": ["id: ...", "id: ..., part: ..."],
    "keep.law or 'a law'": ["dk.bookkeeping", "a law"], "shlex.join(names)": ["crm.orders.buyer", "'crm.orders.the buyer' crm.lead.name"],
    "shlex.quote(name)": ["crm.orders.buyer"], "datamap/asking.py:names": ["remark, tags"], "datamap/contacts.py:names": ["email, phone"],
    "datamap/asking.py:named": ["remark"], "datamap/asking.py:source": ["orders"], "datamap/asking.py:target": ["customer"],
    "link.reason": ["5 of 6 sampled values are keys of customer, and many rows name none; if those rows are people"],
    # who is meant
    "sought.masked()": [EMAIL, f"email={EMAIL}", "tlf=+45 ••••••78", "A••• J•••", "••••••17"], "mask(...)": [EMAIL],
    "mask(CATEGORIES[category].kind, value)": [EMAIL, "A••• J•••"], "mask('email', email)": [EMAIL], "category": ["email", "full_name"],
    "planning/copies.py:kind": ["email", "name", "text", "username"], "crowded": ["3 rows of crm.customer, 12 rows of crm.lead"],
    "address(*node)": ["crm.customer=17", "crm.customer=A or B"], "len(rows) - SHOWN": ["1", "12"],
    "' or '.join(sorted(rows)[:SHOWN])": ["crm.customer=17 or crm.lead=4", "crm.customer=17"],
    "which.partition(': ')[2]": ["crm.customer=17 or crm.lead=4", "crm.customer=17 or crm.lead=4 (and 12 more)"],
    "', '.join(scopes[:SHOWN])": ["K17, K18"], "', '.join(sorted(tenants))": ["K17, K18"], "customer": ["K17"],
    "bar.hold": ["4db850a5"], "hold": ["4db850a5"], "_shown(self._key(ref, row))": ["17", "17,4"],
    "planning/doubts.py:why": ["plus-address", "dots", "letters", "accents"],
    # what stands before a plan
    "system.upper()": ["CRM"], "planning/decide.py:rows": ["1", "12"], "planning/doubts.py:shown": ["17; 18,4"],
    "_clock(over)": ["2026-11-23 06:00 (UTC)"],
    "workflows/restraint.py:what": ["rows", "people"],
    "planning/costs.py:named": ["orders (about 1,234,567 rows, 1,200 MB), lead (about 7 rows, 99 MB)"],
    "create_index(ref, columns, dialects[ref.system])": ["CREATE INDEX CONCURRENTLY ON orders (buyer)"],
    "retention/standing.py:why": [
        "an identifier or text made coarser is still one", "a surviving key groups one person's rows", "rows that stay still name it",
    ],
    # what a trigger says
    "text_of(words)": ["SELECT 'a; b' FROM t"], "text_of(line)": ["x y"], "text_of(part)": ["x := y"], "self.trigger.language": ["plv8"],
    "trigger.language": ["plv8"], "short(trigger.body)": ["return 1"], "column.raw": ["remark"], "word.raw": ["lower"],
    "str(stop)": ["it has no body"],
    "', '.join(sorted(bad))": ["delete, update"], "odd.group()": ["--x"],
    # what cannot be seen
    "', '.join(hidden)": ["remark, tags"], "row['engine']": ["MyISAM"], "relation.schema": ["sales"], "column.name": ["picture"],
    "self.name(self.relations[leaf])": ["orders_2026"], "self.name(self.relations[child])": ["orders_old"],
    "self.broken[entry.name]": ["no such table: lead"],
    "one['schema_name']": ["shop"], "one['owner']": ["cart"], "one['on_delete']": ["CASCADE"],
    # what was not searched; what a person wrote in the map, and a blind spot, are looked at elsewhere
    "table.blind[0]": ["no SELECT on the table"], "tables[name].blind[0]": ["no SELECT on the table"], "kind": ["fts5"],
    "workflows/inquiry.py:reason": ["not in the map"], "count": ["3"], "others": ["3"], "facts['large_objects']": ["3"],
    "stores/mysql/reflect.py:what": ["events", "routines"],
    # why a link was guessed
    "hits": ["5"], "looked": ["6"], "one.key.ref.dataset": ["customer"], "one.key.ref": ["crm.customer"],
    "one.target.dataset": ["customer"],
    "pair.key.ref.dataset": ["customer"], "pair.kind.name": ["owner_type"], "one.why": ["the names agree"],
    # what is found about the map
    "system": ["crm"], "missing": ["crm.orders is not in the map", "crm.orders is gone", "crm.orders.tags is gone"],
    "datamap/check.py:what": ["key", "on_erase"], "datamap/check.py:detail": ["buyer -> customer"],
    "datamap/check.py:columns": ["total, paid"],
    "keep.law": ["dk.bookkeping"], "one.owner": ["Kantinen"], "recipient.name": ["Fragt A/S"], "giver": ["crm.customer"],
    # why a part of a bundle is missing
    "size + offset": ["7"], "row.size": ["7"], "checkpoint.size": ["7"], "size": ["3"], "first": ["7"], "index": ["7"],
    "named(fault)": ["SQLITE_CORRUPT"], "_reason(fault)": ["28P01"],
    "_condition(fault)": ["23503 (orders_buyer_fkey)"], "_code(fault)": ["1062"],
    "_constraint(fault, known)": ["", " (orders_buyer_fkey)"], "stores/mysql/line.py:why": ["1045"],
    # what the rules of retention leave open
    "other.rule.name": ["other_rule"], "one.rule.name": ["orders_rule"], "place": ["crm.orders.placed"], "there": ["crm.customer"],
    "rule.law": ["dk.bookkeeping"], "one.rule.law": ["dk.bookkeeping"], "law.citation": ["Bogføringsloven § 12"],
    "one.clock.column": ["placed_on"], "retention/findings.py:columns": ["remark, tags"], "rule.name": ["orders_rule"],
    "one.ref.dataset": ["orders"], "workflows/retain.py:name": ["orders_rule"],
    "workflows/retain.py:why": ["free text is left (remark); rows can be singled out (0.4, remark)"],
    # backups
    "one.name": ["crm-2026-11-01"],
    # rights
    "right": ["UPDATE"], "dataset": ["orders"], "path.name": ["shop.sqlite"],
}  # fmt: skip
