-- cascades t | postgres t AFTER update
BEGIN UPDATE t SET current = false WHERE owner = NEW.owner; RETURN NULL; END;
