-- unknown | postgres t BEFORE update
BEGIN NEW.slug := public.lower(NEW.title); NEW.x := slugify(NEW.title); RETURN NEW; END;
