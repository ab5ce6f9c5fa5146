package migrations

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

func init() {
	goose.AddMigrationContext(upCurrency, downCurrency)
}

const addNumber = `ALTER TABLE orders ADD COLUMN number bigint NOT NULL`

func upCurrency(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `
		CREATE TABLE shops (id bigint PRIMARY KEY);
		ALTER TABLE shops ADD COLUMN name text NOT NULL;
		ALTER TABLE orders ADD COLUMN currency text NOT NULL; -- expect: migration/not-null-without-default
		ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'plain';
		ALTER TABLE orders RENAME COLUMN sum TO total; -- expect: migration/rename-in-place
	`); err != nil {
		return err
	}
	_, err := tx.Exec(addNumber) // expect: migration/not-null-without-default
	return err
}

func downCurrency(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `
		ALTER TABLE orders RENAME COLUMN total TO sum;
		ALTER TABLE orders DROP COLUMN currency;
	`)
	return err
}

func upTags(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "ALTER TABLE clients RENAME TO customers") // expect: migration/rename-in-place
	return err
}
