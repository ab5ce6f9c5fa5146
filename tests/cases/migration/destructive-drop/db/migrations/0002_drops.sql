-- expect: migration/destructive-drop
DROP TABLE coupons CASCADE;
DROP TABLE coupons_backup;
ALTER TABLE t DROP CONSTRAINT c;
ALTER TABLE t
  DROP COLUMN IF EXISTS a, -- expect: migration/destructive-drop
  DROP COLUMN b; -- expect: migration/destructive-drop
DROP INDEX i;
INSERT INTO archive SELECT * FROM vouchers;
DROP TABLE vouchers;
ALTER TABLE t ADD COLUMN n int;
ALTER TABLE t DROP COLUMN n;
