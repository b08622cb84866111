-- unknown | postgres t BEFORE update
BEGIN NEW.email := (SELECT email FROM backup WHERE id = NEW.id); RETURN NEW; END;
