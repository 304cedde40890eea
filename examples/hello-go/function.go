// Package function greets whoever an event names.
package function

import (
	"context"
	"log/slog"
	"time"
)

// Event has the fields of a CloudEvent that this function reads.
type Event struct {
	Data struct {
		Name string
	}
}

// Handle is called with each event.
func Handle(ctx context.Context, event Event) (any, error) {
	slog.InfoContext(ctx, "greeting", "name", event.Data.Name)
	deadline, _ := ctx.Deadline()
	return map[string]any{
		"specversion": "1.0",
		"type":        "com.example.greeting",
		"data": map[string]any{
			"greeting":  "Hello, " + event.Data.Name + ", from Go",
			"time_left": time.Until(deadline).Round(time.Second).String(),
		},
	}, nil
}
