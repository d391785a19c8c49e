// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// loss says what may have happened to a command that has failed.
type loss int

const (
	// nothingHappened: nothing was sent, or PE itself has refused the command. Nobody else's refusal counts.
	nothingHappened loss = iota
	// deferred: PE itself, in its JSON, asks to come back later (429, 503).
	deferred
	// busy: something, not necessarily PE, asks to come back later. A proxy may do so after PE has received the command.
	busy
	// broken: the connection broke, or a proxy says so (502). What does not show up within the settling time was not carried out.
	broken
	// atWork: the server, or something in front of it, may still be working on the command, or has accepted it.
	atWork
)

func lossOf(err error) loss {
	var conn *httpapi.ConnectionError
	switch {
	case errors.As(err, &conn):
		return lossOfConnection(conn)
	case !isAnswer(err), httpapi.Refused(err):
		return nothingHappened
	case httpapi.Busy(err) && saysPE(err):
		return deferred
	case httpapi.Busy(err):
		return busy
	case httpapi.StatusOf(err) == http.StatusBadGateway:
		return broken
	default:
		return atWork
	}
}

func lossOfConnection(conn *httpapi.ConnectionError) loss {
	switch {
	case !conn.Sent:
		return nothingHappened
	case conn.Timeout, conn.Permanent(), errors.Is(conn, context.Canceled), errors.Is(conn, context.DeadlineExceeded):
		return atWork
	default:
		return broken
	}
}

// isAnswer reports whether anything answered a command. An error that is neither an answer nor a connection failure occurred before
// anything was sent.
func isAnswer(err error) bool {
	var decode *httpapi.DecodeError
	var without *httpapi.AnswerWithoutIDError
	return httpapi.StatusOf(err) != 0 || errors.As(err, &decode) || errors.As(err, &without)
}

// saysPE reports whether an answer is an error of PE.
func saysPE(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.JSON
}

// mayRefuseUserdata reports whether the server may have refused a command because it does not know userdata (before PE 2019.8.5). PE ran
// nothing if it answered 400. What such a server says is not documented, except that it is none of the refusals that quote the query of
// the user or speak of what it finds.
func mayRefuseUserdata(err error) bool {
	var apiErr *httpapi.Error
	return errors.As(err, &apiErr) && apiErr.JSON && apiErr.Status == http.StatusBadRequest &&
		!httpapi.HasKind(err, orchestrator.KindQueryError, orchestrator.KindPuppetDBError, orchestrator.KindEmptyTarget,
			orchestrator.KindEmptyEnvironment) &&
		strings.Contains(strings.ToLower(apiErr.Message+string(apiErr.Details)), "userdata")
}

// IsRefusal reports whether a launch has failed because PE itself has refused the command for a reason of a kind, so that nothing was
// started.
func IsRefusal(err error, kind string) bool {
	var lost *LostError
	return httpapi.HasKind(err, kind) && !errors.As(err, &lost)
}
