package local

import (
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
)

// The mission, word for word: first tried, then promoted.
func TestTriedAndPromoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.types("bash", "bkt flatpak add --local org.gnome.Boxes")
	if got, _ := w.journal(); !slices.Equal(got, []string{"add flatpak org.gnome.Boxes"}) {
		t.Fatalf("the journal has %q", got)
	}
	if w.branch() != "" {
		t.Error("a pull request, and it said --local")
	}
	if got := w.types("bash", "bkt local list"); !strings.Contains(got, "org.gnome.Boxes") {
		t.Errorf("the list\n%s", got)
	}
	w.types("bash", "bkt local commit")
	if got := w.show("manifests/flatpak-apps.json"); !strings.Contains(got, `"id": "org.gnome.Boxes"`) {
		t.Errorf("the pull request has\n%s", got)
	}
	if got, _ := w.journal(); len(got) != 0 {
		t.Errorf("after the commit the journal has %q", got)
	}
}

// One command for all that changed, on purpose or not.
func TestCaptureTakesTheJournalAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.types("bash", "dnf -q -y install htop", "command dnf -q -y install neovim", "bkt shim add --local podman")
	if got, _ := w.journal(); !slices.Equal(got, []string{"add dnf htop", "add shim podman"}) {
		t.Fatalf("the journal has %q", got)
	}
	screen := w.types("bash", "bkt capture")
	for path, want := range map[string][]string{"manifests/system-packages.json": {`"htop"`, `"neovim"`}, "manifests/host-shims.json": {`"podman"`}} {
		got := w.show(path)
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s has no %s\n%s\n%s", path, text, got, screen)
			}
		}
	}
	if got, _ := w.journal(); len(got) != 0 {
		t.Errorf("the journal has %q\n%s", got, screen)
	}
	if strings.Contains(screen, "left out: dnf htop") || !strings.Contains(screen, "+ package") {
		t.Errorf("the screen\n%s", screen)
	}
	if got := w.types("bash", "bkt capture"); !strings.Contains(got, "Nothing new to put into a pull request.") {
		t.Errorf("a second time\n%s", got)
	}
}

// Some of the journal, chosen at the terminal.
func TestSelected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.types("bash", "bkt shim add --local docker podman")
	answers := []string{"9\n", "1\n", "\n"}
	screen := w.talks("bash", func(seen string) string {
		if n := strings.Count(seen, "Switch which?"); n > 3-len(answers) && len(answers) > 0 {
			next := answers[0]
			answers = answers[1:]
			return next
		}
		return ""
	}, "bkt local commit --select")
	if !strings.Contains(screen, "'9': give numbers from 1 to 2") || !strings.Contains(screen, "  1 [ ] + shim  docker") {
		t.Errorf("the list\n%s", screen)
	}
	if got := w.show("manifests/host-shims.json"); strings.Contains(got, "docker") || !strings.Contains(got, "podman") {
		t.Errorf("the pull request has\n%s", got)
	}
	if got, _ := w.journal(); !slices.Equal(got, []string{"add shim docker"}) {
		t.Errorf("the journal has %q", got)
	}
}

// Another boot has another journal, and nothing is lost.
func TestAnotherBoot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.types("bash", "bkt shim add --local podman")
	real.Write(t, w.at("boot_id"), "1f0e0d0c-0b0a-4908-8706-050403020100\n", 0o644)
	if got := w.types("bash", "bkt local list"); strings.Contains(got, "podman") {
		t.Errorf("after a reboot\n%s", got)
	}
	if got := w.types("bash", "bkt local list --archived"); !strings.Contains(got, "podman") {
		t.Errorf("it is lost\n%s", got)
	}
	w.types("bash", "bkt-pr --fetch")
	page := w.types("bash", "bkt status")
	if !strings.Contains(page, "Kept local (1), done in an earlier boot: + shim podman") || !strings.Contains(page, "Changed on this machine (1)\n  + remote ") {
		t.Errorf("the page has\n%s", page)
	}
	w.types("bash", "bkt capture podman")
	if got := w.show("manifests/host-shims.json"); !strings.Contains(got, "podman") {
		t.Errorf("it is not offered any more, the pull request has\n%s", got)
	}
}

