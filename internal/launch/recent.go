// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"iter"
	"time"
)

// clockTolerance is how far apart the clocks of this machine and of the server may be for something to be found.
const clockTolerance = time.Hour

// Recent searches a list that begins with the latest change for the ids of things that carry a request id. It goes back to the launch, and
// through [Searched] items at least. trace returns the id of an item, its request id, and when it changed.
func Recent[T any](
	items iter.Seq2[T, error], requestID string, sent time.Time, trace func(T) (id, requestID, changed string),
) ([]string, error) {
	var ids []string
	looked := 0
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		id, carries, changed := trace(item)
		if carries == requestID {
			ids = append(ids, id)
		}
		if looked++; looked >= Searched && ChangedBefore(changed, sent.Add(-clockTolerance)) {
			break
		}
	}
	return SortedIDs(ids), nil
}

// ChangedBefore reports whether something last changed before a given time. changed is a time as the server writes it; a time that cannot
// be read counts as long ago.
func ChangedBefore(changed string, then time.Time) bool {
	at, err := time.Parse(time.RFC3339, changed)
	return err != nil || at.Before(then)
}

// MayHaveChangedSince reports whether something may have changed at a given time or after it. It may where its time cannot be read.
func MayHaveChangedSince(changed string, then time.Time) bool {
	at, err := time.Parse(time.RFC3339, changed)
	return err != nil || !at.Before(then)
}
