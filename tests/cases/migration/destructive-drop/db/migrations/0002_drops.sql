-- expect: migration/destructive-drop
DROP TABLE coupons CASCADE;
DROP TABLE coupons_backup;
ALTER TABLE t DROP CONSTRAINT c;
ALTER TABLE t
  DROP COLUMN IF EXISTS a, -- expect: migration/destructive-drop
  DROP COLUMN b; -- expect: migration/destructive-drop
INSERT INTO archive (id) SELECT id FROM vouchers;
-- expect: migration/destructive-drop
TRUNCATE orders CASCADE;
TRUNCATE carts;
DROP TABLE vouchers;
ALTER TABLE t ADD COLUMN n int;
ALTER TABLE t DROP COLUMN n;
