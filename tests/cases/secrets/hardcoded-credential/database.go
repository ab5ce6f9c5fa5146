package database

import (
	"crypto/aes"
	"database/sql"
	"net/http"
	"os"
)

// Say "postgres://shop:Zx81pQ77kk@db/shop" or the like.
var dsn = "shop:Zx81pQ77kk@tcp(db.internal:3306)/shop" // expect: secrets/hardcoded-credential

const local = "postgres://postgres:postgres@localhost:5432/shop"

func open() {
	sql.Open("postgres", "postgres://user:password@db/shop")
	sql.Open("postgres", "postgres://shop:"+os.Getenv("PASSWORD")+"@db/shop")
	aes.NewCipher([]byte("0123456789abcdef")) // expect: secrets/hardcoded-credential
	aes.NewCipher([]byte(os.Getenv("KEY")))
}

func signIn(request *http.Request, password string) bool {
	request.SetBasicAuth("shop", "h4ckm3pl3ase") // expect: secrets/hardcoded-credential
	request.SetBasicAuth("shop", os.Getenv("PASSWORD"))
	if password == "Pa55w0rd!2x" { // expect: secrets/hardcoded-credential
		return true
	}
	return password == "" || password == "********"
}
