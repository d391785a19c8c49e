// SPDX-License-Identifier: MPL-2.0

package prose_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

func TestParagraphs(t *testing.T) {
	t.Parallel()
	for want, texts := range map[string][]string{
		"":            {"", ""},
		"one":         {"", "one", ""},
		"one\n\ntwo":  {"one", "", "two"},
		"one\n\n two": {"one", " two"},
	} {
		if got := prose.Paragraphs(texts...); got != want {
			t.Errorf("%q: got %q, want %q", texts, got, want)
		}
	}
	if got := prose.Paragraphs(); got != "" {
		t.Errorf("nothing: got %q", got)
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "",
		" \n":                                "",
		"no token":                           "No token.",
		" no token\n":                        "No token.",
		"Done.":                              "Done.",
		"done!":                              "Done!",
		"really?":                            "Really?",
		"these are missing:":                 "These are missing:",
		"a":                                  "A.",
		"ärger":                              "Ärger.",
		"zu viel Ä":                          "Zu viel Ä.",
		"404 is no answer":                   "404 is no answer.",
		"eth0 is down":                       "eth0 is down.",
		"mysql::backup":                      "mysql::backup.",
		"schedule.start_time must be a time": "schedule.start_time must be a time.",
		"tls: bad certificate":               "Tls: bad certificate.",
		"x509: unknown authority":            "x509: unknown authority.",
		"it's gone, perhaps":                 "It's gone, perhaps.",
		"no.":                                "No.",
		"\"x\" is no number":                 "\"x\" is no number.",
	} {
		if got := prose.Sentence(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	for n, want := range map[int]string{
		0: "", 1: "0", 2: "0, 1",
		10: "0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
		11: "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more",
		12: "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
	} {
		if got := prose.List(names[:n]); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestMore(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{-1: "", 0: "", 1: "and 1 more", 4990: "and 4990 more"} {
		if got := prose.More(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestLowerFirst_AndUpperFirst(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ lower, upper string }{
		"":               {"", ""},
		"job":            {"job", "Job"},
		"Task \"Facts\"": {"task \"Facts\"", "Task \"Facts\""},
		"9 lives":        {"9 lives", "9 lives"},
		"Ä":              {"ä", "Ä"},
		"ärger":          {"ärger", "Ärger"},
	} {
		if got := prose.LowerFirst(text); got != want.lower {
			t.Errorf("%q: got %q, want %q", text, got, want.lower)
		}
		if got := prose.UpperFirst(text); got != want.upper {
			t.Errorf("%q: got %q, want %q", text, got, want.upper)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 nodes", 1: "1 node", 2: "2 nodes", 20000: "20000 nodes"} {
		if got := prose.Count(n, "node"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
