package forge

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bkt/internal/run"
)

// TestRejectedPush has somebody push to the branch while we build on it.
func TestRejectedPush(t *testing.T) {
	w := seeded(t)
	w.must(app("org.a.App"))
	calls := 0
	res := w.must(func(v View) (Edit, error) {
		if calls++; calls == 1 {
			w.commit(name, "by hand", map[string]string{"NOTES": "x\n"})
		}
		return app("org.b.App")(v)
	})
	if calls != 2 || res.Commit != w.tip(name) || w.show(name, "NOTES") != "x" {
		t.Errorf("%d calls, %+v", calls, res)
	}
}

// TestRejectedNewBranch has somebody make the very branch.
func TestRejectedNewBranch(t *testing.T) {
	w := seeded(t)
	calls := 0
	res := w.must(func(v View) (Edit, error) {
		if calls++; calls == 1 {
			w.commit(name, "by hand", map[string]string{appsPath: apps(map[string]bool{"org.z.App": true})})
		}
		return app("org.b.App")(v)
	})
	if calls != 2 || res.Branch != name || w.show(name, appsPath)+"\n" != apps(map[string]bool{"org.b.App": true, "org.z.App": true}) {
		t.Errorf("%d calls, %+v", calls, res)
	}
}

// TestRejectedInTheRemote moves the branch between the remote's promise and its update.
func TestRejectedInTheRemote(t *testing.T) {
	w := seeded(t)
	w.must(app("org.a.App"))
	other := w.commit("other", "x", map[string]string{"NOTES": "x\n"})
	next := w.gitIn(w.dir, nil, "by hand\n", "--git-dir="+w.remote, "commit-tree", "-p", name, name+"^{tree}")
	once := filepath.Join(w.dir, "once")
	w.hook("pre-receive", "[ -e '"+once+"' ] || { touch '"+once+"'; env -u GIT_QUARANTINE_PATH git update-ref refs/heads/"+name+" "+next+"; }")
	res := w.must(app("org.b.App"))
	if got := w.git(w.dir, "--git-dir="+w.remote, "rev-parse", name+"^"); got != next || res.Commit != w.tip(name) {
		t.Errorf("the branch stands on %s, not %s", got, next)
	}
	if w.tip("other") != other {
		t.Error("another branch moved")
	}
}

