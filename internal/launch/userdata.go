// SPDX-License-Identifier: MPL-2.0

package launch

// RequestID returns the request id in the userdata of a job, or "".
func RequestID(userdata map[string]any) string {
	id, _ := userdata[UserdataKey].(string)
	return id
}
