-- copies tally | postgres t AFTER insert
BEGIN INSERT INTO public.tally (k, n) VALUES (NEW.k, 1) ON CONFLICT (k) DO UPDATE SET n = tally.n + 1; RETURN NULL; END;
