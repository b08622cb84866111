-- copies audit.log | postgres customer AFTER insert,update,delete
BEGIN
 IF TG_OP = 'DELETE' THEN
  INSERT INTO audit.log(tab, who, old) VALUES (TG_TABLE_NAME, current_user, to_jsonb(OLD));
  RETURN OLD;
 END IF;
 INSERT INTO audit.log(tab, who, old, new) VALUES (TG_TABLE_NAME, current_user, row_to_json(OLD), row_to_json(NEW));
 RETURN NEW;
END;
