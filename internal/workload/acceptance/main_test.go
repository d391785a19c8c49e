// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
