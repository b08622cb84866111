-- unknown | postgres t INSTEAD_OF delete rule
CREATE RULE keep AS
    ON DELETE TO public.t DO INSTEAD NOTHING;
