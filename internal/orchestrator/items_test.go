// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestLists_AnItemOfAnotherShape has one good item, and one that is something else: the list is an answer that cannot be used.
func TestLists_AnItemOfAnotherShape(t *testing.T) {
	t.Parallel()
	client := clientOf(t, http.StatusOK, `{"items":[{"id":1,"name":"node1.example.com"},{"id":{},"name":{}}]}`)
	nodes, nodesErr := 0, error(nil)
	for _, err := range client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{}) {
		if nodesErr = err; err == nil {
			nodes++
		}
	}
	events, eventsErr := 0, error(nil)
	for _, err := range client.AllJobEvents(t.Context(), "1", 0) {
		if eventsErr = err; err == nil {
			events++
		}
	}
	for name, err := range map[string]error{"nodes": nodesErr, "events": eventsErr} {
		var decode *httpapi.DecodeError
		if !errors.As(err, &decode) || decode.Service != orchestrator.ServiceName || !httpapi.UnusableAnswer(err) {
			t.Errorf("%s: got %v, want a DecodeError", name, err)
		}
	}
	if nodes != 1 || events != 1 {
		t.Errorf("%d nodes and %d events before that", nodes, events)
	}
}
