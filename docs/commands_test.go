package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// later are commands that messages speak of already, with what bkt answers to them.
var later = map[string]string{}

// notCommands are names that begin like a program's.
var notCommands = []string{"bkt-tmp", "bkt-write"}

// call is a command of ours in a text: the program, or bkt with its command, and the flags
// behind it.
var call = regexp.MustCompile(`\bbkt(-[a-z]+| (?:status|capture|containerfile|help|apply|dnf (?:sync|install|remove|copr)|flatpak (?:add|remove)|extension|gsetting|shim|local|ignore|track|doctor|init|switch|admin|changelog)\b)?((?: +(?:--[a-z][a-z-]*(?:=[^ |)]*)?|[A-Z]+|local|sync|check|[a-z]+:[^ ]+))*)`)

// TestNamedCommands runs every command of ours that a document, a manual page, a usage text
// or a message names, with --help, and looks each of its flags up.
func TestNamedCommands(t *testing.T) {
	flags := map[string][]string{"bkt": {"help", "version"}}
	for command, own := range porcelain {
		flags["bkt "+command] = append(slices.Clone(own), "help")
	}
	for _, name := range names(t) {
		_, flags[name] = source(t, name)
	}
	flags["bkt local"] = append(flags["bkt-local"], "repo")
	for _, command := range []string{"dnf install", "dnf remove", "dnf copr", "flatpak add", "flatpak remove", "extension", "gsetting", "shim", "admin"} {
		flags["bkt "+command] = append(slices.Clone(porcelain["change"]), "user")
	}
	flags["bkt status"], flags["bkt containerfile"], flags["bkt dnf sync"] = flags["bkt-drift"], flags["bkt-cfgen"], flags["bkt apply"]
	found := map[string]bool{}
	for where, text := range texts(t) {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			command := "bkt" + m[1]
			if slices.Contains(notCommands, command) {
				continue
			}
			found[command] = true
			for _, f := range mentioned(m[2]) {
				if _, known := later[command]; !known && !slices.Contains(flags[command], f) {
					t.Errorf("%s: %s has no --%s", where, command, f)
				}
			}
		}
	}
	if len(found) < 8 {
		t.Errorf("only %q found: is this test blind?", slices.Sorted(maps.Keys(found)))
	}
	for command := range found {
		argv := append(strings.Fields(command), "--help")
		out, err := exec.Command(filepath.Join(programs, argv[0]), argv[1:]...).CombinedOutput()
		if want, ok := later[command]; ok {
			if string(out) != want {
				t.Errorf("%s is in this version now:\n%s", command, out)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(string(out), "usage: ") {
			t.Errorf("%s --help: %v\n%s", command, err, out)
		}
	}
	for command := range later {
		if !found[command] {
			t.Errorf("nothing speaks of '%s' any more", command)
		}
	}
}

// services are the units and the recipes.
func services(t *testing.T) []string {
	t.Helper()
	units, err := filepath.Glob("../systemd/*/*")
	if err != nil || len(units) < 2 {
		t.Fatalf("units: %q, %v", units, err)
	}
	recipes, err := filepath.Glob("../just/*")
	if err != nil {
		t.Fatal(err)
	}
	return append(units, recipes...)
}

// texts are what people read, by where it stands: documents, manual pages, the porcelain, units
// and recipes, the Containerfile, and the strings of the source.
func texts(t *testing.T) map[string]string {
	t.Helper()
	pages, err := filepath.Glob("man/*.1")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range append(append(documents(t), "../shell/bkt", "../Containerfile"), services(t)...) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = string(b)
	}
	for _, f := range pages {
		out[f] = page(t, strings.TrimSuffix(filepath.Base(f), ".1"))
	}
	for _, dir := range []string{"../cmd", "../internal"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			var b strings.Builder
			ast.Inspect(f, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					b.WriteString(text(e) + "\n")
				}
				return true
			})
			out[path] = b.String()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A hint is a command to paste: no alternatives, which a shell takes for pipes, and nothing
// behind it.
func TestHints(t *testing.T) {
	n := 0
	for where, text := range texts(t) {
		if !strings.HasSuffix(where, ".go") {
			continue
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "bkt") && strings.Contains(line, " ") && !strings.Contains(line, "usage:") {
				n++
				if strings.Contains(line, "|manifest") || strings.Contains(line, ",") {
					t.Errorf("%s: cannot be pasted: %s", where, line)
				}
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d hints found", n)
	}
}
