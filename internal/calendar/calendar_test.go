// SPDX-License-Identifier: MPL-2.0

package calendar_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/calendar"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	found, ok := calendar.Zone(name)
	if !ok {
		t.Fatalf("there is no zone %s", name)
	}
	return found
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestWeeklyAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		day                  time.Weekday
		hour, minute, second int
		zone, after, want    string
	}{
		"later in the week":                {time.Friday, 22, 0, 0, "Europe/Berlin", "2030-01-07T12:00:00+01:00", "2030-01-11T22:00:00+01:00"},
		"in the next week":                 {time.Monday, 9, 0, 0, "Europe/Berlin", "2030-01-07T12:00:00+01:00", "2030-01-14T09:00:00+01:00"},
		"on the same day":                  {time.Monday, 22, 30, 15, "Europe/Berlin", "2030-01-07T12:00:00+01:00", "2030-01-07T22:30:15+01:00"},
		"a second before":                  {time.Monday, 12, 0, 0, "UTC", "2030-01-07T11:59:59Z", "2030-01-07T12:00:00Z"},
		"a fraction before":                {time.Monday, 12, 0, 0, "UTC", "2030-01-07T11:59:59.9Z", "2030-01-07T12:00:00Z"},
		"at the time itself":               {time.Monday, 12, 0, 0, "UTC", "2030-01-07T12:00:00Z", "2030-01-14T12:00:00Z"},
		"a fraction later":                 {time.Monday, 12, 0, 0, "UTC", "2030-01-07T12:00:00.1Z", "2030-01-14T12:00:00Z"},
		"it is another day in the zone":    {time.Tuesday, 1, 0, 0, "Pacific/Auckland", "2030-01-07T11:30:00Z", "2030-01-08T01:00:00+13:00"},
		"over the end of a year":           {time.Tuesday, 0, 0, 0, "UTC", "2030-12-31T12:00:00Z", "2031-01-07T00:00:00Z"},
		"winter, before the change":        {time.Sunday, 2, 0, 0, "Europe/Berlin", "2030-03-18T00:00:00Z", "2030-03-24T02:00:00+01:00"},
		"summer, after the change":         {time.Sunday, 4, 0, 0, "Europe/Berlin", "2030-03-25T00:00:00Z", "2030-03-31T04:00:00+02:00"},
		"skipped":                          {time.Sunday, 2, 30, 0, "Europe/Berlin", "2030-03-25T00:00:00Z", "2030-03-31T03:30:00+02:00"},
		"skipped, its first moment":        {time.Sunday, 2, 0, 0, "Europe/Berlin", "2030-03-25T00:00:00Z", "2030-03-31T03:00:00+02:00"},
		"just after what was skipped":      {time.Sunday, 3, 0, 0, "Europe/Berlin", "2030-03-25T00:00:00Z", "2030-03-31T03:00:00+02:00"},
		"skipped, west of Greenwich":       {time.Sunday, 2, 30, 0, "America/New_York", "2030-03-04T00:00:00Z", "2030-03-10T03:30:00-04:00"},
		"skipped, half an hour":            {time.Sunday, 2, 15, 0, "Australia/Lord_Howe", "2030-10-01T00:00:00Z", "2030-10-06T02:45:00+11:00"},
		"twice, the first":                 {time.Sunday, 2, 30, 0, "Europe/Berlin", "2030-10-21T00:00:00Z", "2030-10-27T02:30:00+02:00"},
		"twice, its first moment":          {time.Sunday, 2, 0, 0, "Europe/Berlin", "2030-10-21T00:00:00Z", "2030-10-27T02:00:00+02:00"},
		"twice, and the first has passed":  {time.Sunday, 2, 30, 0, "Europe/Berlin", "2030-10-27T02:30:00+02:00", "2030-11-03T02:30:00+01:00"},
		"twice, between the two":           {time.Sunday, 2, 30, 0, "Europe/Berlin", "2030-10-27T02:45:00+02:00", "2030-11-03T02:30:00+01:00"},
		"just after what came twice":       {time.Sunday, 3, 0, 0, "Europe/Berlin", "2030-10-21T00:00:00Z", "2030-10-27T03:00:00+01:00"},
		"twice, west of Greenwich":         {time.Sunday, 1, 30, 0, "America/New_York", "2030-10-28T12:00:00Z", "2030-11-03T01:30:00-04:00"},
		"twice, half an hour":              {time.Sunday, 1, 45, 0, "Australia/Lord_Howe", "2030-04-01T00:00:00Z", "2030-04-07T01:45:00+11:00"},
		"skipped around midnight":          {time.Sunday, 0, 30, 0, "Africa/Cairo", "2010-01-01T00:00:00Z", "2010-01-03T00:30:00+02:00"},
		"midnight is skipped":              {time.Friday, 0, 30, 0, "Africa/Cairo", "2024-04-20T00:00:00Z", "2024-04-26T01:30:00+03:00"},
		"a whole day is skipped":           {time.Friday, 12, 0, 0, "Pacific/Apia", "2011-12-25T00:00:00Z", "2011-12-31T12:00:00+14:00"},
		"put off, and asked in between":    {time.Friday, 12, 0, 0, "Pacific/Apia", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"},
		"the change is weeks away":         {time.Wednesday, 3, 0, 0, "Europe/Berlin", "2030-04-15T00:00:00Z", "2030-04-17T03:00:00+02:00"},
		"a zone without summer time":       {time.Wednesday, 3, 0, 0, "Asia/Kolkata", "2030-07-01T00:00:00Z", "2030-07-03T03:00:00+05:30"},
		"a rule for all years to come":     {time.Sunday, 2, 30, 0, "Europe/Berlin", "2500-06-01T00:00:00Z", "2500-06-06T02:30:00+02:00"},
		"a zone that gave up summer time":  {time.Monday, 1, 0, 0, "America/Mexico_City", "2030-07-01T12:00:00Z", "2030-07-08T01:00:00-06:00"},
		"a rule that is new, from 2024 on": {time.Monday, 1, 0, 0, "America/Asuncion", "2030-07-01T12:00:00Z", "2030-07-08T01:00:00-03:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			weekly := calendar.Weekly{Day: test.day, Hour: test.hour, Minute: test.minute, Second: test.second, Zone: zone(t, test.zone)}
			if got := weekly.After(at(t, test.after)).Format(time.RFC3339Nano); got != test.want {
				t.Errorf("after %s: got %s, want %s", test.after, got, test.want)
			}
		})
	}
}

