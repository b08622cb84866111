-- cascades log customer | postgres orders AFTER insert
BEGIN INSERT INTO log VALUES (NEW.id); UPDATE customer SET orders = orders + 1 WHERE id = NEW.customer_id; RETURN NULL; END;
