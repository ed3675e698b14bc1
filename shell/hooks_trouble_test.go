package shell_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// each runs a test once in each shell.
func each(t *testing.T, f func(t *testing.T, l *lab, sh string)) {
	t.Helper()
	for sh := range rooms {
		t.Run(sh, func(t *testing.T) {
			t.Parallel()
			f(t, newLab(t), sh)
		})
	}
}

// status is how a shell says how the last command ended.
func status(sh string) string {
	if sh == "fish" {
		return "$status"
	}
	return "$?"
}

func TestHooksKeepTheExitCode(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		l.env = []string{"CODE=7"}
		out, errs, code := l.run(sh, "", "dnf list; echo "+status(sh), "dnf install htop; echo "+status(sh), "sudo dnf remove x; echo "+status(sh), "sudo ls")
		if out != "7\n7\n7\n" || errs != "" || code != 7 {
			t.Errorf("%d, %q, %q", code, out, errs)
		}
	})
}

// A strict shell ends with the code of the tool, as it would without us.
func TestHooksInAStrictShell(t *testing.T) {
	for _, sh := range []string{"bash", "zsh"} {
		for _, typed := range []string{"dnf list", "dnf install htop"} {
			l := newLab(t)
			l.env = []string{"CODE=9"}
			out, errs, code := l.run(sh, "set -euo pipefail", typed, "echo not reached")
			if out != "" || errs != "" || code != 9 {
				t.Errorf("%s: %s: %d, %q, %q", sh, typed, code, out, errs)
			}
		}
	}
}

// A tool that is not there is the shell's own to complain about.
func TestHooksWithoutTheTool(t *testing.T) {
	own := map[string]string{"bash": "flatpak: command not found", "zsh": "command not found: flatpak", "fish": "Unknown command: flatpak"}
	each(t, func(t *testing.T, l *lab, sh string) {
		l.remove("bin/flatpak")
		l.env = []string{"PATH=" + filepath.Join(l.dir, "bin") + ":" + only(t, sh)}
		for _, typed := range []string{"flatpak list", "flatpak install x"} {
			out, errs, code := l.run(sh, "", typed)
			if out != "" || !strings.Contains(errs, own[sh]) || code != 127 || l.calls() != "" {
				t.Errorf("%s: %d, %q, %q, calls %q", typed, code, out, errs, l.calls())
			}
		}
	})
}

// only is a folder with a shell and nothing else but cat.
func only(t *testing.T, sh string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{sh, "sh", "cat"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(dir, name))
		}
		if err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	return dir
}

// Without bkt's programs everything is as if the hooks were not there.
func TestHooksWithoutBkt(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		l.remove("bin/bkt-local")
		out, errs, code := l.run(sh, "", "dnf install htop", "sudo flatpak install x")
		if want := "dnf [install] [htop]\nsudo [flatpak] [install] [x]\n"; out != "" || errs != "" || code != 0 || l.calls() != want {
			t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, l.calls())
		}
	})
}

// What bkt-local runs is the tool itself, also where that is a shell that has the hooks.
func TestHooksDoNotLoop(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		argv := l.script(sh, "", "dnf install again")
		l.program("bkt-local", `echo "bkt-local $*" >>"$LAB/calls"; shift 2; BKT_LOCAL_RUN=1 exec "$@"`)
		if err := os.Rename(filepath.Join(l.dir, "typed"), filepath.Join(l.dir, "nested")); err != nil {
			t.Fatal(err)
		}
		argv[len(argv)-1] = strings.ReplaceAll(argv[len(argv)-1], "typed", "nested")
		l.program("dnf", `echo "dnf $*" >>"$LAB/calls"
[ "$2" = again ] || exec `+strings.Join(argv[:len(argv)-1], " ")+` '`+argv[len(argv)-1]+`' 2>/dev/null`)
		out, errs, code := l.run(sh, "", "dnf install htop")
		if want := "bkt-local run -- dnf install htop\ndnf install htop\ndnf install again\n"; out != "" || errs != "" || code != 0 || l.calls() != want {
			t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, l.calls())
		}
	})
}

// A script gets no functions.
func TestHooksInAScript(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		argv := l.script(sh, "", "dnf install htop")
		var rest []string
		for _, a := range argv {
			if a != "-i" {
				rest = append(rest, a)
			}
		}
		c := exec.CommandContext(t.Context(), rest[0], rest[1:]...)
		c.Env = []string{"PATH=" + filepath.Join(l.dir, "bin") + ":/usr/bin:/bin", "LAB=" + l.dir, "HOME=" + l.dir}
		if out, err := c.CombinedOutput(); err != nil || len(out) > 0 || l.calls() != "dnf [install] [htop]\n" {
			t.Errorf("%v, %s, calls\n%s", err, out, l.calls())
		}
	})
}

// In POSIX mode bash knows no function called rpm-ostree: nothing is defined.
func TestHooksInPosixMode(t *testing.T) {
	l := newLab(t)
	out, errs, code := l.run("bash", "set -o posix", "dnf install htop")
	if out != "" || errs != "" || code != 0 || l.calls() != "dnf [install] [htop]\n" {
		t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, l.calls())
	}
}

// inside runs a session where some files exist below /run and /.
func (l *lab) inside(t *testing.T, sh string, env []string, files []string, typed ...string) string {
	t.Helper()
	argv := l.script(sh, "", typed...)
	l.remove("calls")
	args := []string{"--die-with-parent", "--dev-bind", "/", "/", "--tmpfs", "/run"}
	for _, f := range files {
		args = append(args, "--ro-bind", "/dev/null", f)
	}
	c := exec.CommandContext(t.Context(), "bwrap", append(args, argv...)...)
	c.Env = append([]string{"PATH=" + filepath.Join(l.dir, "bin") + ":/usr/bin:/bin", "LAB=" + l.dir, "HOME=" + l.dir, "TERM=dumb"}, env...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Run(); err != nil || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.String())
	}
	return l.calls()
}

