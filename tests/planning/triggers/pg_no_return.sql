-- unknown | postgres t BEFORE update
BEGIN NEW.changed := now(); END;
