SELECT json_object_agg(key, value) FROM (SELECT * FROM settings ORDER BY key) t;
WITH found AS (
  SELECT id, name FROM users
)
SELECT found.*, r.name FROM found JOIN roles r ON r.id = found.role_id;
SELECT u.*, r.name FROM users u JOIN roles r ON r.id = u.role_id; -- expect: sql/select-star
SELECT name FROM logs ORDER BY id DESC OFFSET $1;
