// Reading a request as a CloudEvent: binary mode, structured mode, or plain JSON.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	specVersion = "1.0"
	plainType   = "network.notifi.lambda.request"
	plainSource = "urn:http:request"
	shownName   = 40
)

var required = []string{"specversion", "id", "source", "type"}

// The event that a request carries.
func decodeEvent(headers http.Header, body []byte) (*event, *problem) {
	contentType := headers.Get("Content-Type")
	media := mediaType(contentType)
	switch {
	case media == "application/cloudevents+json":
		return decodeStructured(body)
	case strings.HasPrefix(media, "application/cloudevents-batch"):
		return nil, refusal(415, "Batches are not accepted: send single events only.")
	case strings.HasPrefix(media, "application/cloudevents"):
		return nil, refusal(415, "A structured event must be application/cloudevents+json.")
	}
	attributes, wrong := binaryAttributes(headers)
	if wrong != nil {
		return nil, wrong
	}
	if len(attributes) == 0 {
		return decodePlain(media, body)
	}
	return decodeBinary(attributes, contentType, media, body)
}

func binaryAttributes(headers http.Header) (map[string]any, *problem) {
	attributes := map[string]any{}
	for header, values := range headers {
		if len(header) < 3 || !strings.EqualFold(header[:3], "ce-") {
			continue
		}
		name := strings.ToLower(header[3:])
		if wrong := checkName(name); wrong != nil {
			return nil, wrong
		}
		value, err := decodeAttribute(strings.Join(values, ", "))
		if err != nil {
			return nil, refusal(400, fmt.Sprintf("The header ce-%s cannot be read: %s.", name, err))
		}
		attributes[name] = value
	}
	return attributes, nil
}

func decodeBinary(
	attributes map[string]any, contentType, media string, body []byte,
) (*event, *problem) {
	if wrong := checkRequired(attributes); wrong != nil {
		return nil, wrong
	}
	decoded := &event{attributes: attributes}
	// In binary mode the Content-Type header is the attribute.
	if contentType != "" {
		attributes["datacontenttype"] = contentType
	}
	var wrong *problem
	switch {
	case len(body) == 0:
	case isJSON(media):
		decoded.raw = body
		decoded.data, wrong = parseJSON(body)
	case isText(media):
		decoded.data, wrong = decodeText(body, contentType)
	default:
		decoded.data = body
	}
	return decoded, wrong
}

func decodeStructured(body []byte) (*event, *problem) {
	document, wrong := parseJSON(body)
	if wrong != nil {
		return nil, wrong
	}
	attributes, isObject := document.(map[string]any)
	if !isObject {
		return nil, refusal(400, "The body is not a CloudEvent: it must be one JSON object.")
	}
	data, encoded := attributes["data"], attributes["data_base64"]
	delete(attributes, "data")
	delete(attributes, "data_base64")
	for name, value := range attributes {
		if wrong := checkName(name); wrong != nil {
			return nil, wrong
		}
		switch value.(type) {
		case nil:
			delete(attributes, name)
		case map[string]any, []any:
			return nil, refusal(400, fmt.Sprintf(
				"The attribute %s of the CloudEvent must be a string, a number or a boolean.", name))
		}
	}
	if wrong := checkRequired(attributes); wrong != nil {
		return nil, wrong
	}
	decoded := &event{attributes: attributes, data: data}
	if encoded != nil {
		if data != nil {
			return nil, refusal(400, "The CloudEvent has both data and data_base64; send one.")
		}
		return decodeBase64(decoded, encoded)
	}
	if data != nil {
		var members struct {
			Data json.RawMessage `json:"data"`
		}
		if json.Unmarshal(body, &members) == nil {
			decoded.raw = members.Data
		}
	}
	return decoded, nil
}

func decodeBase64(decoded *event, encoded any) (*event, *problem) {
	if text, isText := encoded.(string); isText {
		if data, err := base64.StdEncoding.DecodeString(text); err == nil {
			decoded.data = data
			return decoded, nil
		}
	}
	return nil, refusal(400, "data_base64 of the CloudEvent is not a base64 string.")
}

func decodePlain(media string, body []byte) (*event, *problem) {
	if len(body) == 0 {
		return nil, refusal(400, "The request is empty: send a CloudEvent or a JSON body.")
	}
	if media != "" && !isJSON(media) {
		return nil, refusal(415,
			"Without ce- headers the body must be application/json or application/cloudevents+json.")
	}
	data, wrong := parseJSON(body)
	return &event{raw: body, data: data, attributes: map[string]any{
		"specversion":     specVersion,
		"id":              rand.Text(),
		"source":          plainSource,
		"type":            plainType,
		"time":            time.Now().UTC().Format(time.RFC3339Nano),
		"datacontenttype": jsonType,
	}}, wrong
}

func parseJSON(body []byte) (any, *problem) {
	var value any
	// The decoder would put a replacement character where there is no UTF-8.
	if !utf8.Valid(body) {
		return nil, refusal(400, "The body is not valid text in utf-8.")
	}
	// Its error quotes the body.
	if err := json.Unmarshal(bytes.TrimSpace(body), &value); err != nil {
		return nil, refusal(400, "The body is not valid JSON.")
	}
	return value, nil
}

func checkName(name string) *problem {
	if isAttributeName(name) {
		return nil
	}
	return refusal(400, fmt.Sprintf(
		"The CloudEvent attribute name %.*q is not allowed; names are lower-case letters and digits, "+
			"and not \"data\".", shownName, name))
}

func checkRequired(attributes map[string]any) *problem {
	for _, name := range required {
		value, isText := attributes[name].(string)
		if attributes[name] != nil && !isText {
			return refusal(400, fmt.Sprintf("Of the CloudEvent, %s must be a string.", name))
		}
		if value == "" {
			return refusal(400, fmt.Sprintf("The CloudEvent lacks: %s.", name))
		}
	}
	if attributes["specversion"] != specVersion {
		return refusal(400, "The specversion of the CloudEvent must be \"1.0\".")
	}
	return nil
}
