package shop

import "database/sql"

func some(db *sql.DB, size int) {
	db.Query("SELECT id FROM orders LIMIT $1", size) // expect: sql/limit-without-order
	db.Query("SELECT id FROM orders LIMIT 1")
	db.Query("SELECT id FROM orders ORDER BY id LIMIT $1", size)
	db.Query("SELECT COUNT(*) FROM orders LIMIT 10")
	db.Query("SELECT total FROM orders WHERE id = $1 LIMIT 2", size)
	db.Query("SELECT id FROM jobs LIMIT 10 FOR UPDATE SKIP LOCKED")
	db.Query("SELECT 1 FROM orders LIMIT 10")
	db.Query("SELECT id FROM (SELECT id FROM orders ORDER BY total) o LIMIT 10")
	db.Query("WITH b AS (SELECT id FROM orders LIMIT 10) DELETE FROM orders USING b WHERE b.id = orders.id")
	db.Query("SELECT name FROM customers WHERE EXISTS (SELECT id FROM orders LIMIT 5)")
	db.Query("SELECT id FROM orders UNION SELECT id FROM refunds LIMIT 5")
}
