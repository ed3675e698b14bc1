package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/journal"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/pty"
)

// fake is a subsystem that finds what its nth look is given, or hangs.
type fake struct {
	name  string
	looks atomic.Int32
	found func(ctx context.Context, look int) ([]doc.Item, error)
}

func (f *fake) Info() subsystem.Info  { return subsystem.Info{Name: f.name} }
func (*fake) Validate(doc.Item) error { return nil }
func (f *fake) Capture(ctx context.Context, _ *host.Host) (subsystem.Found, error) {
	l, err := f.found(ctx, int(f.looks.Add(1)))
	return subsystem.Found{Items: l}, err
}

// grows is a subsystem that has one thing more at each look.
func grows(name string) *fake {
	return &fake{name: name, found: func(_ context.Context, look int) (out []doc.Item, _ error) {
		for n := range look {
			out = append(out, doc.Item{Subsystem: name, ID: string(rune('a' + n)), Attrs: doc.Attrs{}})
		}
		return out, nil
	}}
}

// watching is a run on a machine of its own, without a distribution.
func watching(t *testing.T, list ...subsystem.Subsystem) (*job, *bytes.Buffer) {
	t.Helper()
	root, said := t.TempDir(), &bytes.Buffer{}
	for path, text := range map[string]string{"proc/sys/kernel/random/boot_id": "0f0e0d0c\n", "home/ada/.keep": ""} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, path)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := &host.Host{Root: root, Runner: run.ReadOnly{}, Env: map[string]string{"HOME": "/home/ada"}, Now: time.Now, UID: os.Getuid(), Dir: "/"}
	command := "typed"
	return &job{c: cli.New("bkt-local", "", said, said), command: &command, list: list, h: h, patience: time.Hour, hush: time.Hour, stderr: said}, said
}

// noted are the items in a machine's journal.
func (j *job) noted(t *testing.T) string {
	t.Helper()
	b, err := j.h.ReadFile("/home/ada/.local/share/bkt/ephemeral.json")
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	l, err := journal.Parse("x", b)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range l.Changes {
		out = append(out, e.Action+" "+e.Subsystem+" "+e.Item)
	}
	return strings.Join(out, ", ")
}

// What did not answer before the command is not asked again after it: there is nothing to compare
// with. What did is noted all the same.
func TestWhatHangsIsAskedOnce(t *testing.T) {
	hangs := func(ctx context.Context, _ int) ([]doc.Item, error) { <-ctx.Done(); return nil, ctx.Err() }
	late := func(ctx context.Context, look int) ([]doc.Item, error) {
		if look > 1 {
			return hangs(ctx, look)
		}
		return nil, nil
	}
	for _, c := range []struct {
		name  string
		list  []*fake
		looks []int
		noted string
		says  string
	}{
		{"one", []*fake{{name: "deaf", found: hangs}}, []int{1}, "", "deaf: no answer within 1s"},
		{"one of two", []*fake{{name: "deaf", found: hangs}, grows("good")}, []int{1, 2}, "add good b", "deaf: no answer within 1s"},
		{"afterwards", []*fake{{name: "late", found: late}, grows("good")}, []int{2, 2}, "add good b", "late: no answer within 1s"},
		{"none", []*fake{grows("good")}, []int{2}, "add good b", ""},
	} {
		var list []subsystem.Subsystem
		for _, f := range c.list {
			list = append(list, f)
		}
		j, said := watching(t, list...)
		j.patience, j.hush = time.Second, 0
		w := j.look(t.Context(), list)
		w.note([]string{"x"})
		w.warn()
		want := ""
		if c.says != "" {
			want = "bkt-local: warning: not recorded: " + c.says + "\n"
		}
		if said.String() != want || j.noted(t) != c.noted {
			t.Errorf("%s: %q, noted %q", c.name, said, j.noted(t))
		}
		for n, f := range c.list {
			if got := int(f.looks.Load()); got != c.looks[n] {
				t.Errorf("%s: %s was asked %d times, want %d", c.name, f.name, got, c.looks[n])
			}
		}
	}
}

// Root in somebody else's home notes nothing, and looks at nothing.
func TestRootNotesNothingInSomebodyElsesHome(t *testing.T) {
	f := grows("good")
	j, said := watching(t, f)
	j.h.UID = 0 // and the home is that of who runs the tests
	w := j.look(t.Context(), []subsystem.Subsystem{f})
	w.note([]string{"x"})
	w.warn()
	if got := said.String(); got != "bkt-local: warning: not recorded: '/home/ada' is not root's: root keeps no journal there\n" || f.looks.Load() > 0 || j.noted(t) != "" {
		t.Errorf("%q after %d looks, noted %q", got, f.looks.Load(), j.noted(t))
	}
}

// At a terminal a tool that keeps one waiting is named, once; it answers here when it was.
func TestWhatIsWaitedForIsSaid(t *testing.T) {
	home, bin := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "bkt-local")); err != nil {
		t.Fatal(err)
	}
	tool := "#!/bin/sh\n[ \"$1\" = list ] || exit 0\nwhile [ ! -e \"$HOME/seen\" ]; do sleep 0.05; done\n"
	if err := os.WriteFile(filepath.Join(bin, "flatpak"), []byte(tool), 0o755); err != nil {
		t.Fatal(err)
	}
	repo := filepath.Join(home, ".local/share/flatpak/repo")
	if err := os.MkdirAll(repo, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(repo, "config"), []byte("[core]\nrepo_version=1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(bin, "bkt-local"), "run", "--", "flatpak", "--version")
	c.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + home, "LC_ALL=C", "FLATPAK_SYSTEM_DIR=" + home + "/none"}
	c.Dir = home
	said := regexp.MustCompile(waiting)
	screen, code := pty.Run(t, c, func(seen string) string {
		if said.MatchString(seen) {
			if err := os.WriteFile(filepath.Join(home, "seen"), nil, 0o644); err != nil {
				t.Error(err)
			}
		}
		return ""
	})
	if code != 0 || said.ReplaceAllString(screen, "") != "" || strings.Count(screen, "waiting") != 1 {
		t.Errorf("%d\n%s", code, screen)
	}
}
