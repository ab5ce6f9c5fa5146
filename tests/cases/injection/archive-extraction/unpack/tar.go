package unpack

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func all(reader *tar.Reader, target string) error {
	for {
		header, err := reader.Next()
		if err != nil {
			return err
		}
		file, err := os.OpenFile(target+"/"+header.Name, os.O_CREATE|os.O_WRONLY, 0o600) // expect: injection/archive-extraction
		if err != nil {
			return err
		}
		if _, err := io.Copy(file, reader); err != nil { // expect: resource/decompression-bomb
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
}

func checked(reader *tar.Reader, target string) error {
	for {
		header, err := reader.Next()
		if err != nil {
			return err
		}
		path := filepath.Join(target, header.Name)
		if !strings.HasPrefix(path, filepath.Clean(target)+string(os.PathSeparator)) {
			continue
		}
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(file, reader, 1<<20); err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
}
