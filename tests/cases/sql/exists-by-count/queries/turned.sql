SELECT id FROM c WHERE 0 < (SELECT COUNT(*) FROM orders o WHERE o.c = c.id); -- expect: sql/exists-by-count
SELECT id FROM c WHERE 5 < (SELECT COUNT(*) FROM orders o WHERE o.c = c.id);
SELECT id FROM c WHERE n = (SELECT COUNT(*) FROM orders o WHERE o.c = c.id);
