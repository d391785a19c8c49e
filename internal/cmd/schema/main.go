// SPDX-License-Identifier: MPL-2.0

// Command schema prints the schemas of this provider for the generator of the documentation: see
// [github.com/terraform-provider-pe/terraform-provider-pe/internal/schemajson].
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schemajson"
)

// address is the one under which the generator looks for a schema, whatever the real one is.
const address = "registry.terraform.io/hashicorp/pe"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		// There is nowhere left to report a failure of this.
		_, _ = fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server, err := provider.Server("dev", provider.Machine{})()
	if err != nil {
		return err
	}
	printed, err := schemajson.Marshal(ctx, server, address)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", printed)
	return err
}
