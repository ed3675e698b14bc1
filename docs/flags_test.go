package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// names are the programs in cmd/.
func names(t *testing.T) []string {
	t.Helper()
	l, err := filepath.Glob("../cmd/bkt-*")
	if err != nil || len(l) < 4 {
		t.Fatalf("programs: %q, %v", l, err)
	}
	for i := range l {
		l[i] = filepath.Base(l[i])
	}
	return l
}

// source is what the source of a program says: its usage text and the flags it declares.
func source(t *testing.T, name string) (usage string, flags []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../cmd", name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	flags = []string{"help", "version"}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if n.Names[0].Name == "usage" {
					usage = text(n.Values[0])
				}
			case *ast.CallExpr:
				flags = append(flags, declared(n)...)
			}
			return true
		})
	}
	slices.Sort(flags)
	return usage, flags
}

// declared are the flags that a call declares: cli.New with the common ones, and the methods
// of the command and of its flag set.
func declared(n *ast.CallExpr) []string {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	var out []string
	x, _ := sel.X.(*ast.Ident)
	switch {
	case x != nil && x.Name == "cli" && sel.Sel.Name == "New":
		for _, a := range n.Args[4:] {
			out = append(out, text(a))
		}
	case x != nil && x.Name == "c" && sel.Sel.Name == "Bool":
		out = append(out, text(n.Args[0]))
	case sel.Sel.Name == "Duration" || sel.Sel.Name == "Var" || sel.Sel.Name == "String" || sel.Sel.Name == "Int":
		if call, ok := sel.X.(*ast.CallExpr); !ok || call.Fun.(*ast.SelectorExpr).Sel.Name != "Flags" {
			return nil
		}
		for _, a := range n.Args[:2] {
			if s := text(a); s != "" {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// text is the value of a string literal, "" for any other expression.
func text(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value)
	return s
}

var flagForm = regexp.MustCompile(`--([a-z][a-z-]*)`)

// mentioned are the flags in a text, sorted.
func mentioned(s string) []string {
	var out []string
	for _, m := range flagForm.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// page is a manual page's text, without the section that names other programs' flags.
func page(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("man", name+".1"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), `\-`, "-")
}

// foreign are flags of other programs that a manual page speaks of.
var foreign = map[string][]string{"bkt-pr": {"only"}}

// The program, its usage text and its manual page have the same flags.
func TestFlags(t *testing.T) {
	for _, name := range names(t) {
		usage, flags := source(t, name)
		if len(flags) < 3 {
			t.Errorf("%s: only the flags %q found in its source: is this test blind?", name, flags)
		}
		out, err := exec.Command(filepath.Join(programs, name), "--help").Output()
		if err != nil || string(out) != usage {
			t.Errorf("%s --help: %v\n%s\nwant the usage text", name, err, out)
		}
		own := func(l []string) []string {
			return slices.DeleteFunc(l, func(f string) bool { return slices.Contains(foreign[name], f) })
		}
		if got := own(mentioned(usage)); !slices.Equal(got, flags) {
			t.Errorf("%s: the usage text has\n%q, the program\n%q", name, got, flags)
		}
		if got := own(mentioned(page(t, name))); !slices.Equal(got, flags) {
			t.Errorf("%s: the manual page has\n%q, the program\n%q", name, got, flags)
		}
		for _, f := range flags {
			if out, err := exec.Command(filepath.Join(programs, name), "--"+f, "--help").CombinedOutput(); strings.Contains(string(out), "unknown flag") {
				t.Errorf("%s --%s: %v\n%s", name, f, err, out)
			}
		}
		if out, _ := exec.Command(filepath.Join(programs, name), "--no-such-flag").CombinedOutput(); !strings.Contains(string(out), "unknown flag '--no-such-flag'") {
			t.Errorf("%s takes any flag:\n%s", name, out)
		}
	}
}

// porcelain are the flags that the porcelain's own commands read, beside --help: `change` are all
// that change something, as dnf install does.
var porcelain = map[string][]string{
	"capture":      {"allow", "repo", "resolve", "yes"},
	"apply":        {"dry-run", "force", "now", "repo", "resolve", "yes"},
	"local commit": {"allow", "archived", "only", "repo", "resolve", "select", "yes"},
	"change":       {"allow", "local", "pr-only", "repo", "resolve", "yes"},
}

// reads is where shell/bkt says so.
var reads = map[string]string{"capture": "capture", "apply": "bring", "local commit": "journal", "change": "common"}

// takes are the flags in a list as shell/bkt has it: those that need a value end in =.
func takes(list string) []string {
	var out []string
	for f := range strings.FieldsSeq(list) {
		out = append(out, strings.Trim(f, "-="))
	}
	return slices.Sorted(slices.Values(out))
}

// The porcelain's help and manual page have the flags and commands that it takes.
func TestPorcelain(t *testing.T) {
	b, err := os.ReadFile("../shell/bkt")
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(filepath.Join(programs, "bkt"), "help").Output()
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"allow", "archived", "dry-run", "force", "help", "host", "local", "now", "only", "pr-only", "remote", "repo", "resolve", "select", "user", "version", "yes"}
	for what, got := range map[string][]string{"help": mentioned(string(help)), "page": mentioned(page(t, "bkt"))} {
		if !slices.Equal(got, flags) {
			t.Errorf("%s: %q, want %q", what, got, flags)
		}
	}
	for command, want := range porcelain {
		where := reads[command]
		m := regexp.MustCompile(`(?m)^` + where + `\(\) \{\n(?:[^}].*\n)*?\toptions '([^']*)'|^` + where + `='([^']*)'`).FindStringSubmatch(string(b))
		if m == nil {
			t.Errorf("shell/bkt says nowhere what %s takes", command)
		} else if got := takes(m[1] + m[2]); !slices.Equal(got, want) {
			t.Errorf("bkt %s takes %q, want %q", command, got, want)
		}
	}
}

// A manual page renders without a warning, names itself, and has every section.
func TestManualPages(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Fatalf("groff is missing\nhint: make setup")
	}
	pages, err := filepath.Glob("man/*.1")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"man/bkt.1"}
	for _, name := range names(t) {
		want = append(want, "man/"+name+".1")
	}
	slices.Sort(want)
	slices.Sort(pages)
	if !slices.Equal(pages, want) {
		t.Errorf("pages %q, want %q", pages, want)
	}
	for _, p := range pages {
		var errs strings.Builder
		c := exec.Command(groff, "-man", "-Tutf8", "-P-c", "-ww", p)
		c.Stderr = &errs
		out, err := c.Output()
		if err != nil || errs.Len() > 0 || len(out) == 0 {
			t.Errorf("%s: %v\n%s", p, err, errs.String())
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(p), ".1")
		for _, part := range []string{".TH " + strings.ToUpper(strings.ReplaceAll(name, "-", `\-`)) + " 1 ", "\n.SH NAME\n" + strings.ReplaceAll(name, "-", `\-`) + ` \- `,
			"\n.SH SYNOPSIS\n", "\n.SH DESCRIPTION\n", "\n.SH OPTIONS\n", "\n.SH EXIT STATUS\n", "\n.SH EXAMPLES\n", "\n.SH SEE ALSO\n"} {
			if !strings.Contains(string(b), part) {
				t.Errorf("%s has no %q", p, part)
			}
		}
	}
}
