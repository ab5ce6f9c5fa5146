package shop

import "database/sql"

func page(db *sql.DB, size int, skip int) {
	db.Query("SELECT id FROM orders ORDER BY id LIMIT $1 OFFSET $2", size, skip) // expect: sql/offset-pagination
	db.Query(`
		SELECT id FROM orders ORDER BY id
		LIMIT ?, 50 -- expect: sql/offset-pagination
	`, skip)
	db.Query("SELECT id FROM orders ORDER BY id LIMIT $1 OFFSET 0", size)
	db.Query("SELECT id FROM orders WHERE id > $1 ORDER BY id LIMIT $2", skip, size)
}
