package load

import (
	"errors"
	"fmt"
)

func load(id int) error {
	if err := fetch(id); err != nil {
		return fmt.Errorf("load %d: %v", id, err) // expect: error/lost-cause
	}
	if parseErr := parse(id); parseErr != nil {
		return fmt.Errorf("parse: %s", parseErr) // expect: error/lost-cause
	}
	if err := store(id); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := both(id); err != nil {
		return fmt.Errorf("%w: %v", errBoth, err)
	}
	return fmt.Errorf("no %v in %v", id, errors.New("x"))
}
