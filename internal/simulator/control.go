// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// controlPrefix is the path of the simulator's own interface, on the port of the orchestrator.
const controlPrefix = "/simulator/"

// controlHandler answers a request to the simulator's own interface.
type controlHandler func(*rest.Call) (rest.Answer, error)

// control answers requests to the simulator's own interface. They are not logged or counted, and faults do not affect them.
func (s *Simulator) control(w http.ResponseWriter, r *http.Request, body []byte) {
	answer := s.controlAnswer(newCall(r, body))
	if err := s.encode(answer).write(w); err != nil {
		s.logger.Debug("the client went away", "path", r.URL.Path, "error", err)
	}
}

func (s *Simulator) controlAnswer(c *rest.Call) rest.Answer {
	refuse := func(status int, msg string) rest.Answer {
		return rest.JSON(status, map[string]string{"kind": "simulator/error", "msg": msg})
	}
	if err := s.checkControl(c); err != nil {
		return refuse(http.StatusUnauthorized, err.Error())
	}
	handle, vars, allowed, ok := s.controls.Find(c.Method, c.Path)
	switch {
	case !ok && len(allowed) > 0:
		return refuse(http.StatusMethodNotAllowed, "the methods are "+strings.Join(allowed, ", "))
	case !ok:
		return refuse(http.StatusNotFound, "there is nothing at "+c.Path)
	}
	c.Vars = vars
	at := s.Now()
	answer, err := handle(c)
	if err == nil {
		s.keepControl(c, at, answer.Status)
	}
	var missing *missingError
	switch {
	case errors.As(err, &missing):
		return refuse(http.StatusNotFound, err.Error())
	case err != nil:
		return refuse(http.StatusBadRequest, err.Error())
	default:
		return answer
	}
}

// noContent answers a request that has nothing to return.
func noContent() rest.Answer { return rest.Answer{Status: http.StatusNoContent} }

// listing answers a request for a list.
func listing[T any](items func() []T) controlHandler {
	return func(*rest.Call) (rest.Answer, error) {
		return rest.JSON(http.StatusOK, map[string]any{"items": items()}), nil
	}
}

// doing answers a request that only does something.
func doing(do func()) controlHandler {
	return func(*rest.Call) (rest.Answer, error) {
		do()
		return noContent(), nil
	}
}

// checkControl refuses callers who are not the administrator.
func (s *Simulator) checkControl(c *rest.Call) error {
	leave := s.enter()
	defer leave()
	u, err := s.directory.Authenticate(c.Authentication())
	if err != nil {
		return err
	}
	if !u.Superuser {
		return errors.New("the simulator's own interface is for the administrator")
	}
	return nil
}

func (s *Simulator) controlRoutes() []rest.Route[controlHandler] {
	route := func(method, pattern string, h controlHandler) rest.Route[controlHandler] {
		return rest.Route[controlHandler]{Method: method, Pattern: "/simulator/v1/" + pattern, Handler: h}
	}
	return []rest.Route[controlHandler]{
		route("GET", "state", s.controlState),
		route("GET", "requests", listing(func() []requestView { return requestViews(s.Requests()) })),
		route("DELETE", "requests", doing(s.ResetRequests)),
		route("GET", "launches", s.controlLaunches),
		route("GET", "faults", listing(func() []faultView { return faultViews(s.faults.all()) })),
		route("POST", "faults", s.controlAddFault),
		route("DELETE", "faults", doing(s.ClearFaults)),
		route("DELETE", "faults/{id}", s.controlRemoveFault),
		route("POST", "advance", s.controlAdvance),
		route("POST", "finish", doing(s.FinishAll)),
		route("POST", "upgrade", s.controlUpgrade),
		route("POST", "restart", s.controlRestart),
		route("GET", "users", listing(func() []userView { return userViews(s.Users()) })),
		route("POST", "users", s.controlAddUser),
		route("DELETE", "users/{login}", s.controlRevokeUser),
		route("GET", "directory-groups", listing(s.directoryGroupViews)),
		route("POST", "directory-groups", s.controlAddDirectoryGroup),
		route("POST", "puppetdb", s.controlPuppetDB),
		route("POST", "branches", s.controlSetBranch),
		route("DELETE", "branches/{name}", s.controlRemoveBranch),
		route("GET", "nodes", listing(func() []nodeView { return nodeViews(s.Nodes()) })),
		route("POST", "nodes", s.controlAddNode),
		route("DELETE", "nodes/{certname}", s.controlRemoveNode),
	}
}

