-- copies customer_history | postgres customer AFTER update,delete
BEGIN
  INSERT INTO customer_history SELECT now(), TG_OP, OLD.*;
  RETURN OLD;
END
