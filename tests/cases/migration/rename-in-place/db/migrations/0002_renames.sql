SET lock_timeout = 1000;
ALTER INDEX a RENAME TO b;
ALTER TABLE t RENAME CONSTRAINT a TO b;
-- expect: migration/rename-in-place
ALTER TABLE t RENAME a TO b;
ALTER TABLE t ADD COLUMN payload_2 jsonb;
ALTER TABLE t RENAME COLUMN payload_2 TO payload;
CREATE TABLE orders_2 (id int PRIMARY KEY);
DROP TABLE orders;
ALTER TABLE orders_2 RENAME TO orders;
ALTER TABLE swapped RENAME TO swapped_old;
ALTER TABLE swapped_new RENAME TO swapped;