// missingError is an error about something that does not exist.
type missingError struct{ what string }

// Error names it.
func (n *missingError) Error() string { return n.what + " does not exist" }

func (s *Simulator) controlState(*rest.Call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, map[string]any{
		"generation": s.Generation(), "now": s.Now().UTC().Format(time.RFC3339Nano), "server_url": s.ServerURL(), "rbac_url": s.RBACURL(),
		"puppetdb_url": s.PuppetDBURL(), "code_manager_url": s.CodeManagerURL(),
	}), nil
}

func (s *Simulator) controlLaunches(*rest.Call) (rest.Answer, error) {
	return rest.JSON(http.StatusOK, map[string]int{
		"received": s.LaunchesReceived(), "accepted": s.LaunchesAccepted(), "schedule_creates_received": s.ScheduleCreatesReceived(),
	}), nil
}

// readDuration reads a duration such as 1h30m, which must not be negative.
func readDuration(f *rest.Fields, key string) time.Duration {
	if !f.Has(key) {
		return 0
	}
	d, err := time.ParseDuration(f.String(key))
	if err != nil || d < 0 {
		f.Fail(key, "must be a duration such as 1h30m")
	}
	return d
}

func (s *Simulator) controlAdvance(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("by")
	by := readDuration(f, "by")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	s.Advance(by)
	return rest.JSON(http.StatusOK, map[string]string{"now": s.Now().UTC().Format(time.RFC3339Nano)}), nil
}

func (s *Simulator) controlUpgrade(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("generation")
	name := f.String("generation")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	g, err := ParseGeneration(name)
	if err != nil {
		return rest.Answer{}, err
	}
	s.Upgrade(g)
	return noContent(), nil
}

func (s *Simulator) controlRestart(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("down")
	down := readDuration(f, "down")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	// The answer to this request is sent before the services go down.
	time.AfterFunc(restartGrace, func() { s.Restart(down) })
	return noContent(), nil
}

func (s *Simulator) controlPuppetDB(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("up")
	up := f.Bool("up")
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	s.SetPuppetDB(up)
	return noContent(), nil
}

