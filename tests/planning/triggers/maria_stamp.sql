-- harmless | mysql t BEFORE update
BEGIN DECLARE n INT DEFAULT 0; SET NEW.changed = NOW(), NEW.version = OLD.version + 1; END
