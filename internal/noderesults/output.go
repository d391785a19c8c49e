// SPDX-License-Identifier: MPL-2.0

package noderesults

import (
	"regexp"
	"strings"
	"unicode"
)

// How much of what a failed node has printed an error shows.
const (
	shownLines      = 5
	shownCharacters = 500
)

// escapes are what makes a terminal change colours.
var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// lastLines returns the end of what was printed, without empty lines and without what would steer a terminal.
func lastLines(printed string) (lines []string) {
	printed = escapes.ReplaceAllString(printed, "")
	for line := range strings.FieldsFuncSeq(printed, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\t' {
				return -1
			}
			return r
		}, strings.TrimRightFunc(line, unicode.IsSpace))
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	lines = lines[max(0, len(lines)-shownLines):]
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
