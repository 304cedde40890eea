// The event, and its form in the type that the function takes.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

type event struct {
	attributes map[string]any
	data       any
	// The data as it came, where it is JSON: a number in it may be too long for a float64.
	raw json.RawMessage
}

type handler func(context.Context, *event) (any, error)

// The event does not have the form that the function's type asks for.
type formError struct {
	detail string
}

func (e formError) Error() string {
	return e.detail
}

func (e *event) text(name string) string {
	text, _ := e.attributes[name].(string)
	return text
}

// The function with any type of event: a map gets the attributes and the data by name, another
// type is filled as from a CloudEvent in JSON, with bytes in base64.
func adapted[E any](function func(context.Context, E) (any, error)) handler {
	return func(ctx context.Context, received *event) (any, error) {
		var given E
		switch target := any(&given).(type) {
		case *map[string]any:
			*target = received.members(received.data)
		case *any:
			*target = received.members(received.data)
		default:
			if err := received.fill(target); err != nil {
				return nil, err
			}
		}
		return function(ctx, given)
	}
}

func (e *event) members(data any) map[string]any {
	members := make(map[string]any, len(e.attributes)+1)
	maps.Copy(members, e.attributes)
	if data != nil {
		members["data"] = data
	}
	return members
}

func (e *event) fill(target any) error {
	data := e.data
	if e.raw != nil {
		data = e.raw
	}
	document, err := json.Marshal(e.members(data))
	if err != nil {
		return formError{"The event has no form in JSON."}
	}
	if err := json.NewDecoder(bytes.NewReader(document)).Decode(target); err != nil {
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) && mismatch.Field != "" {
			return formError{fmt.Sprintf(
				"The event's %s must be of the type %s that the function takes.",
				mismatch.Field, mismatch.Type)}
		}
		// The error's own message may quote the data.
		return formError{"The event does not fit the type that the function takes."}
	}
	return nil
}
