// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/classifierapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codeapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/orchapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rbacapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/statusapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// Simulator is a Puppet Enterprise. Make one with Start.
type Simulator struct {
	options Options
	logger  *slog.Logger
	// life ends when the simulator is closed; closed ends it.
	life   context.Context
	end    context.CancelFunc
	closed <-chan struct{}

	authority    *authority
	orchestrator *server
	rbac         *server
	puppetDB     *server
	codeManager  *server
	adminToken   string

	// mu guards the world: the clock's offset and everything that the engine, the directory and the APIs hold.
	mu        sync.Mutex
	clock     clock
	engine    *engine.Engine
	directory *access.Directory
	orchAPI   *orchapi.API
	codeAPI   *codeapi.API

	// state keeps the world between two starts, nil if nothing does; replaying is true while it is made anew.
	state     *stateFile
	replaying bool

	orchestratorService, rbacService, puppetDBService, codeManagerService *service

	controls *rest.Router[controlHandler]
	log      requestLog
	faults   faultList
	restart  restarter

	launches        atomic.Int64
	scheduleCreates atomic.Int64
}

// clock is the wall clock with an offset that tests change.
type clock struct {
	start  time.Time
	offset time.Duration
	// manual is true when only the offset moves.
	manual bool
}

// now returns the simulated time. It uses the monotonic clock, so it never goes back.
func (c clock) now() time.Time {
	now := c.start.Add(c.offset)
	if !c.manual {
		now = now.Add(time.Since(c.start))
	}
	return now.Round(0)
}

// Start listens on all addresses and serves until Close is called or ctx ends.
func Start(ctx context.Context, opts Options) (*Simulator, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Simulator{options: opts, logger: opts.Logger, clock: clock{start: time.Now(), manual: opts.ManualClock}}
	s.controls = rest.NewRouter(s.controlRoutes())
	if err := s.begin(); err != nil {
		return nil, fmt.Errorf("simulator: %w", errors.Join(err, s.closeState()))
	}
	if s.authority, err = newAuthority(opts.Listen, opts.RBACListen, opts.PuppetDBListen, opts.CodeManagerListen); err != nil {
		return nil, fmt.Errorf("simulator: %w", errors.Join(err, s.closeState()))
	}
	life, end := context.WithCancel(ctx)
	s.life, s.end, s.closed = life, end, life.Done()
	if err := s.listen(life); err != nil {
		end()
		return nil, fmt.Errorf("simulator: %w", errors.Join(err, s.closeState()))
	}
	context.AfterFunc(life, s.shutdown)
	return s, nil
}

// begin makes the world, and has it go through what a state file tells.
func (s *Simulator) begin() error {
	start := s.clock.now()
	if s.options.StateFile == "" {
		return s.createWorld(start, nil)
	}
	state, begin, entries, err := openState(s.options.StateFile, s.options)
	if err != nil {
		return err
	}
	s.state = state
	if err := s.createWorld(begin.Start, begin.Seed); err != nil {
		return err
	}
	return s.replay(entries)
}

// closeState closes the state file, if there is one.
func (s *Simulator) closeState() error {
	if s.state == nil {
		return nil
	}
	return s.state.close()
}

// createWorld makes everything that the services serve. Tokens follow from a seed, if there is one.
func (s *Simulator) createWorld(start time.Time, seed []byte) error {
	code := codebase.Standard()
	if dir := s.options.ContentDir; dir != "" {
		if err := s.loadContent(code, dir); err != nil {
			return err
		}
	}
	line := timeline.New(start)
	s.directory = access.New(s.options.Generation, line.Now)
	s.directory.Seed(seed)
	s.engine = engine.New(engine.Config{
		Generation: s.options.Generation, Variants: s.options.Variants, Timeline: line, Directory: s.directory, Codebase: code,
		TimeScale: s.options.TimeScale, PruneAfter: s.options.PruneAfter, CompileConcurrency: s.options.CompileConcurrency,
		TaskConcurrency: s.options.TaskConcurrency, FinishedDespiteFailures: s.options.FinishedDespiteFailures,
		KeepScheduleIDs: s.options.KeepScheduleIDs, ShowsSensitiveOutput: s.options.RejectUserdata,
	})
	if err := s.engine.Populate(s.options.Nodes); err != nil {
		return err
	}
	s.codeAPI = codeapi.New(codeapi.Config{
		Directory: s.directory, Codebase: code, Timeline: line, TimeScale: s.options.TimeScale,
	})
	admin, err := s.directory.User(access.AdminID)
	if err != nil {
		return err
	}
	if s.adminToken, err = s.directory.Issue(admin, access.TokenContent{Lifetime: access.MaximumLifetime}); err != nil {
		return err
	}
	s.createServices()
	return nil
}

