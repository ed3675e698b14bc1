package forge

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// rebuilds is how often a rejected push is fetched and built again.
const rebuilds = 3

// The ways in which a change reaches the default branch (policy deliver).
const (
	PullRequest = "pull-request"
	AutoMerge   = "auto-merge"
	Push        = "push"
)

// Target is where a change goes.
type Target struct {
	Repo    RepoInfo
	Deliver string        // PullRequest, AutoMerge or Push; "" is PullRequest
	Timeout time.Duration // for each call to the remote; 0: a minute
	Wait    time.Duration // for somebody else's lock on the mirror; 0: half a minute
}

// View is what a change is built on. All trees are of the kind that Tree gives.
type View struct {
	// Default is the tip of the default branch.
	Default fs.FS
	// Branch is the tip of the machine's living branch, and Base where it left the default
	// one; both nil where a new branch is due.
	Branch, Base fs.FS
	// Merged is what the edit's files are written on: Default where there is no living
	// branch; Branch where the default branch has not moved; else git's merge of both.
	Merged fs.FS
	// Both says that both branches have moved, and Merged is git's merge of them.
	Both bool
	// Conflicts are bkt's own files that git could not merge. Merged has the default
	// branch's bytes of them.
	Conflicts []string
	// Name is the branch that the change will stand on.
	Name string
	// Closed is the machine's last branch, where its pull request was closed unmerged.
	Closed string
	// DefaultCommit and BranchCommit are the commits; the latter is "" without a branch.
	DefaultCommit, BranchCommit string
	// Touched finds the last commit of the default branch that touched a file, nil where there
	// is none.
	Touched func(path string) (*Touch, error)
}

// Edit is a change: files to write on top of View.Merged, and the words that tell it. A file
// without content goes. Base is not looked at: that is the caller's to check.
type Edit struct {
	Files   []doc.File
	Message string // of the commit, subject first; "" is Title
	Title   string // of the pull request
	Body    string // of the pull request, Markdown
}

// EditFunc makes a change for what it is built on. It is called again when the remote moves.
type EditFunc func(View) (Edit, error)

// Result is what became of a change.
type Result struct {
	Branch   string // that holds the change; the default branch where nothing is left to do, or with Push
	Base     string // the default branch
	Commit   string // the branch's tip
	Previous string // the branch's tip before, "" for a new branch
	State    string // doc.Created, Updated, Unchanged or Pushed
	URL      string // of the pull request, or of the page that opens one; "" where there is none
	Number   int    // of the pull request, 0 where there is none
	Note     string // what a person should know about URL, or ""
}

// Publish brings a change to the remote: everything is built in the mirror, then pushed,
// then the pull request is opened or edited. The user's checkout, index and branches have no
// part in it. A push that comes too late is fetched and built again, three times.
//
// With ErrPartial the result is whole; with every other error nothing was pushed.
func Publish(ctx context.Context, h *host.Host, t Target, edit EditFunc) (Result, error) {
	for try := 0; ; try++ {
		p, err := Prepare(ctx, h, t, edit)
		if err != nil {
			return Result{}, err
		}
		res, err := p.Deliver(ctx)
		p.Close()
		switch {
		case !errors.Is(err, errRejected):
			return res, err
		case try == rebuilds:
			return Result{}, fault(ErrTryAgain, "'%s' does not stand still: %d pushes came too late", p.Branch, try+1).because(err)
		}
	}
}

// Proposal is a change that is built in the mirror and not pushed yet. It holds the mirror's
// lock until Close.
type Proposal struct {
	Branch    string // that it will be pushed to
	Base      string // the default branch
	Commit    string // that will be pushed; the branch's tip where nothing is new
	Previous  string // the branch's tip at the remote, "" where the branch is new
	Unchanged bool   // the branch says all of it already
	Edit      Edit

	m      *mirror
	target Target
	hub    *hub
	hubErr error
	asked  bool // gh knows no pull request of the branch, or pr is it
	pr     *pull
	view   view
	sign   answer
	tree   string // what the commit holds
}

// Close gives the mirror back.
func (p *Proposal) Close() { p.m.close() }

// Diff is what the edit changes in the branch, as a unified diff.
func (p *Proposal) Diff(ctx context.Context) (string, error) {
	return p.m.diff(ctx, p.view.tree, p.tree)
}

// Whole is what the branch changes in the default branch, as a unified diff.
func (p *Proposal) Whole(ctx context.Context) (string, error) {
	return p.m.diff(ctx, p.view.main.tree, p.tree)
}

// diff is the difference of two trees for people.
func (m *mirror) diff(ctx context.Context, from, to string) (string, error) {
	if from == to {
		return "", nil
	}
	b, err := m.read(ctx, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", from, to)
	return string(b), err
}

// Prepare builds a change in the mirror: fetch, find the branch, merge, edit, commit. Nothing
// leaves the machine. The caller closes the proposal.
func Prepare(ctx context.Context, h *host.Host, t Target, edit EditFunc) (*Proposal, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	m, err := mirrorOf(h, t.Repo, t.Timeout, t.Wait)
	if err != nil {
		return nil, err
	}
	if err := m.prepare(ctx); err != nil {
		return nil, err
	}
	p := &Proposal{m: m, target: t}
	if err := p.build(ctx, edit); err != nil {
		m.close()
		return nil, err
	}
	return p, nil
}

// check refuses a target that nothing could be pushed to.
func (t *Target) check() error {
	if t.Repo.URL == "" {
		return fault(nil, "the distribution has no url to push to: write owner, name, url and default_branch into its repo.json").
			hint(`{"owner": "ada", "name": "my-bazzite", "url": "https://github.com/ada/my-bazzite.git", "default_branch": "main"}`)
	}
	if err := CheckURL(t.Repo.URL); err != nil {
		return fault(nil, "repo.json: url: %v", err)
	}
	switch t.Deliver {
	case "":
		t.Deliver = PullRequest
	case PullRequest, AutoMerge, Push:
	default:
		return fault(nil, "policy.json: deliver: '%s' is not %s, %s or %s", show(t.Deliver), PullRequest, AutoMerge, Push)
	}
	return nil
}
