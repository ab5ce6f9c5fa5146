package shop

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
)

func create(w http.ResponseWriter, r *http.Request) {
	var order Order
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
		http.Error(w, "no order", http.StatusBadRequest) // expect: error/missing-return-after-response
	}
	json.NewEncoder(w).Encode(order)
}

func show(w http.ResponseWriter, r *http.Request) {
	order, err := load(r)
	if err != nil {
		http.NotFound(w, r) // expect: error/missing-return-after-response
	}
	render(w, order)
}

func fine(w http.ResponseWriter, r *http.Request) {
	order, err := load(r)
	if err != nil {
		http.Error(w, "no order", http.StatusNotFound)
		return
	}
	render(w, order)
}

func last(w http.ResponseWriter, r *http.Request) {
	if err := save(r); err != nil {
		http.Error(w, "not saved", http.StatusInternalServerError)
	}
}

func either(w http.ResponseWriter, r *http.Request) {
	order, err := load(r)
	if err != nil {
		http.Error(w, "no order", http.StatusNotFound)
	} else {
		render(w, order)
	}
}

func logged(w http.ResponseWriter, r *http.Request) {
	if err := save(r); err != nil {
		http.Error(w, "not saved", http.StatusInternalServerError)
	}
	count("saved")
}

func guard(c *gin.Context) {
	if c.GetHeader("X-Key") == "" {
		c.AbortWithStatus(http.StatusUnauthorized)
	}
	c.Next()
}

func item(c *gin.Context) {
	found, err := load(c.Request)
	if err != nil {
		c.AbortWithStatusJSON(http.StatusNotFound, gin.H{"error": "no such item"}) // expect: error/missing-return-after-response
	}
	c.JSON(http.StatusOK, found)
}

func created(c *gin.Context) {
	if c.Query("quiet") == "" {
		c.JSON(http.StatusOK, gin.H{"hint": "quiet=1"})
	}
	count("created")
}
