// Package internal_test keeps the house in order: floors, owners, and one sentence for each room.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the house, docs/architecture.md in numbers: a package imports only lower floors.
var floors = map[string]int{
	"internal/run":           0,
	"internal/doc":           0,
	"internal/containerfile": 0,
	"internal/keyfile":       0,
	"internal/pattern":       0,
	"internal/gvariant":      0,
	"internal/host":          1,
	"internal/diff":          1,
	"internal/render":        1,
	"internal/subsystem":     2,
	"internal/manifest":      2,
	"internal/remotes":       2,
	"internal/applied":       2,
	"internal/journal":       2,
	"internal/changelog":     2,
	"internal/repofile":      2,
	"internal/forge":         2,
	"internal/cli":           2,
	"internal/fetch":         2,
	"internal/dconf":         2,
	"internal/capture":       3,
	"internal/registry":      4,
	"internal/compare":       5,
	"internal/generate":      6,
	"internal/apply":         6,
	"shell":                  0,
}

// owners are imports with one user each, and why.
var owners = map[string]struct{ user, why string }{
	"os/exec":                       {"internal/run", "every process goes through one Runner"},
	"github.com/google/renameio/v2": {"internal/host", "there is one writer"},
	"github.com/tidwall/sjson":      {"internal/manifest", "JSON is edited in place in one room"},
	"github.com/peterbourgon/ff/v3": {"internal/cli", "one frame for all command lines"},
	"github.com/mattn/go-isatty":    {"internal/cli", "one answer to: is it a terminal?"},
}

// forbidden are imports that nobody may have, and why.
var forbidden = map[string]string{
	"encoding/json":  "it takes the last of duplicate keys; use the documents' reader",
	"net/http/pprof": "programs do not listen",
	"io/ioutil":      "deprecated",
	"testing":        "it belongs in tests",
}

type pkg struct {
	dir     string
	imports []string
	doc     int // package comments
	inits   []string
	eager   []string // package variables that need code to run when the program starts
}

func house(t *testing.T) []pkg {
	t.Helper()
	dirs := map[string]*pkg{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, "../"))
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "test" || rel == "bench" || strings.HasPrefix(d.Name(), ".") && path != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(rel))
		p := dirs[dir]
		if p == nil {
			p = &pkg{dir: dir}
			dirs[dir] = p
		}
		if file.Doc != nil {
			p.doc++
		}
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			p.imports = append(p.imports, name)
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				p.inits = append(p.inits, rel)
			}
			if g, ok := decl.(*ast.GenDecl); ok && eager(g) {
				p.eager = append(p.eager, rel)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []pkg
	for _, p := range dirs {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b pkg) int { return strings.Compare(a.dir, b.dir) })
	if len(out) < 10 {
		t.Fatalf("only %d packages found: the walk is broken", len(out))
	}
	return out
}

// floor of a package; programs stand above all rooms.
func floor(dir string) (int, bool) {
	if strings.HasPrefix(dir, "cmd/bkt-") {
		return 100, true
	}
	if strings.HasPrefix(dir, "internal/subsystem/") {
		return 3, true
	}
	n, ok := floors[dir]
	return n, ok
}

func TestFloors(t *testing.T) {
	for _, p := range house(t) {
		mine, ok := floor(p.dir)
		if !ok {
			t.Errorf("%s is not in the table of floors: which room is it?", p.dir)
			continue
		}
		for _, i := range p.imports {
			dir, ours := strings.CutPrefix(i, "bkt/")
			if !ours {
				continue
			}
			if below, ok := floor(dir); !ok || below >= mine {
				t.Errorf("%s (floor %d) imports %s (floor %d): only lower floors may be imported", p.dir, mine, dir, below)
			}
			if strings.HasPrefix(dir, "internal/subsystem/") && p.dir != "internal/registry" {
				t.Errorf("%s imports %s: only the registry knows subsystems by name", p.dir, dir)
			}
		}
	}
}

