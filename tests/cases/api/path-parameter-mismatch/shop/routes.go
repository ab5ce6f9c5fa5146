package shop

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
)

func routes(r *gin.Engine, mux *http.ServeMux, router chi.Router) {
	r.GET("/orders/:order_id", show)
	r.GET("/orders/:order_id/lines", func(c *gin.Context) {
		c.JSON(http.StatusOK, lines(c.Param("orderID"))) // expect: api/path-parameter-mismatch
	})
	r.GET("/shops/:shopID", either)
	r.GET("/stores/:shop_id", either)
	mux.HandleFunc("GET /items/{itemId}", func(w http.ResponseWriter, r *http.Request) {
		render(w, r.PathValue("itemID")) // expect: api/path-parameter-mismatch
	})
	router.Get("/people/{personID}", func(w http.ResponseWriter, r *http.Request) {
		render(w, chi.URLParam(r, "personID"))
	})
}

func show(c *gin.Context) {
	c.JSON(http.StatusOK, load(c.Param("order_id"), c.Param("tenant")))
}

func either(c *gin.Context) {
	c.JSON(http.StatusOK, shop(c.Param("shopID"), c.Param("shop_id")))
}
