package orders

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

type handler struct{ db *gorm.DB }

func (h *handler) all(c *gin.Context) {
	var orders []Order
	if err := h.db.Preload("Items").Find(&orders).Error; err != nil { // expect: orm/unbounded-read
		c.Status(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusOK, gin.H{"orders": orders})
}

func (h *handler) mine(c *gin.Context) {
	var orders []Order
	h.db.Where("owner = ?", c.GetString("user")).Find(&orders)
	c.JSON(http.StatusOK, orders)
}

func (h *handler) page(c *gin.Context) {
	var orders []Order
	query := h.db.Limit(20)
	query.Find(&orders)
	c.JSON(http.StatusOK, orders)
}

func (h *handler) countries(c *gin.Context) {
	var countries []Country
	h.db.Find(&countries)
	c.JSON(http.StatusOK, countries)
}

func (h *handler) sum(c *gin.Context) {
	var orders []Order
	h.db.Find(&orders)
	c.JSON(http.StatusOK, total(orders))
}
