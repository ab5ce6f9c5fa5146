SET lock_timeout = 1000;
CREATE TABLE made (id int PRIMARY KEY);
ALTER TABLE made ADD COLUMN c int NOT NULL;
-- expect: migration/not-null-without-default
ALTER TABLE old_orders_2 ADD COLUMN c int NOT NULL;
ALTER TABLE orders
  ADD COLUMN d int NOT NULL DEFAULT 0,
  -- expect: migration/type-change-rewrite
  ADD COLUMN e bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  ADD COLUMN f int GENERATED ALWAYS AS (d * 2) STORED NOT NULL, -- expect: migration/type-change-rewrite
  ADD COLUMN g int,
  ADD h uuid NOT NULL; -- expect: migration/not-null-without-default
ALTER TABLE orders ADD this is no sql;
TRUNCATE TABLE carts;
ALTER TABLE carts ADD COLUMN c int NOT NULL;
