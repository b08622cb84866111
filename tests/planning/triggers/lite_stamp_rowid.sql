-- harmless | sqlite Customer AFTER update
BEGIN UPDATE customer SET last_update = DATETIME('NOW') WHERE rowid = new.rowid; END
