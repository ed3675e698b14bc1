package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bkt/internal/journal"
	"bkt/test/pty"
	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
)

// terminal runs this program in a terminal, in a home. answers are typed when what stands before
// them was asked.
func terminal(t *testing.T, home *flatpakrepo.Home, answers []string, args ...string) (screen string, code int) {
	t.Helper()
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "bkt-local")); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(bin, "bkt-local"), args...)
	c.Env, c.Dir = append(home.Env, "TERM=dumb"), home.Dir
	at := 0
	return pty.Run(t, c, func(seen string) string {
		if len(answers) == 0 || !strings.Contains(seen[at:], answers[0]) {
			return ""
		}
		now := answers[1]
		at, answers = len(seen), answers[2:]
		return now
	})
}

// noted are the entries of a home's journal: what happened to which item.
func notedIn(t *testing.T, home *flatpakrepo.Home) (out []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(home.Dir, ".local/share/bkt/ephemeral.json"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Parse("ephemeral.json", b)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range j.Changes {
		out = append(out, e.Action+" "+e.Subsystem+"@"+e.Scope+" "+e.Item+" "+e.After.Attrs().String("remote"))
	}
	return out
}

// waiting is what a person is told where the machine is slow.
const waiting = "bkt-local: waiting for flatpak[a-z, -]*, at most 10s\n"

// A real flatpak asks its questions through the wrapper, and what it did is noted: what was picked
// from a list, what was said no to, and what an interrupt left undone.
func TestFlatpakThroughTheWrapper(t *testing.T) {
	_, path, _ := strings.Cut(os.Getenv("PATH"), ":") // the scripts' stand-ins come first
	t.Setenv("PATH", path)
	real.Need(t, "flatpak", "ostree")
	home := flatpakrepo.NewHome(t)
	repo := flatpakrepo.Build(t, t.TempDir(), "One", flatpakrepo.App{ID: "org.test.Hello"}, flatpakrepo.App{ID: "org.test.World"})
	home.AddRemote(t, "user", "one", repo.URL())
	real.Write(t, filepath.Join(home.Dir, "World.flatpakref"), "[Flatpak Ref]\nName=org.test.World\nBranch=stable\nIsRuntime=false\nUrl="+repo.URL()+"\n", 0o644)
	var want []string
	for _, c := range []struct {
		name    string
		answers []string
		args    []string
		code    int
		notes   []string
	}{
		{"no", []string{"[Y/n]: ", "n\n"}, []string{"install", "--user", "one", "org.test.Hello"}, 1, nil},
		{"an interrupt", []string{"[Y/n]: ", "\x03"}, []string{"install", "--user", "one", "org.test.Hello"}, 1, nil},
		{"yes", []string{"[Y/n]: ", "y\n", "[Y/n]: ", "y\n"}, []string{"install", "--user", "one", "org.test.Hello"}, 0, []string{"add flatpak@user org.test.Hello one"}},
		{"nothing like it", nil, []string{"install", "--user", "one", "org.test.Nothing"}, 1, nil},
		{"two at once, one of them here", nil, []string{"install", "--user", "-y", "one", "org.test.Hello", "org.test.World"}, 0,
			[]string{"add flatpak@user org.test.World one"}},
		{"both gone", []string{"[Y/n]: ", "y\n"}, []string{"uninstall", "--user", "org.test.Hello", "org.test.World"}, 0,
			[]string{"remove flatpak@user org.test.Hello ", "remove flatpak@user org.test.World "}},
		{"a part of its name", []string{"[Y/n]: ", "y\n", "[Y/n]: ", "y\n"}, []string{"install", "--user", "one", "Hello"}, 0, []string{"add flatpak@user org.test.Hello one"}},
		{"a file that names it, of a remote that is known", nil, []string{"install", "--user", "-y", "World.flatpakref"}, 0, []string{"add flatpak@user org.test.World one"}},
		{"a part of a name, gone", []string{"[Y/n]: ", "y\n", "[Y/n]: ", "y\n"}, []string{"uninstall", "--user", "World"}, 0, []string{"remove flatpak@user org.test.World "}},
		{"a remote", nil, []string{"remote-delete", "--user", "--force", "one"}, 0, []string{"remove flatpak-remote@user one "}},
	} {
		screen, code := terminal(t, home, c.answers, append([]string{"run", "--", "flatpak"}, c.args...)...)
		want = append(want, c.notes...)
		if got := notedIn(t, home); code != c.code || strings.Join(got, "\n") != strings.Join(want, "\n") ||
			strings.Contains(regexp.MustCompile(waiting).ReplaceAllString(screen, ""), "bkt-local") {
			t.Errorf("%s: %d, want %d\n%s\nnoted %q, want %q", c.name, code, c.code, screen, got, want)
		}
	}
}
