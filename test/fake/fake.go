// Package fake has what the tests of collectors share: a tool that is strict about how it is called, files, and a machine of
// them.
package fake

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
)

// Tool is a Runner that finds the program Name and nothing else; Do is what that does. The zero Tool finds nothing.
type Tool struct {
	Name string
	Do   func(run.Cmd) (run.Result, error)
}

// Look finds the program.
func (f Tool) Look(name string) (string, error) {
	if name != f.Name {
		return "", run.ErrNotFound
	}
	return "/usr/bin/" + name, nil
}

// Run does what the program does.
func (f Tool) Run(_ context.Context, c run.Cmd) (run.Result, error) {
	if _, err := f.Look(c.Argv[0]); err != nil {
		return run.Result{Code: -1}, err
	}
	return f.Do(c)
}

// Idle is a tool that fails the test when it is called.
func Idle(t *testing.T, name string) Tool {
	return Tool{name, func(c run.Cmd) (run.Result, error) {
		t.Errorf("called %q", c.Argv)
		return run.Result{}, nil
	}}
}

// None is a Runner for what starts nothing: it fails the test when a program is looked for.
func None(t testing.TB) run.Runner { return none{t} }

type none struct{ t testing.TB }

func (n none) Look(name string) (string, error) {
	n.t.Errorf("looked for %s", name)
	return "", run.ErrNotFound
}

func (n none) Run(_ context.Context, c run.Cmd) (run.Result, error) {
	n.t.Errorf("called %q", c.Argv)
	return run.Result{Code: -1}, run.ErrNotFound
}

// Machine is a host with these files, by their paths below its root, and without programs: nothing may look for one.
func Machine(t testing.TB, files map[string]string) *host.Host {
	t.Helper()
	h := &host.Host{Root: t.TempDir(), Runner: None(t)}
	for name, text := range files {
		Write(t, filepath.Join(h.Root, name), text)
	}
	return h
}

// Prints answers one call, which reads, and fails the test at any other, at a second one and when there is none.
func Prints(t *testing.T, stdout, stderr string, argv ...string) Tool {
	calls := 0
	t.Cleanup(func() {
		if calls != 1 {
			t.Errorf("%q was called %d times", argv, calls)
		}
	})
	return Tool{argv[0], func(c run.Cmd) (run.Result, error) {
		calls++
		if !slices.Equal(c.Argv, argv) || c.Effect != run.Reads {
			t.Errorf("called %q, want %q, which reads", c.Argv, argv)
		}
		return run.Result{Stdout: []byte(stdout), Stderr: []byte(stderr)}, nil
	}}
}

// Fixture is a file of the package's testdata.
func Fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Write writes a file with its folders.
func Write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
