package rates

import (
	"net/http"
	"time"
)

func declared() (*http.Response, error) {
	var client http.Client // expect: http-client/no-timeout
	return client.Get("https://rates.example/eur")
}

func limited() (*http.Response, error) {
	var client http.Client
	client.Timeout = 5 * time.Second
	return client.Get("https://rates.example/eur")
}

func chosen(other http.Client) (*http.Response, error) {
	var client http.Client
	client = other
	return client.Get("https://rates.example/eur")
}

func literal() *http.Client {
	return &http.Client{} // expect: http-client/no-timeout
}

func stream() *http.Client {
	// Without a timeout: events come as long as the program runs.
	events := &http.Client{}
	return events
}