// controlSetBranch pushes to the control repository.
func (s *Simulator) controlSetBranch(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("name")
	name := f.String("name")
	b := Branch{Commit: f.String("commit"), Problem: f.String("problem"), Takes: readDuration(f, "takes"), Classes: readClasses(f)}
	if f.Has("name") && name == "" {
		f.Fail("name", "must not be empty")
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	s.SetBranch(name, b)
	return noContent(), nil
}

// readClasses reads the names of classes, with those of their parameters.
func readClasses(f *rest.Fields) map[string][]string {
	var classes map[string][]string
	for class, given := range f.Object("classes") {
		parameters, ok := given.([]any)
		if !ok {
			f.Fail("classes", "must be an object of lists")
			return nil
		}
		if classes == nil {
			classes = map[string][]string{}
		}
		classes[class] = []string{}
		for _, name := range parameters {
			classes[class] = append(classes[class], fmt.Sprint(name))
		}
	}
	return classes
}

func (s *Simulator) controlRemoveBranch(c *rest.Call) (rest.Answer, error) {
	s.RemoveBranch(c.Vars["name"])
	return noContent(), nil
}

// restartGrace is how long the answer to a restart may take to reach its client.
const restartGrace = 50 * time.Millisecond

func (s *Simulator) controlAddFault(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	fault := Fault{
		Method: f.String("method"), Path: f.String("path"), Skip: f.Int("skip", 0), Times: f.Int("times", 0),
		Action: FaultAction(f.String("action")), Status: f.Int("status", 100), Body: f.String("body"), Delay: readDuration(f, "delay"),
	}
	if f.Has("header") {
		fault.Header = make(http.Header)
		header := f.Fields("header")
		for _, name := range header.Keys() {
			fault.Header.Set(name, header.String(name))
		}
	}
	if !slices.Contains(actions(), fault.Action) {
		f.Fail("action", "must be one of %v", actions())
	}
	if !slices.Contains(faultMethods(), fault.Method) {
		f.Fail("method", "must be one of %v, or left out for any", faultMethods()[1:])
	}
	if _, err := path.Match(fault.Path, ""); err != nil {
		f.Fail("path", "is not a pattern: %v", err)
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	return rest.JSON(http.StatusOK, map[string]int{"id": s.faults.add(fault)}), nil
}

func (s *Simulator) controlRemoveFault(c *rest.Call) (rest.Answer, error) {
	id, err := strconv.Atoi(c.Vars["id"])
	if err != nil || !s.faults.remove(id) {
		return rest.Answer{}, &missingError{"fault " + c.Vars["id"]}
	}
	return noContent(), nil
}

func (s *Simulator) controlAddNode(c *rest.Call) (rest.Answer, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("certname")
	n := Node{
		Certname: f.String("certname"), Environment: f.String("environment"), Facts: f.Object("facts"),
		Connected: !f.Has("connected") || f.Bool("connected"), Transport: f.String("transport"), Run: PuppetRun(f.String("run")),
		RunDuration: readDuration(f, "run_duration"), TaskDuration: readDuration(f, "task_duration"), Message: f.String("message"),
		LastStatus: PuppetRun(f.String("last_status")), NeverReported: f.Bool("never_reported"), Resources: readResources(f),
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	leave := s.enter()
	defer leave()
	return noContent(), s.engine.AddNode(n)
}

// readResources reads the resources in a node's catalog.
func readResources(f *rest.Fields) []Resource {
	if !f.Has("resources") {
		return nil
	}
	var resources []Resource
	for _, r := range f.List("resources") {
		r.Require("type", "title")
		resources = append(resources, Resource{
			Type: r.String("type"), Title: r.String("title"), Tags: r.Strings("tags"), Parameters: r.Object("parameters"),
		})
	}
	return resources
}

func (s *Simulator) controlRemoveNode(c *rest.Call) (rest.Answer, error) {
	s.RemoveNode(c.Vars["certname"])
	return noContent(), nil
}

// faultView is a fault as the interface shows it.
type faultView struct {
	ID     int         `json:"id"`
	Method string      `json:"method,omitempty"`
	Path   string      `json:"path,omitempty"`
	Skip   int         `json:"skip,omitempty"`
	Times  int         `json:"times,omitempty"`
	Action FaultAction `json:"action"`
	Seen   int         `json:"seen"`
	Acted  int         `json:"acted"`
}

func faultViews(faults []armedFault) []faultView {
	views := make([]faultView, len(faults))
	for i, f := range faults {
		views[i] = faultView{
			ID: f.id, Method: f.Method, Path: f.Path, Skip: f.Skip, Times: f.Times, Action: f.Action, Seen: f.seen, Acted: f.acted,
		}
	}
	return views
}

// requestView is a request as the interface shows it. The token is left out.
type requestView struct {
	Number  int             `json:"number"`
	Time    time.Time       `json:"time"`
	Service string          `json:"service"`
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Query   string          `json:"query,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
	Status  int             `json:"status"`
	Handled bool            `json:"handled"`
}

func requestViews(requests []Request) []requestView {
	views := make([]requestView, len(requests))
	for i, r := range requests {
		views[i] = requestView{
			Number: r.Number, Time: r.Time.UTC(), Service: r.Service, Method: r.Method, Path: r.Path, Query: r.RawQuery,
			Status: r.Status, Handled: r.Handled,
		}
		if json.Valid(r.Body) {
			views[i].Body = r.Body
		}
	}
	return views
}

// nodeView is a node as the interface shows it.
type nodeView struct {
	Certname    string         `json:"certname"`
	Environment string         `json:"environment"`
	Connected   bool           `json:"connected"`
	Transport   string         `json:"transport"`
	Run         PuppetRun      `json:"run"`
	Facts       map[string]any `json:"facts"`
}

func nodeViews(nodes []Node) []nodeView {
	views := make([]nodeView, len(nodes))
	for i, n := range nodes {
		views[i] = nodeView{
			Certname: n.Certname, Environment: n.Environment, Connected: n.Connected, Transport: n.Transport, Run: n.Run, Facts: n.Facts,
		}
	}
	return views
}
