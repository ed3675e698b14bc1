package forge

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"bkt/internal/host"
	"bkt/internal/pattern"
	"bkt/internal/run"
)

// How long the remote may be silent, and how long another bkt may hold the mirror.
const (
	remoteTimeout = time.Minute
	lockWait      = 30 * time.Second
)

// mirror is a bare clone of a distribution in the user's cache. Everything that is built is
// built here; the user's checkout has no part in it. It can be deleted at any time.
type mirror struct {
	git
	repo    RepoInfo
	timeout time.Duration
	wait    time.Duration
	unlock  func()
	bases   map[[2]string]string       // of mergeBase
	ahead   map[[2]string]func() ahead // of readAhead
	reader  *objects                   // nil, or one that nobody has used yet
}

// stamp is the mirror's own note of its last fetch; a mirror without one is not whole.
type stamp struct {
	URL           string    `json:"url"`
	DefaultBranch string    `json:"default_branch"` // as the remote's HEAD says
	Fetched       time.Time `json:"fetched"`
}

// mirrorOf is the mirror of a repository, which need not exist yet.
func mirrorOf(h *host.Host, repo RepoInfo, timeout, wait time.Duration) (*mirror, error) {
	cache := h.CacheHome()
	if cache == "" {
		return nil, fault(nil, "no home folder to keep a mirror of '%s' in: HOME is not set", show(repo.URL))
	}
	if timeout == 0 {
		timeout = remoteTimeout
	}
	if wait == 0 {
		wait = lockWait
	}
	dir := h.Path(filepath.Join(cache, "bkt", mirrorName(repo.URL)))
	return &mirror{git: git{h: h, dir: dir, bare: true}, repo: repo, timeout: timeout, wait: wait}, nil
}

var unsafe = pattern.Lazy{Expr: `[^A-Za-z0-9._]+`}

// mirrorName is a folder name for a url: readable, and different for different urls. Where two had
// one folder all the same, the stamp in it would say whose it is.
func mirrorName(url string) string {
	sum := fnv.New64a()
	sum.Write([]byte(url))
	name := url
	if p, ok := locate(url); ok {
		name = p.host + "-" + p.path
	}
	name = strings.Trim(unsafe.Re().ReplaceAllString(name, "-"), "-.")
	if len(name) > 80 {
		name = name[len(name)-80:]
	}
	return name + "-" + hex.EncodeToString(sum.Sum(nil)) + ".git"
}

func (m *mirror) stampPath() string { return filepath.Join(m.dir, "bkt.json") }

// stamp reads the note of the last fetch; false where there is no whole mirror.
func (m *mirror) stamp() (stamp, bool) {
	var s stamp
	b, err := os.ReadFile(m.stampPath())
	if err != nil || json.Unmarshal(b, &s) != nil || s.URL != m.repo.URL || CheckBranch(s.DefaultBranch) != nil {
		return stamp{}, false
	}
	return s, true
}

// note writes the stamp. It is worth no fsync: a mirror without it is fetched anew.
func (m *mirror) note(branch string) error {
	b, err := json.Marshal(stamp{m.repo.URL, branch, m.h.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	tmp := m.stampPath() + ".new"
	if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, m.stampPath())
}

// prepare makes the folder, takes the lock and makes an empty repository where there is none.
func (m *mirror) prepare(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(m.dir), 0o700); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	unlock, err := host.Lock(ctx, strings.TrimSuffix(m.dir, ".git")+".lock", m.wait)
	var held *host.HeldError
	switch {
	case errors.As(err, &held):
		return fault(ErrTryAgain, "%s", held)
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("mirror: %w", err)
	case err != nil:
		return err
	}
	m.unlock = unlock
	if _, ok := m.stamp(); ok {
		return nil
	}
	if err := m.init(ctx); err != nil {
		m.close()
		return err
	}
	return nil
}

// init makes the repository anew; what a killed predecessor left goes.
func (m *mirror) init(ctx context.Context) error {
	if err := os.RemoveAll(m.dir); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	_, err := m.write(ctx, call{
		args: []string{"-c", "init.defaultBranch=main", "init", "-q", "--bare", "--template=", "--object-format=sha1", m.dir},
		dir:  filepath.Dir(m.dir),
	})
	return err
}

// close gives the lock back.
func (m *mirror) close() {
	m.unread()
	if m.unlock != nil {
		m.unlock()
		m.unlock = nil
	}
}

// unread ends a reader that nobody has used.
func (m *mirror) unread() {
	if m.reader != nil {
		m.reader.close()
		m.reader = nil
	}
}

