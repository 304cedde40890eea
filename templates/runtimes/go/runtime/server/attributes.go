// CloudEvent attributes in HTTP headers: their names and the percent-encoding of their values.
package main

import (
	"errors"
	"strings"
	"unicode/utf8"
)

const upperHex = "0123456789ABCDEF"

var errNotUTF8 = errors.New("its percent-encoded bytes are not UTF-8")

func isAttributeName(name string) bool {
	if name == "" || name == "data" {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// One round of decoding; a percent sign that begins no escape stands for itself.
func decodeAttribute(header string) (string, error) {
	if len(header) > 1 && header[0] == '"' && header[len(header)-1] == '"' {
		header = unescaped(header[1 : len(header)-1])
	}
	if !strings.Contains(header, "%") {
		return header, nil
	}
	decoded := make([]byte, 0, len(header))
	for i := 0; i < len(header); i++ {
		if header[i] == '%' && i+2 < len(header) && isHex(header[i+1]) && isHex(header[i+2]) {
			decoded = append(decoded, fromHex(header[i+1])<<4|fromHex(header[i+2]))
			i += 2
			continue
		}
		decoded = append(decoded, header[i])
	}
	if !utf8.Valid(decoded) {
		return "", errNotUTF8
	}
	return string(decoded), nil
}

func unescaped(quoted string) string {
	var plain strings.Builder
	for i := 0; i < len(quoted); i++ {
		if quoted[i] == '\\' && i+1 < len(quoted) {
			i++
		}
		plain.WriteByte(quoted[i])
	}
	return plain.String()
}

func encodeAttribute(value string) string {
	var encoded strings.Builder
	for _, c := range []byte(value) {
		if c > 0x20 && c < 0x7f && c != '"' && c != '%' {
			encoded.WriteByte(c)
			continue
		}
		encoded.WriteByte('%')
		encoded.WriteByte(upperHex[c>>4])
		encoded.WriteByte(upperHex[c&15])
	}
	return encoded.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func fromHex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
