package docs_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/internal/registry"
	"bkt/shell"
)

// completions are the files that shells complete bkt's commands with.
var completions = map[string]func(words map[string][]string, values map[string]string) string{
	"bkt.bash": bashCompletion,
	"_bkt":     zshCompletion,
	"bkt.fish": fishCompletion,
}

// own are the porcelain's commands that read their flags themselves.
var own = []string{"bkt capture", "bkt apply", "bkt local commit",
	"bkt dnf install", "bkt dnf remove", "bkt dnf sync", "bkt dnf copr enable", "bkt dnf copr disable", "bkt dnf copr remove",
	"bkt flatpak add", "bkt flatpak remove", "bkt extension add", "bkt extension remove", "bkt extension enable", "bkt extension disable",
	"bkt gsetting set", "bkt gsetting unset", "bkt shim add", "bkt shim remove", "bkt admin kargs add", "bkt admin kargs remove",
	"bkt admin systemd enable", "bkt admin systemd disable", "bkt admin systemd mask"}

// words is what may follow each command: its own commands, and its flags.
func words(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{"bkt": {"help", "--help", "--version"}}
	all := map[string][]string{}
	for _, name := range names(t) {
		_, l := source(t, name)
		for _, f := range l {
			all[name] = append(all[name], "--"+f)
		}
		out[name] = all[name]
	}
	verbs := verbs(t)
	for _, v := range verbs {
		out["bkt-local "+v] = taken(t, "bkt-local "+v, all["bkt-local"])
	}
	out["bkt-local"] = append(verbs, "--help", "--version")
	out["bkt-local change"] = []string{"add", "remove", "update"}
	for _, action := range out["bkt-local change"] {
		out["bkt-local change "+action] = subsystems()
	}
	out["bkt-local init"] = shell.Shells()
	out["bkt local list"], out["bkt local clear"] = out["bkt-local list"], out["bkt-local clear"]
	out["bkt changelog list"], out["bkt changelog done"] = out["bkt-local done"], []string{"--help"}
	out["bkt status"] = out["bkt-drift"]
	for _, command := range []string{"bkt containerfile sync", "bkt containerfile check"} {
		out[command] = taken(t, command, all["bkt-cfgen"])
	}
	flags := porcelainFlags(t)
	for _, command := range own {
		out[command] = append(taken(t, command, flags, "--no-such-flag", "--no-such-flag"), "--help")
	}
	for command := range maps.Clone(out) { // each names itself to the one above it
		for at := strings.LastIndexByte(command, ' '); at > 0; at = strings.LastIndexByte(command, ' ') {
			above, name := command[:at], command[at+1:]
			if !slices.Contains(out[above], name) {
				out[above] = append(out[above], name)
			}
			command = above
		}
	}
	for command := range out {
		slices.Sort(out[command])
	}
	return out
}

// verbs are bkt-local's, as its source has them.
func verbs(t *testing.T) (out []string) {
	t.Helper()
	b, err := os.ReadFile("../cmd/bkt-local/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\{name: "([a-z]+)"`).FindAllStringSubmatch(string(b), -1) {
		out = append(out, m[1])
	}
	if len(out) < 8 {
		t.Fatalf("verbs of bkt-local: %q", out)
	}
	return out
}

