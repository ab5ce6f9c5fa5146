package orders

import (
	"context"
	"database/sql"
	"net/http"

	"github.com/gin-gonic/gin"
)

type store struct{ db *sql.DB }

func (s *store) rename(ctx context.Context, name string) error {
	_, err := s.db.ExecContext(context.Background(), "UPDATE shops SET name = $1 WHERE id = 1", name) // expect: concurrency/context-not-propagated
	return err
}

func (s *store) show(c *gin.Context) {
	if err := s.rename(context.TODO(), c.Query("name")); err != nil { // expect: concurrency/context-not-propagated
		c.Status(http.StatusInternalServerError)
	}
}

func (s *store) remove(w http.ResponseWriter, r *http.Request) {
	if err := s.rename(r.Context(), "gone"); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
	go s.rename(context.Background(), "later")
	defer s.rename(context.Background(), "last")
	go func() {
		s.rename(context.Background(), "later")
	}()
}

func (s *store) load(name string) error {
	return s.rename(context.Background(), name)
}

func (s *store) shutdown(ctx context.Context, server *http.Server) error {
	return server.Shutdown(context.Background())
}

func (s *store) connect(ctx context.Context) *client {
	return newClient(context.Background())
}
