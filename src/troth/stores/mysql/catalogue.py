"""The questions put to the server's own catalogue: one statement each, however many tables there are."""

from __future__ import annotations

QUERIES = {
    "tables": """
        SELECT table_name AS name, table_type AS type, engine AS engine, table_rows AS estimate,
               table_comment AS comment, create_options AS options, data_length + index_length AS bytes
        FROM information_schema.tables WHERE table_schema = %s ORDER BY table_name""",
    "columns": """
        SELECT table_name AS owner, column_name AS name, column_default AS expression, is_nullable AS nullable,
               data_type AS type, column_type AS native, character_maximum_length AS length,
               character_set_name AS charset, collation_name AS collation, extra AS extra,
               coalesce(generation_expression, '') AS generation, column_comment AS comment, privileges AS privileges
        FROM information_schema.columns WHERE table_schema = %s ORDER BY table_name, ordinal_position""",
    "indexes": """
        SELECT table_name AS owner, index_name AS name, non_unique AS loose, column_name AS column_name,
               sub_part AS part, index_type AS type
        FROM information_schema.statistics WHERE table_schema = %s
        ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index""",
    "keys": """
        SELECT table_name AS owner, constraint_name AS name, column_name AS column_name,
               referenced_table_schema AS target_schema, referenced_table_name AS target,
               referenced_column_name AS target_column
        FROM information_schema.key_column_usage
        WHERE table_schema = %s AND referenced_table_name IS NOT NULL
        ORDER BY table_name, constraint_name, ordinal_position""",
    "actions": """
        SELECT table_name AS owner, constraint_name AS name, delete_rule AS on_delete, update_rule AS on_update
        FROM information_schema.referential_constraints WHERE constraint_schema = %s""",
    "strangers": """
        SELECT constraint_schema AS schema_name, table_name AS owner, referenced_table_name AS target,
               delete_rule AS on_delete
        FROM information_schema.referential_constraints
        WHERE unique_constraint_schema = %s AND constraint_schema <> unique_constraint_schema""",
    "triggers": """
        SELECT event_object_table AS owner, trigger_name AS name, event_manipulation AS event,
               action_timing AS timing, action_statement AS body, sql_mode AS mode
        FROM information_schema.triggers WHERE event_object_schema = %s
        ORDER BY event_object_table, action_order""",
    "partitions": """
        SELECT table_name AS owner, coalesce(subpartition_name, partition_name) AS name
        FROM information_schema.partitions WHERE table_schema = %s AND partition_name IS NOT NULL
        ORDER BY table_name, partition_ordinal_position, subpartition_ordinal_position""",
    "views": """
        SELECT table_name AS owner, view_definition AS body FROM information_schema.views WHERE table_schema = %s""",
    "events": "SELECT event_name AS name FROM information_schema.events WHERE event_schema = %s",
    "routines": "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = %s",
    "databases": """
        SELECT schema_name AS name FROM information_schema.schemata
        WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') AND schema_name <> %s""",
}
CHECKS = {
    True: """
        SELECT table_name AS owner, constraint_name AS name, check_clause AS expression
        FROM information_schema.check_constraints WHERE constraint_schema = %s ORDER BY table_name, constraint_name""",
    False: """
        SELECT c.table_name AS owner, c.constraint_name AS name, k.check_clause AS expression
        FROM information_schema.table_constraints c JOIN information_schema.check_constraints k
          ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
        WHERE c.constraint_schema = %s AND c.constraint_type = 'CHECK' ORDER BY c.table_name, c.constraint_name""",
}
"""By whether it is MariaDB."""
ENGINES = "SELECT engine AS engine, transactions AS transactions FROM information_schema.engines"
FACTS = """
    SHOW GLOBAL VARIABLES WHERE Variable_name IN (
        'version', 'log_bin', 'binlog_format', 'binlog_row_image', 'expire_logs_days', 'binlog_expire_logs_seconds',
        'read_only', 'innodb_file_per_table', 'general_log', 'slow_query_log', 'innodb_immediate_scrub_data_uncompressed',
        'sql_mode', 'collation_server', 'max_allowed_packet')"""
GRANTS = "SHOW GRANTS"
