package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

// The pipes of the agreement, each with what it must leave in the working tree.
func TestPipes(t *testing.T) {
	t.Parallel()
	m, remote := newMachine(t, "laptop"), gitremote.New(t)
	m.install(t, "user/one/org.gnome.Maps", "user/one/org.test.Hello", "system/one/org.test.Hello")
	m.checkout(t, remote, remote.URL())
	for _, p := range []struct {
		script string
		apps   []string // "scope id"
		others bool     // and the package and the remotes
	}{
		{`bkt-capture --root "$R" --only 'flatpak:org.gnome.*' | bkt-cfgen --write`, []string{"user org.gnome.Maps"}, false},
		{`bkt-capture --root "$R" | jq '.items |= map(select(.subsystem == "flatpak"))' | bkt-cfgen --write`,
			[]string{"system org.test.Hello", "user org.gnome.Maps", "user org.test.Hello"}, false},
		{`bkt-drift --root "$R" --format json | jq '.changes |= map(select(.id | startswith("org.gnome.")))' | bkt-cfgen --write`,
			[]string{"user org.gnome.Maps"}, false},
		{`bkt-drift --root "$R" --only flatpak@system --format json | bkt-cfgen --write`, []string{"system org.test.Hello"}, false},
		{`bkt-capture --root "$R" | bkt-cfgen --write`, []string{"system org.test.Hello", "user org.gnome.Maps", "user org.test.Hello"}, true},
		{`bkt-capture --root "$R" | bkt-cfgen | jq . | bkt-pr | jq -e '.changes | length == 6'`, nil, false},
	} {
		m.ends(t, 0, p.script)
		if got := m.apps(t); !slices.Equal(got, p.apps) {
			t.Errorf("%s\napps %q, want %q", p.script, got, p.apps)
		}
		container := m.read(t, "Containerfile")
		if strings.Contains(container, "neovim") != p.others || strings.Contains(m.read(t, "manifests/flatpak-remotes.json"), "one") != p.others {
			t.Errorf("%s\npackage and remotes: want %v\n%s", p.script, p.others, container)
		}
		m.ends(t, 0, `bkt-cfgen --check && git checkout -q . && test -z "$(git status --porcelain)"`)
	}
}

// apps are those of the working tree's manifest, "scope id".
func (m *machine) apps(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, a := range read[struct{ Apps []struct{ ID, Scope string } }](t, m.read(t, "manifests/flatpak-apps.json")).Apps {
		out = append(out, a.Scope+" "+a.ID)
	}
	return sorted(out)
}

// read is a file of the working tree.
func (m *machine) read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(m.dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ssh laptop bkt-capture | bkt-drift -
func TestAnotherMachinesDrift(t *testing.T) {
	t.Parallel()
	here, there, remote := newMachine(t, "desktop"), newMachine(t, "laptop"), gitremote.New(t)
	there.install(t, "user/one/org.test.Hello")
	here.checkout(t, remote, remote.URL())
	dir := t.TempDir()
	real.Write(t, dir+"/ssh", "#!/bin/sh\n[ \"$1\" = laptop ] || exit 255\nshift\nexec env -i '"+
		strings.Join(there.Env, "' '")+"' \"$@\" --root '"+there.Root.Dir+"'\n", 0o755)
	here.Prepend(dir)
	got := read[struct {
		Host    struct{ Hostname string }
		Changes []change
	}](t, here.ends(t, 1, `ssh laptop bkt-capture | bkt-drift --exit-code -`).out)
	want := []string{"dnf neovim", "flatpak-remote@user one", "flatpak@user org.test.Hello"}
	if got.Host.Hostname != "laptop" || !slices.Equal(sorted(keys(got.Changes)), want) {
		t.Errorf("%s: %q", got.Host.Hostname, keys(got.Changes))
	}
	here.ends(t, 2, `ssh elsewhere bkt-capture | bkt-drift -`)
}
