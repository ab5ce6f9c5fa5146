package tokens

import (
	"github.com/golang-jwt/jwt/v5"
)

type Strict struct {
	secret []byte
}

func (r *Strict) pinned(text string) (*jwt.Token, error) {
	return jwt.ParseWithClaims(text, &jwt.RegisteredClaims{}, func(token *jwt.Token) (interface{}, error) {
		return r.secret, nil
	}, jwt.WithValidMethods([]string{"HS256"}))
}

func (r *Strict) withParser(text string) (*jwt.Token, error) {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))
	return parser.Parse(text, func(token *jwt.Token) (interface{}, error) {
		return r.secret, nil
	})
}
