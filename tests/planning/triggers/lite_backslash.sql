-- cascades b | sqlite t BEFORE delete
BEGIN SELECT 'a\'; DELETE FROM b WHERE x = ''; END
