package main

import (
	"log"
	"net/http"
	"time"
)

func main() {
	http.HandleFunc("/", index)
	log.Fatal(http.ListenAndServe(":8080", nil)) // expect: resource/server-without-timeouts, config/host-and-bind-exposure
}

func admin() {
	server := &http.Server{Addr: ":8081"} // expect: resource/server-without-timeouts
	log.Fatal(server.ListenAndServe())
}

func limited() {
	server := &http.Server{
		Addr:              ":8082",
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func index(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}
