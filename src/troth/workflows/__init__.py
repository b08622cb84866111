"""One workflow per thing that happens: the only place where rooms, stores, documents and ledger meet."""
