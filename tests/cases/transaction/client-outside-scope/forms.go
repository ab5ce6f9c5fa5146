package shop

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

type Store struct {
	db *sql.DB
	gd *gorm.DB
}

func (s *Store) pay(ctx context.Context, id int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET paid = true WHERE id = $1", id); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "UPDATE stock SET n = n - 1 WHERE id = $1", id); err != nil { // expect: transaction/client-outside-scope
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "INSERT INTO log (id) VALUES ($1)", id)
	return err
}

func (s *Store) save(order *Order) error {
	return s.gd.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(order).Error; err != nil {
			return err
		}
		return s.gd.Save(&order.Customer).Error // expect: transaction/client-outside-scope
	})
}

func (s *Store) handed(order *Order) error {
	return s.gd.Transaction(func(tx *gorm.DB) error {
		return store(tx, order)
	})
}
