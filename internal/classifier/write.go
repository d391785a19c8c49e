// SPDX-License-Identifier: MPL-2.0

package classifier

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// newID returns a random UUID (version 4).
func newID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16]), nil
}

// Create creates a group under an id of its own choice (PUT /groups/:id), so that a request whose answer is lost can be sent again: the
// same group once more is no change. After an answer that does not say what has happened, it looks whether the group is there; the error is
// an [UncertainError] where that cannot be told.
func (c *Client) Create(ctx context.Context, group NewGroup) (created Group, err error) {
	if group.ID, err = newID(); err != nil {
		return Group{}, err
	}
	defer c.groups.Invalidate()
	_, err = c.service.Do(ctx, httpapi.Request{
		Method: http.MethodPut, Path: []string{"groups", group.ID}, Body: group, Safety: httpapi.Idempotent, Into: &created,
	})
	if err == nil {
		created, err = created.of(group.ID, "creating")
	}
	if err == nil || !mayBeThere(err) {
		return created, creating(group, err)
	}
	found, lookErr := c.currentGroup(ctx, group.ID)
	switch {
	case lookErr == nil:
		return found, nil
	case IsUnknown(lookErr):
		return Group{}, creating(group, err)
	default:
		return Group{}, creating(group, &UncertainError{ID: group.ID, Err: err})
	}
}

// creating says in an error which group was to be created.
func creating(group NewGroup, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("creating the node group %s: %w", group.Name, err)
}

// maxRaces bounds how often a change is made anew because somebody else was faster.
const maxRaces = 10

// Change reads a group, and changes what a delta that is made of it says. When somebody has changed the group in between, it begins again,
// so that nothing of theirs is lost. That holds for servers that count changes; with others, the last change counts. What a delta has of
// classes, config data and variables is there then, no more.
func (c *Client) Change(ctx context.Context, id string, delta func(Group) (Delta, error)) (Group, error) {
	for races := 0; ; races++ {
		now, err := c.currentGroup(ctx, id)
		if err != nil {
			return Group{}, err
		}
		made, err := delta(now)
		if err != nil {
			return Group{}, err
		}
		made.SerialNumber = now.SerialNumber
		changed, err := c.updateWholly(ctx, id, made)
		if !IsConflict(err) || races == maxRaces {
			return changed, err
		}
	}
}

// Update changes what a delta says (POST /groups/:id), and returns the group as it is then. A delta with a serial number that the group no
// longer has is answered with the status 409, also when it is sent again because an answer was lost.
func (c *Client) Update(ctx context.Context, id string, delta Delta) (changed Group, err error) {
	defer c.groups.Invalidate()
	_, err = c.service.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"groups", id}, Body: delta, Safety: httpapi.Idempotent, Into: &changed,
	})
	if err != nil {
		return Group{}, fmt.Errorf("changing the node group %s: %w", id, err)
	}
	return changed.of(id, "changing")
}

// Delete deletes a group (DELETE /groups/:id). One that does not exist is deleted. [Children] tells the error for one that has others
// below.
func (c *Client) Delete(ctx context.Context, id string) error {
	defer c.groups.Invalidate()
	_, err := c.service.Do(ctx, httpapi.Request{Method: http.MethodDelete, Path: []string{"groups", id}, Safety: httpapi.Idempotent})
	if err != nil && !IsUnknown(err) {
		return fmt.Errorf("deleting the node group %s: %w", id, err)
	}
	return nil
}

// Environments are the names of the environments that the classifier knows, in order (GET /environments). A new one is known after it has
// synchronized with the code of the primary server.
func (c *Client) Environments(ctx context.Context) ([]string, error) {
	var answer jsonlist.Answer[struct {
		Name string `json:"name"`
	}]
	if err := c.get(ctx, &answer, "environments"); err != nil {
		return nil, fmt.Errorf("listing the environments of the node classifier: %w", err)
	}
	names := make([]string, 0, len(answer))
	for _, environment := range answer {
		names = append(names, environment.Name)
	}
	slices.Sort(names)
	return names, nil
}