// porcelainFlags are all that some command of the porcelain's own may take, but for the hooks'.
func porcelainFlags(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../shell/bkt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^\s*(?:.*\boptions ["']|common=').*$`).FindAllString(string(b), -1) {
		for _, f := range mentioned(line) {
			all["--"+f] = true
		}
	}
	delete(all, "--here")
	if len(all) < 10 {
		t.Fatalf("flags of shell/bkt: %v", all)
	}
	return slices.Sorted(maps.Keys(all))
}

// taken are those of flags that a command does not refuse. It is asked, at home in an empty
// folder, where it can do nothing; tail is what follows, so that it stops there.
func taken(t *testing.T, command string, flags []string, tail ...string) (out []string) {
	t.Helper()
	home := t.TempDir()
	ask := func(args ...string) string {
		argv := append(strings.Fields(command), args...)
		c := exec.CommandContext(t.Context(), filepath.Join(programs, argv[0]), append(argv[1:], tail...)...)
		c.Dir, c.Env = home, []string{"HOME=" + home, "PATH=" + programs + ":/usr/bin:/bin", "LC_ALL=C"}
		b, _ := c.CombinedOutput()
		return string(b)
	}
	for _, f := range flags {
		answer := ask(f)
		if strings.Contains(answer, "needs a value") {
			value, _, _ := strings.Cut(values()[f], " ")
			answer = ask(f + "=" + cmp.Or(value, "x"))
		}
		no := strings.Contains(answer, "takes no "+f+"\n") || strings.Contains(answer, "unknown flag '"+f+"'") ||
			strings.Contains(answer, " exclude each other\n") && strings.Contains(answer, " "+f+" ")
		if !no {
			out = append(out, f)
		}
	}
	if len(out) == 0 || len(out) == len(flags) {
		t.Errorf("%s takes %q: is this test blind?", command, out)
	}
	return out
}

func subsystems() []string {
	var out []string
	for _, s := range registry.All() {
		out = append(out, s.Info().Name)
	}
	slices.Sort(out)
	return out
}

// values are the words that may follow a flag.
func values() map[string]string {
	names := strings.Join(subsystems(), " ")
	return map[string]string{"--only": names, "--exclude": names, "--subsystem": names, "--scope": "all system user",
		"--format": "auto json text", "--color": "always auto never", "--resolve": "local manifest"}
}

const generated = "Made by docs/completions_test.go from the programs' own flags. Do not edit."

// ids prints the ids of what bkt-local lists with a verb: of the journal's entries, of manual steps.
func ids(verb string) string {
	return `bkt-local ` + verb + ` --format json 2>/dev/null | sed -n 's/^ *"id": "\(.*\)",\{0,1\}$/\1/p'`
}

// table is a case of a command and what may follow it.
func table(words map[string][]string, indent string) string {
	var b strings.Builder
	for _, command := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(&b, "%s'%s') may='%s' ;;\n", indent, command, strings.Join(words[command], " "))
	}
	return b.String()
}

func cases(values map[string]string, indent string) string {
	var b strings.Builder
	for _, flag := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, "%s%s) may='%s' ;;\n", indent, flag, values[flag])
	}
	return b.String()
}

func bashCompletion(words map[string][]string, values map[string]string) string {
	return `# shellcheck shell=bash
# ` + generated + `
__bkt_words() {
	case $1 in
` + table(words, "\t") + `	*) return 1 ;;
	esac
}

__bkt_complete() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[0]##*/} word may=''
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		! __bkt_words "$command $word" || command="$command $word"
	done
	may=
	case $prev in
` + cases(values, "\t") + `	--repo | --manifests | --root | --document | --ref | --wish | --with) may=- ;;
	*) __bkt_words "$command" || may= ;;
	esac
	case $command:$cur in
	*clear:[!-]* | *clear:) may="$may $(` + ids("list") + `)" ;;
	*done:[!-]* | *done:) may="$may $(` + ids("'done'") + `)" ;;
	esac
	COMPREPLY=()
	if [[ $may == - ]]; then
		while IFS= read -r word; do
			COMPREPLY+=("$word")
		done < <(compgen -f -- "$cur")
		return
	fi
	for word in $may; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

complete -F __bkt_complete bkt ` + programNames(words) + `
`
}

