package launch

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// loss tells what may have become of a command that has failed.
type loss int

const (
	// nothingHappened: the server said no, or it cannot have received the command.
	nothingHappened loss = iota
	// broken: the connection broke. What does not show up within the settling time was not carried out.
	broken
	// atWork: the server, or something in front of it, may still be at work on the command, or has accepted it.
	atWork
)

func lossOf(err error) loss {
	var conn *httpapi.ConnectionError
	if errors.As(err, &conn) {
		switch {
		case !conn.Sent:
			return nothingHappened
		case conn.Timeout, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return atWork
		default:
			return broken
		}
	}
	var without *orchestrator.AnswerWithoutIDError
	if httpapi.Senseless(err) || errors.As(err, &without) {
		return atWork
	}
	switch httpapi.StatusOf(err) {
	case http.StatusBadGateway:
		return broken
	case http.StatusGatewayTimeout, http.StatusInternalServerError:
		return atWork
	default:
		return nothingHappened
	}
}

// refusesUserdata reports whether the server has refused a command because it does not know userdata (before PE 2019.8.5). A
// 400 ran nothing.
func refusesUserdata(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.Status == http.StatusBadRequest &&
		strings.Contains(strings.ToLower(apiErr.Message+string(apiErr.Details)), "userdata")
}
