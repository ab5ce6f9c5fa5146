package shop

import (
	"html/template"
	"net/http"
)

var safe = template.Must(template.New("page").Parse("<h1>{{.Name}}</h1>"))

func showSafely(w http.ResponseWriter, r *http.Request) {
	safe.Execute(w, order{Name: r.FormValue("name")})
}
