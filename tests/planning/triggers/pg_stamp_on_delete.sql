-- unknown | postgres film BEFORE update,delete
BEGIN NEW.last_update := now(); RETURN NEW; END;
