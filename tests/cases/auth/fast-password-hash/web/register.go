package web

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"net/http"
)

func post(w http.ResponseWriter, r *http.Request) {
	password := r.FormValue("password")
	sum := sha256.Sum256([]byte(password)) // expect: auth/fast-password-hash
	keep(r.FormValue("name"), hex.EncodeToString(sum[:]))
	w.WriteHeader(http.StatusCreated)
}

func upload(w http.ResponseWriter, r *http.Request) {
	sum := sha512.Sum512([]byte(r.FormValue("text")))
	keep(r.FormValue("name"), hex.EncodeToString(sum[:]))
	w.WriteHeader(http.StatusCreated)
}
