-- unknown | sqlite t AFTER delete
CREATE TRIGGER something odd
