-- harmless | postgres t AFTER delete
BEGIN RETURN NULL; END;
