package rates

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"time"
)

func euro(client *http.Client, request *http.Request) (Rate, error) {
	var rate Rate
	response, err := client.Do(request) // expect: resource/not-closed
	if err != nil {
		return rate, err
	}
	return rate, json.NewDecoder(response.Body).Decode(&rate)
}

func closed(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func handedOn(client *http.Client, request *http.Request) (io.ReadCloser, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

func whole(client *http.Client, request *http.Request) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	return read(response)
}

func ping(client *http.Client, request *http.Request) error {
	_, err := client.Do(request) // expect: resource/not-closed
	return err
}

func lines(path string) (count int) {
	file, err := os.Open(path) // expect: resource/not-closed
	if err != nil {
		return 0
	}
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		count++
	}
	return count
}

type Log struct{ file *os.File }

func (l *Log) open(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	l.file = file
	return nil
}

func all(paths []string) error {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close() // expect: resource/not-closed
		read(file)
	}
	return nil
}

func each(paths []string) error {
	for _, path := range paths {
		err := func() error {
			file, err := os.Open(path)
			if err != nil {
				return err
			}
			defer file.Close()
			return read(file)
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

func slow(ctx context.Context) error {
	ctx, _ = context.WithTimeout(ctx, time.Second) // expect: resource/not-closed
	return work(ctx)
}

func quick(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return work(ctx)
}
