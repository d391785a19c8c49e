// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codeapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// The content of the world. The types belong to the packages below this one.
type (
	// Node is a node that PE manages.
	Node = engine.Node
	// Resource is a resource in a node's catalog.
	Resource = pdbquery.Resource
	// PuppetRun is how a Puppet run on a node ends.
	PuppetRun = engine.PuppetRun
	// NodeGroup is a group of the node classifier.
	NodeGroup = engine.NodeGroup
	// Task is a task with its metadata and its effect.
	Task = codebase.Task
	// TaskRun is the run of a task on one node.
	TaskRun = codebase.TaskRun
	// TaskOutcome is what a task does on one node.
	TaskOutcome = codebase.Outcome
	// Parameter describes a parameter of a task or a plan.
	Parameter = codebase.Parameter
	// Plan is a plan with its metadata and its effect.
	Plan = codebase.Plan
	// PlanRun is a run of a plan.
	PlanRun = codebase.PlanRun
	// PlanScript is what a plan's run does.
	PlanScript = codebase.Script
	// PlanStep is one step of a plan.
	PlanStep = codebase.Step
	// PlanJobStep is a step of a plan that starts a job.
	PlanJobStep = codebase.JobStep
	// PlanError is the result of a failed plan.
	PlanError = codebase.PlanError
	// PlanJobResult is the result of a job that a plan started.
	PlanJobResult = codebase.JobResult
	// Application is an application of application orchestration.
	Application = codebase.Application
	// ApplicationComponent is a part of an application.
	ApplicationComponent = codebase.Component
	// Branch is a branch of the control repository.
	Branch = codeapi.Branch
	// Permission is what a role permits.
	Permission = access.Permission
)

// How a Puppet run can end.
const (
	RunChanged   = engine.RunChanged
	RunUnchanged = engine.RunUnchanged
	RunFailed    = engine.RunFailed
	RunErrored   = engine.RunErrored
	RunSkipped   = engine.RunSkipped
)

// How a node can be reached.
const (
	TransportPCP   = engine.TransportPCP
	TransportSSH   = engine.TransportSSH
	TransportWinRM = engine.TransportWinRM
)

// How a task's run on a node can end.
const (
	TaskFinished = codebase.Finished
	TaskFailed   = codebase.Failed
	TaskErrored  = codebase.Errored
	TaskSkipped  = codebase.Skipped
)

// The node groups that the simulator starts with.
const (
	AllNodesGroup = engine.AllNodes
	// WebServersGroup has the nodes whose fact role is web.
	WebServersGroup = engine.WebServers
	// DatabasesGroup has the nodes whose fact role is db.
	DatabasesGroup = engine.Databases
	// NoRulesGroup has no rules, so that it cannot be a scope.
	NoRulesGroup = engine.NoRules
)

// BuiltInPassword is the password of the users that the simulator starts with: admin, fred, dana and new.
const BuiltInPassword = access.BuiltInPassword

// Undef is the default of a parameter that may be left out without having a value then.
var Undef = codebase.Undef

// AddNode adds a node, in place of one with the same name. A node that makes no sense is logged and left out.
func (s *Simulator) AddNode(n Node) {
	leave := s.enter()
	defer leave()
	if err := s.engine.AddNode(n); err != nil {
		s.logger.Error("adding a node", "error", err)
	}
}

// UpdateNode changes a node by a function, which must not call the simulator. An unknown node is ignored.
func (s *Simulator) UpdateNode(certname string, change func(*Node)) {
	leave := s.enter()
	defer leave()
	if _, err := s.engine.UpdateNode(certname, change); err != nil {
		s.logger.Error("changing a node", "error", err)
	}
}

// RemoveNode removes a node from PuppetDB and the inventory.
func (s *Simulator) RemoveNode(certname string) {
	leave := s.enter()
	defer leave()
	s.engine.RemoveNode(certname)
}

// SetPuppetDB says whether PuppetDB can be reached. While it cannot, the orchestrator answers with puppetdb-error to what needs it.
func (s *Simulator) SetPuppetDB(up bool) {
	leave := s.enter()
	defer leave()
	s.engine.SetPuppetDB(up)
}

// SetBranch adds a branch to the control repository, or changes it, as a push does. It deploys nothing.
func (s *Simulator) SetBranch(name string, b Branch) {
	leave := s.enter()
	defer leave()
	s.codeAPI.SetBranch(name, b)
}

// RemoveBranch takes a branch out of the control repository.
func (s *Simulator) RemoveBranch(name string) {
	leave := s.enter()
	defer leave()
	s.codeAPI.RemoveBranch(name)
}

// SetFileSync says whether the compiler beside the primary server takes over the code that is deployed.
func (s *Simulator) SetFileSync(on bool) {
	leave := s.enter()
	defer leave()
	s.codeAPI.SetSyncing(on)
}

// AddApplication deploys an application of application orchestration in production.
func (s *Simulator) AddApplication(a Application) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(codebase.Production).AddApplication(a)
}

// Nodes returns all nodes.
func (s *Simulator) Nodes() []Node {
	leave := s.enter()
	defer leave()
	return s.engine.Nodes()
}

