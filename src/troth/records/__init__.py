"""Our own filing cabinet: SQLite by default, every row with a tenant, no query without one."""
