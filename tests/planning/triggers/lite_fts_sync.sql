-- copies docs_fts | sqlite docs AFTER update
BEGIN
  INSERT INTO docs_fts(docs_fts, rowid, body) VALUES('delete', old.id, old.body);
  INSERT INTO docs_fts(rowid, body) VALUES (new.id, new.body);
END