// loadContent deploys the tasks and plans of a folder in production.
func (s *Simulator) loadContent(code *codebase.Codebase, dir string) error {
	loaded, err := code.Ensure(codebase.Production).Load(os.DirFS(dir))
	if err != nil {
		return err
	}
	for _, remark := range loaded.Remarks {
		s.logger.Warn("content", "remark", remark)
	}
	s.logger.Info("content", "folder", dir, "tasks", len(loaded.Tasks), "plans", len(loaded.Plans))
	return nil
}

// createServices makes what answers on the ports.
func (s *Simulator) createServices() {
	s.orchAPI = orchapi.New(orchapi.Config{
		Engine: s.engine, Directory: s.directory, RejectUserdata: s.options.RejectUserdata,
		LegacySchedulesAPI: s.options.LegacySchedulesAPI, UnnamedTaskTargets: s.options.UnnamedTaskTargets, Logger: s.logger,
	})
	rbac := rbacapi.New(rbacapi.Config{Directory: s.directory, Generation: s.engine.Generation, Logger: s.logger})
	classifier := classifierapi.New(classifierapi.Config{Engine: s.engine, Directory: s.directory, Logger: s.logger})
	version := func() string {
		if s.options.RejectUserdata && s.engine.Generation() == PE2019 {
			return "2019.8.4.0"
		}
		return s.engine.Generation().ServiceVersion()
	}
	s.orchestratorService = &service{simulator: s, name: serviceOrchestrator, mounts: []mount{
		{orchapi.Prefix, s.orchAPI.Serve},
		{statusapi.Prefix, statusapi.New(version, s.serviceStatus, "orchestrator-service", "broker-service").Serve},
	}}
	console := statusapi.New(version, s.serviceStatus, "rbac-service", "classifier-service", "activity-service")
	s.rbacService = &service{simulator: s, name: serviceRBAC, mounts: []mount{
		{rbacapi.Prefix, rbac.Serve}, {classifierapi.Prefix, classifier.Serve}, {statusapi.Prefix, console.Serve},
	}}
	database := pdbapi.New(pdbapi.Config{Directory: s.directory, Nodes: s.engine.Records, Up: s.engine.PuppetDBUp})
	s.puppetDBService = &service{simulator: s, name: servicePuppetDB, mounts: []mount{
		{pdbapi.Prefix, database.Serve}, {statusapi.Prefix, statusapi.New(version, s.serviceStatus, "puppetdb-status").Serve},
	}}
	s.codeManagerService = &service{simulator: s, name: serviceCodeManager, mounts: []mount{
		{codeapi.Prefix, s.codeAPI.Serve}, {statusapi.Prefix, statusapi.New(version, s.serviceStatus, "code-manager-service").Serve},
	}}
}

// listen starts all services.
func (s *Simulator) listen(ctx context.Context) error {
	var err error
	if s.orchestrator, err = s.newServer(s.orchestratorService, s.options.Listen); err != nil {
		return err
	}
	if s.rbac, err = s.newServer(s.rbacService, s.options.RBACListen); err != nil {
		return err
	}
	if s.puppetDB, err = s.newServer(s.puppetDBService, s.options.PuppetDBListen); err != nil {
		return err
	}
	if s.codeManager, err = s.newServer(s.codeManagerService, s.options.CodeManagerListen); err != nil {
		return err
	}
	for _, server := range s.servers() {
		if err := server.open(ctx); err != nil {
			return errors.Join(err, s.closeServers())
		}
	}
	return nil
}

// servers are those of all services.
func (s *Simulator) servers() []*server {
	return []*server{s.orchestrator, s.rbac, s.puppetDB, s.codeManager}
}

