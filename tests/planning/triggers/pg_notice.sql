-- harmless | postgres t AFTER update
BEGIN RAISE NOTICE 'changed'; RETURN NULL; END;
