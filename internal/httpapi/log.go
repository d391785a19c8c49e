// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// LevelTrace is the level, below debug, of request and answer bodies.
const LevelTrace = slog.LevelDebug - 4

// longestBody is how many characters of a body are logged.
const longestBody = 1_000_000

// wireLog logs what is sent and received. Nothing is computed for a level that is off.
type wireLog struct {
	logger   *slog.Logger
	redactor *Redactor
}

func (l wireLog) request(ctx context.Context, req *http.Request) {
	if !l.logger.Enabled(ctx, LevelTrace) || req.GetBody == nil {
		return
	}
	body, err := req.GetBody()
	if err != nil {
		return
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return
	}
	l.logger.LogAttrs(ctx, LevelTrace, "request body",
		slog.String("method", req.Method), slog.String("url", l.redactor.URL(req.URL)), l.body(text))
}

func (l wireLog) answer(ctx context.Context, req *http.Request, resp *http.Response, body content, took time.Duration) {
	if !l.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	l.logger.LogAttrs(ctx, slog.LevelDebug, "request answered",
		slog.String("method", req.Method), slog.String("url", l.redactor.URL(req.URL)), slog.String("query", l.redactor.Line(req.URL.RawQuery)),
		slog.Int("status", resp.StatusCode), slog.Int64("bytes", body.size), slog.Duration("took", took))
	if l.logger.Enabled(ctx, LevelTrace) {
		l.logger.LogAttrs(ctx, LevelTrace, "answer body",
			slog.String("method", req.Method), slog.String("url", l.redactor.URL(req.URL)), l.bodyOf(body, callOf(ctx).unlogged))
	}
}

// waits says that a request is only sent again after a wait, because the server has asked for it: nothing else shows why it takes so long.
func (l wireLog) waits(ctx context.Context, resp *http.Response, wait time.Duration) {
	if l.logger == nil {
		return
	}
	attributes := []slog.Attr{slog.Int("status", resp.StatusCode), slog.Duration("wait", wait)}
	if resp.Request != nil {
		attributes = append(attributes, slog.String("method", resp.Request.Method), slog.String("url", l.redactor.URL(resp.Request.URL)))
	}
	l.logger.LogAttrs(ctx, slog.LevelWarn, "the server asks to wait (Retry-After) before the request is sent again", attributes...)
}

// renewed says that a request is sent again, and others from now on are sent, with another token.
func (l wireLog) renewed(ctx context.Context, service string) {
	l.logger.LogAttrs(ctx, slog.LevelInfo, "the token was not accepted any more, and is used anew from where it is kept",
		slog.String("service", service))
}

// body is the field of a body: without secrets and some members, safe to show, and not longer than anybody reads.
func (l wireLog) body(text []byte, without ...string) slog.Attr {
	return slog.String("body", visible.Block(l.redactor.JSON(text, without...), longestBody))
}

// lost is how much of the end of a beginning is left out, because it may be a part of a secret, which could not be told any more.
const lost = 64 << 10

// kept is how much of a body that is not held whole is needed to log and to describe it.
func (l wireLog) kept(ctx context.Context) int {
	if l.logger.Enabled(ctx, LevelTrace) {
		return longestBody + lost
	}
	return mostDescribed
}

// bodyOf is the field of a body of which only the beginning may be there.
func (l wireLog) bodyOf(body content, without []string) slog.Attr {
	if !body.cut() {
		return l.body(body.text, without...)
	}
	text := l.redactor.JSON(body.text, without...)
	return slog.String("body", visible.Block(text[:max(len(text)-lost, 0)]+"…", longestBody))
}

func (l wireLog) failure(ctx context.Context, req *http.Request, took time.Duration, err error) {
	if !l.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	l.logger.LogAttrs(ctx, slog.LevelDebug, "request failed",
		slog.String("method", req.Method), slog.String("url", l.redactor.URL(req.URL)),
		slog.String("error", l.redactor.Line(err.Error())), slog.Duration("took", took))
}
