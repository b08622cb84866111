-- cascades Customer | sqlite Customer AFTER update key=CustomerId
BEGIN UPDATE Customer SET changed = datetime('now') WHERE City = NEW.City; END
