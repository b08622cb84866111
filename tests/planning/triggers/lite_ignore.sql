-- unknown | sqlite t BEFORE delete
BEGIN SELECT RAISE(IGNORE); END
