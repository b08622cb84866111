-- copies audit.Log | mysql t AFTER update
INSERT INTO `audit`.Log SET t_id = OLD.id, was = OLD.email
