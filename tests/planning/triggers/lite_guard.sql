-- guards | sqlite t BEFORE update
BEGIN SELECT RAISE(ABORT, 'immutable; really') WHERE EXISTS (SELECT 1 FROM x WHERE id = new.id); END
