// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"context"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

// BenchmarkLaunch starts things on a server that answers at once: what remains is the cost of the request id, and of noting the launch on
// disk before it is sent and after it is answered.
func BenchmarkLaunch(b *testing.B) {
	for name, dir := range map[string]string{"no journal": "", "journal": b.TempDir()} {
		b.Run(name, func(b *testing.B) {
			notes := journal.New(dir, time.Now)
			defer func() {
				if err := notes.Close(); err != nil {
					b.Error(err)
				}
			}()
			launcher := newLauncher(notes)
			request := launch.Request{
				Fingerprint: "pe_task facts", Collection: "https://pe.example.com/jobs",
				Send: func(context.Context, string) (string, error) { return "81", nil },
			}
			b.ReportAllocs()
			for b.Loop() {
				result, err := launcher.Launch(b.Context(), request)
				if err != nil {
					b.Fatal(err)
				}
				notes.Deliver(request.Collection, result.ID)
			}
		})
	}
}
