// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// LogLevelEnv is the environment variable from which the plugin libraries take the level of this provider's own log.
const LogLevelEnv = "TF_LOG_PROVIDER_PE"

// libraryLogEnvs are the variables from which the libraries below the provider take theirs.
var libraryLogEnvs = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"}

// QuietLogs returns the environment variables to set so that the plugin libraries log no more than the user asked for. By default they
// write every line to Terraform, which discards what is below its own level; that doubles the processor time of a plan without changes.
// Variables that the user has set are left alone.
func QuietLogs(lookupEnv func(string) (string, bool)) map[string]string {
	level := "off"
	for _, name := range []string{"TF_LOG", "TF_LOG_PROVIDER"} {
		if value, ok := lookupEnv(name); ok && value != "" {
			level = strings.ToLower(value)
		}
	}
	if level == "json" {
		level = "trace"
	}
	set := map[string]string{}
	inherited := level
	for _, name := range libraryLogEnvs {
		value, ok := lookupEnv(name)
		if ok && value != "" {
			// The root variable of the libraries is also the level of those below it.
			if name == libraryLogEnvs[0] {
				inherited = value
			}
			continue
		}
		set[name] = inherited
	}
	if value, ok := lookupEnv(LogLevelEnv); !ok || value == "" {
		set[LogLevelEnv] = level
	}
	return set
}

// newLogger returns a logger that writes to Terraform's log.
func newLogger(machine Machine) *slog.Logger {
	return slog.New(terraformHandler{level: logLevel(machine.LookupEnv)})
}

// logLevel is the lowest level that is read.
func logLevel(lookupEnv func(string) (string, bool)) slog.Level {
	for _, name := range []string{LogLevelEnv, "TF_LOG_PROVIDER", "TF_LOG"} {
		value, ok := lookupEnv(name)
		if !ok || value == "" {
			continue
		}
		switch strings.ToLower(value) {
		case "trace", "json":
			return httpapi.LevelTrace
		case "debug":
			return slog.LevelDebug
		case "info":
			return slog.LevelInfo
		case "warn":
			return slog.LevelWarn
		case "error":
			return slog.LevelError
		}
		break
	}
	return slog.LevelError + 1
}

// terraformHandler writes records to the log of the Terraform request in the context.
type terraformHandler struct {
	level  slog.Level
	fields []slog.Attr
}

// Enabled implements [slog.Handler].
func (h terraformHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// longestField is how many characters of a field are logged: a body may have them all, but no more than a line of a log can take.
const longestField = 1 << 20

// loggable is the value of a field, safe to show.
func loggable(value slog.Value) any {
	switch inner := value.Resolve().Any().(type) {
	case string:
		return visible.Line(inner, longestField)
	case error, fmt.Stringer:
		return visible.Line(fmt.Sprint(inner), longestField)
	default:
		return inner
	}
}

// Handle implements [slog.Handler]. Whatever is logged is made safe to show here.
func (h terraformHandler) Handle(ctx context.Context, r slog.Record) error {
	fields := make(map[string]any, r.NumAttrs()+len(h.fields))
	for _, field := range h.fields {
		fields[field.Key] = loggable(field.Value)
	}
	r.Attrs(func(field slog.Attr) bool {
		fields[field.Key] = loggable(field.Value)
		return true
	})
	message := visible.Line(r.Message, visible.LongestLine)
	switch {
	case r.Level < slog.LevelDebug:
		tflog.Trace(ctx, message, fields)
	case r.Level < slog.LevelInfo:
		tflog.Debug(ctx, message, fields)
	case r.Level < slog.LevelWarn:
		tflog.Info(ctx, message, fields)
	case r.Level < slog.LevelError:
		tflog.Warn(ctx, message, fields)
	default:
		tflog.Error(ctx, message, fields)
	}
	return nil
}

// WithAttrs implements [slog.Handler].
func (h terraformHandler) WithAttrs(fields []slog.Attr) slog.Handler {
	h.fields = append(slices.Clip(h.fields), fields...)
	return h
}

// WithGroup implements [slog.Handler]. Terraform's log has no groups.
func (h terraformHandler) WithGroup(string) slog.Handler { return h }
