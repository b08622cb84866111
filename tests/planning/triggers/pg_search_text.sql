-- harmless | postgres doc BEFORE insert,update
begin
  new.tsv :=
    setweight(to_tsvector('pg_catalog.english', coalesce(new.title, '')), 'A') ||
    setweight(to_tsvector('pg_catalog.english', coalesce(new.body, '')), 'D');
  return new;
end
