-- unknown | postgres t BEFORE update
DECLARE kept text := OLD.email;
BEGIN NEW.email := kept; RETURN NEW; END;
