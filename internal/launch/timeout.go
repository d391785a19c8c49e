// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"time"
)

// CreateTimeout limits the creation of a role or a task-target, including the search after a lost answer.
const CreateTimeout = 10 * time.Minute
