-- unknown t | postgres v INSTEAD_OF update
BEGIN UPDATE t SET a = NEW.a WHERE id = OLD.id; RETURN NEW; END;
