// Package docs_test runs what the documents show, and compares it with what they say.
package docs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"bkt/test/pty"
	"bkt/test/real"
)

// programs are the built programs and the porcelain, in one folder.
var programs string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "bkt-docs-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		programs = dir
		porcelain, err := os.ReadFile("../shell/bkt")
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "bkt"), porcelain, 0o755)
		}
		if err == nil {
			build := exec.Command("go", "build", "-o", dir, "../cmd/...")
			build.Env = append(os.Environ(), "CGO_ENABLED=0")
			build.Stderr = os.Stderr
			err = build.Run()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// world is the machine on which documents are true: an image-based host called desktop, its
// user ada, her distribution on GitHub and a clone of it in her home. Real git and jq; the
// tools of the host, gh, ssh and make are stand-ins that know few calls.
type world struct {
	t   *testing.T
	dir string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	real.Need(t, "bwrap", "git", "jq", "bash")
	w := &world{t: t, dir: t.TempDir()}
	for _, d := range []string{"home", "srv", "script"} {
		if err := os.Mkdir(filepath.Join(w.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	real.Write(t, w.at("os-release"), "ID=bazzite\nVERSION_ID=44\nVARIANT_ID=bazzite\n", 0o644)
	real.Write(t, w.at("machine-id"), "0123456789abcdef0123456789abcdef\n", 0o644)
	real.Write(t, w.at("booted"), "", 0o644)
	real.Write(t, w.at("cmdline"), "BOOT_IMAGE=(hd0,gpt2)/ostree/default-1f/vmlinuz root=UUID=1 rw\n", 0o644)
	setup, err := os.ReadFile("testdata/setup.sh")
	if err != nil {
		t.Fatal(err)
	}
	real.Write(t, w.at("script", "setup"), string(setup), 0o644)
	if out, err := w.command("sh", "/run/bkt/script/setup").CombinedOutput(); err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	return w
}

func (w *world) at(path ...string) string { return filepath.Join(append([]string{w.dir}, path...)...) }

// command is a command on the machine.
func (w *world) command(argv ...string) *exec.Cmd {
	w.t.Helper()
	project, err := filepath.Abs("..")
	if err != nil {
		w.t.Fatal(err)
	}
	args := []string{"--die-with-parent", "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-uts", "--hostname", "desktop",
		"--unshare-net", "--ro-bind", "/usr", "/usr", "--ro-bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run",
		"--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
		"--dir", "/etc/yum.repos.d", "--ro-bind", w.at("machine-id"), "/etc/machine-id",
		"--ro-bind", w.at("cmdline"), "/proc/cmdline",
		"--ro-bind", w.at("os-release"), "/usr/lib/os-release", "--ro-bind", w.at("booted"), "/run/ostree-booted",
		"--bind", w.at("home"), "/home/ada", "--bind", w.at("srv"), "/run/bkt/srv", "--ro-bind", w.at("script"), "/run/bkt/script",
		"--ro-bind", programs, "/run/bkt/bin", "--ro-bind", filepath.Join(project, "docs/testdata/fakes"), "/run/bkt/fakes",
		"--ro-bind", project, "/run/bkt/project", "--chdir", "/home/ada", "--clearenv"}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		args = append(args, "--symlink", "usr/"+dir, "/"+dir)
	}
	for _, kv := range []string{"HOME=/home/ada", "USER=ada", "PATH=/run/bkt/bin:/run/bkt/fakes:/usr/bin:/bin", "PROJECT=/run/bkt/project",
		"TERM=dumb", "TZ=UTC", "LC_ALL=C.UTF-8", "PAGER=cat", "GH_TOKEN=x", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_DATE=1800000000 +0000", "GIT_COMMITTER_DATE=1800000000 +0000"} {
		name, value, _ := strings.Cut(kv, "=")
		args = append(args, "--setenv", name, value)
	}
	ctx, stop := context.WithTimeout(w.t.Context(), 5*time.Minute)
	w.t.Cleanup(stop)
	return exec.CommandContext(ctx, "bwrap", append(args, argv...)...)
}

// mark stands around what a command printed.
const mark = "\x1e"

// colour is what some versions of jq print on a terminal.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// run runs commands one after the other in one shell on one terminal, and notes what each
// printed and its exit code. A question gets the answer that the document shows behind it.
func (w *world) run(commands []*command) {
	w.t.Helper()
	script := "set -o pipefail\nstty -onlcr\nrc=0\n"
	for n, c := range commands {
		name := strconv.Itoa(n)
		real.Write(w.t, w.at("script", name), c.text+"\n", 0o644)
		script += "printf '" + mark + "'; (exit $rc); . /run/bkt/script/" + name + "; rc=$?; printf '" + mark + "%d" + mark + "' $rc\n"
	}
	real.Write(w.t, w.at("script", "all"), script, 0o644)
	asked := 0
	screen, code := pty.Run(w.t, w.command("bash", "--norc", "/run/bkt/script/all"), func(seen string) string {
		parts := strings.Split(seen, mark)
		n := (len(parts) - 2) / 3 // of the command that runs now
		if len(parts)%3 != 2 || n >= len(commands) || !strings.HasSuffix(seen, "] ") || strings.Count(seen, "] ") == asked {
			return ""
		}
		asked = strings.Count(seen, "] ")
		return answer(parts[len(parts)-1], commands[n].want)
	})
	parts := strings.Split(screen, mark)
	if code != 0 && len(parts) == 1 || len(parts) != 3*len(commands)+1 {
		w.t.Fatalf("the shell ended early, with %d:\n%s", code, screen)
	}
	for n, c := range commands {
		c.got = colour.ReplaceAllString(parts[3*n+1], "")
		c.code, _ = strconv.Atoi(parts[3*n+2])
	}
}

// answer is what a person types at the question at the end of text, as the document has it;
// a bare enter where it has nothing.
func answer(text, want string) string {
	last := text[strings.LastIndexByte(text, '\n')+1:]
	for line := range strings.Lines(want) {
		if reply, ok := strings.CutPrefix(line, last); ok {
			return strings.TrimRight(reply, "\n") + "\n"
		}
	}
	return "\n"
}