// AddNodeGroup adds a node group, replacing one with the same id. A group whose rule cannot be parsed is logged and ignored.
func (s *Simulator) AddNodeGroup(g NodeGroup) {
	leave := s.enter()
	defer leave()
	if err := s.engine.AddNodeGroup(g); err != nil {
		s.logger.Error("adding a node group", "group", g.Name, "error", err)
	}
}

// NodeGroups returns all node groups, by id.
func (s *Simulator) NodeGroups() []NodeGroup {
	leave := s.enter()
	defer leave()
	return s.engine.NodeGroups()
}

// RemoveNodeGroup removes a node group, whatever is below it.
func (s *Simulator) RemoveNodeGroup(id string) {
	leave := s.enter()
	defer leave()
	s.engine.RemoveNodeGroup(id)
}

// AddClass deploys a Puppet class, with the names of its parameters, to an environment, which is created if it does not exist.
func (s *Simulator) AddClass(environment, name string, parameters ...string) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(environment).AddClass(name, parameters...)
}

// DeployClass deploys a Puppet class as AddClass does, but the node classifier does not know it before it has read the code again, which
// POST /classifier-api/v1/update-classes has it do.
func (s *Simulator) DeployClass(environment, name string, parameters ...string) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(environment).DeployClass(name, parameters...)
}

// RemoveClass removes a Puppet class from an environment, with what refers to it left as it is.
func (s *Simulator) RemoveClass(environment, name string) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(environment).RemoveClass(name)
}

// AddTask deploys a task to an environment, which is created if it does not exist.
func (s *Simulator) AddTask(environment string, t Task) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(environment).AddTask(t)
}

// AddPlan deploys a plan to an environment, which is created if it does not exist.
func (s *Simulator) AddPlan(environment string, p Plan) {
	leave := s.enter()
	defer leave()
	s.engine.Codebase().Ensure(environment).AddPlan(p)
}

// User is an RBAC user.
type User struct {
	ID          string
	Login       string
	DisplayName string
	Email       string
	Remote      bool
	Superuser   bool
	Revoked     bool
	// RoleIDs are the roles that the user has directly.
	RoleIDs []int
}

func newUser(u *access.User) User {
	return User{
		ID: u.ID, Login: u.Login, DisplayName: u.DisplayName, Email: u.Email, Remote: u.Remote, Superuser: u.Superuser,
		Revoked: u.Revoked, RoleIDs: u.RoleIDs(),
	}
}

// AddUser creates a local user with a private role that holds the permissions. An existing user gets the password and the additional
// permissions.
func (s *Simulator) AddUser(login, password string, permissions ...Permission) User {
	leave := s.enter()
	defer leave()
	u := s.directory.Put(login, password)
	s.grant(u, permissions)
	return newUser(u)
}

// grant adds permissions to a user's private role.
func (s *Simulator) grant(u *access.User, permissions []Permission) {
	role := s.directory.PrivateRole(u)
	if err := s.directory.AddPermissions(role.ID, permissions); err != nil {
		s.logger.Error("granting permissions", "user", u.Login, "error", err)
	}
}

// Grant adds permissions to a user's private role.
func (s *Simulator) Grant(login string, permissions ...Permission) {
	s.withUser(login, func(u *access.User) { s.grant(u, permissions) })
}

// Withdraw removes permissions from a user's private role. Permissions that the user has through other roles stay.
func (s *Simulator) Withdraw(login string, permissions ...Permission) {
	s.withUser(login, func(u *access.User) {
		role := s.directory.PrivateRole(u)
		if err := s.directory.RemovePermissions(role.ID, permissions); err != nil {
			s.logger.Error("withdrawing permissions", "user", login, "error", err)
		}
	})
}

// withUser calls a function with a user, within the locked world; an unknown login is logged.
func (s *Simulator) withUser(login string, call func(*access.User)) {
	leave := s.enter()
	defer leave()
	u := s.directory.UserByLogin(login)
	if u == nil {
		s.logger.Error("there is no such user", "login", login)
		return
	}
	call(u)
}

// Users returns all users.
func (s *Simulator) Users() []User {
	leave := s.enter()
	defer leave()
	all := s.directory.Users()
	users := make([]User, len(all))
	for i, u := range all {
		users[i] = newUser(u)
	}
	return users
}

// IssueToken returns a new token of a user, empty for an unknown login. A lifetime of 0 is the longest one.
func (s *Simulator) IssueToken(login string, lifetime time.Duration) string {
	if lifetime <= 0 {
		lifetime = access.MaximumLifetime
	}
	var token string
	s.withUser(login, func(u *access.User) {
		var err error
		if token, err = s.directory.Issue(u, access.TokenContent{Lifetime: lifetime}); err != nil {
			s.logger.Error("issuing a token", "user", login, "error", err)
		}
	})
	return token
}

// ExpireToken makes a token expire now.
func (s *Simulator) ExpireToken(token string) {
	leave := s.enter()
	defer leave()
	s.directory.ExpireToken(token)
}

// RevokeToken revokes a token.
func (s *Simulator) RevokeToken(token string) {
	leave := s.enter()
	defer leave()
	s.directory.RevokeToken(token)
}

// RevokeUser revokes a user, whose tokens stop working.
func (s *Simulator) RevokeUser(login string) {
	s.withUser(login, func(u *access.User) {
		if err := s.directory.SetRevoked(u.ID, true); err != nil {
			s.logger.Error("revoking a user", "user", login, "error", err)
		}
	})
}
