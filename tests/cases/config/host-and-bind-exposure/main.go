package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
)

func everywhere(mux *http.ServeMux) error {
	return http.ListenAndServe("0.0.0.0:6060", mux) // expect: config/host-and-bind-exposure, resource/server-without-timeouts
}

func onTheSharedMux() error {
	return http.ListenAndServe(":8080", nil) // expect: error/debug-mode-on, config/host-and-bind-exposure, resource/server-without-timeouts
}

func here(mux *http.ServeMux) error {
	return http.ListenAndServe("127.0.0.1:6060", mux)
}

func asTold() error {
	return http.ListenAndServe(os.Getenv("LISTEN"), nil) // expect: resource/server-without-timeouts
}