// A package is installed, and its manifest and the Containerfile change together.
func TestInstallAPackage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.types("bash", "bkt dnf install htop")
	if got := w.rpm.RPM(t, "-q", "htop"); !strings.HasPrefix(got, "htop-") {
		t.Errorf("installed: %s", got)
	}
	if got := w.remote.Git(t, "diff", "--name-only", "main", w.branch()); got != "Containerfile\nmanifests/system-packages.json" {
		t.Errorf("the pull request changes\n%s", got)
	}
	for path, line := range map[string]string{"Containerfile": "    htop \\", "manifests/system-packages.json": `    "htop"`} {
		if got := w.show(path); !slices.Contains(strings.Split(got, "\n"), line) {
			t.Errorf("%s\n%s", path, got)
		}
	}
	if got, _ := w.journal(); len(got) != 0 {
		t.Errorf("the journal has %q", got)
	}
	// It is here already, and another distribution does not name it yet.
	real.Output(t, "", w.rpm.Env, "git", "-C", w.remote.Dir, "update-ref", "-d", "refs/heads/"+w.branch())
	if got := w.types("bash", "bkt dnf install htop"); !strings.Contains(got, "htop is here already") || !strings.Contains(got, "pushed: ") {
		t.Errorf("again:\n%s", got)
	}
	screen := w.types("bash", "bkt dnf remove htop", "bkt dnf install --pr-only neovim", "bkt admin kargs add rd.driver.blacklist=nouveau", "bkt shim add podman")
	if got := w.show("manifests/system-packages.json"); strings.Contains(got, "htop") || !strings.Contains(got, "neovim") {
		t.Errorf("after the removal\n%s\n%s", got, screen)
	}
	if got := w.show("generated/kargs.d/50-bkt.toml"); !strings.Contains(got, `"rd.driver.blacklist=nouveau"`) {
		t.Errorf("arguments\n%s", got)
	}
	if got := w.show("manifests/host-shims.json"); !strings.Contains(got, "podman") {
		t.Errorf("shims\n%s", got)
	}
	// What was only proposed is taken back; what an image brings is taken out of it.
	screen = w.types("bash", "bkt admin kargs remove rd.driver.blacklist=nouveau", "bkt admin kargs remove quiet")
	if got := w.show("manifests/system-config.json"); strings.Contains(got, "nouveau") || !strings.Contains(got, `"quiet"`) || !strings.Contains(got, `"remove"`) {
		t.Errorf("arguments\n%s\n%s", got, screen)
	}
}

// A plain tool, in each shell: its questions are asked, its answers taken, and what it really did
// is noted.
func TestPlainTools(t *testing.T) {
	for _, sh := range []string{"bash", "zsh", "fish"} {
		t.Run(sh, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			screen := w.types(sh, "flatpak install --user flathub org.test.Hello")
			if !strings.Contains(screen, "[Y/n]") || !strings.Contains(screen, "org.test.Hello") {
				t.Errorf("nobody was asked\n%s", screen)
			}
			w.types(sh, "flatpak --user list --app", "dnf -q -y install htop", "sudo dnf -q -y install neovim", "dnf -q list --installed", "flatpak remote-ls --user flathub")
			want := []string{"add flatpak org.test.Hello", "add dnf htop", "add dnf neovim"}
			got, entries := w.journal()
			if !slices.Equal(got, want) {
				t.Fatalf("the journal has %q, want %q", got, want)
			}
			if entries[0].Command != "flatpak install --user flathub org.test.Hello" || entries[0].Scope != "user" {
				t.Errorf("noted: %+v", entries[0])
			}
			w.types(sh, "flatpak uninstall -y --user org.test.Hello", "bkt local commit")
			if got := w.remote.Git(t, "diff", "--name-only", "main", w.branch()); got != "Containerfile\nmanifests/system-packages.json" {
				t.Errorf("what comes to nothing is in the pull request\n%s", got)
			}
		})
	}
}
