package launchreport_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
)

func TestLacking_SaysWhereTheTokenComesFrom(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"":           "The user of the token needs `tasks` / `run`, through one of the user's roles in PE.",
		"the file x": "The user of the token needs `tasks` / `run`, through one of the user's roles in PE. The token comes from the file x.",
	} {
		if got := launchreport.Lacking("`tasks` / `run`", origin); got != want {
			t.Errorf("%q: got %q, want %q", origin, got, want)
		}
	}
}
