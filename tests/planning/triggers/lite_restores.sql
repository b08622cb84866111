-- unknown | sqlite t AFTER update
BEGIN UPDATE t SET email = "old".email WHERE id = new.id; END
