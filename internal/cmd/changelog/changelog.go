// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
)

const (
	file      = "CHANGELOG.md"
	fragments = ".changes/unreleased"
	heading   = "## Unreleased\n"
)

// kinds are the headings of Keep a Changelog, in reading order; what it calls removed is breaking here.
func kinds() []string {
	return []string{"Breaking", "Deprecated", "Added", "Changed", "Fixed", "Security"}
}

// fragment is one change: its kind, which is in its file name, and its text in Markdown.
type fragment struct{ path, kind, text string }

// changelog is CHANGELOG.md with the fragments for the next release.
type changelog struct {
	root, text string
	fragments  []fragment
}

// load reads the changelog of a repository.
func load(root string) (*changelog, error) {
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		return nil, fmt.Errorf("reading the changelog: %w", err)
	}
	if !strings.Contains(string(content), heading) {
		return nil, fmt.Errorf("%s has no section %q", file, strings.TrimSpace(heading))
	}
	log := &changelog{root: root, text: string(content)}
	// A missing folder has no fragments.
	paths, err := filepath.Glob(filepath.Join(root, fragments, "*"))
	if err != nil {
		return nil, fmt.Errorf("looking for fragments: %w", err)
	}
	for _, path := range paths {
		read, err := readFragment(path)
		if err != nil {
			return nil, err
		}
		log.fragments = append(log.fragments, read)
	}
	return log, nil
}

// fragmentName is a name like `schedules-begin.fixed.md`.
var fragmentName = regexp.MustCompile(`^[a-z0-9-]+\.([a-z]+)\.md$`)

// readFragment reads a fragment, and refuses one that was not filled in.
func readFragment(path string) (fragment, error) {
	match := fragmentName.FindStringSubmatch(filepath.Base(path))
	if match == nil {
		return fragment{}, fmt.Errorf("%s: its name is not like name.kind.md", path)
	}
	kind, err := kindOf(match[1])
	if err != nil {
		return fragment{}, fmt.Errorf("%s: %w", path, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fragment{}, fmt.Errorf("reading a fragment: %w", err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return fragment{}, fmt.Errorf("%s: it is empty: write what changes for users", path)
	}
	return fragment{path: path, kind: kind, text: text}, nil
}

// kindOf finds a kind by its name in lower case.
func kindOf(name string) (string, error) {
	for _, kind := range kinds() {
		if strings.ToLower(kind) == name {
			return kind, nil
		}
	}
	return "", fmt.Errorf("%q is not one of %s", name, strings.ToLower(strings.Join(kinds(), ", ")))
}

// body is the text of the fragments for the changelog.
func (c *changelog) body() string {
	var body strings.Builder
	for _, kind := range kinds() {
		first := true
		for _, change := range c.fragments {
			if change.kind != kind {
				continue
			}
			if first {
				body.WriteString("\n### " + kind + "\n\n")
				first = false
			}
			body.WriteString("- " + strings.ReplaceAll(change.text, "\n", "\n  ") + "\n")
		}
	}
	return body.String()
}

// split splits the text into the part before a section, the section without its heading, and the part after it.
func split(text, heading string) (before, section, after string, found bool) {
	before, rest, found := strings.Cut(text, heading)
	if end := strings.Index(rest, "\n## "); end >= 0 {
		return before, rest[:end], rest[end:], found
	}
	return before, rest, "", found
}

// updated is the text with the fragments as its unreleased section.
func (c *changelog) updated() string {
	before, _, after, _ := split(c.text, heading)
	return before + heading + c.body() + after
}

func (c *changelog) write(text string) error {
	const mode = 0o644
	// #nosec G306 -- everybody may read a changelog.
	if err := os.WriteFile(filepath.Join(c.root, file), []byte(text), mode); err != nil {
		return fmt.Errorf("writing the changelog: %w", err)
	}
	return nil
}

// begin creates a fragment. An empty one fails every check until it is filled in.
func (c *changelog) begin(kind, name string, out io.Writer) error {
	if _, err := kindOf(kind); err != nil {
		return err
	}
	base := name + "." + kind + ".md"
	if !fragmentName.MatchString(base) {
		return fmt.Errorf("%q is not a name of lower-case letters, digits and hyphens", name)
	}
	path := filepath.Join(c.root, fragments, base)
	const folder, mode = 0o750, 0o644
	if err := os.MkdirAll(filepath.Dir(path), folder); err != nil {
		return fmt.Errorf("making the folder of fragments: %w", err)
	}
	// #nosec G302 -- everybody may read a fragment.
	created, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return fmt.Errorf("making the fragment: %w", err)
	}
	_, said := fmt.Fprintln(out, path)
	return errors.Join(said, created.Close())
}

// released is the heading of a release.
var released = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+\S*) - `)

// next is the version that the fragments require by the rules of semantic versioning. Before 1.0.0 a breaking change is a minor version.
func (c *changelog) next() (string, error) {
	match := released.FindStringSubmatch(c.text)
	if match == nil {
		return "0.1.0", nil
	}
	last, err := version.NewSemver(match[1])
	if err != nil {
		return "", fmt.Errorf("reading the last release: %w", err)
	}
	major, minor, patch := last.Segments()[0], last.Segments()[1], last.Segments()[2]
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(c.fragments, func(change fragment) bool { return slices.Contains(kinds, change.kind) })
	}
	switch {
	case len(c.fragments) == 0:
		return "", fmt.Errorf("nothing has changed since %s", last)
	case has("Breaking") && major > 0:
		return fmt.Sprintf("%d.0.0", major+1), nil
	case has("Breaking", "Added", "Changed", "Deprecated"):
		return fmt.Sprintf("%d.%d.0", major, minor+1), nil
	}
	return fmt.Sprintf("%d.%d.%d", major, minor, patch+1), nil
}

// release assigns a version and a date to what is unreleased, and removes the fragments.
func (c *changelog) release(number string, now time.Time) error {
	if parsed, err := version.NewSemver(number); err != nil || parsed.String() != number {
		return fmt.Errorf("%q is not a version like 1.2.3", number)
	}
	if len(c.fragments) == 0 {
		return errors.New("there is nothing to release")
	}
	if _, err := c.notes(number); err == nil {
		return fmt.Errorf("%s has been released before", number)
	}
	before, _, after, _ := split(c.text, heading)
	if err := c.write(before + heading + "\n## " + number + now.UTC().Format(" - 2006-01-02") + "\n" + c.body() + after); err != nil {
		return err
	}
	for _, change := range c.fragments {
		if err := os.Remove(change.path); err != nil {
			return fmt.Errorf("removing a fragment: %w", err)
		}
	}
	return nil
}

// notes is the section of a release, without its heading.
func (c *changelog) notes(number string) (string, error) {
	_, section, _, found := split(c.text, "\n## "+number+" - ")
	if !found {
		return "", fmt.Errorf("%s has no section for %s", file, number)
	}
	_, body, _ := strings.Cut(section, "\n")
	return strings.TrimSpace(body) + "\n", nil
}
