-- cascades Order Details | sqlite Orders AFTER delete
BEGIN DELETE FROM [Order Details] WHERE OrderID = old.OrderID; END
