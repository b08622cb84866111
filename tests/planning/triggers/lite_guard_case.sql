-- guards | sqlite t BEFORE insert
BEGIN SELECT CASE WHEN new.email NOT LIKE '%_@_%' THEN RAISE(ABORT, 'bad') END; END
