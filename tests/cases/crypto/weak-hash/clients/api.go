package clients

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/url"
)

type API struct{ secret string }

func (a *API) sign(params url.Values) {
	hash := md5.Sum([]byte(params.Encode() + a.secret))
	params.Set("api_sig", hex.EncodeToString(hash[:]))
}

func (a *API) get(params url.Values) (*http.Request, error) {
	a.sign(params)
	return http.NewRequest("GET", "https://api.example.com/?"+params.Encode(), nil)
}
