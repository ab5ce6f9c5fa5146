package export

import (
	"os"
	"path/filepath"
)

const report = "/tmp/report.csv"

func write(data []byte) error {
	if err := os.MkdirAll("out", 0777); err != nil { // expect: resource/unsafe-temp-file (info)
		return err
	}
	if err := os.WriteFile(filepath.Join("out", "a.csv"), data, 0o666); err != nil { // expect: resource/unsafe-temp-file
		return err
	}
	if err := os.Chmod("out/a.csv", os.ModePerm); err != nil { // expect: resource/unsafe-temp-file
		return err
	}
	_, err := os.Create(report) // expect: resource/unsafe-temp-file
	return err
}

func writeWell(data []byte, mode os.FileMode) error {
	if err := os.MkdirAll("out", 0o755); err != nil {
		return err
	}
	if err := os.WriteFile("out/a.csv", data, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile("out/b.csv", data, mode); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "report-*.csv")
	if err != nil {
		return err
	}
	return file.Close()
}
