// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"log/slog"
	"reflect"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

func lookup(env map[string]string) func(string) (string, bool) {
	return func(key string) (string, bool) {
		value, ok := env[key]
		return value, ok
	}
}

func TestQuietLogs(t *testing.T) {
	t.Parallel()
	all := func(level string) map[string]string {
		return map[string]string{"TF_LOG_SDK": level, "TF_LOG_SDK_PROTO": level, "TF_LOG_SDK_FRAMEWORK": level, "TF_LOG_PROVIDER_PE": level}
	}
	tests := map[string]struct{ env, want map[string]string }{
		"nobody asks":                {nil, all("off")},
		"empty is nobody":            {map[string]string{"TF_LOG": ""}, all("off")},
		"core only":                  {map[string]string{"TF_LOG_CORE": "TRACE"}, all("off")},
		"everything":                 {map[string]string{"TF_LOG": "DEBUG"}, all("debug")},
		"as JSON":                    {map[string]string{"TF_LOG": "JSON"}, all("trace")},
		"providers win":              {map[string]string{"TF_LOG": "ERROR", "TF_LOG_PROVIDER": "INFO"}, all("info")},
		"this provider":              {map[string]string{"TF_LOG": "ERROR", "TF_LOG_PROVIDER_PE": "TRACE"}, map[string]string{"TF_LOG_SDK": "error", "TF_LOG_SDK_PROTO": "error", "TF_LOG_SDK_FRAMEWORK": "error"}},
		"the libraries":              {map[string]string{"TF_LOG_SDK": "WARN"}, map[string]string{"TF_LOG_SDK_PROTO": "WARN", "TF_LOG_SDK_FRAMEWORK": "WARN", "TF_LOG_PROVIDER_PE": "off"}},
		"the protocol of a provider": {map[string]string{"TF_LOG": "WARN", "TF_LOG_SDK_PROTO": "TRACE"}, map[string]string{"TF_LOG_SDK": "warn", "TF_LOG_SDK_FRAMEWORK": "warn", "TF_LOG_PROVIDER_PE": "warn"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := QuietLogs(lookup(test.env)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestLogLevel(t *testing.T) {
	t.Parallel()
	off := slog.LevelError + 1
	for name, test := range map[string]struct {
		env  map[string]string
		want slog.Level
	}{
		"nobody asks":   {nil, off},
		"off":           {map[string]string{"TF_LOG_PROVIDER_PE": "off", "TF_LOG": "TRACE"}, off},
		"trace":         {map[string]string{"TF_LOG_PROVIDER_PE": "TRACE"}, httpapi.LevelTrace},
		"json":          {map[string]string{"TF_LOG": "JSON"}, httpapi.LevelTrace},
		"debug":         {map[string]string{"TF_LOG_PROVIDER": "debug"}, slog.LevelDebug},
		"info":          {map[string]string{"TF_LOG": "INFO"}, slog.LevelInfo},
		"warn":          {map[string]string{"TF_LOG": "WARN"}, slog.LevelWarn},
		"error":         {map[string]string{"TF_LOG": "ERROR"}, slog.LevelError},
		"not a level":   {map[string]string{"TF_LOG": "loud"}, off},
		"the own first": {map[string]string{"TF_LOG_PROVIDER_PE": "WARN", "TF_LOG": "TRACE"}, slog.LevelWarn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := logLevel(lookup(test.env)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
