-- cascades t | sqlite t AFTER update
BEGIN UPDATE t SET x = 1 WHERE id = new.id OR 1; END
