package forge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// hubbed is a world whose url is one of github.com, which git finds in the bare remote, and
// whose gh answers calls, in this order, and fails on any other.
type hubbed struct {
	*world
	calls string
	want  int
}

const slug = "github.com/ada/my-bazzite"

func newHubbed(t *testing.T, answers ...string) *hubbed {
	w := seeded(t)
	cfg := filepath.Join(w.dir, "home/.gitconfig")
	b, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	write(t, cfg, string(b)+"[url \""+w.remote+"\"]\n\tinsteadOf = git@github.com:ada/my-bazzite.git\n")
	h := &hubbed{world: w, calls: filepath.Join(w.dir, "calls")}
	t.Cleanup(h.answered)
	bin := filepath.Join(w.dir, "bin")
	w.setenv("PATH", bin+":"+os.Getenv("PATH"))
	w.setenv("GH_TOKEN", "x")
	h.answer(answers...)
	return h
}

// answer gives the fake gh a new list: `ARGV => OUTPUT`, or `ARGV => !MESSAGE` for a failure,
// `!!MESSAGE` for one with status 4.
func (h *hubbed) answer(answers ...string) {
	h.t.Helper()
	h.answered()
	var s strings.Builder
	fmt.Fprintf(&s, "#!/bin/sh\nn=$(cat '%[1]s.n' 2>/dev/null || echo 0)\necho $((n + 1)) >'%[1]s.n'\necho \"$*\" >>'%[1]s'\ncase \"$n:$*\" in\n", h.calls)
	for i, a := range answers {
		argv, out, _ := strings.Cut(a, " => ")
		body := "cat >/dev/null"
		if strings.Contains(argv, "--body-file") {
			body = fmt.Sprintf("cat >'%s.body'", h.calls)
		}
		if msg, fails := strings.CutPrefix(out, "!"); fails {
			code := 1
			if msg[0] == '!' {
				msg, code = msg[1:], 4
			}
			fmt.Fprintf(&s, "'%d:%s') %s; echo '%s' >&2; exit %d ;;\n", i, argv, body, msg, code)
		} else {
			fmt.Fprintf(&s, "'%d:%s') %s; echo '%s' ;;\n", i, argv, body, out)
		}
	}
	s.WriteString("*) echo \"unexpected call $n: $*\" >&2; exit 99 ;;\nesac\n")
	gh := filepath.Join(h.dir, "bin", "gh")
	write(h.t, gh, s.String())
	if err := os.Chmod(gh, 0o755); err != nil {
		h.t.Fatal(err)
	}
	h.want = len(answers)
}

// answered checks that gh was called as often as expected, and starts anew.
func (h *hubbed) answered() {
	h.t.Helper()
	n, err := os.ReadFile(h.calls + ".n")
	if got := strings.TrimSpace(string(n)); err == nil && got != fmt.Sprint(h.want) || err != nil && h.want > 0 {
		b, _ := os.ReadFile(h.calls)
		h.t.Errorf("%d calls of gh expected, got %s\n%s", h.want, got, b)
	}
	os.Remove(h.calls + ".n")
	os.Remove(h.calls)
}

func (h *hubbed) publish(deliver string, edit EditFunc) (Result, error) {
	t := h.target()
	t.Repo.URL, t.Deliver = "git@github.com:ada/my-bazzite.git", deliver
	return Publish(h.t.Context(), h.h, t, edit)
}

func (h *hubbed) must(edit EditFunc) Result {
	h.t.Helper()
	res, err := h.publish("", edit)
	if err != nil {
		b, _ := os.ReadFile(h.calls)
		h.t.Fatalf("%v\n%s", err, b)
	}
	return res
}

func list(branch, state, out string) string {
	fields := "number,url,isCrossRepository"
	if state == "all" {
		fields += ",state"
	}
	return "pr list --head " + branch + " --state " + state + " --json " + fields + " --repo " + slug + " => " + out
}

func create(branch, out string) string {
	return "pr create --head " + branch + " --base main --title Add an app --body-file - --repo " + slug + " => " + out
}

func edits(n, out string) string {
	return "pr edit " + n + " --title Add an app --body-file - --repo " + slug + " => " + out
}

const (
	pull12 = `[{"isCrossRepository":false,"number":12,"url":"https://github.com/ada/my-bazzite/pull/12"}]`
	fork13 = `[{"isCrossRepository":true,"number":13,"url":"https://github.com/ada/my-bazzite/pull/13"}]`
	url12  = "https://github.com/ada/my-bazzite/pull/12"
	opened = "Creating pull request\n" + url12
)

