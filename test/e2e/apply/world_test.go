package apply

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/rpmrepo"
	"bkt/test/real/session"
)

// Who acts.
const (
	root = 0
	ada  = 1000
)

// world is a machine in package mode with a user, ada, who has a session: real dnf, rpm,
// Flatpak, dconf and systemctl, which act on folders of the test and nothing else.
type world struct {
	t       *testing.T
	dir     string
	rpm     *rpmrepo.Root
	flatpak *flatpakrepo.Home
	session *session.Session
	dist    string   // her distribution
	path    []string // before the tools
	binds   []string // more arguments of bwrap
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), rpm: rpmrepo.NewRoot(t), flatpak: flatpakrepo.NewHome(t), session: session.Start(t)}
	real.Output(t, "", os.Environ(), "cp", "-a", template.Dir+"/.", w.rpm.Dir)
	w.dist = w.at("dist")
	w.path = []string{bin, w.at("tools")}
	for path, text := range map[string]string{
		"tools/rpm":                       w.tool("rpm", "--root="+w.rpm.Dir),
		"tools/dnf":                       w.tool("dnf", "--installroot="+w.rpm.Dir, "--releasever=42", "--disableplugin=local"),
		"os-release":                      "ID=fedora\nVERSION_ID=42\nVARIANT_ID=workstation\n",
		"machine-id":                      "0123456789abcdef0123456789abcdef\n",
		"passwd":                          "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::" + w.session.Home + ":/bin/sh\n",
		"cmdline":                         "BOOT_IMAGE=/vmlinuz root=UUID=1 ro\n",
		"state/.keep":                     "",
		"rooted/.keep":                    "",
		"systemd/system-preset/00.preset": "disable *\n",
		"systemd/user-preset/00.preset":   "disable *\n",
		"systemd/system/backup.service":   "[Service]\nType=oneshot\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n",
		"dist/repo.json":                  `{"owner": "ada", "name": "d", "url": "https://forge.example.test/ada/d", "default_branch": "main"}` + "\n",
	} {
		real.Write(t, w.at(path), text, 0o755)
	}
	w.git("init", "-q", "-b", "main")
	return w
}

// tool is a script that runs a tool of the packages on this machine's: as root, in a user
// namespace of its own for everybody else.
func (w *world) tool(name string, args ...string) string {
	home := filepath.Dir(w.rpm.Dir) + "/home"
	return "#!/bin/sh\nas='unshare --map-root-user --'\n[ \"$(id -u)\" != 0 ] || as=\nHOME=" + home +
		" exec $as /usr/bin/" + name + " " + strings.Join(args, " ") + " \"$@\"\n"
}

func (w *world) at(path ...string) string { return filepath.Join(append([]string{w.dir}, path...)...) }

