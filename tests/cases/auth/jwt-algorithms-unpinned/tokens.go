package tokens

import (
	"crypto/rsa"
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

type Claims struct {
	Shop string `json:"shop"`
	jwt.RegisteredClaims
}

type Reader struct {
	secret []byte
	public *rsa.PublicKey
}

func (r *Reader) any(text string) (*jwt.Token, error) {
	return jwt.ParseWithClaims(text, &Claims{}, func(token *jwt.Token) (interface{}, error) { // expect: auth/jwt-algorithms-unpinned
		return r.secret, nil
	})
}

func (r *Reader) looked(text string) (*jwt.Token, error) {
	return jwt.Parse(text, func(token *jwt.Token) (interface{}, error) {
		if _, ok := token.Method.(*jwt.SigningMethodRSA); !ok {
			return nil, errors.New("not signed as expected")
		}
		return r.public, nil
	})
}

func (r *Reader) byName(text string) (*jwt.Token, error) {
	return jwt.Parse(text, func(token *jwt.Token) (interface{}, error) {
		if token.Header["alg"] != "HS256" {
			return nil, errors.New("not signed as expected")
		}
		return r.secret, nil
	})
}
