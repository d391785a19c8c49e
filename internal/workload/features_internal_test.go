// SPDX-License-Identifier: MPL-2.0

package workload

import "testing"

func TestParseRelease(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]release{
		"2019.8.10.0": {2019, 8, 10}, "2019.1.0.62": {2019, 1, 0}, "2021.7.1": {2021, 7, 1}, "2025.6": {2025, 6, 0}, "2021.7.0-rc1": {2021, 7, 0},
		"": {}, "9.8.0": {}, "2019": {}, "2019.x": {}, "v2019.8.1": {}, "2019.99999999999999999999.1": {}, "20190.8.1": {},
	} {
		if got := parseRelease(version); got != want {
			t.Errorf("%q: got %v, want %v", version, got, want)
		}
	}
}

func TestRelease_Compare(t *testing.T) {
	t.Parallel()
	ordered := []release{{}, {2019, 8, 10}, {2021, 5, 9}, {2021, 7, 0}, {2021, 7, 1}, {2025, 0, 0}, newest}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := a.compare(b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s: got %d", a, b, got)
			}
		}
	}
}