// An image-based host installs and removes packages its own way; what else is typed is the tool's.
func TestHooksOnAnImage(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		got := l.inside(t, sh, nil, []string{"/run/ostree-booted"}, "dnf install htop", "dnf -y rm a-b c++ @tools 1:vim~rc", "sudo dnf5 install htop", "dnf install --transient htop",
			"dnf group install tools", "dnf swap a b", "rpm-ostree install htop", "dnf list", "flatpak install x",
			"dnf install ./x.rpm", "dnf install https://example.test/x.rpm", "dnf install /usr/bin/htop", "dnf install 'htop*'", "dnf remove 'hto?'",
			"dnf install '[h]top'", "dnf install 'perl(Foo)'", "dnf install 'htop<3'", "dnf install 'htop > 3'", "dnf install htop=3", "dnf install vim 'a b'", "dnf install ''")
		const want = `bkt [dnf] [--here] [install] [htop]
bkt [dnf] [--here] [-y] [rm] [a-b] [c++] [@tools] [1:vim~rc]
bkt [dnf] [--here] [install] [htop]
bkt-local [run] [--] [dnf] [install] [--transient] [htop]
bkt-local [run] [--] [dnf] [group] [install] [tools]
bkt-local [run] [--] [dnf] [swap] [a] [b]
bkt-local [run] [--] [rpm-ostree] [install] [htop]
dnf [list]
bkt-local [run] [--] [flatpak] [install] [x]
bkt-local [run] [--] [dnf] [install] [./x.rpm]
bkt-local [run] [--] [dnf] [install] [https://example.test/x.rpm]
bkt-local [run] [--] [dnf] [install] [/usr/bin/htop]
bkt-local [run] [--] [dnf] [install] [htop*]
bkt-local [run] [--] [dnf] [remove] [hto?]
bkt-local [run] [--] [dnf] [install] [[h]top]
bkt-local [run] [--] [dnf] [install] [perl(Foo)]
bkt-local [run] [--] [dnf] [install] [htop<3]
bkt-local [run] [--] [dnf] [install] [htop > 3]
bkt-local [run] [--] [dnf] [install] [htop=3]
bkt-local [run] [--] [dnf] [install] [vim] [a b]
bkt-local [run] [--] [dnf] [install] []
`
		if got != want {
			t.Errorf("calls\n%s", differing(got, want))
		}
	})
}

// A container's packages are its own.
func TestHooksInAContainer(t *testing.T) {
	each(t, func(t *testing.T, l *lab, sh string) {
		for _, c := range []struct {
			env   []string
			files []string
		}{
			{nil, []string{"/run/.toolboxenv"}}, {nil, []string{"/run/.containerenv"}}, {[]string{"CONTAINER_ID=box"}, nil},
			{[]string{"DISTROBOX_ENTER_PATH=/usr/bin/x"}, nil},
		} {
			if got := l.inside(t, sh, c.env, c.files, "dnf install htop", "sudo dnf install htop"); got != "dnf [install] [htop]\nsudo [dnf] [install] [htop]\n" {
				t.Errorf("%v: calls\n%s", c, got)
			}
		}
	})
}

// What reads costs no process: the shell starts the tool, as it does without the hooks.
func TestHooksCostNothing(t *testing.T) {
	count := func(l *lab, sh, load string, typed ...string) int {
		argv := l.script(sh, load, typed...)
		trace := filepath.Join(l.dir, "trace")
		c := exec.CommandContext(t.Context(), "strace", append([]string{"-f", "-qq", "-e", "trace=%process", "-o", trace}, argv...)...)
		c.Env = []string{"PATH=" + filepath.Join(l.dir, "bin") + ":/usr/bin:/bin", "LAB=" + l.dir, "HOME=" + l.dir, "TERM=dumb"}
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(trace)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, " fork(") || strings.Contains(line, "vfork(") || strings.Contains(line, "clone") && !strings.Contains(line, "CLONE_THREAD") && !strings.Contains(line, "resumed") {
				n++
			}
		}
		return n
	}
	each(t, func(t *testing.T, l *lab, sh string) {
		typed := []string{"dnf -y list", "flatpak list", "rpm-ostree status", "sudo dnf list", "sudo ls", ":"}
		if sh == "fish" {
			typed[5] = "true"
		}
		with := count(l, sh, "", typed...)
		l.write("hooks."+sh, "")
		if without := count(l, sh, "", typed...); with != without || without < 5 {
			t.Errorf("%d processes with the hooks, %d without", with, without)
		}
	})
}

// Completions of the tools stay: they are found by the command's name.
func TestHooksKeepCompletions(t *testing.T) {
	l := newLab(t)
	out, errs, code := l.run("bash", "complete -W 'list install' dnf", "complete -p dnf")
	if out != "complete -W 'list install' dnf\n" || errs != "" || code != 0 {
		t.Errorf("bash: %d, %q, %q", code, out, errs)
	}
	out, errs, code = l.run("fish", "complete -c dnf -f -a 'list install'", "complete -C 'dnf in'")
	if out != "install\n" || errs != "" || code != 0 {
		t.Errorf("fish: %d, %q, %q", code, out, errs)
	}
	out, errs, code = l.run("zsh", "autoload -Uz compinit; compinit -u -D; compdef _files dnf", `echo ${_comps[dnf]}`)
	if out != "_files\n" || errs != "" || code != 0 {
		t.Errorf("zsh: %d, %q, %q", code, out, errs)
	}
}
