// SPDX-License-Identifier: MPL-2.0

package noderesults

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// How much of what a failed node has printed an error shows.
const (
	shownLines      = 5
	shownCharacters = 500
)

// escapes are what makes a terminal change colours.
var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// withoutColours removes what makes a terminal change colours, which many programs print.
func withoutColours(text string) string { return escapes.ReplaceAllString(text, "") }

// messageLine is a message in one line, safe to show.
func messageLine(message string) string { return visible.Line(oneLine(message), shownCharacters) }

// lastLines returns the end of what was printed, without empty lines, and safe to show.
func lastLines(printed string) (lines []string) {
	for line := range strings.FieldsFuncSeq(printed, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimRightFunc(line, unicode.IsSpace))
		}
	}
	lines = lines[max(0, len(lines)-shownLines):]
	for i, line := range lines {
		// A line is cut at its beginning. No character takes more than ten where it cannot be seen otherwise.
		end := []rune(line)
		end = end[max(0, len(end)-shownCharacters-1):]
		lines[i] = visible.Block(string(end), 10*len(end))
	}
	left := shownCharacters
	for i := len(lines) - 1; i >= 0; i-- {
		line := []rune(lines[i])
		switch {
		case left == 0:
			return lines[i+1:]
		case len(line) > left:
			cut := "… " + string(line[len(line)-left:])
			return append([]string{cut}, lines[i+1:]...)
		}
		left -= len(line)
	}
	return lines
}

// unsaid reports whether lines tell more than a message that is shown before them.
func unsaid(message string, lines []string) bool {
	return !strings.Contains(oneLine(message), oneLine(strings.Join(lines, "\n")))
}

// oneLine writes a text in one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
