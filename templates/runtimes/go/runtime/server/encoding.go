// Values as bytes: an attribute's text, and the body and content type of what is returned.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

func encodeData(data any, contentType string) (string, []byte, error) {
	switch value := data.(type) {
	case []byte:
		return orElse(contentType, bytesType), value, nil
	case string:
		stated := orElse(contentType, textType)
		if isJSON(mediaType(stated)) {
			body, err := toJSON(value)
			return stated, body, err
		}
		if !isUTF8(charset(stated)) {
			return "", nil, errors.New("text is sent as utf-8: change the charset of datacontenttype")
		}
		return stated, []byte(value), nil
	}
	stated := orElse(contentType, jsonType)
	if !isJSON(mediaType(stated)) {
		return "", nil, errors.New(
			"data that is neither text nor bytes needs a datacontenttype of JSON")
	}
	body, err := toJSON(data)
	return stated, body, err
}

func toJSON(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("the value cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

func attributeText(name string, value any) (string, error) {
	switch given := value.(type) {
	case string:
		return given, nil
	case time.Time:
		return given.UTC().Format(time.RFC3339Nano), nil
	}
	switch name {
	case "id", "source", "type", "subject", "time", "dataschema":
		return "", fmt.Errorf("the attribute %s must be a string", name)
	}
	switch given := value.(type) {
	case bool:
		return strconv.FormatBool(given), nil
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(given), nil
	case json.Number:
		if _, err := given.Int64(); err == nil {
			return given.String(), nil
		}
	case float64:
		if given == math.Trunc(given) && math.Abs(given) < 1<<53 {
			return strconv.FormatFloat(given, 'f', 0, 64), nil
		}
	}
	return "", fmt.Errorf("the attribute %s must be a string, an integer or a boolean", name)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
