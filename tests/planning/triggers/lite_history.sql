-- copies history | sqlite t BEFORE delete
BEGIN
  INSERT INTO history(id, email, at) VALUES (old.id, old.email, CURRENT_TIMESTAMP);
END
