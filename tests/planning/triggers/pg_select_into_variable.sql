-- guards | postgres t BEFORE update
DECLARE n integer; BEGIN SELECT count(*) INTO n FROM x WHERE id = NEW.id; IF n > 5 THEN RAISE 'too many'; END IF; RETURN NEW; END;
