"""Who may see and do what: the roles of staff."""
