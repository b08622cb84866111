-- cascades "Odd.Table" orders | postgres customer BEFORE delete
BEGIN DELETE FROM "Odd.Table" WHERE c = OLD.id; DELETE FROM ONLY orders o WHERE o.customer_id = OLD.id; RETURN OLD; END;
