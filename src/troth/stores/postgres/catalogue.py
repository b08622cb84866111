"""The questions put to PostgreSQL's own catalogues: one statement each, however many tables there are."""

from __future__ import annotations

DEFAULT_SCHEMA = "public"

_FOREIGN_SCHEMAS = (
    "n.nspname !~ '^pg_(catalog|toast|temp_|toast_temp_)' AND n.nspname <> 'information_schema'"
)
_OURS = f"""(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_FOREIGN_SCHEMAS})"""
QUERIES = {
    "relations": f"""
        SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
               greatest(c.reltuples, 0)::bigint AS estimate, d.description AS comment,
               c.relrowsecurity AND row_security_active(c.oid) AS secured,
               has_schema_privilege(n.oid, 'USAGE') AS reachable,
               has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') AS writable
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
                                  AND d.objsubid = 0
        WHERE c.oid IN {_OURS} ORDER BY n.nspname <> '{DEFAULT_SCHEMA}', n.nspname, c.relname""",
    "columns": f"""
        SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, a.atttypid AS type,
               a.atttypmod AS modifier, format_type(a.atttypid, a.atttypmod) AS native,
               a.attnotnull AS filled,
               pg_get_expr(e.adbin, e.adrelid) AS expression, a.attgenerated <> '' AS generated,
               a.attidentity <> '' AS identity, a.attislocal AND a.attinhcount = 0 AS own,
               d.description AS comment, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
        FROM pg_attribute a
        LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
        LEFT JOIN pg_description d ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass
                                  AND d.objsubid = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN {_OURS} ORDER BY a.attrelid, a.attnum""",
    "types": """
        SELECT t.oid, t.typname AS name, t.typtype::text AS kind, t.typcategory::text AS category,
               t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS filled, e.labels,
               d.names AS checks, d.expressions
        FROM pg_type t
        LEFT JOIN (SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
                   FROM pg_enum GROUP BY enumtypid) e ON e.enumtypid = t.oid
        LEFT JOIN (SELECT contypid, array_agg(conname::text ORDER BY conname) AS names,
                          array_agg(pg_get_expr(conbin, 0) ORDER BY conname) AS expressions
                   FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' GROUP BY contypid) d
               ON d.contypid = t.oid
        WHERE t.typtype <> 'c' AND t.typtype <> 'p'""",
    "inheritance": """
        SELECT inhrelid AS child, inhparent AS parent FROM pg_inherits ORDER BY inhrelid, inhseqno""",
    "constraints": f"""
        SELECT conrelid AS relation, conname AS name, contype::text AS kind, conkey AS columns,
               confrelid AS target, confkey AS target_columns, confdeltype::text AS on_delete,
               confupdtype::text AS on_update, condeferrable AS deferrable, conislocal AS own,
               pg_get_expr(conbin, conrelid) AS expression
        FROM pg_constraint WHERE contype IN ('f', 'c') AND conparentid = 0 AND conrelid IN {_OURS}
        ORDER BY conrelid, conname""",
    "indexes": f"""
        SELECT i.indrelid AS relation, i.indkey::int2[] AS columns, i.indnkeyatts AS width,
               i.indisunique AS is_unique, i.indisprimary AS is_primary, am.amname AS method,
               i.indisunique OR i.indisexclusion AS distinct_rows, pg_get_expr(i.indexprs, i.indrelid) AS expressions,
               pg_get_expr(i.indpred, i.indrelid) AS predicate,
               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS one_null
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
        WHERE i.indisvalid AND i.indrelid IN {_OURS}
        ORDER BY i.indisprimary DESC, i.indkey::text, c.relname""",
    "triggers": f"""
        SELECT t.tgrelid AS relation, t.tgname AS name, t.tgtype AS bits, t.tgattr::int2[] AS columns,
               l.lanname AS language, p.prosrc AS body, pg_get_triggerdef(t.oid) AS definition
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A') AND t.tgrelid IN {_OURS}
        ORDER BY t.tgrelid, t.tgname""",
    "rules": f"""
        SELECT r.ev_class AS relation, r.rulename AS name, r.ev_type::text AS event, r.is_instead AS instead,
               pg_get_ruledef(r.oid) AS body
        FROM pg_rewrite r
        WHERE r.ev_type <> '1' AND r.ev_enabled IN ('O', 'A') AND r.ev_class IN {_OURS}
        ORDER BY r.ev_class, r.rulename""",
    "reads": f"""
        SELECT DISTINCT r.ev_class AS relation, d.refobjid AS source
        FROM pg_rewrite r
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
        WHERE r.ev_type = '1' AND r.ev_class IN {_OURS}""",
}
FACTS = """
    SELECT current_setting('server_version') AS version, current_setting('wal_level') AS wal_level,
           current_setting('is_superuser') AS is_superuser, current_user::text AS role,
           pg_is_in_recovery()::text AS in_recovery, d.datcollate::text AS collation,
           pg_encoding_to_char(d.encoding)::text AS encoding,
           (SELECT count(*) FROM pg_replication_slots)::text AS replication_slots,
           (SELECT count(*) FROM pg_stat_replication)::text AS replicas,
           (SELECT count(*) FROM pg_publication)::text AS publications,
           (SELECT count(*) FROM pg_largeobject_metadata)::text AS large_objects
    FROM pg_database d WHERE d.datname = current_database()"""
OTHER_DATABASES = """
    SELECT datname AS name FROM pg_database
    WHERE datallowconn AND NOT datistemplate AND datname <> current_database() ORDER BY datname"""
