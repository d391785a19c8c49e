// SPDX-License-Identifier: MPL-2.0

package jsonlist

// The functions here go through JSON that is known to be valid, and look at nothing but where its values begin and end.

// space returns where something other than white space comes, from a place on.
func space(text []byte, at int) int {
	for text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t' {
		at++
	}
	return at
}

// next returns where the next item or member begins after one that ends at a place, or where the list or object is closed.
func next(text []byte, at int) int {
	if at = space(text, at); text[at] == ',' {
		at = space(text, at+1)
	}
	return at
}

// end returns where the value that begins at a place ends. Something follows it: the value is within a list or an object.
func end(text []byte, at int) int {
	switch text[at] {
	case '"':
		return endOfString(text, at)
	case '[', '{':
		return endOfNested(text, at)
	}
	for {
		switch text[at] {
		case ',', ']', '}', ' ', '\n', '\r', '\t':
			return at
		}
		at++
	}
}

func endOfString(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

func endOfNested(text []byte, at int) int {
	for depth := 0; ; at++ {
		switch text[at] {
		case '"':
			at = endOfString(text, at) - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
}
