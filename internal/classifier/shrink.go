// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"context"
	"encoding/json"
)

// updateWholly is [Client.Update] for a server that merges values that are objects, too: where a value of the answer has more members than
// the one that was sent, it is removed and sent again. Which servers do that is not documented, but the answer shows it.
func (c *Client) updateWholly(ctx context.Context, id string, delta Delta) (Group, error) {
	changed, err := c.Update(ctx, id, delta)
	if err != nil {
		return changed, err
	}
	var removal, again Delta
	removal.Classes, again.Classes = overgrownIn(delta.Classes, changed.Classes)
	removal.ConfigData, again.ConfigData = overgrownIn(delta.ConfigData, changed.ConfigData)
	removal.Variables, again.Variables = overgrown(delta.Variables, changed.Variables)
	if removal.Classes == nil && removal.ConfigData == nil && removal.Variables == nil {
		return changed, nil
	}
	removal.SerialNumber = changed.SerialNumber
	if changed, err = c.Update(ctx, id, removal); err != nil {
		return changed, err
	}
	again.SerialNumber = changed.SerialNumber
	return c.Update(ctx, id, again)
}

// overgrownIn is [overgrown] for the parameters of each class.
func overgrownIn(sent, there Parameters) (removal, again Parameters) {
	for class, values := range sent {
		nulls, same := overgrown(Variables(values), Variables(there[class]))
		if nulls == nil {
			continue
		}
		if removal == nil {
			removal, again = Parameters{}, Parameters{}
		}
		removal[class], again[class] = nulls, same
	}
	return removal, again
}

// overgrown are the values that have more members on a server than were sent: as nulls, which remove them, and as they were sent. Both are
// nil for none.
func overgrown(sent, there Variables) (removal, again Variables) {
	for name, value := range sent {
		if !hasMore(decoded(value), decoded(there[name])) {
			continue
		}
		if removal == nil {
			removal, again = Variables{}, Variables{}
		}
		removal[name], again[name] = nil, value
	}
	return removal, again
}

// hasMore reports whether an object has members that were not sent, or has an object in it that does.
func hasMore(sent, there any) bool {
	before, wasObject := sent.(map[string]any)
	members, isObject := there.(map[string]any)
	if !wasObject || !isObject {
		return false
	}
	for name, value := range members {
		given, wasSent := before[name]
		if !wasSent || hasMore(given, value) {
			return true
		}
	}
	return false
}

// decoded is a value of JSON; nil for null, for none, and for what is no JSON.
func decoded(raw json.RawMessage) (value any) {
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	return value
}
