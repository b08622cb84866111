-- unknown | mysql t AFTER delete
BEGIN INSERT INTO log VALUES ("it's", OLD.id, "it's"); END
