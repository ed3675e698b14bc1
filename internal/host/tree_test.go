package host

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestWriteTree(t *testing.T) {
	h := &Host{Root: t.TempDir()}
	if err := h.WriteTree("/a/b", map[string][]byte{"x": []byte("1"), "d/e/y": []byte("2")}); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteTree("/a/b", map[string][]byte{"d/z": []byte("3")}); err != nil {
		t.Fatal(err)
	}
	if got := list(t, h.Path("/a")); got != "b b/d b/d/z" {
		t.Errorf("the second does not stand in the place of the first: %s", got)
	}
	fi, err := os.Stat(h.Path("/a/b/d/z"))
	if err != nil || fi.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	for _, bad := range []string{"../x", "/x", "a/../../x", ""} {
		if err := h.WriteTree("/a/c", map[string][]byte{bad: nil}); err == nil {
			t.Errorf("%q was written", bad)
		}
	}
	if err := h.WriteTree("/a/c", map[string][]byte{"f": nil, "f/g": nil}); err == nil {
		t.Error("a file and a folder of one name were written")
	}
	if got := list(t, h.Path("/a")); got != "b b/d b/d/z" {
		t.Errorf("something is left behind: %s", got)
	}
}

func TestTreesRefuseWhatIsNotOurs(t *testing.T) {
	h := &Host{Root: t.TempDir()}
	if err := os.MkdirAll(h.Path("/a/real/keep"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", h.Path("/a/link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.Path("/a/file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"/a/link", "/a/file"} {
		if err := h.WriteTree(p, nil); err == nil || !strings.Contains(err.Error(), "did not put there") {
			t.Errorf("write %s: %v", p, err)
		}
		if err := h.RemoveTree(p); err == nil || !strings.Contains(err.Error(), "did not put there") {
			t.Errorf("remove %s: %v", p, err)
		}
	}
	if got := list(t, h.Path("/a")); got != "file link real real/keep" {
		t.Error(got)
	}
}

func TestRemoveTree(t *testing.T) {
	h := &Host{Root: t.TempDir()}
	if err := h.RemoveTree("/a/b"); err != nil {
		t.Errorf("not there: %v", err)
	}
	if err := h.WriteTree("/a/b", map[string][]byte{"c/d": nil}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(h.Path("/out"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(h.Path("/out"), h.Path("/a/b/c/l")); err != nil {
		t.Fatal(err)
	}
	if err := h.RemoveTree("/a/b"); err != nil || list(t, h.Path("/a")) != "" || !h.Exists("/out") {
		t.Errorf("%v, left %q", err, list(t, h.Path("/a")))
	}
}

func TestTreesUnderDryRun(t *testing.T) {
	var said bytes.Buffer
	h := &Host{Root: t.TempDir()}
	if err := h.WriteTree("/a/b", map[string][]byte{"c": nil}); err != nil {
		t.Fatal(err)
	}
	h.DryRun = &said
	asked := false
	for _, err := range []error{
		h.WriteTree("/a/n", map[string][]byte{"c": nil}), h.RemoveTree("/a/b"), h.Confirm(func() error { asked = true; return nil }),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if got := list(t, h.Root); got != "a a/b a/b/c" || asked {
		t.Errorf("%s, asked %v", got, asked)
	}
	if want := "would write the folder: /a/n\nwould remove the folder: /a/b\n"; said.String() != want {
		t.Errorf("%q", said.String())
	}
}

// list is all that is below a folder.
func list(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, _ os.DirEntry, err error) error {
		if p != dir {
			out = append(out, strings.TrimPrefix(p, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestSessionBus(t *testing.T) {
	dir, err := os.MkdirTemp("", "bus") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dir + "/bus", Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	alive := map[string]map[string]string{
		"address": {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + dir + "/bus,guid=1"},
		"escaped": {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + strings.ReplaceAll(dir, "b", "%62") + "/bus"},
		"second":  {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nope;unix:path=" + dir + "/bus"},
		"runtime": {"XDG_RUNTIME_DIR": dir},
	}
	for name, env := range alive {
		if !(&Host{Env: env}).SessionBus() {
			t.Errorf("%s: no bus", name)
		}
	}
	for name, env := range map[string]map[string]string{
		"nothing": nil, "disabled": {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "XDG_RUNTIME_DIR": dir},
		"gone": {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + dir + "/other"}, "relative": {"XDG_RUNTIME_DIR": "run"},
		"nonsense": {"DBUS_SESSION_BUS_ADDRESS": "what"},
	} {
		if (&Host{Env: env}).SessionBus() {
			t.Errorf("%s: a bus", name)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, env := range alive {
		if (&Host{Env: env}).SessionBus() {
			t.Errorf("%s: a bus, though nobody listens", name)
		}
	}
}

func TestMemoAsksOnce(t *testing.T) {
	h := &Host{}
	n := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if v, err := Memo(h, "x", func() (int, error) { n++; return 7, nil }); v != 7 || err != nil {
				t.Error(v, err)
			}
		})
	}
	wg.Wait()
	if v, _ := Memo(h, "y", func() (int, error) { return 8, nil }); n != 1 || v != 8 {
		t.Errorf("asked %d times, other %d", n, v)
	}
	h.Forget()
	if v, _ := Memo(h, "x", func() (int, error) { return 9, nil }); v != 9 {
		t.Errorf("a second look remembers %d", v)
	}
}
