-- unknown | postgres t BEFORE delete
BEGIN RETURN NULL; END;
