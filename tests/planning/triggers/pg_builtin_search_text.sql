-- harmless | postgres film BEFORE insert,update internal
tsvector_update_trigger('fulltext', 'pg_catalog.english', 'title', 'description')
