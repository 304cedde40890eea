// Answers, and problem documents (RFC 9457) among them: how a request is told that it failed.
package main

import (
	"encoding/json"
	"net/http"
	"strconv"
)

type answer struct {
	status  int
	headers map[string]string
	body    []byte
}

// A refusal of the request as it was sent; the detail never quotes the body.
type problem struct {
	status int
	detail string
}

func refusal(status int, detail string) *problem {
	return &problem{status, detail}
}

func problemAnswer(status int, detail, eventID string) answer {
	document := struct {
		Type     string `json:"type"`
		Title    string `json:"title"`
		Status   int    `json:"status"`
		Detail   string `json:"detail"`
		Instance string `json:"instance,omitempty"`
	}{"about:blank", http.StatusText(status), status, detail, eventID}
	body, _ := json.Marshal(document) // texts and a number: nothing in it can fail
	return answer{status, map[string]string{"Content-Type": "application/problem+json"}, body}
}

func (a answer) send(w http.ResponseWriter) {
	headers := w.Header()
	for name, value := range a.headers {
		headers[http.CanonicalHeaderKey(name)] = []string{value}
	}
	if a.status != http.StatusNoContent {
		headers["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that has gone needs no answer
}
