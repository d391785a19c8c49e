// SPDX-License-Identifier: MPL-2.0

package prose

// Kind says what a value of JSON is without showing it, because it may be a secret.
func Kind(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		if value == "" {
			return "an empty text"
		}
		return "a text"
	case []any:
		if len(value) == 0 {
			return "an empty list"
		}
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return "a number"
	}
}