// git runs git in the distribution.
func (w *world) git(args ...string) string {
	w.t.Helper()
	env := real.Env(w.dir, "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.test", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.test")
	return strings.TrimSpace(real.Output(w.t, w.dist, env, append([]string{"git"}, args...)...))
}

// wants makes the distribution hold just these manifests, as a commit.
func (w *world) wants(manifests map[string]string) {
	w.t.Helper()
	if err := os.RemoveAll(w.at("dist/manifests")); err != nil {
		w.t.Fatal(err)
	}
	for name, text := range manifests {
		real.Write(w.t, w.at("dist/manifests", name), text, 0o644)
	}
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", "manifests")
}

// env is what somebody's programs get.
func (w *world) env(uid int) map[string]string {
	out := map[string]string{}
	for _, kv := range w.flatpak.Env {
		k, v, _ := strings.Cut(kv, "=")
		out[k] = v
	}
	home := w.at("rooted")
	if uid == ada {
		for k, v := range w.session.Vars {
			out[k] = v
		}
		home = w.session.Home
	} else {
		delete(out, "DBUS_SYSTEM_BUS_ADDRESS") // flatpak needs none as root
	}
	out["HOME"], out["BKT_STATE_DIR"] = home, w.at("state")
	out["PATH"] = strings.Join(w.path, ":") + ":/usr/bin:/bin:/usr/sbin:/sbin"
	return out
}

// command is a command on the machine, in the distribution.
func (w *world) command(uid int, argv ...string) *exec.Cmd {
	w.t.Helper()
	id := strconv.Itoa(uid)
	args := []string{"--die-with-parent", "--unshare-user", "--uid", id, "--gid", id, "--unshare-uts", "--hostname", "desktop",
		"--ro-bind", "/usr", "/usr", "--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/var/tmp",
		"--bind", os.TempDir(), os.TempDir(), "--ro-bind", w.at("os-release"), "/usr/lib/os-release",
		"--ro-bind", w.at("machine-id"), "/etc/machine-id", "--ro-bind", w.at("passwd"), "/etc/passwd", "--ro-bind", w.at("cmdline"), "/proc/cmdline",
		"--bind", w.at("systemd"), "/etc/systemd", "--bind", w.rpm.Dir + "/etc/yum.repos.d", "/etc/yum.repos.d",
		"--clearenv", "--chdir", w.dist}
	for _, p := range []string{"/etc/alternatives", "/etc/ld.so.cache", "/etc/dnf", "/etc/rpm"} {
		args = append(args, "--ro-bind-try", p, p)
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		args = append(args, "--symlink", "usr/"+dir, "/"+dir)
	}
	if uid == root {
		args = append(args, "--cap-add", "ALL") // rpm needs those of chroot
	}
	args = append(args, w.binds...)
	for k, v := range w.env(uid) {
		args = append(args, "--setenv", k, v)
	}
	ctx, stop := context.WithTimeout(w.t.Context(), 3*time.Minute)
	w.t.Cleanup(stop)
	return exec.CommandContext(ctx, "bwrap", append(args, argv...)...)
}

// result is what became of a script.
type result struct {
	code     int
	out, err string
}

// run runs a script of bash with pipefail.
func (w *world) run(uid int, script string) result {
	w.t.Helper()
	cmd := w.command(uid, "bash", "-c", "set -o pipefail\n"+script)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	// No terminal to ask on, whoever runs the tests.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		w.t.Fatalf("%s: %v", script, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// ends runs a script and checks its exit code.
func (w *world) ends(uid, code int, script string) result {
	w.t.Helper()
	r := w.run(uid, script)
	if r.code != code {
		w.t.Fatalf("%s: exit status %d, want %d\n%s%s", script, r.code, code, r.out, r.err)
	}
	return r
}

// step is a step of a bkt.report/v1.
type step struct{ Subsystem, ID, Scope, Action, Result, Message string }

// report is a bkt.report/v1.
type report struct {
	Steps  []step
	Counts struct{ Done, Failed, Skipped int }
}

// apply runs bkt-apply and checks its exit code.
func (w *world) apply(uid, code int, args ...string) report {
	w.t.Helper()
	return read[report](w.t, w.ends(uid, code, "bkt-apply --yes "+strings.Join(args, " ")).out)
}

// drift is what another look at the machine finds, as "class subsystem@scope id".
func (w *world) drift() []string {
	w.t.Helper()
	var out []string
	got := w.ends(ada, 0, "bkt-capture | bkt-drift --format json -")
	for _, c := range read[struct {
		Changes []struct{ Class, Subsystem, Scope, ID string }
	}](w.t, got.out).Changes {
		scope := ""
		if c.Scope != "" {
			scope = "@" + c.Scope
		}
		out = append(out, c.Class+" "+c.Subsystem+scope+" "+c.ID)
	}
	return out
}

// record is what is noted of a scope: "subsystem@scope id" to owned.
func (w *world) record(uid int) map[string]bool {
	w.t.Helper()
	path := w.session.Home + "/.local/state/bkt/applied.json"
	if uid == root {
		path = w.at("state/applied.json")
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]bool{}
	for name, l := range read[struct {
		Subsystems map[string][]struct {
			ID, Scope string
			Owned     bool
		}
	}](w.t, string(b)).Subsystems {
		for _, a := range l {
			if a.Scope != "" {
				name += "@" + a.Scope
			}
			out[name+" "+a.ID] = a.Owned
			name, _, _ = strings.Cut(name, "@")
		}
	}
	return out
}

func read[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return v
}

// snapshot is every file below these folders with its mode and content.
func snapshot(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "lock" { // which says who has it
				return err
			}
			fi, err := d.Info()
			if err != nil {
				return err
			}
			what := ""
			switch {
			case fi.Mode().IsRegular():
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				what = fmt.Sprintf("%x", sha256.Sum256(b))
			case fi.Mode()&os.ModeSymlink != 0:
				what, err = os.Readlink(path)
			}
			out[path] = fi.Mode().String() + " " + what
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// differing are the paths on which two snapshots do not agree.
func differing(a, b map[string]string) []string {
	var out []string
	for p := range a {
		if b[p] != a[p] {
			out = append(out, p)
		}
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			out = append(out, "new: "+p)
		}
	}
	return out
}

// manifest is one as text, of `"key": "value"` objects without braces.
func manifest(list string, entries ...string) string {
	for n, e := range entries {
		if strings.Contains(e, ": ") {
			entries[n] = "{" + e + "}"
		}
	}
	return fmt.Sprintf("{\"%s\": [%s]}\n", list, strings.Join(entries, ", "))
}

func link(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// flatpakDir is the folder of an installation.
func (w *world) flatpakDir(scope string) string {
	return w.env(ada)[map[string]string{"user": "FLATPAK_USER_DIR", "system": "FLATPAK_SYSTEM_DIR"}[scope]]
}

// all are the folders in which bkt may change something.
func (w *world) all() []string {
	return []string{w.session.Home, w.dir, w.flatpakDir("user"), w.flatpakDir("system"), w.rpm.Dir + "/etc", w.rpm.Dir + "/usr"}
}

// counted makes the machine count its processes of some tools; the function gives the calls
// since the last time.
func (w *world) counted(tools ...string) func() map[string][]string {
	dir := w.t.TempDir()
	for _, tool := range tools {
		next := "/usr/bin/" + tool
		if tool == "dnf" || tool == "rpm" {
			next = w.at("tools", tool)
		}
		real.Write(w.t, dir+"/bin/"+tool, "#!/bin/sh\necho '"+tool+"' \"$@\" >>"+dir+"/calls\nexec "+next+" \"$@\"\n", 0o755)
	}
	w.path = append([]string{dir + "/bin"}, w.path...)
	return func() map[string][]string {
		b, err := os.ReadFile(dir + "/calls")
		if err != nil {
			w.t.Fatalf("no tool was counted: %v", err)
		}
		_ = os.Remove(dir + "/calls")
		out := map[string][]string{}
		for line := range strings.Lines(string(b)) {
			tool, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			out[tool] = append(out[tool], strings.TrimSpace(line))
		}
		return out
	}
}

func file(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
