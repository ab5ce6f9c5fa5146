CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint REFERENCES customers (id), -- expect: sql/missing-foreign-key-index
  shop_id bigint REFERENCES shops (id),
  card_id bigint UNIQUE REFERENCES cards (id),
  a bigint,
  b bigint,
  c bigint,
  FOREIGN KEY (a) REFERENCES x (id), -- expect: sql/missing-foreign-key-index
  FOREIGN KEY (b, c) REFERENCES y (b, c)
);
CREATE INDEX orders_by_shop ON orders USING btree (shop_id, id);
CREATE INDEX orders_by_c ON orders (c);
CREATE TABLE lines (
  order_id bigint REFERENCES orders (id),
  number int,
  PRIMARY KEY (order_id, number)
);
ALTER TABLE elsewhere ADD CONSTRAINT e FOREIGN KEY (order_id) REFERENCES orders (id); -- expect: sql/missing-foreign-key-index
