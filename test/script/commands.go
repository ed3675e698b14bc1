package script

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// skeleton is a small distribution: all manifests, empty, and all sections as they are then.
//
//go:embed skeleton
var skeleton embed.FS

// commands are what scripts can say beyond the builtins.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "distribution": distribution, "commit": commit, "snap": snap, "same": same, "called": called,
	}
}

// exits N PROGRAM ARG… runs a program and demands that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	got := 0
	switch {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// distribution DIR completes a folder with the files of the skeleton that it lacks, and
// commits it all.
func distribution(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: distribution dir")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(fs.WalkDir(skeleton, "skeleton", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, "skeleton"))
		if _, err := os.Lstat(to); err == nil {
			return nil
		}
		b, err := skeleton.ReadFile(path)
		if err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, b, 0o644))
	}))
	commit(ts, false, args)
}

// commit DIR [MESSAGE] commits all that a folder has; it makes a repository where there is none.
func commit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: commit dir [message]")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(ts.Exec("git", "-C", dir, "init", "-q"))
	ts.Check(ts.Exec("git", "-C", dir, "add", "-A"))
	ts.Check(ts.Exec("git", "-C", dir, "commit", "-q", "--allow-empty", "-m", strings.Join(append(args[1:], "a commit")[:1], "")))
}

// snap DIR remembers every file of a folder but git's own; same DIR demands that they are as
// they were, no more and no less. `! same` demands that they are not.
func snap(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: snap dir")
	}
	ts.Check(os.WriteFile(shot(ts, args[0]), []byte(strings.Join(listing(ts, args[0]), "\n")), 0o644))
}

func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] same dir")
	}
	before := strings.Split(ts.ReadFile(shot(ts, args[0])), "\n")
	after := listing(ts, args[0])
	if slices.Equal(before, after) == neg {
		ts.Fatalf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// shot is where snap remembers a folder.
func shot(ts *testscript.TestScript, dir string) string {
	return filepath.Join(ts.Getenv("WORK"), fmt.Sprintf(".snap-%x", sha256.Sum256([]byte(ts.MkAbs(dir)))))
}

// listing is every file of a folder with its mode and content.
func listing(ts *testscript.TestScript, dir string) []string {
	root := ts.MkAbs(dir)
	var out []string
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git":
			return fs.SkipDir
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		what := ""
		switch {
		case fi.Mode().IsRegular():
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrPermission) {
				b, err = []byte("unreadable"), nil
			}
			if err != nil {
				return err
			}
			what = fmt.Sprintf("%x", sha256.Sum256(b))
		case fi.Mode()&fs.ModeSymlink != 0:
			what, err = os.Readlink(path)
		}
		out = append(out, fmt.Sprintf("%s %s %s", fi.Mode(), strings.TrimPrefix(path, root), what))
		return err
	}))
	return out
}

// called FILE demands that the fakes were asked just what the file lists, in any order, since
// the last called.
func called(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: called file")
	}
	work := ts.Getenv("WORK")
	got, err := calls(work)
	ts.Check(err)
	text := strings.TrimSuffix(expand(ts.ReadFile(args[0]), work), "\n")
	var want []string
	if text != "" {
		want = strings.Split(text, "\n")
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		ts.Fatalf("called:\n%s\nnot:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ts.Check(os.RemoveAll(filepath.Join(work, asked)))
}
