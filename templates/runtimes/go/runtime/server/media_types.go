// Reading media types: which of JSON, text and bytes a content type stands for, and text in it.
package main

import (
	"strings"
	"unicode/utf8"
)

const (
	jsonType  = "application/json"
	textType  = "text/plain; charset=utf-8"
	bytesType = "application/octet-stream"
)

func mediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

func isJSON(media string) bool {
	return strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

func isText(media string) bool {
	return strings.HasPrefix(media, "text/")
}

// The charset that is named, in lower case; utf-8 when none is.
func charset(contentType string) string {
	for _, parameter := range strings.Split(contentType, ";")[1:] {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "charset") {
			return strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return "utf-8"
}

func isUTF8(charset string) bool {
	return charset == "utf-8" || charset == "utf8" || charset == "us-ascii"
}

func decodeText(body []byte, contentType string) (string, *problem) {
	switch named := charset(contentType); {
	case isUTF8(named):
		if !utf8.Valid(body) {
			return "", refusal(400, "The body is not valid text in utf-8.")
		}
		return string(body), nil
	case named == "iso-8859-1" || named == "latin1":
		characters := make([]rune, len(body))
		for i, c := range body {
			characters[i] = rune(c)
		}
		return string(characters), nil
	}
	return "", refusal(415, "The charset of the content type is unknown; use utf-8.")
}
