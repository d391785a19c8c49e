// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func generic(t *testing.T, raw []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func asObject(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	object, ok := generic(t, raw).(map[string]any)
	if !ok {
		t.Fatalf("not an object: %s", raw)
	}
	return object
}

func asObjects(t *testing.T, value any) (objects []map[string]any) {
	t.Helper()
	list, ok := value.([]any)
	if !ok {
		t.Fatalf("not a list: %v", value)
	}
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			t.Fatalf("not an object: %v", item)
		}
		objects = append(objects, object)
	}
	return objects
}

func str(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return fmt.Sprint(value)
	}
}

func idIn(object map[string]any) string {
	for _, key := range []string{"name", "id"} {
		if orchestrator.IsID(str(object[key])) {
			return str(object[key])
		}
	}
	return ""
}

func ids[T any](items []T, id func(T) string) []string {
	found := []string{}
	for _, item := range items {
		found = append(found, id(item))
	}
	return found
}

func sameIDs(t *testing.T, raw []byte, got []string) {
	t.Helper()
	want := []string{}
	for _, object := range asObjects(t, asObject(t, raw)["items"]) {
		want = append(want, idIn(object))
	}
	same(t, "ids", got, want)
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func refers(want string, call func(context.Context, clients) (orchestrator.Ref, error)) check {
	return func(t *testing.T, c clients, _ []byte) error {
		t.Helper()
		ref, err := call(t.Context(), c)
		same(t, "id", ref.ID, want)
		return err
	}
}
