// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the project.
const root = "../.."

// snippet is a piece of code in a text.
type snippet struct {
	language, code string
	// at is the file and line.
	at string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)[^\n]*\n(.*?)^```[ ]*$")

// snippets finds the code in texts.
func snippets(t *testing.T, files []string) (found []snippet) {
	t.Helper()
	for _, file := range files {
		text := string(must(os.ReadFile(file))(t))
		for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
			found = append(found, snippet{
				language: text[at[2]:at[3]], code: text[at[4]:at[5]],
				at: fmt.Sprintf("%s:%d", strings.TrimPrefix(filepath.ToSlash(file), root+"/"), 1+strings.Count(text[:at[0]], "\n")),
			})
		}
	}
	return found
}

// documentation lists the texts that users read.
func documentation(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md"} {
		files = append(files, must(filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern))))(t)...)
	}
	return files
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
	unfit   = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// anchorsIn lists the anchors of a text, as the registry and the forge name them.
func anchorsIn(text string) map[string]bool {
	anchors := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		anchors[strings.ReplaceAll(unfit.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-")] = true
	}
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		anchors[found[1]] = true
	}
	return anchors
}

// TestDocumentation_LinksWork follows every link from one text to another.
func TestDocumentation_LinksWork(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, file := range documentation(t) {
		text := fence.ReplaceAllString(string(must(os.ReadFile(file))(t)), "")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], ":") {
				continue // elsewhere
			}
			name, at, _ := strings.Cut(found[1], "#")
			target := file
			if name != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
			}
			followed++
			info, err := os.Stat(target)
			if err != nil {
				t.Errorf("%s links to %s: %v", file, found[1], err)
				continue
			}
			if at != "" && !info.IsDir() && !anchorsIn(string(must(os.ReadFile(target))(t)))[at] {
				t.Errorf("%s links to %s, which has no such heading", file, found[1])
			}
		}
	}
	if followed == 0 {
		t.Error("there are no links")
	}
}

// subcategories are the groups in which the registry lists the pages.
var subcategories = []string{"Basics", "Recipes", "Security", "Operations", "Jobs", "Schedules", "Permissions", "People", "Node groups", "Code", "Tasks, plans and nodes"}

var subcategory = regexp.MustCompile(`(?m)\A---\n(?:.*\n)*?subcategory: "(.*)"$`)

// TestDocumentation_EachPageHasASubcategory expects each page but that of the provider to be in one of the groups, and each group
// to have pages.
func TestDocumentation_EachPageHasASubcategory(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, page := range must(filepath.Glob(filepath.Join(root, "docs", "*", "*.md")))(t) {
		found := subcategory.FindStringSubmatch(string(must(os.ReadFile(page))(t)))
		if found == nil || !slices.Contains(subcategories, found[1]) {
			t.Errorf("%s has the subcategory %q, want one of %q", page, found, subcategories)
			continue
		}
		used[found[1]] = true
	}
	for _, name := range subcategories {
		if !used[name] {
			t.Errorf("no page has the subcategory %q", name)
		}
	}
}
