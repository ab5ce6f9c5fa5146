package migrations

import (
	"context"

	"github.com/uptrace/bun"
)

func init() {
	Migrations.MustRegister(func(ctx context.Context, db *bun.DB) error {
		if _, err := db.NewAddColumn().Model((*Order)(nil)).
			ColumnExpr("note text").Exec(ctx); err != nil {
			return err
		}
		_, err := db.NewAddColumn().Table("orders").ColumnExpr("currency text NOT NULL").Exec(ctx) // expect: migration/not-null-without-default
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "ALTER TABLE orders RENAME COLUMN sum TO total") // expect: migration/rename-in-place
		return err
	}, func(ctx context.Context, db *bun.DB) error {
		_, err := db.ExecContext(ctx, "ALTER TABLE orders RENAME COLUMN total TO sum")
		return err
	})
}
