-- unknown | mysql t BEFORE update
BEGIN SET NEW.age = age(NEW.born); END
