package tools

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
)

var formats = map[string]bool{"png": true, "jpeg": true}

func ping(w http.ResponseWriter, r *http.Request) {
	host := r.FormValue("host")
	command := fmt.Sprintf("ping -c 1 %s", host)
	out, err := exec.Command("sh", "-c", command).CombinedOutput() // expect: injection/os-command
	answer(w, out, err)
}

func pingAlone(w http.ResponseWriter, r *http.Request) {
	out, err := exec.Command("ping", "-c", "1", "--", r.FormValue("host")).CombinedOutput()
	answer(w, out, err)
}

func convert(w http.ResponseWriter, r *http.Request) {
	format := r.FormValue("format")
	if !formats[format] {
		http.Error(w, "no such format", http.StatusBadRequest)
		return
	}
	args := []string{"-c", "convert in.gif out." + format}
	answer(w, nil, exec.Command("bash", args...).Run())
}

func any(w http.ResponseWriter, r *http.Request) {
	words := strings.Fields(r.FormValue("command"))
	answer(w, nil, exec.CommandContext(r.Context(), words[0], words[1:]...).Run()) // expect: injection/os-command
}
