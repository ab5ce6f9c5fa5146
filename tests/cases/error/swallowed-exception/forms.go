package shop

import (
	"database/sql"
	"encoding/json"
	"net/http"
)

func pay(db *sql.DB, id int) {
	_, _ = db.Exec("UPDATE orders SET paid = true WHERE id = $1", id) // expect: error/swallowed-exception
}

func finish(tx *sql.Tx) {
	_ = tx.Commit() // expect: error/swallowed-exception
}

func undo(tx *sql.Tx) {
	_ = tx.Rollback()
}

func parse(text []byte) Order {
	var order Order
	_ = json.Unmarshal(text, &order) // expect: error/swallowed-exception
	return order
}

func quiet(err error) {
	if err != nil { // expect: error/swallowed-exception
	}
}

func kept(err error) error {
	if err != nil {
		return err
	}
	return nil
}

func page(w http.ResponseWriter, text []byte) {
	_, _ = w.Write(text)
}

func best(db *sql.DB) {
	// The counter is a hint for people only and may be off.
	_, _ = db.Exec("UPDATE counters SET seen = seen + 1 WHERE id = 1") // expect: error/swallowed-exception(info)
}
