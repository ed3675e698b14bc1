package host

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bkt/internal/run"
)

// noted is what glib writes for {'backing-root-device-inode': <(uint64, uint64)>} and more.
const (
	noted     = "backing-root-device-inode\x00\x00\x00\x00\x00\x00\x00DEVICE..INODE...\x00(tt)\x1a6"
	notedMore = "composefs\x00\x00\x00\x00\x00\x00\x00\x01\x00b\n\x00\x00\x00\x00" +
		"backing-root-device-inode\x00\x00\x00\x00\x00\x00\x00DEVICE..INODE...\x00(tt)\x1a\x00\x00" +
		"sysroot-ro\x00\x00\x00\x00\x00\x00\x01\x00b\x0b\x14Nd"
)

// note fills the numbers in.
func note(text string, n node) string {
	number := func(n uint64) string { return string(binary.NativeEndian.AppendUint64(nil, n)) }
	return strings.NewReplacer("DEVICE..", number(n.dev), "INODE...", number(n.ino)).Replace(text)
}

// deployed is a machine with the deployments a.0 (which also another system has), b.1 and b.2; the
// kernel's command line leads to b.2. Its root is one of their folders, or one of its own.
func deployed(t *testing.T, root string) *Host {
	t.Helper()
	top := t.TempDir()
	at := filepath.Join(top, "elsewhere/deep/down/in/there")
	if root != "" {
		at = filepath.Join(top, "ostree/deploy", root)
	}
	for _, dir := range []string{"ostree/deploy/other/deploy/a.0", "ostree/deploy/default/deploy/a.0", "ostree/deploy/default/deploy/b.1",
		"ostree/deploy/default/deploy/b.2", "ostree/boot.0/default/kernel"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"run", "proc"} {
		if err := os.MkdirAll(filepath.Join(at, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range map[string]string{"run/ostree-booted": "", "proc/cmdline": "quiet ostree=/ostree/boot.0/default/kernel/0 rw\n",
		"../b.1.origin": "[origin]\n"} {
		if err := os.WriteFile(filepath.Join(at, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{filepath.Join(at, "sysroot"): "../../../../..", filepath.Join(at, "ostree"): "sysroot/ostree",
		filepath.Join(top, "ostree/boot.0/default/kernel/0"):       "../../../deploy/default/deploy/b.2",
		filepath.Join(top, "ostree/deploy/default/deploy/current"): "b.1"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	return &Host{Root: at, Runner: unasked{}}
}

// unasked has no rpm-ostree.
type unasked struct{ run.Runner }

func (unasked) Run(context.Context, run.Cmd) (run.Result, error) {
	return run.Result{}, run.ErrNotFound
}

func TestBooted(t *testing.T) {
	backing := func(text string) func(*testing.T, *Host) {
		return func(t *testing.T, h *Host) {
			fi, err := os.Stat(h.Path("/sysroot/ostree/deploy/default/deploy/b.1"))
			if err != nil {
				t.Fatal(err)
			}
			st := fi.Sys().(*syscall.Stat_t)
			text = note(text, node{uint64(st.Dev), st.Ino})
			if err := os.WriteFile(h.Path("/run/ostree-booted"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	without := func(path string) func(*testing.T, *Host) {
		return func(t *testing.T, h *Host) {
			if err := os.Remove(h.Path(path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name, root string
		as         func(*testing.T, *Host)
		want       string
	}{
		{"the root is its folder, whatever the link leads to", "default/deploy/b.1", nil, "b.1"},
		{"the root is what the link leads to", "default/deploy/b.2", nil, "b.2"},
		{"the one of two systems", "other/deploy/a.0", nil, "a.0"},
		{"the link at the root alone", "default/deploy/b.1", without("/ostree"), "b.1"},
		{"composefs over its folder", "", backing(noted), "b.1"},
		{"composefs, with more in the note", "", backing(notedMore), "b.1"},
		{"a note that is none", "", backing(noted[:20]), "b.2"},
		{"a note of another folder", "", backing(strings.Replace(noted, "INODE", "OTHER", 1)), "b.2"},
		{"nothing but the link", "", nil, "b.2"},
		{"no deployments at all", "default/deploy/b.1", without("/run/ostree-booted"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := deployed(t, c.root)
			if c.as != nil {
				c.as(t, h)
			}
			if got, err := h.Booted(t.Context()); got != c.want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, c.want)
			}
		})
	}
	h := deployed(t, "")
	without("/proc/cmdline")(t, h)
	if got, err := h.Booted(t.Context()); !errors.Is(err, run.ErrNotFound) {
		t.Errorf("nothing tells, and rpm-ostree is not here: %q, %v", got, err)
	}
}

// What is cut off, or has a byte changed, is never taken for a folder that it does not name.
func TestBackingOfWhatIsNone(t *testing.T) {
	want := node{64769, 1234567}
	for _, text := range []string{note(noted, want), note(notedMore, want)} {
		if got, ok := backing([]byte(text)); !ok || got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
		for n := range text {
			if got, ok := backing([]byte(text[:n])); ok && got != want {
				t.Errorf("%q: %v", text[:n], got)
			}
		}
	}
	long := note("a\x00\x00\x00\x00\x00\x00\x00"+strings.Repeat("x", 300)+"\x00\x00s\x02\x00\x00\x00\x00\x00\x00\x00\x00"+noted[:len(noted)-1]+"9\x01v\x01", want)
	if got, ok := backing([]byte(long)); !ok || got != want {
		t.Errorf("offsets of two bytes: %v, %v", got, ok)
	}
}

func FuzzBacking(f *testing.F) {
	f.Add([]byte(note(noted, node{1, 2})))
	f.Add([]byte(note(notedMore, node{1, 2})))
	f.Add([]byte{})
	f.Fuzz(func(_ *testing.T, b []byte) { backing(b) })
}
