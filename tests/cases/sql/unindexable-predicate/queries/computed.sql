SELECT id FROM orders WHERE created_at::date = $1; -- expect: sql/unindexable-predicate
SELECT id FROM orders o WHERE o.total + 1 = 5; -- expect: sql/unindexable-predicate
SELECT id FROM orders WHERE total = 5 - 1 AND created_at >= $1::date;
SELECT o.id FROM orders o JOIN days d ON o.created_at::date = d.day;
SELECT id FROM orders WHERE (total + fee) > 5;
