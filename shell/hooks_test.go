package shell_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bkt/shell"
)

// rooms are the shells that the hooks run in, each with the options under which people keep
// them; OPTION lines come before the hooks.
var rooms = map[string][]string{
	"bash": {"", "set -euo pipefail", "set -f", "set -o noclobber", "shopt -s nocasematch extglob nullglob", "shopt -s failglob", "IFS=,",
		"alias dnf='dnf --quiet' flatpak=flatpak sudo='sudo '", "PROMPT_COMMAND='x=1'", "PROMPT_COMMAND=(a b)", "unset PROMPT_COMMAND", "set -E"},
	"zsh": {"", "set -euo pipefail", "emulate sh", "emulate ksh", "setopt ksh_arrays", "setopt sh_word_split glob_subst", "setopt no_unset warn_create_global",
		"setopt null_glob", "setopt ignore_braces", "setopt posix_builtins posix_aliases", "setopt ksh_typeset", "alias dnf='dnf --quiet' flatpak=flatpak", "IFS=,", "setopt no_function_argzero csh_junkie_loops"},
	"fish": {"", "set -g IFS ,", "alias ll ls", "set -g fish_greeting hello"},
}

// lab is a home with counting fakes of the tools, and of bkt's programs.
type lab struct {
	t   *testing.T
	dir string
	env []string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, dir: t.TempDir()}
	for _, name := range []string{"dnf", "dnf5", "flatpak", "rpm-ostree", "sudo", "bkt", "bkt-local"} {
		l.program(name, `printf '%s' "${0##*/}" >>"$LAB/calls"
for a; do printf ' [%s]' "$a" >>"$LAB/calls"; done
echo >>"$LAB/calls"
exit "${CODE:-0}"`)
	}
	for _, name := range []string{"bash", "zsh"} {
		l.write("hooks."+name, shell.Hooks(name))
	}
	l.write("hooks.fish", shell.Hooks("fish"))
	return l
}

func (l *lab) write(name, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(l.dir, name)), 0o755); err != nil {
		l.t.Fatal(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o755); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) program(name, body string) { l.write("bin/"+name, "#!/bin/sh\n"+body+"\n") }

// script is a whole session: options, the hooks, and what somebody types.
func (l *lab) script(sh, option string, lines ...string) []string {
	l.t.Helper()
	load := `eval "$(cat "$LAB/hooks.` + sh + `")"`
	argv := map[string][]string{"bash": {"bash", "--norc", "--noprofile", "-i"}, "zsh": {"zsh", "-f", "-i"}, "fish": {"fish", "--no-config", "-i"}}[sh]
	if sh == "fish" {
		load = `cat $LAB/hooks.fish | source`
	}
	l.write("typed", strings.Join(slices.Concat([]string{option, load}, lines), "\n")+"\n")
	return append(argv, "-c", map[bool]string{true: "source $LAB/typed", false: `. "$LAB/typed"`}[sh == "fish"])
}

