-- unknown | mysql t BEFORE update
BEGIN SET NEW.a = NEW.b /*! , NEW.email = OLD.email */; END