func TestOwners(t *testing.T) {
	for _, p := range house(t) {
		for _, i := range p.imports {
			if o, owned := owners[i]; owned && o.user != p.dir {
				t.Errorf("%s imports %s, which belongs to %s: %s", p.dir, i, o.user, o.why)
			}
			if why, bad := forbidden[i]; bad {
				t.Errorf("%s imports %s: %s", p.dir, i, why)
			}
		}
	}
}

// hashes are the programs that need what crypto/sha1 and crypto/sha256 register with crypto: the ids of git, and
// the names of branches. To import them costs each start of a program, so that no room does.
var hashes = map[string][]string{
	"cmd/bkt-cfgen": {"crypto/sha1"},
	"cmd/bkt-pr":    {"crypto/sha1", "crypto/sha256"},
}

func TestHashes(t *testing.T) {
	for _, p := range house(t) {
		got := slices.DeleteFunc(slices.Clone(p.imports), func(i string) bool { return !strings.HasPrefix(i, "crypto/") })
		slices.Sort(got)
		if want := hashes[p.dir]; !slices.Equal(slices.Compact(got), want) {
			t.Errorf("%s imports %q, want %q: name a hash as crypto.SHA1, and let the programs that need it import it", p.dir, got, want)
		}
	}
}

func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	for _, p := range house(t) {
		if p.doc != 1 {
			t.Errorf("%s has %d package comments, not one", p.dir, p.doc)
		}
		if len(p.inits) > 0 {
			t.Errorf("%s: func init in %s", p.dir, p.inits)
		}
	}
}

// eager says whether a declaration has variables that are no plain data, which the linker lays out: a call and a map
// are made when the program starts, by code that each of its runs waits for. errors.New and []byte("…") are data.
func eager(decl *ast.GenDecl) (found bool) {
	if decl.Tok != token.VAR {
		return false
	}
	for _, s := range decl.Specs {
		for _, value := range s.(*ast.ValueSpec).Values {
			ast.Inspect(value, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					return false
				case *ast.MapType:
					found = true
				case *ast.CallExpr:
					f, _ := n.Fun.(*ast.SelectorExpr)
					_, bytes := n.Fun.(*ast.ArrayType)
					found = found || !bytes && (f == nil || f.Sel.Name != "New" || !named(f.X, "errors"))
				}
				return !found
			})
		}
	}
	return found
}

func named(x ast.Expr, name string) bool {
	i, ok := x.(*ast.Ident)
	return ok && i.Name == name
}

func TestNothingRunsAtTheStart(t *testing.T) {
	for _, p := range house(t) {
		if len(p.eager) > 0 {
			t.Errorf("%s: package variables are made when a program starts in %s: make them plain data, as pattern.Lazy is, or a function", p.dir, p.eager)
		}
	}
}

// The rule above must see what it forbids, and nothing else.
func TestEager(t *testing.T) {
	for source, want := range map[string]bool{
		"var a = regexp.MustCompile(`x`)":                          true,
		"var ( b = 1; c = []any{regexp.MustCompile(`x`)} )":        true,
		"var d = pattern.Lazy{Expr: `x`}":                          false,
		"var e = func() any { return regexp.MustCompile(`x`) }":    false,
		"var f = map[string]int{`x`: 1}":                           true,
		"var g = []struct{ m map[string]int }{{map[string]int{}}}": true,
		"var h map[string]int":                                     false,
		"var i = sync.OnceValue(func() int { return 1 })":          true,
		"var j = errors.New(`x`)":                                  false,
		"var k = other.New(`x`)":                                   true,
		"var l = []byte(`x`)":                                      false,
		"var m = []struct{ n []string }{{[]string{`x`}}}":          false,
		"type o struct{ re *regexp.Regexp }":                       false,
		"const p = len(`x`)":                                       false,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := eager(file.Decls[0].(*ast.GenDecl)); got != want {
			t.Errorf("%s: %v, want %v", source, got, want)
		}
	}
}