// run runs a session, without a terminal: the shells' complaint about that is left out.
func (l *lab) run(sh, option string, lines ...string) (stdout, stderr string, code int) {
	l.t.Helper()
	argv := l.script(sh, option, lines...)
	path, err := exec.LookPath(argv[0])
	if err != nil {
		l.t.Fatalf("%s is missing\nhint: make setup", sh)
	}
	l.remove("calls")
	c := exec.CommandContext(l.t.Context(), path, argv[1:]...)
	c.Dir = l.dir
	c.Env = append([]string{"PATH=" + filepath.Join(l.dir, "bin") + ":/usr/bin:/bin", "LAB=" + l.dir, "HOME=" + l.dir, "TERM=dumb", "LC_ALL=C"}, l.env...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); c.ProcessState == nil {
		l.t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(errs.String()) {
		if !strings.Contains(line, "terminal process group") && !strings.Contains(line, "no job control") {
			kept = append(kept, line)
		}
	}
	return out.String(), strings.Join(kept, ""), c.ProcessState.ExitCode()
}

func (l *lab) remove(name string) {
	if err := os.RemoveAll(filepath.Join(l.dir, name)); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) calls() string {
	b, err := os.ReadFile(filepath.Join(l.dir, "calls"))
	if err != nil && !os.IsNotExist(err) {
		l.t.Fatal(err)
	}
	return string(b)
}

// everywhere runs a test in each shell, under each of its options.
func everywhere(t *testing.T, f func(t *testing.T, l *lab, sh, option string)) {
	t.Helper()
	for sh, options := range rooms {
		for _, option := range options {
			t.Run(fmt.Sprintf("%s/%s", sh, option), func(t *testing.T) {
				t.Parallel()
				f(t, newLab(t), sh, option)
			})
		}
	}
}

// The hooks say nothing, loaded once or twice, and leave $? and PROMPT_COMMAND as they are.
func TestHooksAreQuiet(t *testing.T) {
	everywhere(t, func(t *testing.T, l *lab, sh, option string) {
		var before, after []string
		switch sh {
		case "bash":
			before = []string{`declare -p PROMPT_COMMAND > "$LAB/before" 2>&1 || :; declare -F > "$LAB/functions" || :`}
			after = []string{`declare -p PROMPT_COMMAND > "$LAB/after" 2>&1 || :`, `declare -f dnf > "$LAB/one"`, `eval "$(cat "$LAB/hooks.bash")"`, `declare -f dnf > "$LAB/two"`}
		case "zsh":
			after = []string{`functions dnf > "$LAB/one"`, `eval "$(cat "$LAB/hooks.zsh")"`, `functions dnf > "$LAB/two"`}
		case "fish":
			after = []string{`functions --no-details dnf > $LAB/one`, `cat $LAB/hooks.fish | source`, `functions --no-details dnf > $LAB/two`}
		}
		if sh == "bash" && strings.Contains(option, "noclobber") || sh == "zsh" {
			before = nil
		}
		out, errs, code := l.run(sh, strings.Join(append([]string{option}, before...), "\n"), after...)
		if out != "" || errs != "" || code != 0 {
			t.Errorf("%d, %q, %q", code, out, errs)
		}
		one, err := os.ReadFile(filepath.Join(l.dir, "one"))
		two, err2 := os.ReadFile(filepath.Join(l.dir, "two"))
		if err != nil || err2 != nil || len(one) == 0 || !bytes.Equal(one, two) {
			t.Errorf("loaded twice: %v, %v\n%s\n%s", err, err2, one, two)
		}
		if before != nil {
			was, _ := os.ReadFile(filepath.Join(l.dir, "before"))
			is, _ := os.ReadFile(filepath.Join(l.dir, "after"))
			if !bytes.Equal(was, is) || len(was) == 0 {
				t.Errorf("PROMPT_COMMAND was %q, is %q", was, is)
			}
		}
		if l.calls() != "" {
			t.Errorf("loading ran\n%s", l.calls())
		}
	})
}

// lines are what somebody types, and the one program that runs then.
var lines = []struct{ typed, call string }{
	{"dnf list --installed", "dnf [list] [--installed]"},
	{"dnf", "dnf"},
	{"dnf -y search 'a b' ''", "dnf [-y] [search] [a b] []"},
	{"dnf upgrade", "dnf [upgrade]"},
	{"dnf install --help", "dnf [install] [--help]"},
	{"dnf group list", "dnf [group] [list]"},
	{"dnf copr list", "dnf [copr] [list]"},
	{"dnf history", "dnf [history]"},
	{"dnf -x install list", "dnf [-x] [install] [list]"},
	{"flatpak", "flatpak"},
	{"flatpak list --app", "flatpak [list] [--app]"},
	{"flatpak run org.test.Hello install", "flatpak [run] [org.test.Hello] [install]"},
	{"flatpak mask", "flatpak [mask]"},
	{"flatpak update", "flatpak [update]"},
	{"rpm-ostree status", "rpm-ostree [status]"},
	{"rpm-ostree kargs", "rpm-ostree [kargs]"},
	{"rpm-ostree kargs --append=quiet", "rpm-ostree [kargs] [--append=quiet]"}, // seen after a reboot at the earliest
	{"rpm-ostree upgrade", "rpm-ostree [upgrade]"},
	{"rpm-ostree rebase --reboot x", "rpm-ostree [rebase] [--reboot] [x]"},
	{"flatpak override --user --show org.test.Hello", "flatpak [override] [--user] [--show] [org.test.Hello]"},
	{"dnf config-manager --dump x", "dnf [config-manager] [--dump] [x]"},
	{"dnf config-manager --dump-variables", "dnf [config-manager] [--dump-variables]"},
	{"dnf --assumeno install htop", "dnf [--assumeno] [install] [htop]"},
	{"dnf install htop --assumeno", "dnf [install] [htop] [--assumeno]"},
	{"sudo ls dnf install", "sudo [ls] [dnf] [install]"},
	{"sudo dnf list", "sudo [dnf] [list]"},
	{"sudo", "sudo"},
	{"sudo -u ada dnf install x", "sudo [-u] [ada] [dnf] [install] [x]"},

	{"dnf install htop", "bkt-local [run] [--] [dnf] [install] [htop]"},
	{"dnf -y install 'a b' ''", "bkt-local [run] [--] [dnf] [-y] [install] [a b] []"},
	{"dnf --setopt x=y remove htop", "bkt-local [run] [--] [dnf] [--setopt] [x=y] [remove] [htop]"},
	{"dnf5 --repo=x rm htop", "bkt-local [run] [--] [dnf5] [--repo=x] [rm] [htop]"},
	{"dnf copr enable atim/starship", "bkt-local [run] [--] [dnf] [copr] [enable] [atim/starship]"},
	{"dnf group install tools", "bkt-local [run] [--] [dnf] [group] [install] [tools]"},
	{"dnf history undo last", "bkt-local [run] [--] [dnf] [history] [undo] [last]"},
	{"flatpak --user install flathub org.test.Hello", "bkt-local [run] [--] [flatpak] [--user] [install] [flathub] [org.test.Hello]"},
	{"flatpak --installation x uninstall --all", "bkt-local [run] [--] [flatpak] [--installation] [x] [uninstall] [--all]"},
	{"flatpak override --user org.test.Hello", "bkt-local [run] [--] [flatpak] [override] [--user] [org.test.Hello]"},
	{"flatpak remote-add x y", "bkt-local [run] [--] [flatpak] [remote-add] [x] [y]"},
	{"flatpak mask org.test.Hello", "bkt-local [run] [--] [flatpak] [mask] [org.test.Hello]"},
	{"rpm-ostree install htop", "bkt-local [run] [--] [rpm-ostree] [install] [htop]"},
	{"rpm-ostree override remove firefox", "bkt-local [run] [--] [rpm-ostree] [override] [remove] [firefox]"},
	{"rpm-ostree upgrade --install=htop", "bkt-local [run] [--] [rpm-ostree] [upgrade] [--install=htop]"},
	{"rpm-ostree update --uninstall htop", "bkt-local [run] [--] [rpm-ostree] [update] [--uninstall] [htop]"},
	{"rpm-ostree rebase x --install htop", "bkt-local [run] [--] [rpm-ostree] [rebase] [x] [--install] [htop]"},
	{"rpm-ostree deploy --uninstall=htop x", "bkt-local [run] [--] [rpm-ostree] [deploy] [--uninstall=htop] [x]"},
	{"sudo dnf install htop", "bkt-local [run] [--] [sudo] [dnf] [install] [htop]"},
	{"sudo flatpak install org.test.Hello", "bkt-local [run] [--] [sudo] [flatpak] [install] [org.test.Hello]"},
}

// What changes things goes through bkt-local, and everything else to the real tool, as it was typed.
func TestHooksRoute(t *testing.T) {
	everywhere(t, func(t *testing.T, l *lab, sh, option string) {
		if strings.Contains(option, "alias dnf") {
			t.Run("an alias comes first", func(t *testing.T) { l.alias(t, sh, option) })
			return
		}
		var typed []string
		want := ""
		for _, c := range lines {
			typed = append(typed, c.typed)
			want += c.call + "\n"
		}
		out, errs, code := l.run(sh, option, typed...)
		if out != "" || errs != "" || code != 0 {
			t.Errorf("%d, %q, %q", code, out, errs)
		}
		if got := l.calls(); got != want {
			t.Errorf("calls\n%s", differing(got, want))
		}
	})
}

func (l *lab) alias(t *testing.T, sh, option string) {
	expand := map[string]string{"bash": "shopt -s expand_aliases\n", "zsh": "setopt aliases\n"}[sh]
	out, errs, code := l.run(sh, expand+option, "eval 'dnf list'", "eval 'dnf install htop'")
	if want := "dnf [--quiet] [list]\nbkt-local [run] [--] [dnf] [--quiet] [install] [htop]\n"; l.calls() != want || out != "" || errs != "" || code != 0 {
		t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, l.calls())
	}
}

// differing are the lines that differ.
func differing(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	out := ""
	for n := range max(len(g), len(w)) {
		at := func(l []string) string {
			if n < len(l) {
				return l[n]
			}
			return "nothing"
		}
		if at(g) != at(w) {
			out += fmt.Sprintf("%s\n  want %s\n", at(g), at(w))
		}
	}
	return out
}
