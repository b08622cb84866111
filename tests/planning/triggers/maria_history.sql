-- copies t_history | mysql t AFTER delete
BEGIN
  IF OLD.email IS NOT NULL THEN
    INSERT INTO t_history (id, email) VALUES (OLD.id, OLD.email);
  END IF;
END
