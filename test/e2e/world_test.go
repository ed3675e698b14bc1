package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"bkt/test/real"
	"bkt/test/real/gitremote"
	"bkt/test/real/laptop"
)

// machine is one machine of a user, who stands in dir.
type machine struct {
	*laptop.Laptop
	name string
	home string
	dir  string
}

// newMachine makes one with the packages of template on it and nothing else.
func newMachine(t *testing.T, name string) *machine {
	t.Helper()
	m := &machine{Laptop: laptop.New(t), name: name, dir: t.TempDir()}
	m.home = m.Flatpak.Dir
	real.Output(t, "", m.Env, "cp", "-a", template.Dir+"/.", m.Root.Dir)
	m.Prepend(bin)
	real.Write(t, m.Root.Dir+"/proc/sys/kernel/hostname", name+"\n", 0o644)
	real.Write(t, m.Root.Dir+machineID, strings.Repeat(name[:1]+"0", 16)+"\n", 0o444)
	real.Write(t, m.home+"/.gitconfig", "[user]\n\tname = Ada\n\temail = ada@example.test\n", 0o644)
	m.Env = append(m.Env, "R="+m.Root.Dir)
	return m
}

// newApps makes one that is looked at for apps alone: dnf is what takes time. It
// has one remote, and nothing of it.
func newApps(t *testing.T) *machine {
	t.Helper()
	m := newMachine(t, "laptop")
	m.Env = append(m.Env, "ONLY=--only flatpak,flatpak-remote")
	m.remote(t, "user", "one", one.URL())
	return m
}

// checkout gives the machine a checkout of the remote, reached at url, and
// stands in it.
func (m *machine) checkout(t *testing.T, remote *gitremote.Remote, url string) {
	t.Helper()
	lives(t, remote, url)
	m.dir = remote.Clone(t, remote.URL())
}

// lives makes the remote's repo.json say where it is.
func lives(t *testing.T, remote *gitremote.Remote, url string) {
	t.Helper()
	if show(t, remote, "main", "repo.json") != repoJSON(url) {
		remote.Commit(t, "main", "Where it lives", map[string]string{"repo.json": repoJSON(url)})
	}
}

func repoJSON(url string) string {
	return `{"owner": "ada", "name": "my-distro", "url": "` + url + `", "default_branch": "main"}` + "\n"
}

// install installs a package, "name", or apps, "scope/remote/app".
func (m *machine) install(t *testing.T, what ...string) {
	t.Helper()
	for _, w := range what {
		part := strings.Split(w, "/")
		if len(part) == 1 {
			m.Root.DNF(t, "install", w)
			continue
		}
		repo := one
		if part[1] == "two" {
			repo = two
		}
		m.remote(t, part[0], part[1], repo.URL())
		m.Flatpak.Install(t, part[0], part[1], repo.Ref(part[2]))
	}
}

// remote adds a remote, if it is not there yet.
func (m *machine) remote(t *testing.T, scope, name, url string) {
	t.Helper()
	m.Flatpak.Flatpak(t, "remote-add", "--"+scope, "--if-not-exists", "--no-gpg-verify", name, url)
}

// result is what became of a script.
type result struct {
	code     int
	out, err string
}

// run runs a script of bash with pipefail, on the machine: R is what --root
// needs there.
func (m *machine) run(t *testing.T, script string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, shell, "-c", "set -o pipefail\n"+script)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = m.dir, m.Env, &out, &errs
	named(cmd, m.name, m.Root.Dir+machineID)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("%s: %v", script, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// ends runs a script, checks its exit code, and returns what it printed.
func (m *machine) ends(t *testing.T, code int, script string) result {
	t.Helper()
	r := m.run(t, script)
	if r.code != code {
		t.Fatalf("%s: exit status %d, want %d\n%s%s", script, r.code, code, r.out, r.err)
	}
	return r
}

// ONLY is empty on a machine that is looked at whole.
const pipe = `bkt-capture --root "$R" $ONLY | bkt-cfgen | bkt-pr`

// published is what a test wants to know of a bkt.pr/v1.
type published struct {
	Branch, Commit, URL, State string
	Changes                    []change
}

type change struct {
	Action, Class, Stage, PR, Subsystem, Scope, ID string
}

// publish runs the whole pipe.
func (m *machine) publish(t *testing.T) published {
	t.Helper()
	return read[published](t, m.ends(t, 0, pipe).out)
}

// drift is what bkt-drift lists.
func (m *machine) drift(t *testing.T) []change {
	t.Helper()
	return read[struct{ Changes []change }](t, m.ends(t, 0, `bkt-drift --root "$R" $ONLY`).out).Changes
}

// inSync checks that there is no drift of any kind.
func (m *machine) inSync(t *testing.T) {
	t.Helper()
	got := m.ends(t, 0, `bkt-drift --root "$R" $ONLY --exit-code`)
	if l := read[struct{ Changes []change }](t, got.out).Changes; len(l) > 0 {
		t.Errorf("drift: %+v", l)
	}
}

func read[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return v
}

// keys are the changes as "subsystem id" or "subsystem@scope id".
func keys(l []change) []string {
	var out []string
	for _, c := range l {
		scope := ""
		if c.Scope != "" {
			scope = "@" + c.Scope
		}
		out = append(out, c.Subsystem+scope+" "+c.ID)
	}
	return out
}

// merge brings a branch into main at the remote, as somebody on the web does.
func merge(t *testing.T, remote *gitremote.Remote, branch string, squash bool) {
	t.Helper()
	work := filepath.Join(t.TempDir(), "merge")
	env := real.Env(filepath.Dir(work), "GIT_AUTHOR_NAME=Bob", "GIT_AUTHOR_EMAIL=b@example.test", "GIT_COMMITTER_NAME=Bob", "GIT_COMMITTER_EMAIL=b@example.test")
	how := `git merge -q --no-ff -m Merged "origin/$3"`
	if squash {
		how = `git merge -q --squash "origin/$3" >/dev/null; git commit -q -m Squashed`
	}
	script := `set -e; git clone -q "$1" "$2"; cd "$2"; ` + how + `; git push -q origin main`
	real.Output(t, "", env, "sh", "-c", script, "sh", remote.Dir, work, branch)
}

// show is a file of a branch at the remote.
func show(t *testing.T, remote *gitremote.Remote, branch, path string) string {
	t.Helper()
	return remote.Git(t, "show", branch+":"+path) + "\n"
}

// snapshot is every file below a folder with its mode and content, .git and all.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		fi, statErr := d.Info()
		if err := errors.Join(err, statErr); err != nil {
			return err
		}
		out[path] = fi.Mode().String() + " " + string(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
