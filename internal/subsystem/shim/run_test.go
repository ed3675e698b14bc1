package shim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/run"
)

// stage is a home with one shim, linked as the image links it, and a machine around it whose
// commands write down how they were called.
type stage struct {
	t    *testing.T
	root string
	env  []string
}

// newStage writes the shim's text with two paths replaced, that of the container's mark and
// that of the host's commands: a test may not touch the real ones. All else is as generated.
func newStage(t *testing.T, name, host string) *stage {
	s := &stage{t: t, root: t.TempDir()}
	text := Script(name, host)
	for old, n := range map[string]int{"/run/.containerenv": 1, "/usr/bin:/usr/sbin": 2} {
		if strings.Count(text, old) != n {
			t.Fatalf("not %d times %s:\n%s", n, old, text)
		}
	}
	text = strings.NewReplacer("/run/.containerenv", s.at("containerenv"), "/usr/bin:/usr/sbin", s.at("usr/bin")).Replace(text)
	s.write("home/"+shims+"/"+name, text)
	if err := os.MkdirAll(s.at("home/"+bin), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../toolbox/shims/"+name, s.at("home/"+bin+"/"+name)); err != nil {
		t.Fatal(err)
	}
	s.env = []string{"PATH=" + s.at("home/"+bin) + ":" + s.at("box/bin") + ":" + s.at("usr/bin"), "HOME=" + s.at("home")}
	return s
}

func (s *stage) at(p string) string { return filepath.Join(s.root, p) }

func (s *stage) write(p, text string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.at(p)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.at(p), []byte(text), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// command is a program that prints its place and its arguments, one in brackets each, and
// then goes on with more.
func (s *stage) command(p, more string) {
	s.write(p, "#!/bin/sh\nprintf '%s' "+p+"\nprintf ' [%s]' \"$@\"\necho\n"+more+"\n")
}

// call runs the shim by its name, as a user does, and gives what the commands printed.
func (s *stage) call(name string, args ...string) (string, int) {
	s.t.Helper()
	x := &run.Exec{Env: s.env}
	sh := []string{"/bin/sh", "-c", `exec "$@"`, "sh", name}
	res, err := x.Run(s.t.Context(), run.Cmd{Argv: append(sh, args...), Effect: run.Reads})
	if err != nil && res.Code <= 0 {
		s.t.Fatal(err)
	}
	return string(res.Stdout) + string(res.Stderr), res.Code
}

func TestOnTheHostItRunsTheCommand(t *testing.T) {
	for _, host := range []string{"podman", "docker"} {
		s := newStage(t, "podman", host)
		s.command("usr/bin/"+host, "exit 7")
		s.command("box/bin/"+host, "exit 1") // not where the host's commands are
		got, code := s.call("podman", "run", "a b", "", "$x", "-c")
		if want := "usr/bin/" + host + " [run] [a b] [] [$x] [-c]\n"; got != want || code != 7 {
			t.Errorf("%d, %q, want %q", code, got, want)
		}
	}
}

func TestOnTheHostItNeverFindsItself(t *testing.T) {
	got, code := newStage(t, "podman", "podman").call("podman")
	if code != 127 || !strings.Contains(got, "podman: not found") {
		t.Errorf("%d, %q", code, got)
	}
}

// spawn is what flatpak-spawn --host does: the rest of its arguments, in the host's world.
const spawn = `[ "$1" = --host ] || exit 99
shift
rm -f "$MARK"
exec "$@"`

func TestInAContainerItGoesToTheHost(t *testing.T) {
	s := newStage(t, "docker", "podman")
	s.write("containerenv", "")
	s.env = append(s.env, "MARK="+s.at("containerenv"))
	s.command("box/bin/flatpak-spawn", spawn)
	s.command("usr/bin/podman", "exit 5")
	s.command("box/bin/distrobox-host-exec", "exit 1") // not a distrobox
	s.env[0] = "PATH=" + s.at("home/"+bin) + ":" + s.at("box/bin") + ":/bin:/usr/bin"
	got, code := s.call("docker", "run", "a b", "", `"`)
	want := "box/bin/flatpak-spawn [--host] [/bin/sh] [-c] [PATH=" + s.at("usr/bin") + `; exec "$@"] [sh] [podman] [run] [a b] [] ["]` +
		"\nusr/bin/podman [run] [a b] [] [\"]\n"
	if got != want || code != 5 {
		t.Errorf("%d\n%s\nwant\n%s", code, got, want)
	}
}

func TestInADistrobox(t *testing.T) {
	s := newStage(t, "docker", "podman")
	s.write("containerenv", "")
	s.env = append(s.env, "CONTAINER_ID=box")
	s.command("box/bin/flatpak-spawn", "exit 3")
	if got, code := s.call("docker", "ps"); code != 3 || !strings.HasPrefix(got, "box/bin/flatpak-spawn [--host]") {
		t.Errorf("without distrobox-host-exec: %d, %q", code, got)
	}
	s.command("box/bin/distrobox-host-exec", "exit 4")
	if got, code := s.call("docker", "ps", "-a b"); code != 4 || got != "box/bin/distrobox-host-exec [podman] [ps] [-a b]\n" {
		t.Errorf("%d, %q", code, got)
	}
}
