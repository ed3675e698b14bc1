package forge_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/test/real"
	"bkt/test/real/ghapi"
	"bkt/test/real/gitremote"
)

// TestRealGh publishes with the real gh and git over https, to a server on loopback.
func TestRealGh(t *testing.T) {
	remote := gitremote.New(t)
	server := ghapi.New(t, gitremote.Name, remote.Handler(t))
	home := t.TempDir()
	environ := real.Env(home, append(server.Env(), "GIT_CONFIG_GLOBAL="+home+"/.gitconfig")...)
	real.Write(t, home+"/.gitconfig", "[user]\n\tname = Ada\n\temail = ada@example.test\n", 0o644)
	h := &host.Host{Env: map[string]string{}, UID: 1000, Now: time.Now, Root: t.TempDir()}
	for _, kv := range environ {
		k, v, _ := strings.Cut(kv, "=")
		h.Env[k] = v
	}
	h.Runner = &run.Exec{Env: environ, Timeout: time.Minute}
	owner, name, _ := strings.Cut(gitremote.Name, "/")
	target := forge.Target{Repo: forge.RepoInfo{Owner: owner, Name: name, URL: server.URL(), DefaultBranch: "main"}}
	publish := func(text, title string) (forge.Result, error) {
		return forge.Publish(t.Context(), h, target, func(v forge.View) (forge.Edit, error) {
			if _, err := fs.ReadFile(v.Default, "repo.json"); err != nil {
				return forge.Edit{}, err
			}
			return forge.Edit{Title: title, Body: "A body.\n", Files: []doc.File{
				{Path: "manifests/new.json", Mode: "100644", Content: &text},
			}}, nil
		})
	}
	expect := func(text, title, state string, number int) forge.Result {
		t.Helper()
		res, err := publish(text, title)
		if err != nil {
			t.Fatal(err)
		}
		if res.State != state || res.Number != number || !strings.HasSuffix(res.URL, "/pull/"+string(rune('0'+number))) {
			t.Errorf("got %+v", res)
		}
		return res
	}
	first := expect("1\n", "One", doc.Created, 1)
	if p := server.Pulls(); len(p) != 1 || p[0].Title != "One" || p[0].Body != "A body.\n" || p[0].Head != first.Branch || p[0].Base != "main" {
		t.Errorf("pulls: %+v", p)
	}
	expect("1\n", "One", doc.Unchanged, 1)
	expect("2\n", "Two", doc.Updated, 1)
	if p := server.Pulls(); len(p) != 1 || p[0].Title != "Two" {
		t.Errorf("pulls: %+v", p)
	}
	server.SetState(1, "CLOSED")
	second := expect("3\n", "Three", doc.Created, 2)
	if second.Branch != first.Branch+"-2" {
		t.Errorf("branch %s", second.Branch)
	}
	target.Deliver = forge.AutoMerge
	expect("4\n", "Four", doc.Updated, 2)
	if !server.Pulls()[1].AutoMerge {
		t.Error("auto-merge is not on")
	}
	server.Fail(502)
	if res, err := publish("5\n", "Five"); !errors.Is(err, forge.ErrPartial) || res.State != doc.Pushed || res.Branch != second.Branch {
		t.Errorf("%+v, %v", res, err)
	}
}
