package host

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// tree is a machine in a folder of the test.
func tree(t *testing.T, files map[string]string) *Host {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		p := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Host{Root: root, Env: map[string]string{}}
}

func TestRootStandsBeforeEveryPath(t *testing.T) {
	h := tree(t, map[string]string{"/etc/a/x": "text", "/etc/a/y": ""})
	if h.Path("/etc/a") != h.Root+"/etc/a" || h.Path("/../../etc") != h.Root+"/etc" {
		t.Errorf("%s, %s", h.Path("/etc/a"), h.Path("/../../etc"))
	}
	if b, err := h.ReadFile("/etc/a/x"); err != nil || string(b) != "text" {
		t.Errorf("%s, %v", b, err)
	}
	l, err := h.ReadDir("/etc/a")
	if err != nil || len(l) != 2 || l[0].Name() != "x" {
		t.Errorf("%v, %v", l, err)
	}
	if l, err := h.ReadDir("/nowhere"); err != nil || l != nil {
		t.Errorf("a folder that is not there: %v, %v", l, err)
	}
	if _, err := h.ReadDir("/etc/a/x"); err == nil {
		t.Error("a file is no folder")
	}
	if !h.Exists("/etc/a/x") || h.Exists("/etc/passwd") {
		t.Error("Exists looks elsewhere")
	}
	if err := h.MkdirAll("/var/x/y", 0o700); err != nil {
		t.Error(err)
	}
	if fi, err := os.Stat(h.Root + "/var/x/y"); err != nil || fi.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", fi, err)
	}
	if err := os.Symlink("x", h.Root+"/etc/a/link"); err != nil {
		t.Fatal(err)
	}
	if l, err := h.Readlink("/etc/a/link"); l != "x" || err != nil {
		t.Errorf("%s, %v", l, err)
	}
}

func TestThisMachineHasNoRoot(t *testing.T) {
	for _, root := range []string{"", "/"} {
		h := &Host{Root: root}
		if h.Alternate() || h.Path("/etc/x") != "/etc/x" {
			t.Errorf("%q: %s", root, h.Path("/etc/x"))
		}
	}
}

