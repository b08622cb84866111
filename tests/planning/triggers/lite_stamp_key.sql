-- harmless | sqlite Customer AFTER update key=CustomerId
BEGIN UPDATE [Customer] SET changed = strftime('%Y-%m-%d', 'now'), version = old.version + 1 WHERE CustomerId = NEW.CustomerId AND changed IS NOT NULL; END
