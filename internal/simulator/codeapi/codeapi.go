// SPDX-License-Identifier: MPL-2.0

// Package codeapi is the simulated Code Manager: a control repository with branches, a queue of deploys, compilers that take over what was
// deployed, and the HTTP side of it, /code-manager/v1.
//
// An [API] is not safe for concurrent use: its owner locks the world around every call.
package codeapi

import (
	"crypto/sha1" //nolint:gosec // names of commits, as Git makes them; nothing is protected by them.
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// Config is what an API needs.
type Config struct {
	Directory *access.Directory
	Codebase  *codebase.Codebase
	Timeline  *timeline.Timeline
	// TimeScale divides how long deploys take.
	TimeScale float64
}

// Branch is a branch of the control repository, which is deployed as an environment.
type Branch struct {
	// Commit is the SHA of its latest commit; empty for one that follows from the name.
	Commit string
	// Problem is what the deploy tool writes about code that cannot be deployed; empty for code that can.
	Problem string
	// Takes is how long a deploy of it takes; 4 seconds where it is 0.
	Takes time.Duration
	// Classes are Puppet classes that come with its code, with the names of their parameters. The node classifier knows them when it has
	// read the code again.
	Classes map[string][]string
}

// Times of Code Manager, and how many deploys it runs at a time (deploy_pool_size).
const (
	deployTakes = 4 * time.Second
	syncTakes   = time.Second
	// syncTimeout is timeouts_sync: how long a deploy waits for the compilers.
	syncTimeout = 60 * time.Second
	poolSize    = 2
)

// The machines that compile catalogs: the primary server, and a compiler that may lag behind.
const (
	primary  = "pe.example.com"
	compiler = "compiler1.example.com"
)

// The states of a deploy.
const (
	isNew       = "new"
	isQueued    = "queued"
	isDeploying = "deploying"
	isComplete  = "complete"
	isFailed    = "failed"
)

// deploy is one environment that is, or was, deployed.
type deploy struct {
	id          int
	environment string
	state       string
	queuedAt    time.Time
	commit      string
	problem     string
}

func (d *deploy) ended() bool { return d.state == isComplete || d.state == isFailed }

// version is a commit that was deployed at a time.
type version struct {
	commit string
	at     time.Time
}

// API is Code Manager.
type API struct {
	config   Config
	branches map[string]Branch
	deploys  []*deploy
	// storage is what was deployed, by environment; synced what each compiler has of it, checked in when each has asked last.
	storage map[string]version
	synced  map[string]map[string]version
	checked map[string]time.Time
	stuck   bool
}

// New returns a Code Manager whose control repository has a branch for each environment of the codebase. All of them are deployed.
func New(config Config) *API {
	a := &API{
		config: config, branches: map[string]Branch{}, storage: map[string]version{}, checked: map[string]time.Time{},
		synced: map[string]map[string]version{primary: {}, compiler: {}},
	}
	for _, e := range config.Codebase.Environments() {
		a.SetBranch(e.Name, Branch{})
		a.storage[e.Name] = version{a.branches[e.Name].Commit, config.Timeline.Now()}
	}
	a.sync()
	return a
}

// SetBranch adds a branch to the control repository, or changes it. It deploys nothing.
func (a *API) SetBranch(name string, b Branch) {
	if b.Commit == "" {
		b.Commit = commitOf(name)
	}
	a.branches[name] = b
}

// RemoveBranch takes a branch out of the control repository.
func (a *API) RemoveBranch(name string) { delete(a.branches, name) }

// Branches returns the names of all branches.
func (a *API) Branches() []string { return slices.Sorted(maps.Keys(a.branches)) }

// SetSyncing says whether the compiler beside the primary server takes over what is deployed.
func (a *API) SetSyncing(on bool) {
	a.stuck = !on
	if on {
		a.sync()
	}
}

// commitOf makes the SHA of a commit of what it is about.
func commitOf(what string) string {
	sum := sha1.Sum([]byte(what)) //nolint:gosec // see above.
	return hex.EncodeToString(sum[:])
}

// illegal matches what cannot be in the name of an environment.
var illegal = regexp.MustCompile(`\W`)

// corrected is the name of the environment of a branch.
func corrected(branch string) string { return illegal.ReplaceAllString(branch, "_") }

// branch finds the branch of an environment.
func (a *API) branch(environment string) (Branch, bool) {
	if b, ok := a.branches[environment]; ok {
		return b, true
	}
	for _, name := range a.Branches() {
		if corrected(name) == corrected(environment) {
			return a.branches[name], true
		}
	}
	return Branch{}, false
}

// enqueue queues a deploy, and starts what can be started.
func (a *API) enqueue(environment string) *deploy {
	d := &deploy{id: len(a.deploys) + 1, environment: environment, state: isNew, queuedAt: a.config.Timeline.Now()}
	a.deploys = append(a.deploys, d)
	a.config.Timeline.After(0, func() {
		d.state = isQueued
		a.startNext()
	})
	return d
}

// in returns the deploys in a state.
func (a *API) in(state string) (found []*deploy) {
	for _, d := range a.deploys {
		if d.state == state {
			found = append(found, d)
		}
	}
	return found
}

// startNext starts queued deploys while there is room for them. Two deploys of one environment run one after the other.
func (a *API) startNext() {
	for _, d := range a.in(isQueued) {
		running := a.in(isDeploying)
		same := func(other *deploy) bool { return other.environment == d.environment }
		if len(running) >= poolSize {
			return
		}
		if !slices.ContainsFunc(running, same) {
			a.begin(d)
		}
	}
}

// scaled is a duration of simulated work.
func (a *API) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / a.config.TimeScale)
}

