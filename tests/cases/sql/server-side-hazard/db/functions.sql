CREATE FUNCTION a(term text) RETURNS void AS $$
BEGIN
  EXECUTE 'UPDATE orders SET note = ' || term; -- expect: sql/server-side-hazard (error)
  EXECUTE 'UPDATE orders SET note = ' || quote_literal(term);
  EXECUTE format('UPDATE %I SET note = %L', 'orders', term);
  EXECUTE 'UPDATE orders SET note = $1' USING term;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION a();
CREATE FUNCTION b() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; -- expect: sql/server-side-hazard (error)
CREATE FUNCTION c() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';
CREATE FUNCTION app.d() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER FUNCTION app.d() SET search_path = pg_catalog;
CREATE FUNCTION e() RETURNS int LANGUAGE sql SECURITY INVOKER AS 'SELECT 1';
GRANT ALL PRIVILEGES ON orders TO PUBLIC; -- expect: sql/server-side-hazard (error)
GRANT SELECT ON orders TO PUBLIC;
GRANT ALL ON orders TO owner;
CREATE USER app PASSWORD 'k3J9xQ2mV7pL'; -- expect: sql/server-side-hazard (error)
CREATE USER app PASSWORD '${DB_PASSWORD}';
