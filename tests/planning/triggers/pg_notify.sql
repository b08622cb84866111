-- unknown | postgres t AFTER update
BEGIN PERFORM pg_notify('changes', row_to_json(NEW)::text); RETURN NULL; END;
