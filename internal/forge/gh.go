package forge

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/pattern"
	"bkt/internal/run"
)

// hub is a repository on a forge that gh knows.
type hub struct {
	h       *host.Host
	slug    string // HOST/OWNER/NAME
	dir     string // somewhere without a checkout
	timeout time.Duration
	early   *early // an answer that is on its way, or nil
}

// early is what gh says of a branch's open pull request. gh takes as long to start as the remote
// takes to answer, so it is asked at the same time, about the machine's newest branch as the last
// fetch knew it.
type early struct {
	branch string // "": none was known
	done   chan struct{}
	pr     *pull
	err    error
}

// ask begins to ask for the open pull request of a machine's newest branch. The answer is open's;
// what ask gives ends the question, if it is still open.
func (f *hub) ask(ctx context.Context, m *mirror, name string) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	e := &early{done: make(chan struct{})}
	f.early = e
	go func() {
		defer close(e.done)
		l, err := m.refs(ctx)
		if own := l.own(name); err == nil && len(own) > 0 {
			e.branch = own[0].short()
			e.pr, e.err = f.find(ctx, e.branch)
		}
	}()
	return func() {
		cancel()
		<-e.done
	}
}

// pull is a pull request, as gh tells it.
type pull struct {
	Number int    `json:"number"`
	URL    string `json:"url"`
	Fork   bool   `json:"isCrossRepository"`
	State  string `json:"state"` // OPEN, CLOSED or MERGED, where it was asked for
}

// hubOf is the repository as gh knows it, nil where gh is not for it: there is no gh, or the url
// leads to a folder, or gh has accounts and none of them is where the url leads. A gh of which no account is known is
// asked all the same, about repo.json's owner and name if the url names no forge: it says
// itself that it has none.
func hubOf(h *host.Host, repo RepoInfo, dir string, timeout time.Duration) *hub {
	if folder := filepath.IsAbs(repo.URL) || strings.HasPrefix(repo.URL, "file:"); folder || !h.Look("gh") {
		return nil
	}
	p, ok := locate(repo.URL)
	slug := ""
	if ok {
		slug = p.slug()
	}
	switch all, here := accounts(h, p.host); {
	case all && (slug == "" || !here):
		return nil
	case slug == "":
		slug = repo.Owner + "/" + repo.Name
	}
	return &hub{h: h, slug: slug, dir: dir, timeout: timeout}
}

// accounts says whether gh has a login anywhere, and at a forge: a token in the environment,
// or the host in its hosts.yml.
func accounts(h *host.Host, name string) (any, here bool) {
	set := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return h.Getenv(k) != "" })
	}
	if set("GH_TOKEN", "GITHUB_TOKEN") {
		any, here = true, name == "github.com" || strings.HasSuffix(name, ".ghe.com")
	}
	if set("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN") {
		any, here = true, here || name == h.Getenv("GH_HOST")
	}
	file := ""
	switch {
	case filepath.IsAbs(h.Getenv("GH_CONFIG_DIR")):
		file = filepath.Join(h.Getenv("GH_CONFIG_DIR"), "hosts.yml")
	case h.ConfigHome() != "":
		file = filepath.Join(h.ConfigHome(), "gh", "hosts.yml")
	}
	if b, err := h.ReadFile(file); err == nil {
		any, here = any || strings.Contains(string(b), ":"), here || hostIn(string(b), name)
	}
	return any, here
}

// loggedOut says whether gh refused because it has no account there: its exit status 4.
func loggedOut(err error) bool {
	var e *run.Error
	return errors.As(err, &e) && e.Code == 4
}

// hostIn says whether name is a key at the top of gh's hosts.yml.
func hostIn(yml, name string) bool {
	for line := range strings.Lines(yml) {
		key, _, ok := strings.Cut(line, ":")
		if ok && strings.Trim(key, `"'`) == name {
			return true
		}
	}
	return false
}

