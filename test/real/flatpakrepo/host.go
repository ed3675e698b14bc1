package flatpakrepo

import (
	"context"
	"slices"
	"strings"
	"sync"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/test/real"
)

// Calls is a Runner that notes each call of flatpak that may change something, and each that reads from a remote.
type Calls struct {
	run.Runner
	mu   sync.Mutex
	argv []string
}

// Run runs a command; what touches the system installation as Home.Flatpak does.
func (c *Calls) Run(ctx context.Context, cmd run.Cmd) (run.Result, error) {
	if slices.Contains(cmd.Argv, "remote-ls") || cmd.Effect == run.Changes {
		c.mu.Lock()
		c.argv = append(c.argv, strings.Join(cmd.Argv, " "))
		c.mu.Unlock()
	}
	if slices.Contains(cmd.Argv, "--system") {
		cmd.Argv = real.AsRoot(cmd.Argv...)
	}
	return c.Runner.Run(ctx, cmd)
}

// Take gives the calls since the last time.
func (c *Calls) Take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.argv
	c.argv = nil
	return out
}

// Host is the machine whose Flatpak this is, as bkt's rooms see it.
func (h *Home) Host() (*host.Host, *Calls) {
	calls := &Calls{Runner: &run.Exec{Env: h.Env}}
	out := &host.Host{Runner: calls, Env: map[string]string{}}
	for _, kv := range h.Env {
		k, v, _ := strings.Cut(kv, "=")
		out.Env[k] = v
	}
	return out, calls
}
