// One call of the handler: from the event to one answer before the deadline.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// What the calls of a function share.
type service struct {
	configuration *configuration
	handle        handler
	metrics       *metrics
}

type result struct {
	value any
	err   error
	stack string
}

// The answer to an event; the handler may still run when it is given.
func (s *service) invoke(incoming *event, headers http.Header) answer {
	s.metrics.started()
	began := time.Now()
	limit := s.configuration.timeout()
	// Not of the request: a client that goes away does not end the handling of its event.
	deadline, cancel := context.WithTimeout(context.Background(), limit)
	ctx := newContext(deadline, s.configuration, incoming, headers)
	// Kept aside: the event is the handler's to change.
	id := incoming.text("id")
	origin := &event{attributes: map[string]any{
		"id":          id,
		"source":      incoming.text("source"),
		"traceparent": ctx.traceparent,
		"tracestate":  ctx.tracestate,
	}}
	done := make(chan result, 1)
	go call(s.handle, ctx, incoming, done)
	select {
	case ended := <-done:
		cancel()
		if time.Since(began) < limit {
			outcome, given := s.answer(ctx, ended, origin)
			s.metrics.finished(outcome, time.Since(began))
			return given
		}
		done <- ended
	case <-deadline.Done():
	}
	go func() {
		defer cancel()
		s.logLate(ctx, <-done)
	}()
	seconds := s.configuration.TimeoutSeconds
	wrapperLog.ErrorContext(ctx, "the function exceeded its deadline", "timeout_seconds", seconds)
	s.metrics.finished(timeout, time.Since(began))
	return problemAnswer(http.StatusGatewayTimeout, fmt.Sprintf(
		"The function did not finish event %s within %g seconds.", id, seconds), id)
}

func call(handle handler, ctx context.Context, incoming *event, done chan<- result) {
	ended := result{err: errors.New("the handler ended its goroutine")}
	defer func() {
		if panicked := recover(); panicked != nil {
			ended = result{err: fmt.Errorf("panic: %v", panicked), stack: string(debug.Stack())}
		}
		done <- ended
	}()
	value, err := handle(ctx, incoming)
	ended = result{value: value, err: err}
}

func (s *service) answer(ctx context.Context, ended result, origin *event) (string, answer) {
	id := origin.text("id")
	var form formError
	if errors.As(ended.err, &form) {
		wrapperLog.WarnContext(ctx, "the event was refused", "status", 400, "detail", form.detail)
		return invalid, problemAnswer(http.StatusBadRequest, form.detail, id)
	}
	if ended.err != nil {
		logFailure(ctx, "the function failed", ended)
		detail := fmt.Sprintf("The function failed while handling event %s.", id)
		return failure, problemAnswer(http.StatusInternalServerError, detail, id)
	}
	reply, err := encodeReply(ended.value, origin, s.configuration)
	if err != nil {
		logFailure(ctx, "the function's result cannot be sent", result{err: err})
		detail := fmt.Sprintf(
			"The function returned what cannot be sent in reply to event %s.", id)
		if errors.Is(err, errReplyLoop) {
			detail = fmt.Sprintf(
				"The reply to event %s is a reply loop: a trigger sends it to its own sender.", id)
		}
		return failure, problemAnswer(http.StatusInternalServerError, detail, id)
	}
	return success, reply
}

func (s *service) logLate(ctx context.Context, ended result) {
	if ended.err != nil && !errors.Is(ended.err, context.DeadlineExceeded) {
		logFailure(ctx, "the function failed after its deadline", ended)
	}
}

func logFailure(ctx context.Context, message string, ended result) {
	fields := []slog.Attr{slog.String("error", ended.err.Error())}
	if ended.stack != "" {
		fields = append(fields, slog.String("stack", ended.stack))
	}
	wrapperLog.LogAttrs(ctx, slog.LevelError, message, fields...)
}
