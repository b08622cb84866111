-- harmless | postgres t BEFORE update
BEGIN NEW.version := OLD.version + 1; RETURN NEW; END;
