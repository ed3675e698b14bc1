package gitremote

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"bkt/test/real"
)

func TestSeedIsADistribution(t *testing.T) {
	r := New(t)
	files := strings.Fields(r.Git(t, "ls-tree", "-r", "--name-only", "main"))
	if len(files) != 7 {
		t.Errorf("files = %q", files)
	}
	for _, f := range files {
		if strings.HasSuffix(f, ".json") && !json.Valid([]byte(r.Git(t, "show", "main:"+f))) {
			t.Errorf("%s is not JSON", f)
		}
	}
	if r.Git(t, "symbolic-ref", "HEAD") != "refs/heads/main" {
		t.Error("HEAD is not main")
	}
}

func TestCommitIsSomebodyElsesPush(t *testing.T) {
	r := New(t)
	before := r.Git(t, "rev-parse", "main")
	after := r.Commit(t, "topic", "Theirs", map[string]string{"README": "hi\n", "repo.json": Gone})
	if r.Git(t, "rev-parse", "topic") != after || r.Git(t, "rev-parse", "topic^") != before || r.Git(t, "rev-parse", "main") != before {
		t.Error("topic is not one commit ahead of an unmoved main")
	}
	if got := r.Git(t, "diff", "--name-status", "main", "topic"); got != "A\tREADME\nD\trepo.json" {
		t.Errorf("diff = %q", got)
	}
}

func TestPushOverFileAndHTTP(t *testing.T) {
	for scheme, url := range map[string]func(*Remote) string{
		"file": (*Remote).URL,
		"http": func(r *Remote) string { return r.Serve(t) },
	} {
		r := New(t)
		address := url(r)
		if !strings.HasPrefix(address, scheme+"://") {
			t.Errorf("address = %s", address)
		}
		dir := r.Clone(t, address)
		real.Write(t, filepath.Join(dir, "x"), "x\n", 0o644)
		for _, argv := range [][]string{{"add", "x"}, {"commit", "-q", "-m", "x"}, {"push", "-q", "origin", "HEAD:refs/heads/x"}} {
			real.Output(t, dir, r.env, append([]string{"git"}, argv...)...)
		}
		if got := r.Git(t, "show", "x:x"); got != "x" {
			t.Errorf("%s: x = %q", scheme, got)
		}
	}
}

func TestHookRefusesAPush(t *testing.T) {
	r := New(t)
	dir := r.Clone(t, r.URL())
	r.Hook(t, "pre-receive", "echo not today >&2; exit 1")
	_, stderr, err := real.Try(dir, r.env, "git", "push", "origin", "HEAD:refs/heads/x")
	if err == nil || !strings.Contains(stderr, "not today") || r.Has("x") {
		t.Errorf("err = %v, stderr %q", err, stderr)
	}
}