// TestWeeklyAfter_KeepsTheClock goes through twenty years week by week: the clock always shows the same, and no week is left out.
func TestWeeklyAfter_KeepsTheClock(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Africa/Casablanca", "Asia/Tehran"} {
		weekly := calendar.Weekly{Day: time.Sunday, Hour: 4, Minute: 5, Second: 6, Zone: zone(t, name)}
		last := weekly.After(at(t, "2020-01-01T00:00:00Z"))
		for range 20 * 52 {
			next := weekly.After(last)
			if next.Weekday() != time.Sunday || next.Format(time.TimeOnly) != "04:05:06" {
				t.Errorf("%s: got %s", name, next.Format(time.RFC1123Z))
			}
			if days := next.Sub(last).Round(24*time.Hour) / (24 * time.Hour); days != 7 {
				t.Errorf("%s: %s follows %s", name, next.Format(time.RFC1123Z), last.Format(time.RFC1123Z))
			}
			last = next
		}
	}
}

func TestZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"} {
		if found, ok := calendar.Zone(name); !ok || found.String() != name {
			t.Errorf("%s is not found", name)
		}
	}
	// What would stand for the zone of the machine, and what is no zone.
	for _, name := range []string{"", "Local", "localtime", "Europe", "Europe/", "/Europe/Berlin", "../zoneinfo.zip", "europe/berlin", "+01:00", "CEST"} {
		if found, ok := calendar.Zone(name); ok {
			t.Errorf("%q is found as %s", name, found)
		}
	}
}

func TestSimilarZone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"europe/berlin": "Europe/Berlin", "Berlin": "Europe/Berlin", "new_york": "America/New_York", "Europe/Berln": "Europe/Berlin",
		"utc": "UTC", "": "", "a zone that does not exist anywhere": "",
	} {
		if got := calendar.SimilarZone(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// TestZones_AreThoseOfTheToolchain compares the zones with those of the Go that go.mod names, when the test is built with it.
func TestZones_AreThoseOfTheToolchain(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	toolchain := regexp.MustCompile(`(?m)^toolchain (\S+)$`).FindSubmatch(module)
	if toolchain == nil {
		t.Fatal("go.mod names no toolchain")
	}
	if string(toolchain[1]) != runtime.Version() {
		t.Skipf("this is %s, and releases are built with %s", runtime.Version(), toolchain[1])
	}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile(filepath.Join(string(bytes.TrimSpace(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if ours, err := os.ReadFile("zoneinfo.zip"); err != nil || !bytes.Equal(ours, theirs) {
		t.Errorf("the zones are not those of %s: run make zones (%v)", runtime.Version(), err)
	}
}
