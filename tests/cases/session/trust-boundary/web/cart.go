package web

import (
	"net/http"
	"strconv"

	"github.com/gorilla/sessions"
)

var store *sessions.CookieStore

func keep(w http.ResponseWriter, r *http.Request) {
	session, err := store.Get(r, "cart")
	if err != nil {
		http.Error(w, "no session", http.StatusInternalServerError)
		return
	}
	session.Values["role"] = r.FormValue("role") // expect: session/trust-boundary
	count, err := strconv.Atoi(r.FormValue("count"))
	if err == nil {
		session.Values["count"] = count
	}
	session.Values["seen"] = true
	if err := session.Save(r, w); err != nil {
		http.Error(w, "not saved", http.StatusInternalServerError)
	}
}
