package host

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestTemp(t *testing.T) {
	dir := t.TempDir()
	h := &Host{Env: map[string]string{"TMPDIR": dir}}
	path, done, err := h.Temp("key", []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	is(t, path, "text", 0o600)
	if fi, err := os.Stat(filepath.Dir(path)); err != nil || fi.Mode().Perm() != 0o700 || filepath.Dir(filepath.Dir(path)) != dir {
		t.Errorf("%s: %v, %v", path, fi, err)
	}
	done()
	if got := names(t, dir); got != "" {
		t.Errorf("left behind: %s", got)
	}
	h.DryRun = io.Discard
	if path, done, err = h.Temp("key", []byte("text")); err != nil || filepath.Base(path) != "key" {
		t.Errorf("%s, %v", path, err)
	}
	done()
	if got := names(t, dir); got != "" {
		t.Errorf("a dry run wrote %s", got)
	}
	h = &Host{Env: map[string]string{"TMPDIR": dir + "/none"}}
	if path, _, err := h.Temp("key", nil); err == nil {
		t.Errorf("%s is in a folder that is not there", path)
	}
}
