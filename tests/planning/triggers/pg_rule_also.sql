-- copies h | postgres t AFTER delete rule
CREATE RULE h AS
    ON DELETE TO public.t DO  INSERT INTO public.h (id, email)
  VALUES (old.id, old.email);
