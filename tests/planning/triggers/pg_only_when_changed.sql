-- harmless | postgres t BEFORE update
BEGIN
 IF NEW.* IS DISTINCT FROM OLD.* THEN NEW.changed := clock_timestamp(); END IF;
 RETURN NEW;
END
