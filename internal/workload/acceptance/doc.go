// SPDX-License-Identifier: MPL-2.0

// Package acceptance has the tests that show, through the whole provider, what package workload checks while planning. They have a folder
// of their own because the tests of package workload would have all areas compiled once more if they imported the provider.
package acceptance
