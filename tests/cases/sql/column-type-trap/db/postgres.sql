CREATE TABLE orders (
  id serial PRIMARY KEY, -- expect: sql/column-type-trap (info), sql/column-type-trap (hint)
  total_price double precision, -- expect: sql/column-type-trap (info)
  price_rate float,
  latitude double precision,
  placed_at timestamp, -- expect: sql/column-type-trap (info)
  sent_at timestamp(3) without time zone,
  known_at timestamp with time zone,
  country char(2), -- expect: sql/column-type-trap (info)
  code char(10), -- expect: sql/column-type-trap (info)
  extra json, -- expect: sql/column-type-trap (info)
  more jsonb,
  password varchar(40), -- expect: sql/column-type-trap (info)
  password_hash varchar(255)
);
CREATE TABLE notes (text text); -- expect: sql/column-type-trap (info)
CREATE TABLE later (id bigint);
ALTER TABLE later ADD PRIMARY KEY (id);
CREATE TEMP TABLE passing (a json);
CREATE TABLE part PARTITION OF orders FOR VALUES IN (1);
CREATE TABLE copied AS SELECT 1;
