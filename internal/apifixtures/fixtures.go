// SPDX-License-Identifier: MPL-2.0

// Package apifixtures holds one valid JSON file for each shape of the PE APIs, as requests and answers. The clients decode every one of
// them, and the simulator's answers have their shapes; neither knows about the other. README.md is the index.
package apifixtures

import "embed"

// Files holds the fixtures.
//
//go:embed *.json
var Files embed.FS
