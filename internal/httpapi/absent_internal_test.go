// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestHosts_Absent(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	lookup := &net.OpError{Op: "dial", Err: &net.DNSError{IsTemporary: true}}
	start := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	after := start.Add(absentAfter)
	for name, test := range map[string]struct {
		before []error
		err    error
		answer bool
		at     time.Time
		want   bool
	}{
		"the first time":             {nil, refused, false, after, false},
		"soon after the first time":  {[]error{refused}, refused, false, after.Add(-time.Millisecond), false},
		"for long enough":            {[]error{refused}, refused, false, after, true},
		"through a proxy":            {[]error{refused}, &net.OpError{Op: "proxyconnect", Err: refused}, false, after, true},
		"it has answered":            {[]error{refused}, refused, true, after, false},
		"no lookup for now":          {[]error{refused}, lookup, false, after, false},
		"lookups failed before":      {[]error{lookup}, refused, false, after, false},
		"a connection that broke":    {[]error{refused}, errors.New("EOF"), false, after, false},
		"connections broke before":   {[]error{errors.New("EOF")}, refused, false, after, false},
		"a read of a connection":     {[]error{refused}, &net.OpError{Op: "read", Err: syscall.ECONNRESET}, false, after, false},
		"much later, after a try":    {[]error{refused, refused}, refused, false, after.Add(time.Hour), true},
		"an answer after many fails": {[]error{refused, refused, refused}, refused, true, after.Add(time.Hour), false},
	} {
		h := &hosts{}
		for _, err := range test.before {
			h.failed("pe:8143", err, start)
		}
		h.failed("other:8143", refused, start)
		if test.answer {
			h.answered("pe:8143")
		}
		if got := h.failed("pe:8143", test.err, test.at); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
