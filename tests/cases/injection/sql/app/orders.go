// Package orders lists and changes the orders of a shop.
package orders

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
)

type Store struct {
	db *sql.DB
}

type search struct {
	Customer string `json:"customer"`
	Limit    int    `json:"limit"`
}

var sortable = map[string]string{"date": "created_at", "price": "total"}

func (s *Store) byCustomer(ctx context.Context, customer string) (*sql.Rows, error) {
	query := "SELECT id, total FROM orders WHERE customer = '" + customer + "'"
	return s.db.QueryContext(ctx, query) // expect: injection/sql
}

func (s *Store) byID(ctx context.Context, id int64) *sql.Row {
	return s.db.QueryRowContext(ctx, fmt.Sprintf("SELECT total FROM orders WHERE id = %d", id))
}

func (s *Store) page(ctx context.Context, column string, limit int) (*sql.Rows, error) {
	name, known := sortable[column]
	if !known {
		name = "id"
	}
	return s.db.QueryContext(ctx, fmt.Sprintf("SELECT id FROM orders ORDER BY %s LIMIT %d", name, limit))
}

func (s *Store) list(w http.ResponseWriter, r *http.Request) {
	rows, err := s.byCustomer(r.Context(), r.URL.Query().Get("customer"))
	write(w, rows, err)
}

func (s *Store) show(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		http.Error(w, "no such order", http.StatusNotFound)
		return
	}
	write(w, s.byID(r.Context(), id), nil)
}

func (s *Store) sorted(w http.ResponseWriter, r *http.Request) {
	limit, err := strconv.Atoi(r.FormValue("limit"))
	if err != nil || limit > 100 {
		limit = 100
	}
	rows, err := s.page(r.Context(), r.FormValue("sort"), limit)
	write(w, rows, err)
}

func (s *Store) find(w http.ResponseWriter, r *http.Request) {
	var wanted search
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, "no search", http.StatusBadRequest)
		return
	}
	var where strings.Builder
	where.WriteString("SELECT id FROM orders WHERE customer = '")
	where.WriteString(wanted.Customer)
	fmt.Fprintf(&where, "' LIMIT %d", wanted.Limit)
	rows, err := s.db.QueryContext(r.Context(), where.String()) // expect: injection/sql
	write(w, rows, err)
}

func (s *Store) several(w http.ResponseWriter, r *http.Request) {
	ids := strings.Split(r.FormValue("ids"), ",")
	marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	given := make([]any, len(ids))
	for i, id := range ids {
		given[i] = id
	}
	rows, err := s.db.QueryContext(r.Context(), "SELECT id FROM orders WHERE id IN ("+marks+")", given...)
	write(w, rows, err)
}

func (s *Store) remove(w http.ResponseWriter, r *http.Request) {
	table := "orders"
	switch r.FormValue("kind") {
	case "draft":
		table = "drafts"
	}
	_, err := s.db.ExecContext(r.Context(), "DELETE FROM "+table+" WHERE id = $1", chi.URLParam(r, "id"))
	write(w, nil, err)
}

func (s *Store) rename(w http.ResponseWriter, r *http.Request) {
	tx, err := s.db.BeginTx(r.Context(), nil)
	if err != nil {
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	defer tx.Rollback()
	note := r.PostFormValue("note")
	if _, err := tx.Exec(fmt.Sprintf("UPDATE orders SET note = '%s' WHERE id = 1", note)); err != nil { // expect: injection/sql
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	write(w, nil, tx.Commit())
}
