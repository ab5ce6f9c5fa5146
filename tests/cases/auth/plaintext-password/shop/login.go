package shop

import (
	"database/sql"
	"errors"

	"golang.org/x/crypto/bcrypt"
	"gorm.io/gorm"
)

func login(db *sql.DB, name, password string) error {
	user := find(db, name)
	if password != user.Password { // expect: auth/plaintext-password
		return errors.New("wrong")
	}
	return nil
}

func byQuery(db *gorm.DB, name, pass string) (user User, err error) {
	err = db.Where("name = ? AND password = ?", name, pass).First(&user).Error // expect: auth/plaintext-password
	return
}

func change(db *sql.DB, name string, hashed []byte) error {
	_, err := db.Exec("UPDATE users SET password = ? WHERE name = ?", hashed, name)
	return err
}

func verify(user User, password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(user.Password), []byte(password)) == nil
}

func (f form) fine() bool {
	return f.Password == f.PasswordAgain && f.Password != ""
}

func configured(conf Config, password string) bool {
	return conf.Password == password
}
