package shop

import (
	"sync"

	"github.com/gin-gonic/gin"
)

func order(c *gin.Context) {
	go func() {
		audit(c.ClientIP(), c.Query("id")) // expect: concurrency/request-object-escapes
	}()
	c.Status(204)
}

func copied(c *gin.Context) {
	kept := c.Copy()
	go func() {
		audit(kept.ClientIP(), kept.Query("id"))
	}()
	c.Status(204)
}

func handed(c *gin.Context) {
	go audit(c.ClientIP(), c.Query("id"))
	c.Status(204)
}

func waited(c *gin.Context) {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		audit(c.ClientIP(), c.Query("id"))
	}()
	group.Wait()
	c.Status(204)
}