func TestRemoteThatNeverStandsStill(t *testing.T) {
	w := seeded(t)
	w.must(app("org.a.App"))
	calls := 0
	_, err := w.publish(func(v View) (Edit, error) {
		calls++
		w.commit(name, "by hand", map[string]string{"NOTES": strings.Repeat("x", calls)})
		return app("org.b.App")(v)
	})
	if calls != 4 || !errors.Is(err, ErrTryAgain) || !strings.Contains(err.Error(), "does not stand still") {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestRefusingRemote(t *testing.T) {
	w := seeded(t)
	w.hook("pre-receive", "echo 'not on my watch' >&2; exit 1")
	_, err := w.publish(app("org.a.App"))
	if err == nil || errors.Is(err, ErrTryAgain) || errors.Is(err, ErrConflict) || errors.Is(err, ErrPartial) {
		t.Fatalf("got %v", err)
	}
	for _, s := range []string{"git push: '" + w.remote + "' refuses '" + name + "'", "pre-receive hook declined", "not on my watch"} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("no %q in %v", s, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %v", err)
	}
	if w.branches() != "main" {
		t.Errorf("branches: %s", w.branches())
	}
}

func (w *world) hook(name, script string) {
	w.t.Helper()
	p := filepath.Join(w.remote, "hooks", name)
	write(w.t, p, "#!/bin/sh\n"+script+"\n")
	if err := os.Chmod(p, 0o755); err != nil {
		w.t.Fatal(err)
	}
}

func TestHangingRemote(t *testing.T) {
	w := seeded(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // never accepts: the kernel completes the handshake
	target := w.target()
	target.Repo.URL = "git://" + l.Addr().String() + "/my-bazzite.git"
	target.Timeout = 60 * time.Millisecond
	_, err = Publish(t.Context(), w.h, target, app("org.a.App"))
	want := "git fetch: '" + target.Repo.URL + "' gave no answer within 300ms"
	if !errors.Is(err, ErrTryAgain) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestUnreachableRemote(t *testing.T) {
	w := seeded(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	target := w.target()
	target.Repo.URL = "git://" + l.Addr().String() + "/my-bazzite.git"
	_, err = Publish(t.Context(), w.h, target, app("org.a.App"))
	if !errors.Is(err, ErrTryAgain) || !strings.Contains(err.Error(), "cannot reach '"+target.Repo.URL+"'") {
		t.Errorf("got %v", err)
	}
}

func TestRemoteThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	target := w.target()
	target.Repo.URL = filepath.Join(w.dir, "nothing.git")
	_, err := Publish(t.Context(), w.h, target, app("org.a.App"))
	if err == nil || errors.Is(err, ErrTryAgain) || !strings.Contains(err.Error(), "does not appear to be a git repository") {
		t.Errorf("got %v", err)
	}
}

func TestHintsAreSafeToPaste(t *testing.T) {
	w := newWorld(t)
	target := w.target()
	target.Repo.DefaultBranch = "x;touch${IFS}y"
	_, err := Publish(t.Context(), w.h, target, app("org.a.App"))
	var e *Error
	if !errors.As(err, &e) || e.Hint != "git push "+w.remote+" 'HEAD:refs/heads/x;touch${IFS}y'" {
		t.Errorf("got %v, hint %q", err, e.Hint)
	}
}

func TestEmptyRemote(t *testing.T) {
	w := newWorld(t)
	_, err := w.publish(app("org.a.App"))
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Text, "has no commits") || e.Hint != "git push "+w.remote+" HEAD:refs/heads/main" {
		t.Errorf("got %v", err)
	}
}

// TestHeadOfTheRemote finds the default branch by what the remote says, not repo.json.
func TestHeadOfTheRemote(t *testing.T) {
	w := seeded(t)
	w.commit("trunk", "t", map[string]string{"README.md": "t\n"})
	w.git(w.dir, "--git-dir="+w.remote, "symbolic-ref", "HEAD", "refs/heads/trunk")
	if res := w.must(app("org.a.App")); res.Base != "trunk" {
		t.Errorf("base %s", res.Base)
	}
	w.git(w.dir, "--git-dir="+w.remote, "symbolic-ref", "HEAD", "refs/heads/main")
	if res := w.must(app("org.a.App")); res.Base != "main" {
		t.Errorf("base %s after the remote's change", res.Base)
	}
	w.git(w.dir, "--git-dir="+w.remote, "symbolic-ref", "HEAD", "refs/heads/nothing")
	if res := w.must(app("org.a.App")); res.Base != "main" {
		t.Errorf("base %s of a dangling HEAD", res.Base)
	}
	w.git(w.dir, "--git-dir="+w.remote, "branch", "-m", "main", "odd")
	_, err := w.publish(app("org.a.App"))
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Text, "its HEAD points to nothing, and there is no 'main'") || e.Hint != "git push -u origin main" {
		t.Errorf("got %v", err)
	}
}

func TestNobody(t *testing.T) {
	w := seeded(t)
	write(t, filepath.Join(w.dir, "home/.gitconfig"), "")
	_, err := w.publish(app("org.a.App"))
	var e *Error
	if !errors.As(err, &e) || e.Kind != nil || !strings.Contains(e.Text, "user.name and user.email are not set") ||
		!strings.HasPrefix(e.Hint, "git config --global user.name") {
		t.Errorf("got %v", err)
	}
	if w.branches() != "main" {
		t.Errorf("branches: %s", w.branches())
	}
}

func TestSigns(t *testing.T) {
	w := seeded(t)
	argv := filepath.Join(w.dir, "argv")
	gpg := filepath.Join(w.dir, "gpg")
	write(t, gpg, "#!/bin/sh\necho \"$@\" >'"+argv+"'\ncat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED x\\n' >&2\necho '-----BEGIN PGP SIGNATURE-----'\necho '-----END PGP SIGNATURE-----'\n")
	if err := os.Chmod(gpg, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.dir, "home/.gitconfig"),
		"[user]\n\tname = Ada\n\temail = a@example.test\n\tsigningKey = KEY\n[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = "+gpg+"\n")
	w.must(app("org.a.App"))
	if got := w.git(w.dir, "--git-dir="+w.remote, "cat-file", "commit", name); !strings.Contains(got, "gpgsig -----BEGIN PGP SIGNATURE-----") {
		t.Errorf("not signed:\n%s", got)
	}
	if b, err := os.ReadFile(argv); err != nil || !strings.Contains(string(b), "KEY") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestTwoAtOnce(t *testing.T) {
	w := seeded(t)
	p, err := Prepare(t.Context(), w.h, w.target(), app("org.a.App"))
	if err != nil {
		t.Fatal(err)
	}
	target := w.target()
	target.Wait = time.Millisecond
	_, err = Publish(t.Context(), w.h, target, app("org.b.App"))
	if !errors.Is(err, ErrTryAgain) || !strings.Contains(err.Error(), "another bkt (process ") {
		t.Errorf("got %v", err)
	}
	done := make(chan error, 1)
	target.Wait = time.Minute
	go func() {
		_, err := Publish(context.Background(), w.h, target, app("org.b.App"))
		done <- err
	}()
	if _, err := p.Deliver(t.Context()); err != nil {
		t.Error(err)
	}
	p.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := w.show(name, appsPath) + "\n"; got != apps(map[string]bool{"org.a.App": true, "org.b.App": true}) {
		t.Errorf("manifest:\n%s", got)
	}
}

func TestInterruptedWhileWaiting(t *testing.T) {
	w := seeded(t)
	p, err := Prepare(t.Context(), w.h, w.target(), app("org.a.App"))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Publish(ctx, w.h, w.target(), app("org.b.App")); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTryAgain) {
		t.Errorf("got %v", err)
	}
}

// TestBrokenMirror has what a power cut or a kill leaves; the mirror is only a cache.
func TestBrokenMirror(t *testing.T) {
	for what, damage := range map[string]func(dir string) error{
		"a lock of git's": func(dir string) error { return os.WriteFile(filepath.Join(dir, "refs/heads/main.lock"), nil, 0o600) },
		"no HEAD":         func(dir string) error { return os.Remove(filepath.Join(dir, "HEAD")) },
		"no stamp":        func(dir string) error { return os.Remove(filepath.Join(dir, "bkt.json")) },
		"an empty stamp":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "bkt.json"), nil, 0o600) },
		"an empty ref":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "refs/heads/main"), nil, 0o600) },
		"a half commit":   func(dir string) error { return os.MkdirAll(filepath.Join(dir, "bkt-tmp/x"), 0o700) },
		"empty objects": func(dir string) error {
			return filepath.WalkDir(filepath.Join(dir, "objects"), func(p string, e os.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				if err := os.Chmod(p, 0o600); err != nil {
					return err
				}
				return os.Truncate(p, 0)
			})
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := seeded(t)
			w.must(app("org.a.App"))
			m, err := mirrorOf(w.h, w.target().Repo, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(m.dir); err != nil {
				t.Fatal(err)
			}
			w.commit("main", "moved", map[string]string{"README.md": "two\n"})
			w.must(app("org.b.App"))
			if got := w.show(name, appsPath) + "\n"; got != apps(map[string]bool{"org.a.App": true, "org.b.App": true}) {
				t.Errorf("manifest:\n%s", got)
			}
		})
	}
}