// programNames are the commands that are programs, but for bkt.
func programNames(words map[string][]string) string {
	var out []string
	for command := range words {
		if strings.HasPrefix(command, "bkt-") && !strings.Contains(command, " ") {
			out = append(out, command)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func zshCompletion(all map[string][]string, values map[string]string) string {
	return `#compdef bkt ` + programNames(all) + `
# ` + generated + `
__bkt_words() {
	case $1 in
` + table(all, "\t") + `	*) return 1 ;;
	esac
}

local command=${words[1]:t} cur=${words[CURRENT]} prev=${words[CURRENT-1]} word
local -a typed=("${(@)words[2,CURRENT-1]}")
() {
	local may=''
	for word in $typed; do
		! __bkt_words "$command $word" || command="$command $word"
	done
	may=
	case $prev in
` + cases(values, "\t") + `	--repo | --manifests | --root | --document | --ref | --wish | --with) _files; return ;;
	*) __bkt_words "$command" || may= ;;
	esac
	case $command:$cur in
	*clear:[^-]* | *clear:) may="$may $(` + ids("list") + `)" ;;
	*done:[^-]* | *done:) may="$may $(` + ids("'done'") + `)" ;;
	esac
	compadd -- ${=may}
}
`
}

func fishCompletion(words map[string][]string, values map[string]string) string {
	var t, v strings.Builder
	for _, command := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(&t, "        case '%s'\n            printf '%%s\\n' %s\n", command, strings.Join(words[command], " "))
	}
	for _, flag := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&v, "        case %s\n            printf '%%s\\n' %s\n            return\n", flag, values[flag])
	}
	return `# ` + generated + `
function __bkt_words
    switch "$argv[1]"
` + t.String() + `        case '*'
            return 1
    end
end

function __bkt_complete
    set -l typed (commandline -opc)
    set -l command (string replace -r '.*/' '' -- $typed[1])
    for word in $typed[2..]
        __bkt_words "$command $word" >/dev/null; and set command "$command $word"
    end
    switch "$typed[-1]"
` + v.String() + `        case --repo --manifests --root --document --ref --wish --with
            __fish_complete_path (commandline -ct)
            return
    end
    __bkt_words $command
    switch $command
        case '*clear'
            ` + ids("list") + `
        case '*done'
            ` + ids("'done'") + `
    end
end

for command in bkt ` + programNames(words) + `
    complete -c $command -f -a '(__bkt_complete)'
end
`
}

// The files are what the programs' flags say: BKT_WRITE=1 writes them anew. Every command that
// is completed is one.
func TestCompletionsAreInStep(t *testing.T) {
	all, vals := words(t), values()
	for command := range all {
		argv := append(strings.Fields(command), "--help")
		if len(argv) == 4 && argv[0] == "bkt-local" {
			argv = []string{argv[0], "--help", argv[1]} // what follows these is an operand
		}
		out, err := exec.Command(filepath.Join(programs, argv[0]), argv[1:]...).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), "usage: ") {
			t.Errorf("%s --help: %v\n%s", command, err, out)
		}
	}
	for name, make := range completions {
		path := filepath.Join("..", "shell", "completions", name)
		want := make(all, vals)
		got, _ := os.ReadFile(path)
		if string(got) == want {
			continue
		}
		if os.Getenv("BKT_WRITE") == "" {
			t.Errorf("%s is not in step\nhint: BKT_WRITE=1 go test ./docs -run Completions", path)
		} else if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// completed asks a real shell what may follow a line.
func completed(t *testing.T, sh, line, home string) []string {
	t.Helper()
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := home
	script := map[string]string{
		"bash": `. "$PROJECT/shell/completions/bkt.bash"
COMP_WORDS=($LINE); [[ $LINE != *' ' ]] || COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); __bkt_complete; printf '%s\n' "${COMPREPLY[@]}"`,
		"fish": `source $PROJECT/shell/completions/bkt.fish; complete -C "$LINE"`,
		"zsh": `fpath=($PROJECT/shell/completions $fpath); autoload -Uz _bkt
words=(${=LINE}); [[ $LINE != *' ' ]] || words+=(''); CURRENT=$#words
compadd() { shift; print -l -- ${(M)@:#${words[CURRENT]}*} }; _files() { print files }; functions[_bkt]=$(< $PROJECT/shell/completions/_bkt); words_() { _bkt }
_bkt`,
	}[sh]
	argv := map[string][]string{"bash": {"bash", "--norc", "-c"}, "zsh": {"zsh", "-f", "-c"}, "fish": {"fish", "--no-config", "-c"}}[sh]
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, argv[0], append(argv[1:], script)...)
	c.Dir = dir
	c.Env = []string{"PATH=" + dir + "/bin:" + programs + ":/usr/bin:/bin", "HOME=" + dir, "PROJECT=" + project, "LINE=" + line, "LC_ALL=C"}
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil || errs.Len() > 0 {
		t.Errorf("%s: %q: %v\n%s", sh, line, err, errs.String())
	}
	var l []string
	for w := range strings.FieldsSeq(string(out)) {
		l = append(l, w)
	}
	slices.Sort(l)
	return l
}

