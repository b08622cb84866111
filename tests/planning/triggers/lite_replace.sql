-- copies search main_copy | sqlite t AFTER update
BEGIN INSERT OR REPLACE INTO search(id) VALUES (new.id); REPLACE INTO main.main_copy VALUES (new.id); END
