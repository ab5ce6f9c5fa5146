-- +goose NO TRANSACTION
-- +goose Up
SET lock_timeout = 1000;
CREATE TABLE a (id bigint PRIMARY KEY, note text DEFAULT 'it''s; CREATE INDEX x ON b (c);');
CREATE UNIQUE INDEX a_note ON a (note);
CREATE INDEX CONCURRENTLY b_note ON b (note);
-- expect: migration/index-not-concurrent
CREATE INDEX b_note ON "app"."b" USING gin (to_tsvector('simple', note));
/* CREATE INDEX b_note ON b (note); */
CREATE INDEX c_note ON ONLY c (note);
CREATE FUNCTION touch() RETURNS trigger AS $body$
BEGIN
  CREATE INDEX d_note ON d (note);
  RETURN NEW;
END;
$body$ LANGUAGE plpgsql;
CREATE TABLE IF NOT EXISTS "app".e (id int PRIMARY KEY);
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'x') THEN
    CREATE INDEX x ON app.h (id); -- expect: migration/index-not-concurrent
  END IF;
END $$;
-- expect: migration/index-not-concurrent
DROP INDEX IF EXISTS app.h_note;
DROP INDEX CONCURRENTLY app.h_note;
-- expect: migration/index-not-concurrent
REINDEX TABLE app.h;
CREATE INDEX e_id ON app.e (id);
-- expect: migration/index-not-concurrent
CREATE UNIQUE INDEX IF NOT EXISTS é ON f (note);
-- +goose Down
CREATE INDEX g_note ON g (note);
