package ghapi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

// client runs the real gh against a server.
type client struct {
	*Server
	env []string
}

func start(t *testing.T) *client {
	s := New(t, gitremote.Name, nil)
	return &client{s, real.Env(t.TempDir(), s.Env()...)}
}

func (c *client) gh(t *testing.T, args ...string) string {
	t.Helper()
	return real.Output(t, t.TempDir(), c.env, c.argv(args...)...)
}

func (c *client) argv(args ...string) []string {
	if args[0] == "pr" {
		args = append(slices.Clone(args), "--repo", Host+"/"+c.Repo)
	}
	return append([]string{"gh"}, args...)
}

func (c *client) fails(t *testing.T, want string, args ...string) {
	t.Helper()
	_, stderr, err := real.Try(t.TempDir(), c.env, c.argv(args...)...)
	if err == nil || !strings.Contains(stderr, want) {
		t.Errorf("gh %q: err = %v, stderr %q, want %q", args, err, stderr, want)
	}
}

var create = []string{"pr", "create", "--title", "T", "--body", "B", "--head", "bkt/x", "--base", "main"}

const url = "https://" + Host + "/" + gitremote.Name + "/pull/1"

func TestListCreateEditView(t *testing.T) {
	c := start(t)
	list := []string{"pr", "list", "--head", "bkt/x", "--state", "open", "--json", "number,url"}
	if got := strings.TrimSpace(c.gh(t, list...)); got != "[]" {
		t.Errorf("before: %q", got)
	}
	if got := c.gh(t, create...); got != url+"\n" {
		t.Errorf("create = %q", got)
	}
	if got := strings.TrimSpace(c.gh(t, list...)); got != `[{"number":1,"url":"`+url+`"}]` {
		t.Errorf("after: %q", got)
	}
	if got := c.gh(t, "pr", "list", "--head", "other", "--json", "number"); strings.TrimSpace(got) != "[]" {
		t.Errorf("another head's: %q", got)
	}
	c.gh(t, "pr", "edit", "1", "--title", "T2", "--body", "B2")
	var seen struct{ Title, Body, State, URL, HeadRefName, MergedAt string }
	if err := json.Unmarshal([]byte(c.gh(t, "pr", "view", "1", "--json", "title,body,state,url,headRefName,mergedAt")), &seen); err != nil {
		t.Fatal(err)
	}
	if seen.Title != "T2" || seen.Body != "B2" || seen.State != "OPEN" || seen.URL != url || seen.HeadRefName != "bkt/x" {
		t.Errorf("view = %+v", seen)
	}
	if p := c.Pulls(); len(p) != 1 || p[0].Title != "T2" || p[0].Base != "main" {
		t.Errorf("pulls = %+v", p)
	}
	if r := c.Requests(); !slices.Contains(r, "PullRequestCreate") || !slices.Contains(r, "PullRequestUpdate") {
		t.Errorf("requests = %q", r)
	}
}

func TestStatesAreTold(t *testing.T) {
	c := start(t)
	c.gh(t, create...)
	for _, state := range []string{"CLOSED", "MERGED"} {
		c.SetState(1, state)
		if got := strings.TrimSpace(c.gh(t, "pr", "list", "--head", "bkt/x", "--state", "open", "--json", "number")); got != "[]" {
			t.Errorf("%s is listed as open: %q", state, got)
		}
		if got := c.gh(t, "pr", "list", "--head", "bkt/x", "--state", "all", "--json", "number,state", "--jq", ".[].state"); got != state+"\n" {
			t.Errorf("state = %q, want %s", got, state)
		}
		if got := c.gh(t, "pr", "view", url, "--json", "state", "--jq", ".state"); got != state+"\n" {
			t.Errorf("view: state = %q, want %s", got, state)
		}
	}
}

func TestASecondOneIsRefused(t *testing.T) {
	c := start(t)
	c.gh(t, create...)
	c.fails(t, "already exists", create...)
}

func TestAutoMerge(t *testing.T) {
	c := start(t)
	c.gh(t, create...)
	c.gh(t, "pr", "merge", "1", "--auto", "--squash")
	if !c.Pulls()[0].AutoMerge {
		t.Error("auto-merge is not on")
	}
	d := start(t)
	d.gh(t, create...)
	d.ForbidAutoMerge()
	d.fails(t, "not allowed", "pr", "merge", "1", "--auto", "--squash")
}

func TestFailures(t *testing.T) {
	c := start(t)
	c.Fail(502)
	c.fails(t, "HTTP 502", create...)
	c.Fail(0)
	c.gh(t, create...)
	c.env = append(c.env, "GH_ENTERPRISE_TOKEN=wrong")
	c.fails(t, "HTTP 401", create...)
	c.env = append(c.env, "GH_ENTERPRISE_TOKEN=")
	c.fails(t, "gh auth login", create...)
}

func TestUnknownCallsFail(t *testing.T) {
	c := start(t)
	c.fails(t, "unknown call GET /repos/x/y", "api", "repos/x/y")
	c.fails(t, "unknown operation", "api", "graphql", "-f", "query=query Foo { viewer { login } }")
}

// One server for the API and for git, as in the world.
func TestPushThroughTheSameServer(t *testing.T) {
	remote := gitremote.New(t)
	s := New(t, gitremote.Name, remote.Handler(t))
	env := real.Env(t.TempDir(), s.Env()...)
	dir := t.TempDir()
	real.Output(t, dir, env, "git", "clone", "-q", s.URL(), dir)
	real.Output(t, dir, env, "git", "push", "-q", "origin", "HEAD:refs/heads/bkt/x")
	if !remote.Has("bkt/x") {
		t.Error("the branch is not there")
	}
}
