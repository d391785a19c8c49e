package launch

import (
	"iter"
	"time"
)

// clockTolerance is how far the clocks of this machine and of the server may be apart for something to be found.
const clockTolerance = time.Hour

// Recent looks for the ids of what carries a request id, in a list that begins with what changed last. It goes as far back as the
// launch, and through [Searched] items at least. trace tells of an item its id, its request id, and when it changed.
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

// ChangedBefore reports whether something that changed last at a time of the server, as it writes it, did so before another time. A
// time that cannot be read was long ago.
func ChangedBefore(changed string, then time.Time) bool {
	at, err := time.Parse(time.RFC3339, changed)
	return err != nil || at.Before(then)
}
