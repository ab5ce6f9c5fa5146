CREATE TABLE made (id int);
ALTER TABLE made ADD COLUMN c int NOT NULL;
-- expect: migration/not-null-without-default
ALTER TABLE old_orders_2 ADD COLUMN c int NOT NULL;
ALTER TABLE orders
  ADD COLUMN d int NOT NULL DEFAULT 0,
  ADD COLUMN e bigserial NOT NULL,
  ADD COLUMN f int GENERATED ALWAYS AS (d * 2) STORED NOT NULL,
  ADD COLUMN g int,
  ADD h uuid NOT NULL; -- expect: migration/not-null-without-default
ALTER TABLE orders ADD COLUMN this is no sql NOT NULL;
TRUNCATE TABLE carts;
ALTER TABLE carts ADD COLUMN c int NOT NULL;