func TestPullRequestIsOpened(t *testing.T) {
	h := newHubbed(t, list(name, "open", "[]"), create(name, opened))
	res := h.must(app("org.a.App"))
	want := Result{Branch: name, Base: "main", Commit: h.tip(name), State: doc.Created, URL: url12, Number: 12}
	if res != want {
		t.Errorf("got %+v\nwant %+v", res, want)
	}
	if b, err := os.ReadFile(h.calls + ".body"); err != nil || string(b) != "One app.\n" {
		t.Errorf("body %q, %v", b, err)
	}
}

func TestPullRequestIsEdited(t *testing.T) {
	h := newHubbed(t, list(name, "open", "[]"), create(name, opened), list(name, "open", pull12), edits("12", url12), list(name, "open", pull12))
	first := h.must(app("org.a.App"))
	res := h.must(app("org.b.App"))
	want := Result{Branch: name, Base: "main", Commit: h.tip(name), Previous: first.Commit, State: doc.Updated, URL: url12, Number: 12}
	if res != want {
		t.Errorf("got %+v\nwant %+v", res, want)
	}
	if res = h.must(app("org.b.App")); res.State != doc.Unchanged || res.URL != url12 || res.Number != 12 {
		t.Errorf("got %+v", res)
	}
}

func TestClosedPullRequestIsNotContinued(t *testing.T) {
	h := newHubbed(t, list(name, "open", "[]"), create(name, opened),
		list(name, "open", "[]"), list(name, "all", pull12), list(name+"-2", "open", "[]"), create(name+"-2", "https://github.com/ada/my-bazzite/pull/14"))
	h.must(app("org.a.App"))
	if res := h.must(app("org.b.App")); res.Branch != name+"-2" || res.Number != 14 || res.State != doc.Created {
		t.Errorf("got %+v", res)
	}
}

func TestPullRequestOfAFork(t *testing.T) {
	h := newHubbed(t, list(name, "open", "[]"), create(name, opened), list(name, "open", fork13), list(name, "all", fork13), create(name, opened))
	h.must(app("org.a.App"))
	if res := h.must(app("org.b.App")); res.Branch != name || res.Number != 12 {
		t.Errorf("got %+v", res)
	}
}

// TestOlderBranchIsOpen has the newest branch closed and an older one open.
func TestOlderBranchIsOpen(t *testing.T) {
	h := newHubbed(t, list(name+"-2", "open", "[]"), list(name, "open", pull12), edits("12", ""))
	h.commit(name, "a", map[string]string{appsPath: apps(map[string]bool{"org.a.App": true})})
	h.commit(name+"-2", "b", map[string]string{appsPath: apps(map[string]bool{"org.b.App": true})})
	h.commit(name+"-02", "foreign", map[string]string{appsPath: "x\n"})
	if res := h.must(app("org.c.App")); res.Branch != name || res.Number != 12 {
		t.Errorf("got %+v", res)
	}
}

// TestMergedWithEditsIsNotClosed is a pull request whose merge is not what the branch holds.
func TestMergedWithEditsIsNotClosed(t *testing.T) {
	for state, closed := range map[string]string{"MERGED": "", "CLOSED": name} {
		t.Run(state, func(t *testing.T) {
			had := strings.Replace(pull12, "{", `{"state":"`+state+`",`, 1)
			h := newHubbed(t, list(name, "open", "[]"), create(name, opened),
				list(name, "open", "[]"), list(name, "all", had), list(name+"-2", "open", "[]"), create(name+"-2", opened))
			h.must(app("org.a.App"))
			var seen View
			h.must(func(v View) (Edit, error) {
				seen = v
				return app("org.b.App")(v)
			})
			if seen.Closed != closed {
				t.Errorf("closed is %q", seen.Closed)
			}
		})
	}
}

func TestGhFailsAfterThePush(t *testing.T) {
	h := newHubbed(t, list(name, "open", "[]"), create(name, "!HTTP 502: bad gateway"))
	res, err := h.publish("", app("org.a.App"))
	if !errors.Is(err, ErrPartial) || !strings.Contains(err.Error(), "pull request: gh pr create: exit status 1: HTTP 502") {
		t.Errorf("got %v", err)
	}
	if res.State != doc.Pushed || res.Commit != h.tip(name) || res.URL != "https://github.com/ada/my-bazzite/compare/main..."+name+"?expand=1" {
		t.Errorf("got %+v", res)
	}
	// The next run resumes: nothing to push, and the pull request comes to be.
	h.answer(list(name, "open", "[]"), list(name, "all", "[]"), create(name, opened))
	if res := h.must(app("org.a.App")); res.State != doc.Created || res.Branch != name || res.Number != 12 {
		t.Errorf("got %+v", res)
	}
}

