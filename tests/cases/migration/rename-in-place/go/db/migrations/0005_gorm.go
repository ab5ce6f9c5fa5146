package migrations

import (
	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

type Order struct {
	ID       uint
	Currency string `gorm:"type:text;not null"`
	Kind     string `gorm:"not null;default:plain"`
	Note     string
}

var steps = []*gormigrate.Migration{{
	ID: "0005",
	Migrate: func(tx *gorm.DB) error {
		if err := tx.Migrator().AddColumn(&Order{}, "Currency"); err != nil { // expect: migration/not-null-without-default
			return err
		}
		if err := tx.Migrator().AddColumn(&Order{}, "Kind"); err != nil {
			return err
		}
		if err := tx.Migrator().AddColumn(&Order{}, "Note"); err != nil {
			return err
		}
		migrator := tx.Migrator()
		if err := migrator.RenameTable("clients", "customers"); err != nil { // expect: migration/rename-in-place
			return err
		}
		return migrator.RenameColumn(&Order{}, "sum", "total") // expect: migration/rename-in-place
	},
	Rollback: func(tx *gorm.DB) error {
		return tx.Migrator().RenameColumn(&Order{}, "total", "sum")
	},
}}
