package orders

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

func show(c *gin.Context) {
	id, _ := strconv.Atoi(c.Param("id")) // expect: validation/unchecked-number
	c.JSON(http.StatusOK, load(id))
}

func remove(c *gin.Context) {
	id, _ := strconv.ParseInt(c.Param("id"), 10, 64) // expect: validation/unchecked-number
	drop(id)
	c.Status(http.StatusNoContent)
}

func checked(c *gin.Context) {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	c.JSON(http.StatusOK, load(id))
}

func page(c *gin.Context) {
	number, _ := strconv.Atoi(c.Query("page"))
	c.JSON(http.StatusOK, list(number))
}

func version() int {
	major, _ := strconv.Atoi("12")
	return major
}
