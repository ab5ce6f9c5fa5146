package upload

import (
	"archive/zip"
	"compress/gzip"
	"io"
	"net/http"
	"os"
)

func unpack(w http.ResponseWriter, r *http.Request) {
	reader, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	out, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return
	}
	defer out.Close()
	io.Copy(out, reader) // expect: resource/decompression-bomb
}

func unpackWithin(w http.ResponseWriter, r *http.Request) {
	reader, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	out, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return
	}
	defer out.Close()
	io.Copy(out, io.LimitReader(reader, 10<<20))
}

func names(file *zip.ReadCloser) []string {
	found := []string{}
	for _, entry := range file.File {
		found = append(found, entry.Name)
	}
	return found
}
