-- unknown | postgres t AFTER update
DECLARE r record; BEGIN FOR r IN SELECT * FROM x LOOP DELETE FROM y WHERE id = r.id; END LOOP; RETURN NULL; END;