func TestCompletions(t *testing.T) {
	for _, sh := range []string{"bash", "zsh", "fish"} {
		t.Run(sh, func(t *testing.T) {
			if _, err := exec.LookPath(sh); err != nil {
				t.Fatalf("%s is missing\nhint: make setup", sh)
			}
			for _, c := range []struct{ line, want string }{
				{"bkt con", "containerfile"},
				{"bkt dnf ", "copr install remove sync"},
				{"bkt dnf copr e", "enable"},
				{"bkt flatpak add --re", "--remote --repo --resolve"},
				{"bkt admin systemd ", "disable enable mask"},
				{"bkt-drift --only flatpak", "flatpak flatpak-remote"},
				{"bkt status --format ", "auto json text"},
				{"bkt-local change add sy", "systemd"},
				{"bkt-local init ", "bash fish zsh"},
				{"bkt-pr --d", "--document --dry-run"},
				{"bkt-local list --", "--archived --color --format --help --only --root --verbose --version"},
				{"bkt local clear --", "--archived --help --root --verbose --version"},
				{"bkt local commit --a", "--allow --archived"},
				{"bkt dnf sync --", "--dry-run --force --help --now --repo --resolve --yes"},
				{"bkt shim add --h", "--help --host"},
				{"bkt dnf install --h", "--help"},
				{"bkt containerfile check --m", "--manifests"},
				{"bkt-nothing ", ""},
			} {
				if sh == "fish" && strings.HasPrefix(c.line, "bkt-nothing") {
					continue // it has no completion at all, and fish names files
				}
				if got := strings.Join(completed(t, sh, c.line, t.TempDir()), " "); got != c.want {
					t.Errorf("%q: %q, want %q", c.line, got, c.want)
				}
			}
		})
	}
}

// The journal's entries can be named.
func TestCompletedEntries(t *testing.T) {
	home := t.TempDir()
	c := exec.Command(filepath.Join(programs, "bkt-local"), "run", "--subsystem", "shim", "--", "sh", "-c", `"$0/bkt-local" change add shim podman | "$0/bkt-apply" --wish -`, programs)
	c.Env, c.Dir = []string{"HOME=" + home, "PATH=/usr/bin:/bin"}, home
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(home, ".local/share/bkt/ephemeral.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`"id": "([^"]+)"`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("no entry in\n%s", b)
	}
	for _, sh := range []string{"bash", "zsh", "fish"} {
		for _, line := range []string{"bkt-local clear ", "bkt local clear " + string(m[1][:2])} {
			if got := completed(t, sh, line, home); !slices.Contains(got, string(m[1])) {
				t.Errorf("%s: %q: %q has no %s", sh, line, got, m[1])
			}
		}
	}
}

// And the manual steps that are left.
func TestCompletedSteps(t *testing.T) {
	home := t.TempDir()
	for path, text := range map[string]string{
		"root/usr/share/bkt/changelog/karg-quiet-0123abcd.json": `{"id": "karg-quiet-0123abcd", "summary": "no quiet", "steps": [{"id": "karg-quiet-0123abcd-1", "text": "reboot"}]}`,
		"bin/bkt-local": "#!/bin/sh\nexec " + filepath.Join(programs, "bkt-local") + ` --root "$HOME/root" "$@"` + "\n",
	} {
		p := filepath.Join(home, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(text), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	for _, sh := range []string{"bash", "zsh", "fish"} {
		for _, line := range []string{"bkt-local done ", "bkt changelog done karg"} {
			if got := completed(t, sh, line, home); !slices.Contains(got, "karg-quiet-0123abcd-1") {
				t.Errorf("%s: %q: %q", sh, line, got)
			}
		}
	}
}
