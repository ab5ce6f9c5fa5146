package rates

import (
	"net/http"
	"time"
)

var shared = &http.Client{Timeout: 10 * time.Second}

var endless = &http.Client{Transport: http.DefaultTransport} // expect: http-client/no-timeout

func fetch(url string) (*http.Response, error) {
	return http.Get(url) // expect: http-client/no-timeout
}

func send(request *http.Request) (*http.Response, error) {
	return http.DefaultClient.Do(request) // expect: http-client/no-timeout
}

func limited() *http.Client {
	client := &http.Client{}
	client.Timeout = time.Second
	return client
}

func over(url string) (*http.Response, error) {
	return shared.Get(url)
}
