package dnf

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
)

// tools is a Runner that knows a few exact calls; any other one fails the test, and so does
// one that was expected and did not come.
type tools struct {
	t     *testing.T
	mu    sync.Mutex
	calls map[string]string // argv joined by blanks, to stdout; a beginning "!" is stderr of a failure
	seen  map[string]int
}

func newTools(t *testing.T, calls map[string]string) *tools {
	r := &tools{t: t, calls: calls, seen: map[string]int{}}
	t.Cleanup(func() {
		for c := range calls {
			if r.seen[c] != 1 {
				t.Errorf("%q was called %d times", c, r.seen[c])
			}
		}
	})
	return r
}

func (r *tools) Look(name string) (string, error) {
	for c := range r.calls {
		if strings.HasPrefix(c, name+" ") {
			return "/usr/bin/" + name, nil
		}
	}
	return "", &run.Error{Argv: []string{name}, Err: run.ErrNotFound}
}

func (r *tools) Run(_ context.Context, c run.Cmd) (run.Result, error) {
	if _, err := r.Look(c.Argv[0]); err != nil {
		return run.Result{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	call := strings.Join(c.Argv, " ")
	out, ok := r.calls[call]
	if !ok || c.Effect != run.Reads || c.Interactive {
		r.t.Errorf("unexpected call %q", call)
	}
	r.seen[call]++
	if stderr, bad := strings.CutPrefix(out, "!"); bad {
		return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: stderr}
	}
	return run.Result{Stdout: []byte(out)}, nil
}

// machine is a host on a tree with these files; those in databases are not empty.
func machine(t *testing.T, calls map[string]string, files ...string) *host.Host {
	root := t.TempDir()
	for _, f := range files {
		name, text, _ := strings.Cut(f, "=")
		if text == "" {
			text = "x"
		}
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := map[string]string{}
	for c, out := range calls {
		at[strings.ReplaceAll(c, "ROOT", root)] = out
	}
	return &host.Host{Root: root, Runner: newTools(t, at)}
}

func fixture(t testing.TB, name string) string {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
