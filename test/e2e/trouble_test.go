package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

// status is what a state says of its subsystems.
type state struct {
	Items      []change
	Subsystems map[string]struct {
		Status, Reason string
		Count          *int
	}
}

// A tool that fails or hangs costs its own subsystem and nothing else: what it
// would have told is unknown, and never removed from the manifests.
func TestToolThatFailsOrHangs(t *testing.T) {
	t.Parallel()
	m, remote := newMachine(t, "laptop"), gitremote.New(t)
	m.install(t, "user/one/org.test.Hello")
	m.checkout(t, remote, remote.URL())
	m.ends(t, 0, `bkt-capture --root "$R" --only flatpak,flatpak-remote | bkt-cfgen --write >/dev/null && git commit -qam x && git push -q origin main`)
	before := m.read(t, "manifests/flatpak-apps.json")
	for name, fake := range map[string]struct{ script, reason string }{
		"fails": {"echo 'error: no repo' >&2; exit 1", "no repo"},
		"hangs": {"sleep 600 & wait", "300ms"},
	} {
		dir := filepath.Join(t.TempDir(), name)
		real.Write(t, dir+"/flatpak", "#!/bin/sh\n"+fake.script+"\n", 0o755)
		capture := `PATH="` + dir + `:$PATH"; bkt-capture --root "$R"`
		if name == "hangs" {
			capture += " --timeout 300ms --only flatpak,flatpak-remote"
		}
		r := m.ends(t, 3, capture)
		got := read[state](t, r.out).Subsystems
		if s := got["flatpak"]; s.Status != "failed" || s.Count != nil || !strings.Contains(s.Reason, fake.reason) {
			t.Errorf("%s: flatpak is %+v", name, s)
		}
		if s := got["dnf"]; name == "fails" && (s.Status != "ok" || *s.Count != 2) {
			t.Errorf("%s: dnf is %+v", name, s)
		}
		m.ends(t, 3, capture+` | bkt-cfgen --prune --write`)
		if after := m.read(t, "manifests/flatpak-apps.json"); after != before {
			t.Errorf("%s: the apps are now\n%s", name, after)
		}
		m.ends(t, 0, `git checkout -q .`)
	}
	page := m.ends(t, 3, `mkdir ../x && printf '#!/bin/sh\nexit 1\n' >../x/flatpak && chmod +x ../x/flatpak && PATH="$PWD/../x:$PATH" bkt-drift --root "$R" --format text`)
	if !strings.Contains(page.out, "Not checked") || strings.Contains(page.out, "in sync") {
		t.Errorf("the page:\n%s", page.out)
	}
}

// A machine without a tool has an unknown subsystem, which is no failure.
func TestToolThatIsMissing(t *testing.T) {
	t.Parallel()
	m, remote := newMachine(t, "laptop"), gitremote.New(t)
	m.checkout(t, remote, remote.URL())
	dir := t.TempDir()
	for _, tool := range []string{"bash", "git", "jq", "sh", "unshare"} {
		for _, at := range filepath.SplitList(os.Getenv("PATH")) {
			if _, err := os.Stat(filepath.Join(at, tool)); err == nil {
				if err := os.Symlink(filepath.Join(at, tool), filepath.Join(dir, tool)); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
	m.Env = append(m.Env, "PATH="+bin+":"+dir)
	got := read[state](t, m.ends(t, 0, `bkt-capture --root "$R"`).out)
	for _, name := range []string{"dnf", "flatpak", "flatpak-remote"} {
		if s := got.Subsystems[name]; s.Status != "unavailable" || s.Count != nil || s.Reason == "" {
			t.Errorf("%s is %+v", name, s)
		}
	}
	if len(got.Items) > 0 {
		t.Errorf("items: %q", keys(got.Items))
	}
	m.ends(t, 0, `bkt-capture --root "$R" | bkt-cfgen --prune | jq -e '.files == []'`)
}
