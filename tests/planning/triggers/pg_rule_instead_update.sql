-- unknown | postgres t INSTEAD_OF delete rule
CREATE RULE soft AS
    ON DELETE TO public.t DO INSTEAD  UPDATE public.t SET deleted = true
  WHERE (t.id = old.id);
