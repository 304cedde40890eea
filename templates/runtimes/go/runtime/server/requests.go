// The paths that are served, and the body of a request within its limit.
package main

import (
	"context"
	"io"
	"net/http"
	"time"
)

const (
	bodyLimit = 10 << 20
	// Time to receive a body; the handler's time is bounded by its deadline alone.
	bodyTimeout = 120 * time.Second
	// Time to read on after a refusal: a sender cut off while it writes never reads the answer.
	lingerTimeout = 5 * time.Second
)

var methods = map[string]string{"/": "POST", "/healthz": "GET", "/metrics": "GET"}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch method := methods[r.URL.Path]; {
	case method == "":
		problemAnswer(404, "There is nothing here: events are sent to /.", "").send(w)
	case r.Method != method:
		refused := problemAnswer(405, "The method is not allowed here; use "+method+".", "")
		refused.headers["Allow"] = method
		refused.send(w)
	case r.URL.Path == "/":
		s.receive(w, r)
	case r.URL.Path == "/metrics":
		page(s.metrics.page(), "text/plain; version=0.0.4; charset=utf-8").send(w)
	default:
		page([]byte("ok"), textType).send(w)
	}
}

func page(body []byte, contentType string) answer {
	return answer{200, map[string]string{"Content-Type": contentType}, body}
}

func (s *service) receive(w http.ResponseWriter, r *http.Request) {
	body, wrong := readBody(w, r)
	if wrong != nil {
		s.refuse(w, wrong, true)
		linger(w, r)
		return
	}
	incoming, wrong := decodeEvent(r.Header, body)
	if wrong != nil {
		s.refuse(w, wrong, false)
		return
	}
	s.invoke(incoming, r.Header).send(w)
}

func (s *service) refuse(w http.ResponseWriter, wrong *problem, last bool) {
	s.metrics.refused()
	wrapperLog.WarnContext(context.Background(), "the request was refused",
		"status", wrong.status, "detail", wrong.detail)
	if last {
		w.Header().Set("Connection", "close")
	}
	problemAnswer(wrong.status, wrong.detail, "").send(w)
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *problem) {
	tooLarge := refusal(http.StatusRequestEntityTooLarge, "The body is larger than 10485760 bytes.")
	connection := http.NewResponseController(w)
	if r.ContentLength > bodyLimit {
		_ = connection.EnableFullDuplex() // or the answer would wait for the body
		return nil, tooLarge
	}
	if r.ContentLength == 0 {
		return nil, nil
	}
	_ = connection.EnableFullDuplex()
	_ = connection.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	switch {
	case err != nil:
		return nil, refusal(http.StatusBadRequest,
			"The body is not well-formed, ends early, or took too long to arrive.")
	case len(body) > bodyLimit:
		return nil, tooLarge
	}
	_ = connection.SetReadDeadline(time.Time{})
	return body, nil
}

func linger(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Expect") != "" {
		return // reading would ask for the body that was refused
	}
	connection := http.NewResponseController(w)
	if connection.Flush() == nil && connection.SetReadDeadline(time.Now().Add(lingerTimeout)) == nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
}
