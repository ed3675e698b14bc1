package host

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// names are what a folder holds.
func names(t *testing.T, dir string) string {
	t.Helper()
	l, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range l {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func file(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func is(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || string(b) != text {
		t.Errorf("%s holds %q, %v", path, b, err)
		return
	}
	if fi, err := os.Stat(path); err != nil || fi.Mode() != mode {
		t.Errorf("%s: mode %v, want %v", path, fi.Mode(), mode)
	}
}

func TestWriteFileMakesAndReplaces(t *testing.T) {
	h := &Host{Root: t.TempDir()}
	for _, text := range []string{"one", "", "two"} {
		if err := h.WriteFile("/x", []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		is(t, h.Root+"/x", text, 0o640)
	}
	if got := names(t, h.Root); got != "x" {
		t.Errorf("left behind: %s", got)
	}
}

func TestWriteFileKeepsTheMode(t *testing.T) {
	for _, c := range []struct{ old, wanted, want fs.FileMode }{
		{0o600, 0o644, 0o600},
		{0o664, 0o644, 0o664},
		{0o644, 0o755, 0o755},
		{0o600, 0o755, 0o700},
		{0o755, 0o644, 0o644},
		{0o775, 0o755, 0o775},
	} {
		h := &Host{Root: t.TempDir()}
		file(t, h.Root+"/x", "old", c.old)
		if err := h.WriteFile("/x", []byte("new"), c.wanted); err != nil {
			t.Fatal(err)
		}
		is(t, h.Root+"/x", "new", c.want)
	}
}

func TestASymbolicLinkStays(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"dotfiles", "home"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file(t, dir+"/dotfiles/real", "old", 0o644)
	for name, to := range map[string]string{"home/link": "../dotfiles/real", "home/link2": "link", "home/dir": "../dotfiles"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	h := &Host{Root: dir}
	for _, path := range []string{"/home/link", "/home/link2", "/home/dir/real"} {
		if err := h.WriteFile(path, []byte(path), 0o644); err != nil {
			t.Error(err)
		}
		is(t, dir+"/dotfiles/real", path, 0o644)
	}
	if to, err := os.Readlink(dir + "/home/link2"); to != "link" || err != nil {
		t.Errorf("%s, %v", to, err)
	}
	if got := names(t, dir+"/home") + ", " + names(t, dir+"/dotfiles"); got != "dir link link2, real" {
		t.Errorf("left behind: %s", got)
	}
}

func TestWriteFileRefuses(t *testing.T) {
	dir := t.TempDir()
	file(t, dir+"/readonly", "old", 0o444)
	file(t, dir+"/file", "old", 0o644)
	if err := os.Mkdir(dir+"/folder", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"dangling": "nowhere", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := names(t, dir)
	h := &Host{Root: dir}
	for path, want := range map[string]string{
		"/readonly": "cannot write '" + dir + "/readonly': it is read-only",
		"/folder":   "cannot write '" + dir + "/folder': not a regular file",
		"/dangling": "cannot write '" + dir + "/dangling': it is a link to nothing",
		"/loop":     "cannot write '" + dir + "/loop': ",
		"/no/x":     "cannot write '" + dir + "/no/x': no such file or directory",
		"/file/x":   "cannot write '" + dir + "/file/x': not a directory",
	} {
		err := h.WriteFile(path, []byte("new"), 0o644)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	if got := names(t, dir); got != before {
		t.Errorf("left behind: %s", got)
	}
	is(t, dir+"/readonly", "old", 0o444)
	is(t, dir+"/file", "old", 0o644)
}

func TestPrepareChangesNothingYet(t *testing.T) {
	dir := t.TempDir()
	file(t, dir+"/x", "old", 0o644)
	p, err := Prepare(dir+"/x", []byte("new"), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	is(t, dir+"/x", "old", 0o644)
	p.Discard()
	if got := names(t, dir); got != "x" {
		t.Errorf("left behind: %s", got)
	}
	p, err = Prepare(dir+"/x", []byte("new"), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	is(t, dir+"/x", "new", 0o644)
	p.Discard() // after Commit it must not take anything away
	is(t, dir+"/x", "new", 0o644)
	if got := names(t, dir); got != "x" {
		t.Errorf("left behind: %s", got)
	}
}

func TestCommitThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	p, err := Prepare(dir+"/x", []byte("new"), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir+"/x/full", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err == nil || !strings.HasPrefix(err.Error(), "cannot write '"+dir+"/x': ") {
		t.Error(err)
	}
	if got := names(t, dir); got != "x" {
		t.Errorf("left behind: %s", got)
	}
}

func TestSyncDir(t *testing.T) {
	dir := t.TempDir()
	if err := SyncDir(dir); err != nil {
		t.Error(err)
	}
	if err := SyncDir(dir + "/none"); err == nil {
		t.Error("a folder that is not there was synced")
	}
}
