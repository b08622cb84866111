-- unknown | postgres t BEFORE update
BEGIN NEW.email := COALESCE(NEW.email, OLD.email); RETURN NEW; END;
