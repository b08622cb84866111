-- unknown | mysql t BEFORE update
BEGIN SET NEW.email = COALESCE(NEW.email, OLD.email); END
