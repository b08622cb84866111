-- harmless | postgres t BEFORE insert,update,delete
BEGIN
  IF (TG_OP = 'DELETE') THEN
    RETURN OLD;
  ELSIF TG_OP IN ('INSERT', 'UPDATE') THEN
    NEW.changed := now();
    RETURN NEW;
  END IF;
  RETURN NULL;
END;
