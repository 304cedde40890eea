// The first argument of the handler: its deadline, and what it tells by name.
package main

import (
	"context"
	"log/slog"
	"net/http"
)

type identityKey struct{}

// Value of these names, as text: third_party_id, parser_id, build_id, traceparent and tracestate.
// So a function needs nothing of the wrapper's to ask for them.
type invocationContext struct {
	context.Context
	configuration *configuration
	traceparent   string
	tracestate    string
	identity      []slog.Attr
}

func newContext(
	deadline context.Context, configuration *configuration, event *event, headers http.Header,
) *invocationContext {
	c := &invocationContext{Context: deadline, configuration: configuration}
	// The pair is taken from one place: a tracestate belongs to its traceparent.
	if parent := event.text("traceparent"); parent != "" {
		c.traceparent, c.tracestate = parent, event.text("tracestate")
	} else {
		c.traceparent, c.tracestate = headers.Get("Traceparent"), headers.Get("Tracestate")
	}
	c.identity = eventIdentity(event.text("id"), c.traceparent)
	return c
}

func (c *invocationContext) Value(key any) any {
	switch key {
	case identityKey{}:
		return c.identity
	case "third_party_id":
		return c.configuration.ThirdPartyID
	case "parser_id":
		return c.configuration.ParserID
	case "build_id":
		return c.configuration.BuildID
	case "traceparent":
		return c.traceparent
	case "tracestate":
		return c.tracestate
	}
	return c.Context.Value(key)
}
