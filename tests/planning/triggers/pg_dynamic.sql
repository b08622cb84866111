-- unknown | postgres t AFTER update
BEGIN EXECUTE format('INSERT INTO %I SELECT $1.*', TG_ARGV[0]) USING OLD; RETURN NULL; END;
