//go:build system

package system

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// bin is the folder of the programs under test.
var bin string

func TestMain(m *testing.M) { os.Exit(build(m)) }

// build builds the programs as they are released: static, so that they run in
// any tree.
func build(m *testing.M) int {
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "system: error: these tests boot machines and need root\nsystem: hint: sudo make test-system")
		return 1
	}
	var err error
	if bin, err = os.MkdirTemp("", "bkt-bin-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(bin)
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin+"/", "bkt/cmd/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	if err := os.Chmod(bin, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// programs are the binds that put the programs into a machine.
func programs(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(bin, "bkt-*"))
	if err != nil || len(list) < 4 {
		t.Fatalf("programs: %q, %v", list, err)
	}
	for i, p := range list {
		list[i] = p + ":/usr/local/bin/" + filepath.Base(p)
	}
	return list
}

// decode reads a document strictly, as the next program would.
func decode[D any, P interface {
	*D
	doc.Document
}](t *testing.T, text string) *D {
	t.Helper()
	d := P(new(D))
	if _, err := doc.Read("the answer", strings.NewReader(text), d); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return (*D)(d)
}

// same compares two lists, whatever their order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n  %s\nwant:\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// entries are the entries of a list in a manifest, each as canonical JSON.
func entries(t *testing.T, manifest, list string) []string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(manifest), &all); err != nil {
		t.Fatalf("%v\n%s", err, manifest)
	}
	var values []any
	if err := json.Unmarshal(all[list], &values); err != nil {
		t.Fatalf("%s: %v\n%s", list, err, manifest)
	}
	out := []string{}
	for _, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}