func TestOS(t *testing.T) {
	const fedora = "# comment\nNAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=44\nVARIANT_ID='silverblue'\n  ANSI_COLOR=\"0;38\"\nno equals sign\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  *doc.OS
	}{
		"/usr/lib":   {map[string]string{"/usr/lib/os-release": fedora}, &doc.OS{ID: "fedora", Version: "44", Variant: "silverblue"}},
		"/etc first": {map[string]string{"/etc/os-release": "ID=bazzite\n", "/usr/lib/os-release": fedora}, &doc.OS{ID: "bazzite"}},
		"none":       {nil, nil},
	} {
		if got := tree(t, c.files).OS(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestNames(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"desktop":   {"/proc/sys/kernel/hostname": "desktop\n", "/etc/hostname": "other\n"},
		"other":     {"/etc/hostname": "other\n"},
		"third":     {"/proc/sys/kernel/hostname": " \n", "/etc/hostname": "third"},
		"localhost": {},
	} {
		if got := tree(t, files).Hostname(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if id := tree(t, map[string]string{"/proc/sys/kernel/random/boot_id": "1-2\n"}).BootID(); id != "1-2" {
		t.Error(id)
	}
	if id := tree(t, nil).BootID(); id != "" {
		t.Error(id)
	}
}

func TestFolders(t *testing.T) {
	folders := func(h *Host) []string {
		return []string{h.ConfigHome(), h.DataHome(), h.StateHome(), h.CacheHome(), h.StateDir()}
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"home": {map[string]string{"HOME": "/home/ada"},
			[]string{"/home/ada/.config", "/home/ada/.local/share", "/home/ada/.local/state", "/home/ada/.cache", "/var/lib/bkt"}},
		"all set": {map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k", "BKT_STATE_DIR": "/b"},
			[]string{"/c", "/d", "/s", "/k", "/b"}},
		"relative and empty ones count as none": {map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "./s", "XDG_CACHE_HOME": "../k", "BKT_STATE_DIR": "b"},
			[]string{"/home/ada/.config", "/home/ada/.local/share", "/home/ada/.local/state", "/home/ada/.cache", "/var/lib/bkt"}},
		"no home": {map[string]string{"XDG_DATA_HOME": "/d"}, []string{"", "/d", "", "", "/var/lib/bkt"}},
	} {
		if got := folders(&Host{Env: c.env}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestContainer(t *testing.T) {
	for _, c := range []struct{ name, file, env, want string }{
		{"a host", "", "", ""},
		{"toolbox", "/run/.toolboxenv", "", "a toolbox"},
		{"podman", "/run/.containerenv", "", "a container"},
		{"distrobox", "", "DISTROBOX_ENTER_PATH", "a distrobox"},
		{"a distrobox is a podman container, too", "/run/.containerenv", "DISTROBOX_ENTER_PATH", "a distrobox"},
		{"by its id", "", "CONTAINER_ID", "a container"},
		{"flatpak", "/.flatpak-info", "", "a Flatpak sandbox"},
		{"something else", "/etc/passwd", "HOME", ""},
	} {
		got := container(func(f string) bool { return f == c.file && f != "" }, func(k string) string {
			if k == c.env {
				return "x"
			}
			return ""
		})
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestALookAtAnotherTreeIsFromOutside(t *testing.T) {
	h := tree(t, map[string]string{"/run/.toolboxenv": "", "/run/.containerenv": ""})
	h.Env["CONTAINER_ID"] = "x"
	if c := h.Container(); c != "" {
		t.Error(c)
	}
}

func TestDescribeOfAMachineWithoutImages(t *testing.T) {
	h := tree(t, map[string]string{"/etc/hostname": "pkg\n", "/usr/lib/os-release": "ID=fedora\n"})
	h.Runner = run.ReadOnly{}
	d, err := h.Describe(t.Context())
	if err != nil || d.Hostname != "pkg" || d.OS.ID != "fedora" || d.Image != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestDescribeIsWholeButForAnImageNobodyTells(t *testing.T) {
	h := tree(t, map[string]string{"/etc/hostname": "atomic\n", "/run/ostree-booted": ""})
	h.Runner = &answers{t: t, want: []string{"rpm-ostree", "status", "--json", "--sysroot=" + h.Root},
		list: []answer{{err: run.ErrNotFound}}}
	d, err := h.Describe(t.Context())
	if !errors.Is(err, run.ErrNotFound) || d.Hostname != "atomic" || d.Image == nil {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestSystem(t *testing.T) {
	t.Setenv("BKT_TEST", "a=b")
	var wrapped run.Runner
	h := System(nil, io.Discard, io.Discard, func(r run.Runner) run.Runner { wrapped = r; return run.ReadOnly{Runner: r} })
	if h.Getenv("BKT_TEST") != "a=b" || h.UID != os.Getuid() || h.Now().IsZero() || h.Alternate() {
		t.Errorf("%+v", h)
	}
	if x, ok := wrapped.(*run.Exec); !ok || x.Timeout != ToolTimeout {
		t.Errorf("%+v", wrapped)
	}
	if _, err := h.Runner.Run(t.Context(), run.Cmd{Argv: []string{"true"}}); !errors.Is(err, run.ErrRefused) {
		t.Errorf("not wrapped: %v", err)
	}
	if _, ok := System(nil, nil, nil, nil).Runner.(*run.Exec); !ok {
		t.Error("without a wrap it is bare")
	}
	if h.Look("no-such-program-anywhere") || !h.Look("sh") {
		t.Error("Look")
	}
}

func TestFlatpaks(t *testing.T) {
	h := tree(t, map[string]string{"/var/lib/flatpak/repo/config": "", "/home/ada/.local/share/flatpak/db/x": ""})
	h.Env["HOME"] = "/home/ada"
	if got := h.Flatpaks(); !reflect.DeepEqual(got, []Flatpak{{"system", "/var/lib/flatpak"}}) {
		t.Errorf("%v", got)
	}
	if err := h.MkdirAll("/home/ada/.local/share/flatpak/app", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := h.Flatpaks(); len(got) != 2 || got[1] != (Flatpak{"user", "/home/ada/.local/share/flatpak"}) {
		t.Errorf("%v", got)
	}
	h.Env["FLATPAK_USER_DIR"] = "/nowhere"
	if got := h.Flatpaks(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

func TestUnder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "root"), 0o755); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{"": "/before", "root": dir + "/root", "./root/": dir + "/root", dir: dir, "/": "/"} {
		h := &Host{Dir: dir, Root: "/before"}
		if err := h.Under(in); err != nil || h.Root != want {
			t.Errorf("Under(%q): %q, %v; want %q", in, h.Root, err, want)
		}
	}
	h := &Host{Dir: dir}
	if err := h.Under("nowhere"); err == nil || err.Error() != "--root: '"+dir+"/nowhere' is not a folder" || h.Root != "" {
		t.Errorf("%v, root %q", err, h.Root)
	}
}
