-- harmless | mysql t BEFORE insert
SET NEW.created = CURRENT_TIMESTAMP
