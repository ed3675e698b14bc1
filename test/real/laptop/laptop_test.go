package laptop

import (
	"os"
	"path/filepath"
	"testing"

	"bkt/test/real"
)

func TestHomeIsTheSameInsideTheRoot(t *testing.T) {
	l := New(t)
	real.Write(t, filepath.Join(l.Flatpak.Dir, "x"), "here", 0o644)
	b, err := os.ReadFile(filepath.Join(l.Root.Dir, l.Flatpak.Dir, "x"))
	if err != nil || string(b) != "here" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestPathBeginsWithWhatWasPutFirst(t *testing.T) {
	l := New(t)
	dir := t.TempDir()
	real.Write(t, filepath.Join(dir, "dnf"), "#!/bin/sh\necho mine\n", 0o755)
	l.Prepend(dir)
	if got := real.Output(t, "", l.Env, "sh", "-c", "rpm -qa; dnf"); got != "mine\n" {
		t.Errorf("got %q", got)
	}
}
