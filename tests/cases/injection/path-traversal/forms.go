package files

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

const folder = "/srv/files"

func download(c *gin.Context) {
	name := c.Param("name")
	c.File(filepath.Join(folder, name)) // expect: injection/path-traversal
}

func safe(c *gin.Context) {
	c.File(filepath.Join(folder, filepath.Base(c.Param("name"))))
}

func byID(c *gin.Context) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	c.File(filepath.Join(folder, id.String()+".pdf"))
}

func read(w http.ResponseWriter, r *http.Request) {
	data, err := os.ReadFile(folder + "/" + r.URL.Query().Get("name")) // expect: injection/path-traversal
	answer(w, data, err)
}

func checked(w http.ResponseWriter, r *http.Request) {
	path := filepath.Clean(filepath.Join(folder, r.URL.Query().Get("name")))
	if !strings.HasPrefix(path, folder+"/") {
		http.NotFound(w, r)
		return
	}
	data, err := os.ReadFile(path)
	answer(w, data, err)
}

func remove(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if name == "" {
		http.Error(w, "which?", http.StatusBadRequest)
		return
	}
	if err := os.Remove(filepath.Join(folder, name)); err != nil { // expect: injection/path-traversal
		http.Error(w, "not removed", http.StatusInternalServerError)
	}
}