// fetch brings the mirror up to date, prunes what the remote no longer has, and finds the
// remote's default branch. The mirror must be prepared.
func (m *mirror) fetch(ctx context.Context) (refs, error) {
	l, err := m.fetchOnce(ctx)
	var e *Error
	if err == nil || errors.As(err, &e) || ctx.Err() != nil || !m.broken(err) {
		return l, err
	}
	if err := m.init(ctx); err != nil { // it is a cache
		return nil, err
	}
	return m.fetchOnce(ctx)
}

func (m *mirror) fetchOnce(ctx context.Context) (refs, error) {
	known, old := m.stamp()
	limit := m.timeout
	if !old {
		limit *= 5 // a clone
	}
	get := func(specs ...string) error {
		args := []string{
			"fetch", "-q", "--prune", "--no-prune-tags", "--no-tags", "--no-write-fetch-head",
			"--no-recurse-submodules", "--no-auto-gc", "--", m.repo.URL,
		}
		_, err := m.write(ctx, call{args: append(args, specs...), env: m.remoteEnv(), timeout: limit})
		return err
	}
	const heads, head = "+refs/heads/*:refs/heads/*", "+HEAD:refs/bkt/head"
	err := get(head, heads)
	dangling := strings.Contains(stderrOf(err), "couldn't find remote ref HEAD")
	if dangling { // an empty remote, or one whose HEAD points to nothing
		err = get(heads)
	}
	switch {
	case err != nil && m.broken(err):
		return nil, err
	case err != nil:
		return nil, m.remote("fetch", err)
	}
	m.unread()
	m.reader, err = m.objects(ctx) // it starts while the references are listed
	if err != nil {
		return nil, err
	}
	l, err := m.refs(ctx)
	if err != nil {
		return nil, err
	}
	if dangling {
		delete(l, "refs/bkt/head") // of an earlier fetch
	}
	branch, err := m.defaultBranch(ctx, l, known.DefaultBranch)
	if err != nil {
		return nil, err
	}
	l.markDefault(branch)
	return l, m.note(branch)
}

// defaultBranch finds out what the remote's HEAD points to. A fetch tells its commit and not
// its name: where several branches have that commit, the name that was right the last time is.
func (m *mirror) defaultBranch(ctx context.Context, l refs, known string) (string, error) {
	head := l["refs/bkt/head"].commit
	var fit []string
	for _, r := range l.heads() {
		if r.commit == head {
			fit = append(fit, r.short())
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case slices.Contains(fit, known):
		return known, nil
	}
	if len(l.heads()) == 0 {
		return "", fault(nil, "'%s' has no commits: push the distribution's first commit to it", show(m.repo.URL)).
			hint("git push %s", run.Quote([]string{show(m.repo.URL), "HEAD:refs/heads/" + m.repo.DefaultBranch}))
	}
	if head != "" {
		res, err := m.run(ctx, call{
			args:   []string{"ls-remote", "--symref", "--", m.repo.URL, "HEAD"},
			effect: run.Reads, env: m.remoteEnv(), timeout: m.timeout,
		})
		if err != nil {
			return "", m.remote("ls-remote", err)
		}
		first, _, _ := strings.Cut(string(res.Stdout), "\n")
		name, ok := strings.CutSuffix(strings.TrimPrefix(first, "ref: refs/heads/"), "\tHEAD")
		if ok && strings.HasPrefix(first, "ref: refs/heads/") && l.branch(name).commit != "" {
			return name, nil
		}
	}
	if l.branch(m.repo.DefaultBranch).commit == "" {
		return "", fault(nil, "'%s' has no default branch: its HEAD points to nothing, and there is no '%s'",
			show(m.repo.URL), m.repo.DefaultBranch).hint("git push -u origin %s", run.Quote([]string{m.repo.DefaultBranch}))
	}
	return m.repo.DefaultBranch, nil
}

// remoteEnv is the environment of a call that goes to the remote. Nothing may ask on a
// terminal that nobody reads; the user's helpers, agents and dialogs answer as always.
func (m *mirror) remoteEnv() []string {
	env := []string{"GIT_ALLOW_PROTOCOL=file:git:http:https:ssh", "SSH_ASKPASS_REQUIRE=force"}
	if m.h.Getenv("SSH_ASKPASS") == "" {
		env = append(env, "SSH_ASKPASS=false")
	}
	return env
}

var brokenWords = pattern.Lazy{Expr: `(?i)corrupt|bad object|loose object|not a git repository|bad signature|too short|\.lock': File exists`}

// broken says whether git failed over the mirror itself, and not over the remote.
func (m *mirror) broken(err error) bool {
	s := stderrOf(err)
	return brokenWords.Re().MatchString(s) && !strings.Contains(s, "No space left")
}
