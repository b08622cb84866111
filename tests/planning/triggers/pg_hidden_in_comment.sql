-- harmless | postgres t BEFORE update
BEGIN -- DELETE FROM x;
 /* EXECUTE 'x'; */ NEW.note := 'DELETE FROM y; it''s'; RETURN NEW; END;
