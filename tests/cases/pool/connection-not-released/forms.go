package shop

import (
	"context"
	"database/sql"
)

func names(db *sql.DB) (found []string, err error) {
	rows, err := db.Query("SELECT name FROM users ORDER BY name") // expect: pool/connection-not-released
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		found = append(found, name)
	}
	return found, rows.Err()
}

func closed(db *sql.DB) error {
	rows, err := db.Query("SELECT name FROM users ORDER BY name")
	if err != nil {
		return err
	}
	defer rows.Close()
	return each(rows.Next)
}

func given(db *sql.DB) (*sql.Rows, error) {
	rows, err := db.Query("SELECT name FROM users ORDER BY name")
	return rows, err
}

func scanned(db *sql.DB) ([]string, error) {
	rows, err := db.Query("SELECT name FROM users ORDER BY name")
	if err != nil {
		return nil, err
	}
	return scan(rows)
}

func one(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx) // expect: pool/connection-not-released
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "SELECT 1")
	return err
}
