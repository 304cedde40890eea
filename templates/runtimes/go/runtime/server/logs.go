// Log lines: one JSON object per line, the wrapper's and the tenant's alike.
package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
)

// What the wrapper has to complain about; all else goes to slog's default on stdout.
var wrapperLog = slog.New(newLogHandler(os.Stderr))

// Adds to each line what tells which event it is about.
type logHandler struct {
	slog.Handler
}

func newLogHandler(out io.Writer) logHandler {
	options := &slog.HandlerOptions{ReplaceAttr: renamed}
	return logHandler{slog.NewJSONHandler(out, options)}
}

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	if identity, ok := ctx.Value(identityKey{}).([]slog.Attr); ok {
		record = record.Clone()
		record.AddAttrs(identity...)
	}
	return h.Handler.Handle(ctx, record)
}

func (h logHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attributes)}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name)}
}

func renamed(groups []string, attribute slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return attribute
	}
	switch attribute.Key {
	case slog.MessageKey:
		attribute.Key = "message"
	case slog.LevelKey:
		attribute.Value = slog.StringValue(strings.ToLower(attribute.Value.String()))
	}
	return attribute
}

func eventIdentity(eventID, traceparent string) []slog.Attr {
	identity := []slog.Attr{slog.String("event_id", eventID)}
	parts := strings.Split(traceparent, "-")
	if len(parts) >= 4 && len(parts[1]) == 32 && len(parts[2]) == 16 {
		identity = append(identity, slog.String("trace_id", parts[1]), slog.String("span_id", parts[2]))
	}
	return identity
}
