// Package shell_test runs the porcelain in real shells, in a terminal and without one,
// against strict stand-ins for the programs.
package shell_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"bkt/test/pty"
)

// fakes are the programs: each notes how it was called and what it read. They know the calls
// that bkt may make, and fail on any other.
var fakes = map[string]string{
	"bkt-drift": `case "$*" in --version) echo bkt-drift 1.2; exit ;; esac
echo the page
exit "$DRIFT_CODE"`,
	"bkt-capture": `case "$*" in '--format json') ;; *) exit 99 ;; esac
[ -z "${HANG-}" ] || {
	echo '[looking] ' >&2
	sleep 60
}
echo STATE
exit "$CAPTURE_CODE"`,
	"bkt-cfgen": `case "$*" in --sync* | --check*) exit "$CFGEN_CODE" ;; esac
read -r got
case $got:$* in
STATE:--repo=*--prune* | STATE:--prune*) echo "bkt-cfgen: warning: something" >&2 ;;
*) exit 98 ;;
esac
for arg; do
	case $arg in --with=*) cat -- "${arg#*=}" >>"$WORLD/along" ;; esac
done
echo "FILES $*"
exit "$CFGEN_CODE"`,
	"bkt-local": `case "$*" in
'commit --format json'*)
	echo JOURNAL
	exit "$JOURNAL_CODE"
	;;
'clear -')
	read -r got
	echo "  < $got" >>"$WORLD/calls"
	;;
*) exit 99 ;;
esac`,
	"bkt-pr": `case "$*" in
--fetch*) exit "$FETCH_CODE" ;;
--list)
	read -r got
	case $got in
	FILES*--only=*) only=,${got##*--only=}, && only=${only%% *} ;;
	FILES*) only= ;;
	*) exit 98 ;;
	esac
	while IFS='	' read -r item text; do
		case $only in '' | *",$item,"*) printf '%s\t%s\n' "$item" "$text" ;; esac
	done <"$WORLD/list"
	;;
'--format text'*)
	read -r got
	echo "  < $got" >>"$WORLD/calls"
	echo "PR of $got" >"$4"
	echo created
	exit "$PR_CODE"
	;;
*) exit 99 ;;
esac`,
	"bkt-extra": `echo "extra $*"
exit 7`,
}

// items is the list that bkt-pr gives, three of them.
const items = "dnf:htop\t+ package  htop\nflatpak@user:org.gnome.Maps\t- app      org.gnome.Maps  removed here\nshim:docker\t+ shim     docker\n"

const table = "+ package  htop\n- app      org.gnome.Maps  removed here\n+ shim     docker\n"

// world is a machine with bkt and the stand-ins.
type world struct {
	t    *testing.T
	dir  string
	env  []string
	code map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), code: map[string]string{"DRIFT": "0", "CAPTURE": "0", "CFGEN": "0", "FETCH": "0", "PR": "0", "JOURNAL": "0"}}
	text, err := os.ReadFile("bkt")
	if err != nil {
		t.Fatal(err)
	}
	w.write("sbin/bkt", string(text))
	for name, body := range fakes {
		w.write("bin/"+name, "#!/bin/sh\nset -eu\n"+`printf '%s' `+name+` >>"$WORLD/calls"; [ $# = 0 ] || printf ' [%s]' "$@" >>"$WORLD/calls"; echo >>"$WORLD/calls"`+"\n"+body+"\n")
	}
	w.write("bin/bkt-apply", "#!/bin/sh\necho \"$0 was run\" >>\"$WORLD/calls\"\n")
	w.write("list", items)
	w.write("tmp/x", "")
	return w
}

func (w *world) write(name, text string) {
	w.t.Helper()
	p := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		w.t.Fatal(err)
	}
	// A process that another test forks now would keep the file open for writing, and a
	// program in that state cannot be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(p, []byte(text), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// calls is what the stand-ins noted.
func (w *world) calls() string {
	b, err := os.ReadFile(filepath.Join(w.dir, "calls"))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return string(b)
}

// command is bkt in a shell, in a session of its own, so that it has no terminal but the one
// that it is given.
func (w *world) command(shell string, args ...string) *exec.Cmd {
	w.t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		w.t.Fatalf("%s is missing\nhint: make setup", shell)
	}
	ctx, stop := context.WithTimeout(w.t.Context(), time.Minute)
	w.t.Cleanup(stop)
	c := exec.CommandContext(ctx, shell, append([]string{filepath.Join(w.dir, "sbin", "bkt")}, args...)...)
	c.Dir = w.dir
	c.Env = append([]string{"PATH=" + filepath.Join(w.dir, "bin") + ":" + os.Getenv("PATH"), "WORLD=" + w.dir,
		"TMPDIR=" + filepath.Join(w.dir, "tmp"), "HOME=" + w.dir}, w.env...)
	for name, code := range w.code {
		c.Env = append(c.Env, name+"_CODE="+code)
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c
}

// run runs bkt without a terminal.
func (w *world) run(shell string, args ...string) (stdout, stderr string, code int) {
	w.t.Helper()
	c := w.command(shell, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	w.clean()
	return out.String(), errs.String(), w.exit(c, err)
}

// talk runs bkt in a terminal. Each answer is typed when a question stands there. It gives
// all that the person saw.
func (w *world) talk(shell string, answers []string, args ...string) (screen string, code int) {
	w.t.Helper()
	asked, pressed := 0, 0
	screen, code = pty.Run(w.t, w.command(shell, args...), func(seen string) string {
		// A shell that is just about to wait does not see an interrupt until it has waited: a
		// person presses it again.
		if n := strings.Count(seen, "^C"); n > pressed {
			pressed = n
			time.Sleep(50 * time.Millisecond)
			return "\x03"
		}
		if strings.Count(seen, "] ") <= asked || len(answers) == 0 {
			return ""
		}
		asked++
		now := answers[0]
		answers = answers[1:]
		return now
	})
	if len(answers) > 0 {
		w.t.Errorf("nobody asked for %q; the screen:\n%s", answers, screen)
	}
	w.clean()
	return screen, code
}

func (w *world) exit(c *exec.Cmd, err error) int {
	w.t.Helper()
	if c.ProcessState == nil || c.ProcessState.ExitCode() < 0 {
		w.t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// clean says that nothing was left behind.
func (w *world) clean() {
	w.t.Helper()
	l, err := os.ReadDir(filepath.Join(w.dir, "tmp"))
	if err != nil || len(l) != 1 {
		w.t.Errorf("left in the temporary folder: %v, %v", l, err)
	}
}
