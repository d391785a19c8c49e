// SPDX-License-Identifier: MPL-2.0

package codeapi

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/code-manager"

// The endpoints. Webhooks are for other servers, and are not simulated.
const (
	deploysPath = Prefix + "/v1/deploys"
	statusPath  = deploysPath + "/status"
)

// refusal is a request that is not accepted. Only the kinds of RBAC are documented.
type refusal struct {
	status    int
	kind, msg string
}

// Error returns the message.
func (r *refusal) Error() string { return r.msg }

func malformed(msg string) error {
	return &refusal{http.StatusBadRequest, "puppetlabs.code-manager/malformed-request", msg}
}

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	answer, err := a.serve(c)
	if err == nil {
		return answer
	}
	refused := &refusal{http.StatusInternalServerError, "puppetlabs.code-manager/unknown-error", err.Error()}
	errors.As(err, &refused)
	return rest.JSON(refused.status, map[string]string{"kind": refused.kind, "msg": refused.msg})
}

func (a *API) serve(c *rest.Call) (rest.Answer, error) {
	user, err := a.authenticate(c)
	if err != nil {
		return rest.Answer{}, err
	}
	methods := map[string]string{deploysPath: http.MethodPost, statusPath: http.MethodGet}
	switch method, known := methods[c.Path]; {
	case !known:
		return rest.Text(http.StatusNotFound, "Not Found"), nil
	case method != c.Method:
		return rest.Text(http.StatusMethodNotAllowed, "Method Not Allowed"), nil
	case c.Path == statusPath:
		return rest.JSON(http.StatusOK, a.status()), nil
	default:
		return a.deploy(c, user)
	}
}

// authenticate returns the caller. Certificates are not documented, so only tokens are accepted.
func (a *API) authenticate(c *rest.Call) (*access.User, error) {
	user, err := a.config.Directory.Authenticate(c.Authentication())
	var denied *access.Error
	switch {
	case errors.As(err, &denied):
		return nil, &refusal{http.StatusUnauthorized, "puppetlabs.rbac/" + string(denied.Kind), denied.Msg}
	case err != nil:
		return nil, err
	default:
		return user, nil
	}
}

// request is the body of POST /deploys.
type request struct {
	environments      []string
	all, wait, dryRun bool
}

// read reads a body. What is not documented is refused: environments beside deploy-all, none of both, empty lists, unknown keys.
func read(c *rest.Call) (r request, err error) {
	if !c.SendsJSON() {
		return r, &refusal{http.StatusUnsupportedMediaType, "puppetlabs.code-manager/malformed-request", "The body must be application/json"}
	}
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return r, malformed(err.Error())
	}
	r = request{environments: f.Strings("environments"), all: f.Bool("deploy-all"), wait: f.Bool("wait"), dryRun: f.Bool("dry-run")}
	f.Bool("deploy-modules")
	if f.Has("modules") && len(f.Strings("modules")) == 0 {
		f.Fail("modules", "must be a list of modules")
	}
	if f.Has("environments") == r.all {
		f.Fail("environments", "is required unless deploy-all is true, and not allowed with it")
	}
	if f.Has("environments") && (len(r.environments) == 0 || slices.Contains(r.environments, "")) {
		f.Fail("environments", "must be a list of names")
	}
	if err := f.Done(); err != nil {
		return r, malformed(err.Error())
	}
	return r, nil
}

func (a *API) deploy(c *rest.Call, user *access.User) (rest.Answer, error) {
	r, err := read(c)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := a.authorize(user, r); err != nil {
		return rest.Answer{}, err
	}
	if r.all {
		r.environments = a.Branches()
	}
	if r.dryRun {
		listed := []map[string]string{}
		for _, name := range r.environments {
			listed = append(listed, map[string]string{"environment": name})
		}
		return rest.JSON(http.StatusOK, listed), nil
	}
	deploys := make([]*deploy, len(r.environments))
	for i, name := range r.environments {
		deploys[i] = a.enqueue(name)
	}
	answer := rest.JSON(http.StatusOK, entries(deploys))
	if r.wait {
		answer.Later = func() (any, bool) {
			return entries(deploys), !slices.ContainsFunc(deploys, func(d *deploy) bool { return !d.ended() })
		}
	}
	return answer, nil
}

