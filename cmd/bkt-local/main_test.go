package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"bkt/internal/registry"
	"bkt/internal/subsystem"
	"bkt/test/script"
)

func TestMain(m *testing.M) {
	script.Main(m, map[string]func(){"bkt-local": main})
}

func TestScripts(t *testing.T) {
	script.Run(t, append(built(t, "bkt-capture", "bkt-drift", "bkt-cfgen", "bkt-pr", "bkt-apply"), "bkt-local")...)
}

// built are the other programs of the pipes, as paths.
func built(t *testing.T, names ...string) []string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"build", "-o", dir + "/"}
	var out []string
	for _, name := range names {
		args = append(args, "bkt/cmd/"+name)
		out = append(out, filepath.Join(dir, name))
	}
	if b, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}

// Whatever Render or Parse may know of an item can be said on the command line: a subsystem that
// names no attributes has none.
func TestEverySubsystemSaysItsAttributes(t *testing.T) {
	for _, s := range registry.All() {
		if _, ok := s.(subsystem.Attributer); !ok {
			t.Errorf("%s does not say which attributes a person may give", s.Info().Name)
		}
	}
}
