package routes

import (
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
)

func gorilla(r *mux.Router) {
	r.HandleFunc("/orders/{id}", show).Methods("GET")
	r.HandleFunc("/orders/new", form).Methods("GET") // expect: api/route-shadowed
	r.HandleFunc("/orders/new", create).Methods("POST")
	r.HandleFunc("/items/{id:[0-9]+}", show)
	r.HandleFunc("/items/new", form)
}

func gins(r *gin.Engine) {
	r.GET("/orders/:id", show)
	r.GET("/orders/new", form)
	r.POST("/orders/:id", create)
	r.GET("/orders/:id", show) // expect: api/route-shadowed
}

func chis(r chi.Router, old bool) {
	if old {
		r.Get("/", oldHome)
	} else {
		r.Get("/", home)
	}
	r.Route("/a", func(r chi.Router) { r.Get("/x", show) })
	r.Route("/b", func(r chi.Router) { r.Get("/x", show) })
}
