package compare

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/host"
)

func TestLoad(t *testing.T) {
	m, err := Load(distribution(map[string]string{"app": wants("user/a=1", "b"), "unit": "[]", "policy": `{"app": {"track": "listed"}}`}), nil, list())
	if err != nil {
		t.Fatal(err)
	}
	for name, managed := range map[string]bool{"app": true, "unit": true, "package": false, "other": false} {
		if m.Managed(name) != managed {
			t.Errorf("%s: managed %v", name, !managed)
		}
	}
	if w := m.Want(doc.Key{Subsystem: "app", Scope: "user", ID: "a"}); !w.Equal(side("1")) {
		t.Errorf("%+v", w)
	}
	for _, k := range []doc.Key{{Subsystem: "app", ID: "a"}, {Subsystem: "unit", Scope: "user", ID: "a"}} {
		if w := m.Want(k); w.There() || !w.Known() {
			t.Errorf("%v: %+v", k, w)
		}
	}
	if m.Policy.Track("app") != "listed" || m.Items["unit"] == nil {
		t.Errorf("%+v", m)
	}
}

func TestLoadTellsAllThatIsWrong(t *testing.T) {
	_, err := Load(distribution(map[string]string{"app": "{", "unit": "", "package": "[]"}), nil, list())
	if err == nil || !strings.Contains(err.Error(), "manifests/app.json:1:") || !strings.Contains(err.Error(), "manifests/unit.json:1:1: ") {
		t.Errorf("%v", err)
	}
	_, err = Load(distribution(map[string]string{"policy": `{"deliver": "email"}`}), nil, list())
	if err == nil || !strings.HasPrefix(err.Error(), "manifests/policy.json:1:13: ") {
		t.Errorf("%v", err)
	}
}

// broken is a tree that cannot be read.
type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestAManifestThatCannotBeReadIsNotMissing(t *testing.T) {
	_, err := Load(broken{}, nil, list())
	if err == nil || err.Error() != "cannot read 'manifests/policy.json': permission denied" || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
}

func TestAManifestThatTheLastCommitHasIsMissed(t *testing.T) {
	full := map[string]string{"app": wants("a"), "unit": wants(), "policy": "{}"}
	asked := 0
	head := func() (fs.FS, error) { asked++; return distribution(full), nil }
	for _, gone := range []string{"app", "unit", "policy"} {
		tree := map[string]string{}
		for name, text := range full {
			if name != gone {
				tree[name] = text
			}
		}
		asked = 0
		_, err := Load(distribution(tree), head, list())
		want := "manifests/" + gone + ".json: the last commit has it and the working tree does not: restore it, or commit its removal"
		if err == nil || err.Error() != want || asked != 1 {
			t.Errorf("%s: %v, asked %d times", gone, err, asked)
		}
	}
	if _, err := Load(distribution(full), head, list()); err != nil {
		t.Errorf("neither has the rest: %v", err)
	}
	for name, head := range map[string]func() (fs.FS, error){"no commit": func() (fs.FS, error) { return nil, nil }, "another tree": func() (fs.FS, error) { return distribution(nil), nil }} {
		m, err := Load(distribution(nil), head, list())
		if err != nil || m.Managed("app") {
			t.Errorf("%s: %v", name, err)
		}
	}
	sick := errors.New("git is gone")
	if _, err := Load(distribution(nil), func() (fs.FS, error) { return nil, sick }, list()); !errors.Is(err, sick) {
		t.Errorf("%v", err)
	}
}

func TestLoadLocal(t *testing.T) {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}}
	l, err := LoadLocal(t.Context(), h, "", nil)
	if err != nil || l.Published != nil || l.Ignore.Ignored("app", "x") {
		t.Errorf("%+v, %v", l, err)
	}
	if err := applied.SavePublished(h, &applied.Published{URL: "u"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(h.Root, "home/ada/.config/bkt/ignore")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("app org.x.*\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err = LoadLocal(t.Context(), h, "", nil)
	if err != nil || l.Published.URL != "u" || !l.Ignore.Ignored("app", "org.x.y") || l.Ignore.Ignored("app", "y") {
		t.Errorf("%+v, %v", l, err)
	}
	if err := os.WriteFile(path, []byte("app\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadLocal(t.Context(), h, "", nil); err == nil || !strings.HasPrefix(err.Error(), "/home/ada/.config/bkt/ignore:1:1: ") {
		t.Errorf("%v", err)
	}
	if l, err := LoadLocal(t.Context(), &host.Host{Root: h.Root}, "", nil); err != nil || l.Published != nil || l.Ignore != nil {
		t.Errorf("without a home: %+v, %v", l, err)
	}
}

func TestOwn(t *testing.T) {
	h := &host.Host{Root: t.TempDir()}
	for path, text := range map[string]string{"/proc/sys/kernel/random/boot_id": "1-2\n", "/etc/hostname": "desktop\n"} {
		if err := os.MkdirAll(filepath.Dir(h.Root+path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(h.Root+path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		of   doc.Host
		want bool
	}{
		{doc.Host{Hostname: "desktop", BootID: "1-2"}, true},
		{doc.Host{Hostname: "laptop", BootID: "1-2"}, false},
		{doc.Host{Hostname: "desktop", BootID: "3-4"}, false},
		{doc.Host{Hostname: "desktop"}, false},
	} {
		if Own(h, c.of) != c.want {
			t.Errorf("%+v", c.of)
		}
	}
	if Own(&host.Host{Root: t.TempDir()}, doc.Host{Hostname: "localhost"}) {
		t.Error("two machines without a boot id are not the same")
	}
}