// authorize refuses who may not deploy each of the environments. What a right on some of them means for deploy-all is not documented: a
// right on all is required.
func (a *API) authorize(user *access.User, r request) error {
	needed := r.environments
	if r.all {
		needed = []string{access.AnyInstance}
	}
	for _, name := range needed {
		if !a.config.Directory.May(user, "environment", "deploy_code", name) {
			return &refusal{
				http.StatusForbidden, "puppetlabs.rbac/permission-denied", "You do not have the permission environment:deploy_code:" + name,
			}
		}
	}
	return nil
}

// entry is a deploy as POST /deploys answers it.
type entry struct {
	Environment string     `json:"environment"`
	ID          int        `json:"id"`
	Status      string     `json:"status"`
	Signature   string     `json:"deploy-signature,omitempty"`
	FileSync    *fileSync  `json:"file-sync,omitempty"`
	Error       *errorBody `json:"error,omitempty"`
}

type fileSync struct {
	Environment string `json:"environment-commit"`
	Code        string `json:"code-commit"`
}

type errorBody struct {
	Kind    string            `json:"kind"`
	Msg     string            `json:"msg"`
	Details map[string]string `json:"details"`
}

// errorOf is the error of a failed deploy. Both endpoints spell the key of the name in their own way.
func errorOf(d *deploy, key string) *errorBody {
	return &errorBody{
		Kind: "puppetlabs.code-manager/deploy-failure", Msg: d.problem, Details: map[string]string{key: corrected(d.environment)},
	}
}

// entries are deploys, the newest first: no order is documented.
func entries(deploys []*deploy) []entry {
	list := make([]entry, 0, len(deploys))
	for _, d := range slices.Backward(deploys) {
		e := entry{Environment: d.environment, ID: d.id, Status: d.state}
		switch d.state {
		case isComplete:
			e.Signature = d.commit
			e.FileSync = &fileSync{Environment: commitOf("environment " + d.commit), Code: commitOf("code " + d.commit)}
		case isFailed:
			e.Error = errorOf(d, "corrected-env-name")
		}
		list = append(list, e)
	}
	return list
}

// statusEntry is a deploy as GET /deploys/status has it. A failed one has no id.
type statusEntry struct {
	Environment string     `json:"environment"`
	ID          int        `json:"id,omitempty"`
	QueuedAt    string     `json:"queued-at"`
	Error       *errorBody `json:"error,omitempty"`
}

// deployedEntry is a version of an environment.
type deployedEntry struct {
	Environment string `json:"environment"`
	Date        string `json:"date"`
	Signature   string `json:"deploy-signature"`
}

// compilerStatus is a compiler. The spelling of the keys is mixed in PE, too.
type compilerStatus struct {
	CheckIn  *string         `json:"last_check_in_time"`
	Synced   bool            `json:"synced-with-file-sync-storage"`
	Deployed []deployedEntry `json:"deployed"`
}

// timestamp writes a time as Code Manager does.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func deployed(versions map[string]version) []deployedEntry {
	list := []deployedEntry{}
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		list = append(list, deployedEntry{name, timestamp(versions[name].at), versions[name].commit})
	}
	return list
}

// status is the body of GET /deploys/status. Deploys that are complete are not in it, failed ones stay.
func (a *API) status() any {
	queue := map[string][]statusEntry{}
	for _, state := range []string{isNew, isQueued, isDeploying, isFailed} {
		queue[state] = []statusEntry{}
		for _, d := range a.in(state) {
			e := statusEntry{Environment: d.environment, ID: d.id, QueuedAt: timestamp(d.queuedAt)}
			if state == isFailed {
				e.ID, e.Error = 0, errorOf(d, "corrected-name")
			}
			queue[state] = append(queue[state], e)
		}
	}
	clients := map[string]compilerStatus{}
	for name, has := range a.synced {
		s := compilerStatus{Synced: a.isSynced(name), Deployed: deployed(has)}
		if at, ok := a.checked[name]; ok {
			text := timestamp(at)
			s.CheckIn = &text
		}
		clients[name] = s
	}
	return map[string]any{
		"deploys-status":           queue,
		"file-sync-storage-status": map[string]any{"deployed": deployed(a.storage)},
		"file-sync-client-status":  map[string]any{"all-synced": a.allSynced(), "file-sync-clients": clients},
	}
}
