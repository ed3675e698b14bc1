package flatpakremote_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/flatpakremote"
	"bkt/test/real/flatpakrepo"
)

// signed is a repository with one app, signed with a key of its own.
func signed(t *testing.T) *flatpakrepo.Signed {
	return flatpakrepo.Build(t, t.TempDir(), "Plain", flatpakrepo.App{ID: "org.test.Hello"}).Sign(t, t.TempDir(), "Signed")
}

func TestWithRealFlatpak(t *testing.T) {
	one, two := signed(t), signed(t)
	for name, test := range map[string]func(t *testing.T, one, two *flatpakrepo.Signed){
		"it comes and goes in each scope":    comesAndGoes,
		"one that is not trusted goes again": notTrusted,
		"it moves":                           moves,
		"it is verified once it has a key":   becomesVerified,
		"one that is down is added":          isDown,
	} {
		t.Run(name, func(t *testing.T) { test(t, one, two) })
	}
}

func item(scope, name, url, key string) doc.Item {
	i := doc.Item{Subsystem: flatpakremote.Name, ID: name, Scope: scope, Attrs: doc.Attrs{}.Set("url", url)}
	if key != "" {
		i.Attrs.Set("gpg_key", key)
	}
	return i
}

func view() subsystem.View {
	return subsystem.View{Has: func(string, string, string) (doc.Attrs, bool) { return nil, false }}
}

func do(t *testing.T, h *host.Host, verb subsystem.Verb, have doc.Side, i doc.Item) error {
	t.Helper()
	return flatpakremote.Subsystem{}.Do(t.Context(), h, view(), []subsystem.Task{{Verb: verb, Item: i, Have: have}})
}

// shows fails unless capture finds exactly these remotes.
func shows(t *testing.T, h *host.Host, want ...doc.Item) {
	t.Helper()
	f, err := flatpakremote.Subsystem{}.Capture(t.Context(), h)
	if err != nil || len(f.Unmanaged) > 0 {
		t.Fatal(err, f.Unmanaged)
	}
	same := slices.EqualFunc(f.Items, want, func(a, b doc.Item) bool { return a.Key() == b.Key() && a.Attrs.Equal(b.Attrs) })
	if !same {
		t.Errorf("got  %v\nwant %v", f.Items, want)
	}
}

func comesAndGoes(t *testing.T, repo, _ *flatpakrepo.Signed) {
	home := flatpakrepo.NewHome(t)
	h, calls := home.Host()
	h.Env["TMPDIR"] = t.TempDir()
	user, system := item("user", "one", repo.URL(), repo.Key), item("system", "one", repo.URL(), repo.Key)
	for range 2 { // the second time it is true already
		for _, i := range []doc.Item{user, system} {
			if err := do(t, h, subsystem.Install, doc.Absent(), i); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := calls.Take(); len(got) != 2 || strings.Contains(strings.Join(got, " "), "no-gpg-verify") {
		t.Errorf("%d calls: %q", len(got), got)
	}
	shows(t, h, system, user)
	if left, err := os.ReadDir(h.Env["TMPDIR"]); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}

	home.Install(t, "user", "one", repo.Ref("org.test.Hello"))
	err := do(t, h, subsystem.Remove, doc.Side{}, user)
	if err == nil || !strings.Contains(err.Error(), "it stays: apps or runtimes from it are installed") {
		t.Errorf("a remote that is used: %v", err)
	}
	for range 2 {
		if err := do(t, h, subsystem.Remove, doc.Side{}, system); err != nil {
			t.Error(err)
		}
	}
	shows(t, h, user)
}

func notTrusted(t *testing.T, mine, other *flatpakrepo.Signed) {
	plain := flatpakrepo.Build(t, t.TempDir(), "Plain")
	home := flatpakrepo.NewHome(t)
	h, _ := home.Host()
	for want, i := range map[string]doc.Item{
		"public key not found":        item("user", "wrong", mine.URL(), other.Key),
		"no summary signatures found": item("user", "unsigned", plain.URL(), other.Key),
		"nothing says which key":      item("user", "keyless", mine.URL(), ""),
	} {
		if err := do(t, h, subsystem.Install, doc.Absent(), i); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", i.ID, err, want)
		}
		shows(t, h)
	}
	if left, err := filepath.Glob(h.FlatpakDir("user") + "/repo/*.gpg"); err != nil || len(left) > 0 {
		t.Errorf("keys that nobody trusts: %q, %v", left, err)
	}
}

func moves(t *testing.T, from, to *flatpakrepo.Signed) {
	home := flatpakrepo.NewHome(t)
	h, _ := home.Host()
	old, moved := item("user", "one", from.URL(), from.Key), item("user", "one", to.URL(), to.Key)
	if err := do(t, h, subsystem.Install, doc.Absent(), old); err != nil {
		t.Fatal(err)
	}
	if err := do(t, h, subsystem.Set, doc.Has(old.Attrs), moved); err != nil {
		t.Fatal(err)
	}
	shows(t, h, moved)
	home.Install(t, "user", "one", to.Ref("org.test.Hello"))

	// The key of the old place opens nothing any more, and the new one does not open the old place.
	back := item("user", "one", from.URL(), "")
	if err := do(t, h, subsystem.Set, doc.Has(moved.Attrs), back); err != nil {
		t.Fatal(err)
	}
	shows(t, h, item("user", "one", from.URL(), to.Key))
	if _, err := h.Read(t.Context(), "flatpak", "remote-ls", "--user", "one"); err == nil {
		t.Error("the old place is trusted by the new key")
	}
}

func becomesVerified(t *testing.T, repo, _ *flatpakrepo.Signed) {
	home := flatpakrepo.NewHome(t)
	h, _ := home.Host()
	home.AddRemote(t, "user", "one", repo.URL())
	want := item("user", "one", repo.URL(), repo.Key)
	if err := do(t, h, subsystem.Set, doc.Has(item("user", "one", repo.URL(), "").Attrs), want); err != nil {
		t.Fatal(err)
	}
	shows(t, h, want)
	if got := home.Flatpak(t, "remotes", "--user", "--columns=options"); strings.Contains(got, "no-gpg-verify") {
		t.Errorf("options %q", got)
	}
}

func isDown(t *testing.T, repo, _ *flatpakrepo.Signed) {
	home := flatpakrepo.NewHome(t)
	h, _ := home.Host()
	down := item("user", "down", "http://127.0.0.1:1/repo", repo.Key)
	if err := do(t, h, subsystem.Install, doc.Absent(), down); err != nil {
		t.Fatal(err)
	}
	shows(t, h, down)
}
