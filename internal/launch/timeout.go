package launch

import (
	"time"
)

// CreateTimeout bounds the creation of a role or a task-target with everything that it takes to find out what became of it
// after a lost answer.
const CreateTimeout = 10 * time.Minute
