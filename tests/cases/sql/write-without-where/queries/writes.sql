-- expect: sql/write-without-where
DELETE FROM customers;
DELETE FROM sessions;
DELETE FROM customers WHERE id = 1;
UPDATE customers c SET name = o.name FROM other o WHERE o.id = c.id;
WITH gone AS (SELECT id FROM customers WHERE closed) DELETE FROM customers USING gone WHERE gone.id = customers.id;
CREATE TRIGGER t AFTER INSERT ON customers BEGIN
  UPDATE customers SET count = 1;
  DELETE FROM customers;
END;
-- expect: sql/write-without-where
UPDATE customers SET name = (SELECT name FROM other WHERE other.id = customers.id);
DELETE FROM customers WHERE CURRENT OF one;
UPDATE customers SET name = 'it''s
