// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/peak"
)

// hugeList answers one list of about a size in bytes, whose items have ids, all in one page.
func hugeList(size int, item func(id int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Has("start") || r.URL.Query().Get("offset") > "0" {
			_, _ = io.WriteString(w, `{"items":[]}`)
			return
		}
		_, _ = io.WriteString(w, `{"items":[`)
		for written, id := 0, 1; written < size; id++ {
			text := item(id)
			if id > 1 {
				text = "," + text
			}
			n, err := io.WriteString(w, text)
			if err != nil {
				return
			}
			written += n
		}
		_, _ = io.WriteString(w, "]}")
	}
}

const hugeSize = 231 << 20

// BenchmarkMemory_HugeList reads lists of 231 MB that come in one answer, and reports the most memory that this takes.
func BenchmarkMemory_HugeList(b *testing.B) {
	output := strings.Repeat("x", 2000)
	for name, test := range map[string]struct {
		item func(id int) string
		read func(client *orchestrator.Client) error
	}{
		"nodes": {
			func(id int) string {
				return fmt.Sprintf(`{"name":"node%d","state":"finished","result":{"_output":%q}}`, id, output)
			},
			func(client *orchestrator.Client) error {
				for _, err := range client.JobNodes(b.Context(), "1", orchestrator.JobNodeFilter{}) {
					if err != nil {
						return err
					}
				}
				return nil
			},
		},
		"events": {
			func(id int) string {
				return fmt.Sprintf(`{"id":"%d","type":"node_finished","timestamp":"2026-01-10T08:01:10Z","message":%q,"details":{"node":"node%d"}}`, id, output[:500], id)
			},
			func(client *orchestrator.Client) error {
				for _, err := range client.AllJobEvents(b.Context(), "1", 0) {
					if err != nil {
						return err
					}
				}
				return nil
			},
		},
		"jobs": {
			func(id int) string { return fmt.Sprintf(`{"name":"%d","description":%q}`, id, output[:500]) },
			func(client *orchestrator.Client) error {
				for _, err := range client.Jobs(b.Context(), orchestrator.JobFilter{}) {
					if err != nil {
						return err
					}
				}
				return nil
			},
		},
		"report": {
			func(id int) string {
				return fmt.Sprintf(`{"node":"node%d","state":"finished","timestamp":"2026-01-10T08:01:10Z","events":[%q]}`, id, output[:500])
			},
			func(client *orchestrator.Client) error {
				for _, err := range client.JobReport(b.Context(), "1") {
					if err != nil {
						return err
					}
				}
				return nil
			},
		},
	} {
		b.Run(name, func(b *testing.B) {
			client := newBenchClient(b, hugeList(hugeSize, test.item))
			peak.Report(b, func() {
				if err := test.read(client); err != nil {
					b.Error(err)
				}
			})
		})
	}
}

// BenchmarkMemory_ManyCompressedAnswers reads ten answers of 2.9 MB at once that are some 230 MB each once they are expanded.
func BenchmarkMemory_ManyCompressedAnswers(b *testing.B) {
	item := `{"name":"node%d","state":"finished","result":{"_output":"` + strings.Repeat("x", 7000) + `"}}`
	plain := hugeList(hugeSize, func(id int) string { return fmt.Sprintf(item, id) })
	client := newBenchClient(b, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		compressed := gzip.NewWriter(w)
		plain(compressing{w, compressed}, r)
		_ = compressed.Close()
	})
	peak.Report(b, func() {
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				for _, err := range client.JobNodes(b.Context(), "1", orchestrator.JobNodeFilter{}) {
					if err != nil {
						b.Log(err)
						return
					}
				}
			})
		}
		group.Wait()
	})
}

// compressing is an answer whose body is compressed.
type compressing struct {
	http.ResponseWriter
	to *gzip.Writer
}

// Write implements [io.Writer].
func (c compressing) Write(text []byte) (int, error) { return c.to.Write(text) }
