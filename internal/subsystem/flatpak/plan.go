package flatpak

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/remotes"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Batch is `from flathub`: one process carries out what is from one remote.
func (Subsystem) Batch(t subsystem.Task) string { return "from " + t.Item.Attrs.String(remote) }

// Do installs, changes or uninstalls applications. It updates nothing, and touches no mask, no pin, no runtime that was
// here before, and nobody's data. With an application's removal its overrides stay, as flatpak leaves them.
func (Subsystem) Do(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	p := planFor(h, tasks[0])
	switch tasks[0].Verb {
	case subsystem.Install:
		return p.install(ctx, v, tasks)
	case subsystem.Set:
		return p.set(ctx, v, tasks)
	}
	return p.remove(ctx, tasks)
}

// plan is what a batch has in common.
type plan struct {
	h             *host.Host
	scope, remote string
}

func planFor(h *host.Host, t subsystem.Task) plan {
	return plan{h, t.Item.Scope, t.Item.Attrs.String(remote)}
}

// flatpak runs a command that changes the installation. It asks nothing: refs are whole, stdin is closed.
func (p plan) flatpak(ctx context.Context, verb string, args ...string) error {
	argv := append([]string{"flatpak", verb, "--" + p.scope, "-y", "--noninteractive"}, args...)
	_, err := p.h.Runner.Run(ctx, run.Cmd{Argv: argv, Timeout: remotes.Download})
	return later(err)
}

// later marks the error of a remote that did not answer.
func later(err error) error {
	if remotes.Down(err) {
		return subsystem.TryAgain(err)
	}
	return err
}

func (p plan) install(ctx context.Context, v subsystem.View, tasks []subsystem.Task) error {
	var refs []string
	for _, t := range tasks {
		// One that has come meanwhile, in a batch that failed for another's sake, costs no process.
		if arch := p.arch(t); !p.deployed(t.Item.ID, arch, wanted(t)) {
			refs = append(refs, ref(t.Item.ID, arch, wanted(t)))
		}
	}
	if len(refs) > 0 {
		if err := p.ensure(ctx, v); err != nil {
			return err
		}
		if err := p.flatpak(ctx, "install", append([]string{p.remote}, refs...)...); err != nil {
			return err
		}
	}
	return p.overrides(tasks)
}

// set brings what is here to another remote or branch, or to other overrides. The new one comes before the old branch
// goes, so that a remote that is down costs nobody the application.
func (p plan) set(ctx context.Context, v subsystem.View, tasks []subsystem.Task) error {
	var other, args, old []string
	for _, t := range tasks {
		if !moves(t) {
			continue
		}
		arch, from, to := p.arch(t), t.Have.Attrs().String(branch), wanted(t)
		args = append(args, ref(t.Item.ID, arch, to))
		if from == to {
			other = []string{"--reinstall"} // from the other remote: without it flatpak refuses
		} else if p.deployed(t.Item.ID, arch, from) {
			old = append(old, ref(t.Item.ID, arch, from))
		}
	}
	if len(args) > 0 {
		if err := p.ensure(ctx, v); err != nil {
			return err
		}
		if err := p.flatpak(ctx, "install", slices.Concat(other, []string{p.remote}, args)...); err != nil {
			return err
		}
	}
	if len(old) > 0 {
		if err := p.flatpak(ctx, "uninstall", append([]string{"--app"}, old...)...); err != nil {
			return err
		}
	}
	return p.overrides(tasks)
}

// moves says whether a task needs something of its remote.
func moves(t subsystem.Task) bool {
	have := t.Have.Attrs()
	return t.Verb == subsystem.Install || t.Verb == subsystem.Set &&
		(have.String(branch) != wanted(t) || have.String(remote) != t.Item.Attrs.String(remote))
}

func (p plan) remove(ctx context.Context, tasks []subsystem.Task) error {
	args := []string{"--app"}
	for _, t := range tasks {
		if arch := p.arch(t); p.deployed(t.Item.ID, arch, wanted(t)) {
			args = append(args, ref(t.Item.ID, arch, wanted(t)))
		}
	}
	if len(args) == 1 {
		return nil
	}
	return p.flatpak(ctx, "uninstall", args...)
}

// wanted is the branch that a task is about. Where the manifests name none it is the one that is here, else the usual one.
func wanted(t subsystem.Task) string {
	for _, b := range []string{t.Item.Attrs.String(branch), t.Have.Attrs().String(branch)} {
		if b != "" {
			return b
		}
	}
	return Stable
}

// ref is a whole ref: with less than that flatpak asks, even when it is told not to.
func ref(id, arch, branch string) string { return "app/" + id + "/" + arch + "/" + branch }

// ensure adds the remote to the installation if it is not there.
func (p plan) ensure(ctx context.Context, v subsystem.View) error {
	there, err := remotes.Exists(p.h, p.scope, p.remote)
	if err != nil || there {
		return err
	}
	r, ok := find(v, p.scope, p.remote)
	if !ok {
		return errors.New(noRemote(p.scope, p.remote))
	}
	return later(remotes.Ensure(ctx, p.h, r))
}

func find(v subsystem.View, scope, name string) (remotes.Remote, bool) {
	has := func(other string) (doc.Attrs, bool) { return v.Has(remotes.Subsystem, other, name) }
	return remotes.Find(name, scope, v.Manifests.Items[remotes.Subsystem], has)
}

func noRemote(scope, name string) string {
	return fmt.Sprintf("no remote '%s' in the %s installation, and no gpg_key to add it with", name, scope)
}

// On names the remotes.
func (Subsystem) On() []string { return []string{remotes.Subsystem} }

// Blocked names an application whose remote cannot be had. Where the remotes were not looked at, that is found out when
// it is tried.
func (Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	name := c.Want.Attrs().String(remote)
	if !c.Want.There() || name == "" || c.Have.There() && c.Have.Attrs().String(remote) == name || !v.Knows(remotes.Subsystem) {
		return ""
	}
	if _, ok := v.Has(remotes.Subsystem, c.Scope, name); ok {
		return ""
	}
	if _, ok := find(v, c.Scope, name); ok {
		return ""
	}
	return noRemote(c.Scope, name)
}

// arches are flatpak's names for what a program can be built for.
func arches() map[string]string {
	return map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i386"}
}

// arch is that of what is here, else this machine's.
func (p plan) arch(t subsystem.Task) string {
	if b := t.Have.Attrs().String(branch); b != "" || t.Verb == subsystem.Remove {
		if arch, current := p.current(t.Item.ID); current == b || current == wanted(t) {
			return arch
		}
	}
	if a, ok := arches()[runtime.GOARCH]; ok {
		return a
	}
	return runtime.GOARCH
}