func (s *Simulator) closeServers() (err error) {
	for _, server := range s.servers() {
		err = errors.Join(err, server.close())
	}
	return err
}

// orchestratorStatus is what orchestrator-service tells about itself, as recorded in 2019.
type orchestratorStatus struct {
	DB           bool              `json:"db_up"`
	Classifier   bool              `json:"classifier_up"`
	RBAC         bool              `json:"rbac_up"`
	PuppetServer bool              `json:"puppetserver_up"`
	PuppetDB     bool              `json:"puppetdb_up"`
	PXP          bool              `json:"pxp_up"`
	Replication  replicationStatus `json:"replication"`
}

type replicationStatus struct {
	Mode   string `json:"mode"`
	Status string `json:"status"`
}

// serviceStatus returns what a service tells about itself, nil for nothing. The world is locked.
func (s *Simulator) serviceStatus(service string) any {
	if service != "orchestrator-service" || !s.engine.Has(ServiceStatus) {
		return nil
	}
	return orchestratorStatus{
		DB: true, Classifier: true, RBAC: true, PuppetServer: true, PuppetDB: s.engine.PuppetDBUp(), PXP: true,
		Replication: replicationStatus{Mode: "source", Status: "none"},
	}
}

// newServer returns the server of one service.
func (s *Simulator) newServer(handler *service, address string) (*server, error) {
	return newServer(handler.name, address, handler, s.authority.serverConfig(), s.logger)
}

// Close stops serving at once. It can be called more than once.
func (s *Simulator) Close() error {
	s.end()
	s.restart.cancel()
	return errors.Join(s.closeServers(), s.closeState())
}

// shutdown stops serving when the context of Start ends.
func (s *Simulator) shutdown() {
	if err := s.Close(); err != nil {
		s.logger.Warn("closing the simulator", "error", err)
	}
}

// ServerURL returns the address of the orchestrator, without a path.
func (s *Simulator) ServerURL() string { return "https://" + s.orchestrator.hostPort() }

// RBACURL returns the address of the RBAC service, with the path /rbac-api.
func (s *Simulator) RBACURL() string { return "https://" + s.rbac.hostPort() + rbacapi.Prefix }

// PuppetDBURL returns the address of PuppetDB, without a path.
func (s *Simulator) PuppetDBURL() string { return "https://" + s.puppetDB.hostPort() }

// CodeManagerURL returns the address of Code Manager, with the path /code-manager.
func (s *Simulator) CodeManagerURL() string {
	return "https://" + s.codeManager.hostPort() + codeapi.Prefix
}

// Connections returns how many connections all services have accepted since the start.
func (s *Simulator) Connections() int {
	n := 0
	for _, service := range []*server{s.orchestrator, s.rbac, s.puppetDB, s.codeManager} {
		n += int(service.connections.Load())
	}
	return n
}

// CACertPEM returns the certificate of the simulator's own CA, which signed the certificate of all services.
func (s *Simulator) CACertPEM() []byte { return s.authority.certPEM() }

// AdminToken returns a token of the administrator that is valid for ten years.
func (s *Simulator) AdminToken() string { return s.adminToken }

// ClientCertificate issues a client certificate with a name, signed by the simulator's CA. The RBAC service treats every such certificate
// as allowlisted.
func (s *Simulator) ClientCertificate(certname string) (certPEM, keyPEM []byte, err error) {
	return s.authority.clientCertificate(certname)
}

// enter locks the world and brings it up to the present. The function that it returns unlocks it.
func (s *Simulator) enter() (leave func()) {
	s.mu.Lock()
	s.engine.AdvanceTo(s.clock.now())
	return s.mu.Unlock
}

// Advance moves the clock forward: schedules fire, jobs end and tokens expire as they would in that time.
func (s *Simulator) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock.offset += max(d, 0)
	s.engine.AdvanceTo(s.clock.now())
}

// Now returns the simulated time: that of the wall clock, or of the start with Options.ManualClock, plus what Advance
// added.
func (s *Simulator) Now() time.Time {
	leave := s.enter()
	defer leave()
	return s.engine.Now()
}
