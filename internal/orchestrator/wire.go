// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// text decodes a JSON string, number or null into a string. PE writes the same id as "42" in one answer and as 42 in the
// next.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(data []byte) error {
	switch {
	case isNull(data):
		*t = ""
		return nil
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(t))
	case data[0] == '{' || data[0] == '[':
		return fmt.Errorf("expected a string or a number, got %s", brief(string(data)))
	default:
		*t = text(data)
		return nil
	}
}

// userdata decodes the userdata of a job or schedule. Its numbers are kept as they are written: somebody else's may be too large for any
// type of Go, and a list must not fail because of one of them.
type userdata map[string]any

// UnmarshalJSON implements [json.Unmarshaler].
func (u *userdata) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode((*map[string]any)(u))
}

// number decodes a JSON number, a string that holds one, or null. Durations are "256.0" in /jobs and 48.0 in /jobs/:id/nodes.
type number struct {
	value float64
	known bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *number) UnmarshalJSON(data []byte) error {
	var t text
	if err := json.Unmarshal(data, &t); err != nil {
		return err
	}
	if t == "" {
		*n = number{}
		return nil
	}
	value, err := strconv.ParseFloat(string(t), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("expected a number, got %s", brief(string(data)))
	}
	*n = number{value: value, known: true}
	return nil
}

// pointer returns nil for a number that was absent or null.
func (n number) pointer() *float64 {
	if !n.known {
		return nil
	}
	value := n.value
	return &value
}

// boolean decodes a JSON boolean, the strings "true" and "false", or null. Task-targets answer all_tasks as a string.
type boolean struct {
	value bool
	known bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (b *boolean) UnmarshalJSON(data []byte) error {
	switch strings.Trim(string(data), `"`) {
	case "true":
		*b = boolean{value: true, known: true}
	case "false":
		*b = boolean{value: false, known: true}
	case "null", "":
		*b = boolean{}
	default:
		return fmt.Errorf("expected a boolean, got %s", brief(string(data)))
	}
	return nil
}

func isNull(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) == 0 || bytes.Equal(data, []byte("null"))
}

// stringAt reads a string or number from a free JSON object, "" when it is absent, null or something else.
func stringAt(object map[string]json.RawMessage, keys ...string) string {
	for _, key := range keys {
		var t text
		if err := json.Unmarshal(orNull(object[key]), &t); err == nil && t != "" {
			return string(t)
		}
	}
	return ""
}

// boolAt reads a boolean from a free JSON object, nil when it is absent, null or something else.
func boolAt(object map[string]json.RawMessage, key string) *bool {
	var b boolean
	if err := json.Unmarshal(orNull(object[key]), &b); err != nil || !b.known {
		return nil
	}
	return &b.value
}

func orNull(data json.RawMessage) json.RawMessage {
	if len(data) == 0 {
		return json.RawMessage("null")
	}
	return data
}
