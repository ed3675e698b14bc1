package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bkt/internal/containerfile"
	"bkt/internal/generate"
)

// rows are the rows of a document's tables that a pattern matches whole.
func rows(t *testing.T, file, pattern string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^"+pattern+"$").FindAllStringSubmatch(string(b), -1) {
		out[m[1]] = m[2]
	}
	return out
}

// The page's tables are those that the house's own test enforces.
func TestArchitecture(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../internal/house_test.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	floors, owners := map[string]string{"internal/subsystem/*": "3"}, map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "floors" && spec.Names[0].Name != "owners" {
			return true
		}
		for _, e := range spec.Values[0].(*ast.CompositeLit).Elts {
			kv := e.(*ast.KeyValueExpr)
			if spec.Names[0].Name == "floors" {
				floors[text(kv.Key)] = kv.Value.(*ast.BasicLit).Value
				continue
			}
			owner := kv.Value.(*ast.CompositeLit).Elts
			owners[text(kv.Key)] = text(owner[0]) + ": " + text(owner[1])
		}
		return false
	})
	delete(floors, "shell") // a folder of shell, with tests
	if len(floors) < 10 || len(owners) < 3 {
		t.Fatalf("the house's tables were not found: %v, %v", floors, owners)
	}
	got := map[string]string{}
	for dir, floor := range swap(rows(t, "architecture.md", "\\| ([0-9]+ \\| `internal/[^`]*)`( )\\| .*\\|")) {
		got[dir] = floor
	}
	if !maps.Equal(got, floors) {
		t.Errorf("floors in the page\n%v, in the house\n%v", got, floors)
	}
	got = map[string]string{}
	for name, rest := range rows(t, "architecture.md", "\\| `([^`]*)` \\| (`internal/[^`]*` \\| .*) \\|") {
		got[name] = strings.Replace(strings.Replace(rest, "` | ", ": ", 1), "`", "", 1)
	}
	if !maps.Equal(got, owners) {
		t.Errorf("owners in the page\n%v, in the house\n%v", got, owners)
	}
}

// swap turns `floor | name` into name and floor.
func swap(in map[string]string) map[string]string {
	out := map[string]string{}
	for k := range in {
		floor, name, _ := strings.Cut(k, " | `")
		out[name] = floor
	}
	return out
}

// The exit codes of the README are the constants of the frame.
func TestExitCodes(t *testing.T) {
	b, err := os.ReadFile("../internal/cli/cli.go")
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t[A-Z][A-Za-z]+ += ([0-9]+)\b`).FindAllStringSubmatch(string(b), -1) {
		code[m[1]] = true
	}
	table := rows(t, "../README.md", `\| ([0-9]+) \| (.*) \|`)
	if len(code) < 6 || len(code) != len(table) {
		t.Errorf("the frame has %v, the README %v", code, table)
	}
	for c := range code {
		if table[c] == "" {
			t.Errorf("no exit code %s in the README", c)
		}
	}
}

// The README begins with the two commands, and they are targets.
func TestTheTwoCommands(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "```sh\nmake demo\nmake test\n```\n") {
		t.Error("the README does not have the two commands")
	}
	m, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"demo", "test"} {
		if !strings.Contains(string(m), "\n"+target+": ## ") {
			t.Errorf("the Makefile has no target %s", target)
		}
	}
}

// The project's own distribution is up to date.
func TestExampleDistribution(t *testing.T) {
	out, err := exec.Command(filepath.Join(programs, "bkt-cfgen"), "--check", "--repo", "..").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("bkt-cfgen --check: %v\n%s", err, out)
	}
	b, err := os.ReadFile("../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	f, err := containerfile.Parse("Containerfile", b, generate.Order())
	if err != nil {
		t.Fatal(err)
	}
	sources := f.CopySources()
	if len(sources) < 5 || len(f.Names()) < 4 {
		t.Errorf("sections %q, copied %v", f.Names(), sources)
	}
	for _, src := range sources {
		if _, err := os.Stat(filepath.Join("..", src.Path)); err != nil || src.Variable {
			t.Errorf("Containerfile:%d: %v", src.Line, err)
		}
	}
	for _, name := range append(names(t), "bkt") {
		if name != "bkt" && !strings.Contains(string(b), "-o /out/ ./cmd/...") || name == "bkt" && !strings.Contains(string(b), "shell/bkt /usr/bin/bkt") {
			t.Errorf("the image does not get %s", name)
		}
	}
}
