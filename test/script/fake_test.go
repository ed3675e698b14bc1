package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const answers = `$ tool list '--columns=a,b'
one	two
!stderr careful
!exit 3
$ tool twice
first
$ tool twice
then
`

// TestFakesAreStrict shows that a fake answers what its file has, in the order of the calls,
// and that anything else leaves a note that fails the script.
func TestFakesAreStrict(t *testing.T) {
	work := t.TempDir()
	t.Setenv("WORK", work)
	t.Setenv("LC_ALL", "C")
	if err := os.Mkdir(filepath.Join(work, "fakes"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "fakes", "tool.txt"), []byte(answers), 0o644); err != nil {
		t.Fatal(err)
	}
	if code := fake("tool", []string{"list", "--columns=a,b"}); code != 3 {
		t.Errorf("a known call ended with %d, not 3", code)
	}
	for range 3 {
		if code := fake("tool", []string{"twice"}); code != 0 {
			t.Errorf("a known call ended with %d, not 0", code)
		}
	}
	if _, err := os.Stat(filepath.Join(work, unexpected)); err == nil {
		t.Error("known calls count as unexpected")
	}
	if got, err := calls(work); err != nil || len(got) != 4 {
		t.Errorf("calls: %q, %v; want 4", got, err)
	}
	for _, args := range [][]string{{"list"}, {"list", "--columns=a,b", "--user"}, nil} {
		if code := fake("tool", args); code != 97 {
			t.Errorf("the unexpected call %q ended with %d, not 97", args, code)
		}
	}
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	if code := fake("tool", []string{"twice"}); code != 97 {
		t.Errorf("a call in another language ended with %d, not 97", code)
	}
	b, err := os.ReadFile(filepath.Join(work, unexpected))
	if n := strings.Count(string(b), "\n"); err != nil || n != 4 {
		t.Errorf("%d notes, %v; want 4:\n%s", n, err, b)
	}
}

func TestParseAnswers(t *testing.T) {
	all, err := parseAnswers(answers, "/work")
	if err != nil || len(all) != 3 {
		t.Fatalf("%d answers, %v; want 3", len(all), err)
	}
	a := all[0]
	if a.stdout.String() != "one\ttwo\n" || a.stderr.String() != "careful\n" || a.code != 3 {
		t.Errorf("stdout %q, stderr %q, code %d", a.stdout.String(), a.stderr.String(), a.code)
	}
	if got := line([]string{"rpm", "--qf", "N %{NAME}\n"}); strings.Contains(got, "\n") {
		t.Errorf("%q is more than a line", got)
	}
	for _, bad := range []string{"no call\n", "$ a\n!exit many\n", "$ a\n!sleep long\n", "$ a\n!cat nowhere\n"} {
		if _, err := parseAnswers(bad, t.TempDir()); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
