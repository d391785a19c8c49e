// SPDX-License-Identifier: MPL-2.0

package calendar

import (
	"archive/zip"
	"bytes"
	_ "embed" // for the zones
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// zoneinfo are the time zones of the IANA, as Go comes with them: `make zones` takes them over. Those of the machine are not used, because
// two machines would plan different times where one has not heard of a new rule.
//
//go:embed zoneinfo.zip
var zoneinfo []byte

var zones = sync.OnceValue(func() fs.FS {
	archive, err := zip.NewReader(bytes.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		return &zip.Reader{} // without a zone, which a test would find
	}
	return archive
})

// Zone returns the time zone of a name such as Europe/Berlin. It is false for any other text.
func Zone(name string) (*time.Location, bool) {
	data, err := fs.ReadFile(zones(), name)
	if err != nil {
		return nil, false
	}
	zone, err := time.LoadLocationFromTZData(name, data)
	return zone, err == nil
}

// SimilarZone returns the name of a zone that somebody may have meant, or "": one that is only written in another way, one whose place is
// named alone, or one that is spelt nearly like it.
func SimilarZone(name string) string {
	var names, places []string
	_ = fs.WalkDir(zones(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
			places = append(places, path[strings.LastIndex(path, "/")+1:])
		}
		return nil
	})
	same := func(other string) bool { return strings.EqualFold(other, name) }
	if i := slices.IndexFunc(names, same); i >= 0 {
		return names[i]
	}
	if i := slices.IndexFunc(places, same); i >= 0 {
		return names[i]
	}
	return prose.Nearest(name, names)
}
