// Package script runs a program's testdata/script/*.txtar: the whole program, in a folder of
// its own, with foreign tools that answer from the script and fail it when asked anything else.
package script

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"bkt/test/user"
)

// tools are the real programs that a script finds on its PATH, beside the program under test
// and the fakes that it brings.
func tools() []string {
	return []string{"cat", "chmod", "cmp", "cp", "diff", "env", "flock", "git", "grep", "head", "jq", "ln", "ls", "mkdir", "mv", "rm", "sed", "sh",
		"sleep", "strace"}
}

// foreign are the tools that bkt runs and that a script fakes with a file fakes/NAME.txt.
func foreign() []string { return []string{"dnf", "dnf5", "flatpak", "gh", "rpm", "rpm-ostree"} }

// Main runs the tests of a program, or the program itself, or a fake, by the name that this
// binary is called by. Root runs the tests as an ordinary user, since bkt treats root
// differently and no file is unreadable to it.
func Main(m *testing.M, programs map[string]func()) {
	all := map[string]func(){}
	for name, program := range programs {
		all[name] = func() {
			runtime.LockOSThread() // strace counts the calls of each thread by itself
			program()
		}
	}
	for _, name := range foreign() {
		all[name] = func() { os.Exit(fake(name, os.Args[1:])) }
	}
	if all[filepath.Base(os.Args[0])] == nil && os.Getuid() == 0 {
		os.Exit(user.Become())
	}
	testscript.Main(m, all)
}

// Run runs all scripts of the package's testdata/script; a program that is given as a path is that
// file. With UPDATE_SCRIPTS=1 it writes what
// `cmp` finds into them instead of failing.
func Run(t *testing.T, programs ...string) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               func(env *testscript.Env) error { return setup(env, programs) },
		Cmds:                commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// setup gives a script its environment and nothing of this machine's: a PATH of chosen tools,
// a home, a git configuration. A script that brings a root/ is a look at another machine with
// --root, where the home is /home/ada; other scripts have one in their folder.
func setup(env *testscript.Env, programs []string) error {
	bin := filepath.Join(env.WorkDir, ".bin")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	for _, p := range append(slices.Clone(programs), brought(env.WorkDir)...) {
		target := self
		if filepath.IsAbs(p) {
			target = p
		}
		if err := os.Symlink(target, filepath.Join(bin, filepath.Base(p))); err != nil {
			return err
		}
	}
	if err := link(bin, tools()); err != nil {
		return err
	}
	home := filepath.Join(env.WorkDir, "home")
	if _, err := os.Stat(filepath.Join(env.WorkDir, "root")); err == nil {
		home = "/home/ada"
	}
	gitconfig := filepath.Join(env.WorkDir, ".gitconfig")
	text := "[user]\n\tname = Ada\n\temail = ada@example.test\n[init]\n\tdefaultBranch = main\n"
	if err := os.WriteFile(gitconfig, []byte(text), 0o644); err != nil {
		return err
	}
	for k, v := range map[string]string{
		"PATH": bin, "HOME": home, "LC_ALL": "C", "TZ": "UTC",
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": gitconfig, "GIT_TERMINAL_PROMPT": "0",
		"GIT_AUTHOR_DATE": "2031-05-04T12:00:00Z", "GIT_COMMITTER_DATE": "2031-05-04T12:00:00Z",
		"GIT_CEILING_DIRECTORIES": filepath.Dir(env.WorkDir), "DBUS_SESSION_BUS_ADDRESS": "disabled:",
		"BKT_STATE_DIR": filepath.Join(env.WorkDir, "system"), // not the machine's own
	} {
		env.Setenv(k, v)
	}
	env.Defer(func() {
		if b, err := os.ReadFile(filepath.Join(env.WorkDir, unexpected)); err == nil {
			env.T().Fatal("unexpected calls:\n" + string(b))
		}
	})
	return nil
}

// brought are the tools that the script fakes.
func brought(work string) []string {
	var out []string
	for _, name := range foreign() {
		if _, err := os.Stat(filepath.Join(work, "fakes", name+".txt")); err == nil {
			out = append(out, name)
		}
	}
	return out
}

// link makes the real tools available in a folder. One that is missing is a failure.
func link(bin string, names []string) error {
	for _, name := range names {
		path := ""
		for _, dir := range filepath.SplitList(os.Getenv("PATH") + ":/usr/sbin:/sbin") {
			if fi, err := os.Stat(filepath.Join(dir, name)); err == nil && fi.Mode().IsRegular() && fi.Mode()&0o111 != 0 {
				path = filepath.Join(dir, name)
				break
			}
		}
		if path == "" {
			return fmt.Errorf("%s is missing\nhint: make setup", name)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	return nil
}

// expand replaces $WORK, so that files of a script can name its folder.
func expand(text, work string) string { return strings.ReplaceAll(text, "$WORK", work) }
