package shim

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

var _ subsystem.Planner = Subsystem{}

func do(t *testing.T, h *host.Host, verb subsystem.Verb, items ...doc.Item) error {
	t.Helper()
	var tasks []subsystem.Task
	for _, i := range items {
		tasks = append(tasks, subsystem.Task{Verb: verb, Item: i})
	}
	return Subsystem{}.Do(t.Context(), h, subsystem.View{}, tasks)
}

// has fails unless capture finds exactly these shims.
func has(t *testing.T, h *host.Host, want ...string) {
	t.Helper()
	f, err := Subsystem{}.Capture(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range f.Items {
		got = append(got, i.ID+" "+hostOf(i))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q; unmanaged %v", got, want, f.Unmanaged)
	}
}

// tree is every file below a home with what it holds.
func tree(t *testing.T, h *host.Host) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(h.Path(h.Home()), func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		to, lerr := os.Readlink(p)
		if lerr != nil {
			b, err := os.ReadFile(p)
			to = string(b)
			if err != nil {
				return err
			}
		}
		out = append(out, p+"\x00"+d.Type().String()+"\x00"+to)
		return nil
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

func TestShimsComeAndGo(t *testing.T) {
	h := home(t, nil)
	docker, gcc := item("docker", "podman"), doc.Item{Subsystem: Name, ID: "gcc"}
	for range 2 {
		if err := do(t, h, subsystem.Install, docker, gcc); err != nil {
			t.Fatal(err)
		}
		has(t, h, "docker podman", "gcc gcc")
	}
	if to, err := os.Readlink(h.Path("/home/ada/.local/bin/docker")); err != nil || to != "../toolbox/shims/docker" {
		t.Errorf("%s, %v", to, err)
	}
	b, err := os.ReadFile(h.Path("/home/ada/.local/bin/docker"))
	if fi, serr := os.Stat(h.Path("/home/ada/.local/bin/docker")); err != nil || serr != nil || string(b) != podman || fi.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v, %v\n%s", err, serr, fi.Mode(), b)
	}
	if err := do(t, h, subsystem.Set, item("docker", "/usr/bin/docker")); err != nil {
		t.Fatal(err)
	}
	has(t, h, "docker /usr/bin/docker", "gcc gcc")
	for range 2 {
		if err := do(t, h, subsystem.Remove, docker); err != nil {
			t.Fatal(err)
		}
		has(t, h, "gcc gcc")
	}
	if err := do(t, h, subsystem.Remove, gcc); err != nil || tree(t, h) != "" {
		t.Errorf("left behind: %v\n%s", err, tree(t, h))
	}
}

func TestABrokenShimIsMended(t *testing.T) {
	for name, harm := range map[string]func(script, link string) error{
		"no link":        func(_, link string) error { return os.Remove(link) },
		"no script":      func(script, _ string) error { return os.Remove(script) },
		"not executable": func(script, _ string) error { return os.Chmod(script, 0o644) },
	} {
		h := home(t, map[string]string{"docker": podman})
		if err := harm(h.Path("/home/ada/"+shims+"/docker"), h.Path("/home/ada/"+bin+"/docker")); err != nil {
			t.Fatal(err)
		}
		has(t, h)
		if err := do(t, h, subsystem.Install, item("docker", "podman")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		has(t, h, "docker podman")
	}
}

func TestWhatIsNotOursStays(t *testing.T) {
	const mine = "#!/bin/sh\nexec true\n"
	for name, c := range map[string]struct {
		plant   func(script, link string) error
		install string
		remove  string
	}{
		"a program of the user's": {
			func(_, link string) error {
				return errors.Join(os.Remove(link), os.WriteFile(link, []byte(mine), 0o755))
			},
			"shim 'docker': something that bkt did not put there is in its place in ~/.local/bin", ""},
		"a link of the user's": {
			func(_, link string) error { return errors.Join(os.Remove(link), os.Symlink("/usr/bin/true", link)) },
			"shim 'docker': something that bkt did not put there is in its place in ~/.local/bin", ""},
		"a folder of the user's": {
			func(_, link string) error { return errors.Join(os.Remove(link), os.Mkdir(link, 0o755)) },
			"shim 'docker': something that bkt did not put there is in its place in ~/.local/bin", ""},
		"another script": {
			func(script, _ string) error { return os.WriteFile(script, []byte(mine), 0o755) },
			"'/home/ada/.local/toolbox/shims/docker' is there, and bkt did not write it",
			"'/home/ada/.local/toolbox/shims/docker' is there, and bkt did not write it"},
		"a link in place of the script": {
			func(script, _ string) error {
				return errors.Join(os.Rename(script, script+".real"), os.Symlink("docker.real", script))
			},
			"'/home/ada/.local/toolbox/shims/docker' is a link that bkt did not put there",
			"'/home/ada/.local/toolbox/shims/docker' is a link that bkt did not put there"},
		"a folder in place of the script": {
			func(script, _ string) error { return errors.Join(os.Remove(script), os.Mkdir(script, 0o755)) },
			"cannot read '/home/ada/.local/toolbox/shims/docker': is a directory",
			"cannot read '/home/ada/.local/toolbox/shims/docker': is a directory"},
	} {
		h := home(t, map[string]string{"docker": podman})
		script, link := h.Path("/home/ada/"+shims+"/docker"), h.Path("/home/ada/"+bin+"/docker")
		if err := c.plant(script, link); err != nil {
			t.Fatal(name, err)
		}
		before := tree(t, h)
		for _, verb := range []subsystem.Verb{subsystem.Install, subsystem.Set} {
			if err := do(t, h, verb, item("docker", "docker")); err == nil || err.Error() != c.install {
				t.Errorf("%s: %v, want %q", name, err, c.install)
			}
		}
		if got := tree(t, h); got != before {
			t.Errorf("%s: changed\n%s\nto\n%s", name, before, got)
		}
		// Another one does not suffer from it.
		if err := do(t, h, subsystem.Install, item("docker", "docker"), item("gcc", "gcc")); err == nil || !h.Exists("/home/ada/.local/bin/gcc") {
			t.Errorf("%s: %v", name, err)
		}
		before = tree(t, h)
		err := do(t, h, subsystem.Remove, item("docker", "podman"))
		if c.remove != "" && (err == nil || err.Error() != c.remove || tree(t, h) != before) {
			t.Errorf("%s: removed %v, want %q\n%s", name, err, c.remove, tree(t, h))
		}
		if _, lerr := os.Lstat(link); c.remove == "" && (err != nil || lerr != nil || h.Exists("/home/ada/"+shims+"/docker")) {
			t.Errorf("%s: removed %v, %v\n%s", name, err, lerr, tree(t, h))
		}
	}
}

func TestADryRunWritesNoShim(t *testing.T) {
	h := home(t, nil)
	var said strings.Builder
	h.DryRun = &said
	if err := do(t, h, subsystem.Install, item("docker", "podman")); err != nil || tree(t, h) != "" || h.Exists("/home/ada") {
		t.Errorf("%v\n%s", err, tree(t, h))
	}
	const want = "would make the folder: /home/ada/.local/toolbox/shims\nwould make the folder: /home/ada/.local/bin\n" +
		"would write: /home/ada/.local/toolbox/shims/docker\nwould link: /home/ada/.local/bin/docker\n"
	if said.String() != want {
		t.Errorf("said\n%s\nwant\n%s", said.String(), want)
	}
}

func TestNoHome(t *testing.T) {
	h := home(t, nil)
	h.Env = nil
	if err := do(t, h, subsystem.Install, item("docker", "podman")); err == nil || err.Error() != "no home folder" {
		t.Error(err)
	}
}
