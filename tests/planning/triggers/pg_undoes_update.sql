-- unknown | postgres t BEFORE update
BEGIN RETURN OLD; END;
