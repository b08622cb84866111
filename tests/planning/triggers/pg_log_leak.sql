-- unknown | postgres t AFTER update
BEGIN RAISE LOG 'changed %', NEW.email; RETURN NULL; END;
