package web

import (
	"net/http"
	"net/smtp"
	"os"
)

func admin(w http.ResponseWriter, r *http.Request) {
	name, pass, ok := r.BasicAuth()
	if !ok || name != "admin" || pass != "correct-horse-7" { // expect: secrets/hardcoded-credential
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	render(w)
}

func configured(w http.ResponseWriter, r *http.Request) {
	name, pass, ok := r.BasicAuth()
	if !ok || name != "admin" || pass != os.Getenv("ADMIN_PASSWORD") {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	render(w)
}

func mail() smtp.Auth {
	return smtp.PlainAuth("", "shop", "kT5wq9x2", "mail.shop.eu") // expect: secrets/hardcoded-credential
}

func configuredMail() smtp.Auth {
	return smtp.PlainAuth("", "shop", os.Getenv("MAIL_PASSWORD"), "mail.shop.eu")
}