func (a *API) begin(d *deploy) {
	d.state = isDeploying
	b, ok := a.branch(d.environment)
	takes := deployTakes
	if b.Takes > 0 {
		takes = b.Takes
	}
	a.config.Timeline.After(a.scaled(takes), func() {
		switch {
		case !ok:
			a.fail(d, fmt.Sprintf("ERROR\t -> Environment(s) '%s' cannot be found in any source and will not be deployed.", d.environment))
		case b.Problem != "":
			a.fail(d, "ERROR\t -> "+b.Problem)
		default:
			a.store(d, b)
		}
	})
}

// fail ends a deploy that has failed, with what the deploy tool has written.
func (a *API) fail(d *deploy, output string) {
	d.state = isFailed
	d.problem = fmt.Sprintf("Errors while deploying environment '%s' (exit code: 1):\n%s\n", d.environment, strings.TrimSpace(output))
	a.startNext()
}

// store puts the code of a branch where the compilers get it from, and waits for them.
func (a *API) store(d *deploy, b Branch) {
	d.commit = b.Commit
	name := corrected(d.environment)
	environment := a.config.Codebase.Ensure(name)
	for class, parameters := range b.Classes {
		if _, known := environment.Class(class); !known {
			environment.DeployClass(class, parameters...)
		}
	}
	a.storage[name] = version{b.Commit, a.config.Timeline.Now()}
	if a.stuck {
		a.config.Timeline.After(a.scaled(syncTimeout), func() { a.afterWait(d) })
		return
	}
	a.config.Timeline.After(a.scaled(syncTakes), func() {
		a.sync()
		a.afterWait(d)
	})
}

// afterWait ends a deploy whose code is stored. What the answer is when not all compilers have it in time is not documented.
func (a *API) afterWait(d *deploy) {
	if !a.allSynced() {
		d.state = isFailed
		d.problem = fmt.Sprintf("Timed out waiting for file sync to deploy environment '%s' to all compilers", d.environment)
	} else {
		d.state = isComplete
	}
	a.startNext()
}

// sync has the compilers take over what is stored.
func (a *API) sync() {
	now := a.config.Timeline.Now()
	for name, has := range a.synced {
		if name == compiler && a.stuck {
			continue
		}
		a.checked[name] = now
		for environment, stored := range a.storage {
			if has[environment].commit != stored.commit {
				has[environment] = version{stored.commit, now}
			}
		}
	}
}

// isSynced reports whether a compiler has all that is stored.
func (a *API) isSynced(name string) bool {
	for environment, stored := range a.storage {
		if a.synced[name][environment].commit != stored.commit {
			return false
		}
	}
	return true
}

func (a *API) allSynced() bool { return a.isSynced(primary) && a.isSynced(compiler) }
