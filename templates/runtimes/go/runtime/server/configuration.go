// What the wrapper is told: function.json from the builder, and the environment: how the function
// is served (FUNCTION_SETTINGS, which wins), PORT and HOST.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"
)

const (
	defaultPort    = "8080"
	highestPort    = 65535
	longestTimeout = 1 << 31 / 1000
)

type configuration struct {
	ThirdPartyID   string  `json:"third_party_id"`
	ParserID       string  `json:"parser_id"`
	BuildID        string  `json:"build_id"`
	Source         string  `json:"source"`
	TimeoutSeconds float64 `json:"timeout_seconds"`
	// Exact-match attribute filters: each that of one Trigger which feeds this function.
	Triggers []map[string]string `json:"triggers"`
}

func (c *configuration) timeout() time.Duration {
	return time.Duration(c.TimeoutSeconds * float64(time.Second))
}

func readConfiguration(path, settings string) (*configuration, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		var failed *fs.PathError
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s (written by the builder) cannot be read: %w", path, err)
	}
	merged := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &merged); err != nil {
		return nil, fmt.Errorf("%s (written by the builder) is not valid: %w", path, err)
	}
	if settings != "" {
		// Into the same map: what is told last wins.
		if err := json.Unmarshal([]byte(settings), &merged); err != nil {
			return nil, fmt.Errorf("FUNCTION_SETTINGS is not valid: %w", err)
		}
	}
	whole, err := json.Marshal(merged)
	if err != nil {
		return nil, err
	}
	told := &configuration{BuildID: "unknown", TimeoutSeconds: 300}
	if err := json.Unmarshal(whole, told); err != nil {
		return nil, fmt.Errorf("%s or FUNCTION_SETTINGS is not valid: %w", path, err)
	}
	return told, told.check(path)
}

func (c *configuration) check(path string) error {
	for name, value := range map[string]string{
		"third_party_id": c.ThirdPartyID,
		"parser_id":      c.ParserID,
		"build_id":       c.BuildID,
		"source":         c.Source,
	} {
		if value == "" {
			return fmt.Errorf("%s: %q must be a non-empty string", path, name)
		}
	}
	if c.TimeoutSeconds <= 0 || c.TimeoutSeconds > longestTimeout {
		return fmt.Errorf(
			"%s: \"timeout_seconds\" must be a number above 0 and at most %d", path, longestTimeout)
	}
	return nil
}

func listenAddress(host, port string) (string, int, error) {
	if host == "" {
		host = "0.0.0.0"
	}
	if port == "" {
		port = defaultPort
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > highestPort {
		return "", 0, fmt.Errorf("PORT is %q; it must be a number from 0 to %d", port, highestPort)
	}
	return host, number, nil
}
