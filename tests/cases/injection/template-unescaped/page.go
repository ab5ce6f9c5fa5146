package shop

import (
	"net/http"
	"text/template"
)

var page = template.Must(template.New("page").Parse("<h1>{{.Name}}</h1>"))

type order struct{ Name string }

func show(w http.ResponseWriter, r *http.Request) {
	page.Execute(w, order{Name: r.FormValue("name")}) // expect: injection/template-unescaped
}

func mail(body *http.Request) string {
	return body.URL.Path
}
