package server

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
)

func md5Hex(text string) string {
	hasher := md5.New() // expect: crypto/weak-hash (warning)
	hasher.Write([]byte(text))
	return hex.EncodeToString(hasher.Sum(nil))
}

func login(w http.ResponseWriter, r *http.Request) {
	check(w, r.FormValue("name"), md5Hex(r.FormValue("password")))
}

func sessionID(user string) string {
	return fmt.Sprintf("%x", sha1.Sum([]byte(user))) // expect: crypto/weak-hash (warning)
}

func describe(data []byte) string {
	sum := md5.Sum(data) // expect: crypto/weak-hash (info)
	return hex.EncodeToString(sum[:])
}

func memberID(b []byte) uint64 {
	hash := sha1.Sum(b)
	return binary.BigEndian.Uint64(hash[:8])
}

func hasherOf(name string) hash.Hash {
	switch name {
	case "md5":
		return md5.New()
	default:
		return nil
	}
}

func sha1Of(text string) [20]byte {
	return sha1.Sum([]byte(text)) // expect: crypto/weak-hash (info)
}
