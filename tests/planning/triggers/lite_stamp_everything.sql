-- cascades t | sqlite t AFTER update
BEGIN UPDATE t SET x = 1; END
