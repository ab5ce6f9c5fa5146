-- +goose Up
CREATE INDEX orders_name ON orders (name COLLATE NOCASE);
ALTER TABLE orders ADD COLUMN rank_new integer;
UPDATE orders SET rank_new = CAST(rank AS integer);
ALTER TABLE orders DROP COLUMN rank;
ALTER TABLE orders RENAME COLUMN rank_new TO rank;
ALTER TABLE orders DROP COLUMN coupon; -- expect: migration/destructive-drop
-- +goose Down
ALTER TABLE orders ADD COLUMN coupon text;