func TestBadTarget(t *testing.T) {
	w := newWorld(t)
	for want, change := range map[string]func(*Target){
		"the distribution has no url to push to":                  func(t *Target) { t.Repo = RepoInfo{} },
		"url: 'ext::sh -c true' is not a url":                     func(t *Target) { t.Repo.URL = "ext::sh -c true" },
		"url: 'ext::/bin/x' would have git run a helper program":  func(t *Target) { t.Repo.URL = "ext::/bin/x" },
		"url: '--upload-pack=x' is not a url":                     func(t *Target) { t.Repo.URL = "--upload-pack=x" },
		"deliver: 'mail' is not pull-request, auto-merge or push": func(t *Target) { t.Deliver = "mail" },
	} {
		target := w.target()
		change(&target)
		if _, err := Publish(t.Context(), w.h, target, app("x")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	delete(w.h.Env, "HOME")
	if _, err := w.publish(app("x")); err == nil || !strings.Contains(err.Error(), "no home folder") {
		t.Errorf("got %v", err)
	}
}

func TestRemoteErrors(t *testing.T) {
	m := &mirror{repo: RepoInfo{URL: "https://u:secret@example.test/a/b.git"}}
	for _, c := range []struct {
		stderr string
		kind   error
		want   string
	}{
		{"fatal: unable to access 'https://example.test/': Could not resolve host: example.test", ErrTryAgain,
			"git fetch: cannot reach 'https://u:***@example.test/a/b.git': unable to access 'https://example.test/': Could not resolve host: example.test"},
		{"ssh: connect to host example.test port 22: Connection refused\r\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.", ErrTryAgain,
			"cannot reach 'https://u:***@example.test/a/b.git': ssh: connect to host example.test port 22: Connection refused"},
		{"git@example.test: Permission denied (publickey).\nfatal: Could not read from remote repository.", nil,
			"refuses: git@example.test: Permission denied (publickey)."},
		{"fatal: could not read Username for 'https://example.test': terminal prompts disabled", nil, "refuses: could not read Username"},
		{"remote: Repository not found.\nfatal: repository 'https://example.test/a/b.git/' not found", nil, "refuses: Repository not found."},
		{"Host key verification failed.\nfatal: Could not read from remote repository.", nil, "refuses: Host key verification failed."},
		{"fatal: unable to access 'x': The requested URL returned error: 503", ErrTryAgain, "cannot reach"},
		{"fatal: unable to access 'x': The requested URL returned error: 403", nil, "refuses"},
		{"fatal: the remote end hung up unexpectedly", ErrTryAgain, "hung up"},
		{"error: something new", nil, "git fetch: 'https://u:***@example.test/a/b.git': something new"},
		{"", nil, "exit status 128"},
	} {
		err := m.remote("fetch", &run.Error{Argv: []string{"git", "fetch"}, Code: 128, Stderr: c.stderr})
		if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q\n got %v\nwant %s", c.stderr, err, c.want)
		}
		if errors.Is(err, ErrTryAgain) != (c.kind != nil) {
			t.Errorf("%q: kind of %v", c.stderr, err)
		}
	}
	if err := m.remote("fetch", &run.Error{Err: run.ErrRefused}); !errors.Is(err, run.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