func TestGhFailsBeforeThePush(t *testing.T) {
	h := newHubbed(t, list(name, "open", "!HTTP 401: Bad credentials"))
	h.commit(name, "a", map[string]string{appsPath: apps(map[string]bool{"org.a.App": true})})
	res, err := h.publish("", app("org.b.App"))
	if !errors.Is(err, ErrPartial) || res.State != doc.Pushed || res.Branch != name || res.Commit != h.tip(name) {
		t.Errorf("got %+v, %v", res, err)
	}
}

func TestGhAnswersNonsense(t *testing.T) {
	h := newHubbed(t, list(name, "open", `{"number": 1}`))
	h.commit(name, "a", map[string]string{appsPath: apps(map[string]bool{"org.a.App": true})})
	if _, err := h.publish("", app("org.b.App")); !errors.Is(err, ErrPartial) || !strings.Contains(err.Error(), "gh pr list:1:1: ") {
		t.Errorf("got %v", err)
	}
}

func TestAutoMerge(t *testing.T) {
	merge := func(way, out string) string { return "pr merge 12 --auto " + way + " --repo " + slug + " => " + out }
	h := newHubbed(t, list(name, "open", "[]"), create(name, opened), merge("--squash", "!Squash merges are not allowed"), merge("--merge", ""))
	if res, err := h.publish(AutoMerge, app("org.a.App")); err != nil || res.State != doc.Created {
		t.Errorf("%+v, %v", res, err)
	}
	h.answer(list(name, "open", pull12), edits("12", ""), merge("--squash", "!no"), merge("--merge", "!not here"), merge("--rebase", "!never"))
	res, err := h.publish(AutoMerge, app("org.b.App"))
	if !errors.Is(err, ErrPartial) || !strings.Contains(err.Error(), "gh pr merge: exit status 1: no") || res.State != doc.Updated || res.Number != 12 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestNothingToDoAsksNobody(t *testing.T) {
	h := newHubbed(t)
	if res := h.must(put(nil)); res.State != doc.Unchanged || res.URL != "https://github.com/ada/my-bazzite" {
		t.Errorf("got %+v", res)
	}
}

// TestGhWithoutAnAccount is a gh that was installed and never told who the user is.
func TestGhWithoutAnAccount(t *testing.T) {
	out := list(name, "open", "!!please run: gh auth login")
	h := newHubbed(t, out, out)
	delete(h.h.Env, "GH_TOKEN")
	h.sync()
	res := h.must(app("org.a.App"))
	if res.State != doc.Pushed || res.URL != "https://github.com/ada/my-bazzite/compare/main..."+name+"?expand=1" || res.Note != "" {
		t.Errorf("got %+v", res)
	}
	if res := h.must(app("org.a.App")); res.State != doc.Unchanged || res.URL == "" {
		t.Errorf("got %+v", res)
	}
}

// TestGhElsewhere is a gh whose accounts are not where the url leads.
func TestGhElsewhere(t *testing.T) {
	h := newHubbed(t)
	delete(h.h.Env, "GH_TOKEN")
	h.setenv("GH_ENTERPRISE_TOKEN", "x")
	if res := h.must(app("org.a.App")); res.State != doc.Pushed || res.URL == "" {
		t.Errorf("got %+v", res)
	}
}

func TestAccount(t *testing.T) {
	hosts := "github.com:\n    user: ada\n    git_protocol: ssh\n\"git.example.test\":\n    user: x\n"
	for _, c := range []struct {
		host string
		env  map[string]string
		yml  string
		want bool
	}{
		{"github.com", nil, "", false},
		{"github.com", nil, hosts, true},
		{"git.example.test", nil, hosts, true},
		{"user", nil, hosts, false},
		{"gitlab.com", nil, hosts, false},
		{"github.com", map[string]string{"GITHUB_TOKEN": "x"}, "", true},
		{"acme.ghe.com", map[string]string{"GH_TOKEN": "x"}, "", true},
		{"gitlab.com", map[string]string{"GH_TOKEN": "x"}, "", false},
		{"git.example.test", map[string]string{"GH_HOST": "git.example.test", "GH_ENTERPRISE_TOKEN": "x"}, "", true},
		{"git.example.test", map[string]string{"GH_ENTERPRISE_TOKEN": "x"}, "", false},
	} {
		w := &world{h: hostWith(t, c.env)}
		if c.yml != "" {
			write(t, w.h.Path("/cfg/gh/hosts.yml"), c.yml)
		}
		if _, got := accounts(w.h, c.host); got != c.want {
			t.Errorf("%s with %v and %q: %v", c.host, c.env, c.yml, got)
		}
	}
}
