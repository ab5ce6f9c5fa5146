package users

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"

	"shop/models"
)

type Account struct {
	gorm.Model
	Name string
	Role string
}

type updateRequest struct {
	Name string `json:"name"`
}

type handler struct{ db *gorm.DB }

func (h *handler) create(c *gin.Context) {
	var account Account
	if err := c.ShouldBindJSON(&account); err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	if err := h.db.Create(&account).Error; err != nil { // expect: validation/mass-assignment
		c.Status(http.StatusInternalServerError)
	}
}

func (h *handler) replace(c *gin.Context) {
	var user models.User
	if c.BindJSON(&user) == nil {
		h.db.Save(&user) // expect: validation/mass-assignment, error/swallowed-exception
	}
}

func (h *handler) patch(c *gin.Context) {
	var fields map[string]interface{}
	if c.BindJSON(&fields) == nil {
		h.db.Model(&Account{}).Where("id = ?", c.Param("id")).Updates(fields) // expect: validation/mass-assignment, error/swallowed-exception
	}
}

func (h *handler) rename(c *gin.Context) {
	var form updateRequest
	if c.BindJSON(&form) == nil {
		h.db.Model(&Account{}).Where("id = ?", c.Param("id")).Updates(form) // expect: error/swallowed-exception
	}
}

func (h *handler) register(c *gin.Context) {
	var account Account
	if c.BindJSON(&account) == nil {
		account.ID = 0
		account.Role = "user"
		h.db.Create(&account) // expect: error/swallowed-exception
	}
}

func (h *handler) named(c *gin.Context) {
	var account Account
	if c.BindJSON(&account) == nil {
		h.db.Select("Name").Create(&account) // expect: error/swallowed-exception
	}
}
