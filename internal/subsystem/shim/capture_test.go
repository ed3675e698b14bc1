package shim

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// home is a host whose user has these shims, with links that find them; a name ending in "/" is a folder.
func home(t *testing.T, files map[string]string) *host.Host {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}}
	dir, links := h.Path("/home/ada/"+shims), h.Path("/home/ada/"+bin)
	for name, text := range files {
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.MkdirAll(links, 0o755)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("../toolbox/shims/"+name, filepath.Join(links, name)); err != nil && !strings.HasSuffix(name, "/") {
			t.Fatal(err)
		}
		p := filepath.Join(dir, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.Mkdir(p, 0o755)
		} else {
			err = os.WriteFile(p, []byte(text), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestCapture(t *testing.T) {
	h := home(t, map[string]string{
		"docker": podman, "podman": Script("podman", "podman"), "g++": Script("g++", "/usr/bin/g++"),
		"copy": podman, "empty": "", "sh": Script("sh", "sh"), "mine": "#!/bin/sh\nexec true\n", "big": strings.Repeat("#", 5000), "dir/": "",
		"off": Script("off", "off"), "old\nname": podman,
		"lost": Script("lost", "lost"), "taken": Script("taken", "taken"), "whole": Script("whole", "whole"),
	})
	links := h.Path("/home/ada/" + bin)
	if err := errors.Join(os.Remove(links+"/lost"), os.Remove(links+"/taken"), os.WriteFile(links+"/taken", nil, 0o755),
		os.Remove(links+"/whole"), os.Symlink("/home/ada/"+shims+"/whole", links+"/whole")); err != nil {
		t.Fatal(err)
	}
	dir := h.Path("/home/ada/" + shims)
	if err := errors.Join(os.Chmod(filepath.Join(dir, "off"), 0o644), os.Symlink("docker", filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	f, err := Subsystem{}.Capture(t.Context(), h)
	if err != nil || f.Partial != "" || len(f.Present) != 0 {
		t.Fatal(err, f)
	}
	var items, unmanaged []string
	for _, i := range f.Items {
		items = append(items, i.Subsystem+" "+i.ID+" "+i.Attrs.String("host"))
	}
	for _, u := range f.Unmanaged {
		unmanaged = append(unmanaged, u.Subsystem+" "+u.ID+": "+u.Reason)
	}
	if got, want := strings.Join(items, "\n"), "shim docker podman\nshim g++ /usr/bin/g++\nshim podman podman\nshim whole whole"; got != want {
		t.Errorf("items\n%s\nwant\n%s", got, want)
	}
	want := "shim big: not written by bkt\nshim copy: not written by bkt\nshim dir: not written by bkt\nshim empty: not written by bkt\n" +
		"shim link: not written by bkt\nshim lost: not linked in ~/.local/bin\nshim mine: not written by bkt\nshim off: not executable\nshim old\nname: not written by bkt\nshim sh: not written by bkt\n" +
		"shim taken: something that bkt did not put there is in its place in ~/.local/bin"
	if got := strings.Join(unmanaged, "\n"); got != want {
		t.Errorf("unmanaged\n%s\nwant\n%s", got, want)
	}
}

func TestCaptureOfNothing(t *testing.T) {
	if f, err := (Subsystem{}).Capture(t.Context(), home(t, nil)); err != nil || len(f.Items)+len(f.Unmanaged) != 0 {
		t.Errorf("no folder: %v, %v", f, err)
	}
	h := home(t, nil)
	h.Env = nil
	if _, err := (Subsystem{}).Capture(t.Context(), h); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("no home: %v", err)
	}
	h = home(t, nil)
	if err := errors.Join(os.MkdirAll(h.Path("/home/ada/.local/toolbox"), 0o755), os.WriteFile(h.Path("/home/ada/"+shims), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	_, err := Subsystem{}.Capture(t.Context(), h)
	if want := "cannot read '/home/ada/.local/toolbox/shims': not a directory"; err == nil || err.Error() != want {
		t.Errorf("a file in its place: %v, want %q", err, want)
	}
}
