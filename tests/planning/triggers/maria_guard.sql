-- guards | mysql t BEFORE delete
BEGIN IF OLD.locked = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'locked'; END IF; END
