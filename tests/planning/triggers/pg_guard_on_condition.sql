-- guards | postgres t BEFORE insert,update
BEGIN
 IF EXISTS (SELECT 1 FROM other o WHERE o.id = NEW.other_id AND o.closed) THEN
 RAISE EXCEPTION 'closed';
 END IF;
 RETURN NEW;
END;
