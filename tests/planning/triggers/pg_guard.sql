-- guards | postgres t BEFORE update,delete
BEGIN
  RAISE EXCEPTION 'ledger rows of % are immutable', TG_TABLE_NAME USING ERRCODE = '55000';
END;
