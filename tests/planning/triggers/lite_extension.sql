-- unknown | sqlite t BEFORE delete
BEGIN SELECT writefile('/tmp/x', old.email); END
