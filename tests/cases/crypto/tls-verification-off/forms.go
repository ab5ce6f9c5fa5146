package rates

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
)

var open = &tls.Config{InsecureSkipVerify: true} // expect: crypto/tls-verification-off

func later() *http.Transport {
	transport := &http.Transport{TLSClientConfig: &tls.Config{}}
	transport.TLSClientConfig.InsecureSkipVerify = true // expect: crypto/tls-verification-off
	return transport
}

func asked(insecure bool) *tls.Config {
	config := &tls.Config{}
	if insecure {
		config.InsecureSkipVerify = true
	}
	return config
}

func passed(skip bool) *tls.Config {
	return &tls.Config{InsecureSkipVerify: skip}
}

func ownCheck(pool *x509.CertPool) *tls.Config {
	config := &tls.Config{InsecureSkipVerify: true}
	config.VerifyConnection = func(state tls.ConnectionState) error { return check(pool, state) }
	return config
}

func local() *tls.Config {
	if os.Getenv("APP_ENV") == "development" {
		return &tls.Config{InsecureSkipVerify: true}
	}
	return &tls.Config{}
}
