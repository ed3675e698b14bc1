package systemd

import (
	"context"
	"errors"
	"fmt"
	"path"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// action is systemctl's word for a task. What bkt brought and the manifests dropped goes back
// to what it was: S calls only that its own which was as the image has it, and an item is
// always what differs from that.
func action(t subsystem.Task) string {
	to := state(t.Item.Attrs)
	if t.Verb != subsystem.Remove {
		return verb(to)
	}
	return map[string]string{Enabled: "disable", Disabled: "enable", Masked: "unmask"}[to]
}

// freed says whether a mask must go before a task can be carried out.
func freed(t subsystem.Task) bool {
	return t.Have.There() && state(t.Have.Attrs()) == Masked && (action(t) == "enable" || action(t) == "disable")
}

// Batch names the command, so that units go together.
func (Subsystem) Batch(t subsystem.Task) string { return "systemctl " + action(t) }

// Do enables, disables and masks. What the manifests want enabled is started as well where the
// manager runs, without waiting for it: a unit that is ordered behind bkt-apply's own would
// never come. Nothing is ever stopped; what was disabled or masked runs until the next boot.
func (s Subsystem) Do(ctx context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	var masked, all []string
	var errs []error
	for _, t := range tasks {
		if why := hopeless(h, t); why != "" {
			errs = append(errs, fmt.Errorf("%s: %s", t.Item.ID, why))
		}
		if freed(t) {
			masked = append(masked, t.Item.ID)
		}
		all = append(all, t.Item.ID)
	}
	if err := errors.Join(errs...); err != nil || len(tasks) == 0 {
		return err
	}
	m := managerOf(h, tasks[0].Item.Scope)
	if len(masked) > 0 {
		if err := m.call(ctx, h, "unmask", false, masked); err != nil {
			return err
		}
	}
	return m.call(ctx, h, action(tasks[0]), tasks[0].Verb != subsystem.Remove, all)
}

// manager is whom systemctl talks to.
type manager struct {
	scope string
	root  string // another tree, where nothing runs; "": this machine
	runs  bool   // so that units can be started
}

// managerOf is the manager of a scope.
func managerOf(h *host.Host, scope string) manager {
	m := manager{scope: scope}
	switch {
	case h.Alternate():
		m.root = h.Root
	case !h.Exists("/run/systemd/system"): // sd_booted(3)
	case scope == doc.User:
		m.runs = h.Getenv("XDG_RUNTIME_DIR") != "" && h.Exists(path.Join(h.Getenv("XDG_RUNTIME_DIR"), "systemd"))
	default:
		m.runs = true
	}
	return m
}

// argv is a call of systemctl. In another tree the users' units are everybody's.
func (m manager) argv(verb string, start bool, units []string) []string {
	argv := []string{"systemctl"}
	if m.root != "" {
		argv = append(argv, "--root="+m.root)
	}
	switch {
	case m.scope == doc.User && m.root != "":
		argv = append(argv, "--global")
	case m.scope == doc.User:
		argv = append(argv, "--user")
	}
	argv = append(argv, verb)
	if verb == "enable" && start && m.runs {
		argv = append(argv, "--now", "--no-block")
	}
	return append(argv, units...)
}

func (m manager) call(ctx context.Context, h *host.Host, verb string, start bool, units []string) error {
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: m.argv(verb, start, units), Timeout: host.ToolTimeout})
	return err
}

// hopeless is why systemctl cannot carry a task out, or would say that it did and nothing
// happened; "" where it can.
func hopeless(h *host.Host, t subsystem.Task) string {
	i := t.Item
	switch action(t) {
	case "enable":
		if !anywhere(h, i.Scope, i.ID) {
			return "no such unit on this machine"
		}
	case "disable":
		if i.Scope != doc.User || h.Alternate() {
			return ""
		}
		if all, err := read(h, "/etc/systemd/user"); err == nil && all.on[i.ID] {
			return "it is enabled for every user of this machine"
		}
	}
	return ""
}

// Sift tells what cannot succeed, without a process.
func (Subsystem) Sift(_ context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) (map[doc.Key]string, error) {
	out := map[doc.Key]string{}
	for _, t := range tasks {
		if why := hopeless(h, t); why != "" {
			out[t.Item.Key()] = why
		}
	}
	return out, nil
}
