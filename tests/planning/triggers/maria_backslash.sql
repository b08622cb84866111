-- unknown | mysql t BEFORE delete
BEGIN SET @a = 'a\'; DELETE FROM b WHERE x = '; END