// gh runs gh on the repository.
func (f *hub) gh(ctx context.Context, effect run.Effect, stdin string, args ...string) ([]byte, error) {
	cmd := run.Cmd{
		Argv: append([]string{"gh"}, args...), Effect: effect, Dir: f.dir, Timeout: f.timeout,
		Env: []string{"GH_PROMPT_DISABLED=1", "GH_NO_UPDATE_NOTIFIER=1", "NO_COLOR=1", "GH_PAGER=cat", "GIT_TERMINAL_PROMPT=0"},
	}
	cmd.Argv = append(cmd.Argv, "--repo", f.slug)
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	res, err := f.h.Runner.Run(ctx, cmd)
	return res.Stdout, err
}

// open is the branch's open pull request, nil where there is none. A pull request from a
// fork's branch of the same name is somebody else's.
func (f *hub) open(ctx context.Context, branch string) (*pull, error) {
	if e := f.early; e != nil {
		f.early = nil // what is asked later may have changed
		if <-e.done; e.branch == branch {
			return e.pr, e.err
		}
	}
	return f.find(ctx, branch)
}

func (f *hub) find(ctx context.Context, branch string) (*pull, error) {
	l, err := f.list(ctx, branch, "open")
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return &l[0], nil
}

// had gives all pull requests that the branch ever had.
func (f *hub) had(ctx context.Context, branch string) ([]pull, error) {
	return f.list(ctx, branch, "all")
}

func (f *hub) list(ctx context.Context, branch, state string) ([]pull, error) {
	fields := "number,url,isCrossRepository"
	if state == "all" {
		fields += ",state"
	}
	b, err := f.gh(ctx, run.Reads, "", "pr", "list", "--head", branch, "--state", state, "--json", fields)
	if err != nil {
		return nil, err
	}
	l, err := parsePulls(b)
	if err != nil {
		return nil, err
	}
	var own []pull
	for _, p := range l {
		if !p.Fork {
			own = append(own, p)
		}
	}
	return own, nil
}

// parsePulls reads `gh pr list --json`.
func parsePulls(b []byte) ([]pull, error) {
	var l []pull
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, doc.Locate("gh pr list", b, err)
	}
	for _, p := range l {
		if p.Number <= 0 || !strings.HasPrefix(p.URL, "https://") {
			return nil, fmt.Errorf("gh pr list: a pull request without a number or a url")
		}
	}
	return l, nil
}

var pullURL = pattern.Lazy{Expr: `https://[^\s]+/pull/([0-9]+)\b`}

// create opens a pull request.
func (f *hub) create(ctx context.Context, branch, base, title, body string) (*pull, error) {
	b, err := f.gh(ctx, run.Changes, filled(body), "pr", "create", "--head", branch, "--base", base, "--title", title, "--body-file", "-")
	if err != nil {
		return nil, err
	}
	m := pullURL.Re().FindSubmatch(b)
	if m == nil {
		return nil, fmt.Errorf("gh pr create: no url in its answer '%s'", show(strings.TrimSpace(string(b))))
	}
	n, err := strconv.Atoi(string(m[1]))
	return &pull{Number: n, URL: string(m[0])}, err
}

// edit gives a pull request a new title and body.
func (f *hub) edit(ctx context.Context, n int, title, body string) error {
	_, err := f.gh(ctx, run.Changes, filled(body), "pr", "edit", strconv.Itoa(n), "--title", title, "--body-file", "-")
	return err
}

// autoMerge has a pull request merged as soon as its checks pass, in the first of the ways
// that the repository allows.
func (f *hub) autoMerge(ctx context.Context, n int) error {
	var first error
	for _, way := range []string{"--squash", "--merge", "--rebase"} {
		_, err := f.gh(ctx, run.Changes, "", "pr", "merge", strconv.Itoa(n), "--auto", way)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// filled is a body that is never empty: an empty one would leave stdin closed.
func filled(body string) string {
	if body == "" {
		return "\n"
	}
	return body
}
