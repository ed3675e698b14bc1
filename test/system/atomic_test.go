//go:build system

package system

import (
	"fmt"
	"testing"

	"bkt/internal/doc"
	"bkt/test/real/machine"
)

// classes are changes in words: subsystem, id, mode, class, stage.
func classes(changes []doc.Change) []string {
	out := []string{}
	for _, c := range changes {
		mode := "-"
		if c.Have.There() {
			mode = c.Have.Attrs().String("mode")
		}
		stage := c.Stage
		if stage == "" {
			stage = "-"
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %s", c.Subsystem, c.ID, mode, c.Class, stage))
	}
	return out
}

func (w *world) status(t *testing.T, when string) {
	t.Helper()
	t.Logf("%s:\n%s", when, w.User(t, "bkt-drift", "--format", "text"))
}

// The distribution has htop, and the image base-tools, firefox and gnome-maps.
func TestSystemAtomicLoop(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.Machine = machine.BootAtomic(t, sources(t, w)...)
	w.serve(t)
	w.AddRepo(t, "local", rpmsAt)
	w.User(t, "bkt-pr", "--fetch")
	w.writesNothing(t)
	if _, _, err := w.Try("touch", "/usr/x"); err == nil {
		t.Error("/usr is writable")
	}
	w.status(t, "as it came")
	same(t, "as it came", classes(w.drift(t).Changes), []string{"dnf htop - pending-image merged"})

	// Layered, but for the next boot: what is asked for counts at once.
	w.Exec(t, "rpm-ostree", "install", "-y", "--idempotent", "htop", "fish", "firefox")
	w.Exec(t, "rpm-ostree", "override", "remove", "gnome-maps")
	layered := []string{
		"dnf firefox install redundant -",
		"dnf fish install uncaptured -",
		"dnf gnome-maps remove uncaptured -",
		"dnf htop install pending-image merged",
	}
	w.status(t, "staged")
	staged := w.drift(t)
	same(t, "staged", classes(staged.Changes), layered)
	for _, c := range staged.Changes {
		if string(c.Have.Attrs()["staged"]) != "true" {
			t.Errorf("staged: %s: have %v", c.ID, c.Have.Attrs())
		}
	}

	w.Reboot(t)
	w.listen(t)
	w.status(t, "after the reboot")
	rebooted := w.drift(t)
	same(t, "after the reboot", classes(rebooted.Changes), layered)
	for _, c := range rebooted.Changes {
		if c.Have.Attrs()["staged"] != nil {
			t.Errorf("after the reboot: %s: have %v", c.ID, c.Have.Attrs())
		}
	}

	// Here now, and staged for the next boot.
	w.Exec(t, "rpm-ostree", "install", "-y", "--idempotent", "--apply-live", "neovim")
	w.app(t, "user", "org.test.Hello")
	w.writesNothing(t)
	w.status(t, "neovim live, and an app")
	pr := w.propose(t)
	same(t, "proposed", keys(pr.Changes), []string{
		"dnf  fish", "dnf  gnome-maps", "dnf  neovim", "flatpak user org.test.Hello", "flatpak-remote user signed"})
	branch := w.branch(t)
	packages := w.show(t, branch, "manifests/system-packages.json")
	same(t, "packages", entries(t, packages, "packages"), []string{`"fish"`, `"htop"`, `"neovim"`})
	same(t, "removed", entries(t, packages, "removed"), []string{`"gnome-maps"`})

	w.status(t, "proposed")
	same(t, "proposed", classes(w.drift(t).Changes), []string{
		"dnf firefox install redundant -",
		"dnf fish install uncaptured proposed",
		"dnf gnome-maps remove uncaptured proposed",
		"dnf htop install pending-image merged",
		"dnf neovim install uncaptured proposed",
		"flatpak org.test.Hello  uncaptured proposed",
		"flatpak-remote signed  uncaptured proposed",
	})
	if again := w.propose(t); again.State != doc.Unchanged {
		t.Errorf("second run: %s", again.State)
	}

	// Merged: nothing is left to do but for the image and for apply.
	w.remote.Git(t, "update-ref", "refs/heads/main", branch)
	w.User(t, "bkt-pr", "--fetch")
	w.status(t, "merged")
	if again := w.propose(t); again.State != doc.Unchanged {
		t.Errorf("run after the merge: %s", again.State)
	}
	same(t, "merged", classes(w.drift(t).Changes), []string{
		"dnf firefox install redundant -",
		"dnf fish install pending-image merged",
		"dnf gnome-maps remove pending-image merged",
		"dnf htop install pending-image merged",
		"dnf neovim install pending-image merged",
	})
}
