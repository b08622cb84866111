-- unknown | mysql t AFTER delete
BEGIN CALL keep_a_copy(OLD.id); END
