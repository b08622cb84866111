-- unknown | postgres t BEFORE update
BEGIN SELECT email INTO NEW.email FROM backup WHERE id = NEW.id; RETURN NEW; END;
