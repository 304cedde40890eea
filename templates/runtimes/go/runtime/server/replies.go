// Turning what the handler returned into an answer: a CloudEvent reply, or a plain value.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var (
	// The reply would be delivered to the very function that sends it.
	errReplyLoop = errors.New("reply loop: a trigger of this function selects its own reply")
	traceParent  = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)
	// Left as they are by other languages, so that an id is the same in each.
	lineSeparators = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")
)

func encodeReply(value any, incoming *event, told *configuration) (answer, error) {
	if value == nil {
		return answer{status: http.StatusNoContent}, nil
	}
	if members, ok := value.(map[string]any); ok && members["specversion"] != nil {
		return encodeCloudEvent(members, incoming, told)
	}
	contentType, body, err := encodeData(value, "")
	if err != nil {
		return answer{}, err
	}
	if contentType == jsonType && bytes.Contains(body, []byte(`"specversion"`)) {
		if members := asReply(body); members != nil {
			return encodeCloudEvent(members, incoming, told)
		}
	}
	return answer{200, map[string]string{"Content-Type": contentType}, body}, nil
}

// The members of a CloudEvent in a type of the function's own, or nil for another value.
func asReply(body []byte) map[string]any {
	var members map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&members) != nil || members["specversion"] == nil {
		return nil
	}
	return members
}

func encodeCloudEvent(
	members map[string]any, incoming *event, told *configuration,
) (answer, error) {
	attributes, err := replyAttributes(members, incoming, told)
	if err != nil {
		return answer{}, err
	}
	if selected(attributes, told.Triggers) {
		return answer{}, fmt.Errorf("%w of type %s", errReplyLoop, attributes["type"])
	}
	headers := make(map[string]string, len(attributes)+1)
	for name, value := range attributes {
		headers["ce-"+name] = encodeAttribute(value)
	}
	contentType, err := contentTypeOf(members)
	if err != nil {
		return answer{}, err
	}
	data, err := dataOf(members)
	if err != nil {
		return answer{}, err
	}
	var body []byte
	if data != nil {
		if contentType, body, err = encodeData(data, contentType); err != nil {
			return answer{}, err
		}
	}
	if contentType != "" {
		headers["Content-Type"] = contentType
	}
	return answer{200, headers, body}, nil
}

func replyAttributes(
	members map[string]any, incoming *event, told *configuration,
) (map[string]string, error) {
	if members["specversion"] != specVersion {
		return nil, fmt.Errorf("specversion must be %q", specVersion)
	}
	kind, _ := members["type"].(string)
	if kind == "" {
		return nil, errors.New("type is missing: a CloudEvent reply needs a non-empty string")
	}
	attributes := map[string]string{
		"id":      replyID(incoming, kind),
		"source":  told.Source,
		"subject": told.ParserID,
		"time":    time.Now().UTC().Format(time.RFC3339Nano),
	}
	for name, value := range members {
		if name == "data" || name == "data_base64" || name == "datacontenttype" || value == nil {
			continue
		}
		if !isAttributeName(name) {
			return nil, fmt.Errorf(
				"the attribute name %q is not allowed: use lower-case letters and digits", name)
		}
		text, err := attributeText(name, value)
		if err != nil {
			return nil, err
		}
		if text != "" || name == "subject" || attributes[name] == "" {
			attributes[name] = text
		}
	}
	continueTrace(attributes, incoming)
	return attributes, nil
}

// The reply belongs to the trace of its event, unless it names one of its own.
func continueTrace(attributes map[string]string, incoming *event) {
	parent, state := incoming.text("traceparent"), incoming.text("tracestate")
	if _, named := attributes["traceparent"]; named || !traceParent.MatchString(parent) {
		return
	}
	attributes["traceparent"] = parent
	if _, named := attributes["tracestate"]; !named && state != "" {
		attributes["tracestate"] = state
	}
}

// The same event delivered again yields the same id, so that receivers can drop the copy.
func replyID(incoming *event, kind string) string {
	identity, _ := toJSON([]string{incoming.text("source"), incoming.text("id"), kind})
	sum := sha256.Sum256([]byte(lineSeparators.Replace(string(identity))))
	return hex.EncodeToString(sum[:])[:32]
}

func selected(attributes map[string]string, triggers []map[string]string) bool {
	for _, filter := range triggers {
		matches := true
		for name, value := range filter {
			matches = matches && attributes[name] == value
		}
		if matches {
			return true
		}
	}
	return false
}

func contentTypeOf(members map[string]any) (string, error) {
	value := members["datacontenttype"]
	if value == nil {
		return "", nil
	}
	contentType, _ := value.(string)
	printable := func(c rune) bool { return c >= 0x20 && c <= 0x7e }
	if contentType == "" || strings.ContainsFunc(contentType, func(c rune) bool { return !printable(c) }) {
		return "", errors.New("datacontenttype must be a media type such as application/json")
	}
	return contentType, nil
}

func dataOf(members map[string]any) (any, error) {
	if members["data"] != nil || members["data_base64"] == nil {
		return members["data"], nil
	}
	text, _ := members["data_base64"].(string)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || text == "" {
		return nil, errors.New("data_base64 must be a base64 string; bytes are given as data")
	}
	return data, nil
}
