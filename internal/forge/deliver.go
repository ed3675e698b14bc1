package forge

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/pattern"
	"bkt/internal/run"
)

// Deliver pushes the proposal and opens or edits its pull request. See Publish for what an
// error leaves behind.
func (p *Proposal) Deliver(ctx context.Context) (Result, error) {
	res := Result{
		Branch: p.Branch, Base: p.Base, Commit: p.Commit, Previous: p.Previous, State: doc.Unchanged,
	}
	if !p.Unchanged {
		if err := p.m.push(ctx, p.Commit, p.Branch); err != nil {
			return Result{}, err
		}
		res.State = doc.Pushed
	}
	place, known := locate(p.m.repo.URL)
	switch {
	case p.Branch == p.Base: // all of it is in the default branch
		if known {
			res.URL = place.page()
		}
		return res, nil
	case p.hub != nil && p.hubErr == nil:
		got, err := p.request(ctx, res)
		if !loggedOut(err) {
			return got, err
		}
	}
	if known {
		res.URL = place.compare(p.Base, p.Branch)
	}
	if res.URL == "" {
		res.Note = fmt.Sprintf("open a pull request from '%s' to '%s' where the repository lives", p.Branch, p.Base)
	} else if p.target.Deliver == AutoMerge {
		res.Note = "nothing merges it by itself: that needs gh and an account there"
	}
	if p.hubErr != nil && !loggedOut(p.hubErr) {
		return res, fault(ErrPartial, "pull request: %v", p.hubErr).because(p.hubErr)
	}
	return res, nil
}

// request opens or edits the pull request of a pushed branch.
func (p *Proposal) request(ctx context.Context, res Result) (Result, error) {
	if place, ok := locate(p.m.repo.URL); ok {
		res.URL = place.compare(p.Base, p.Branch)
	}
	partly := func(err error) (Result, error) {
		return res, fault(ErrPartial, "pull request: %v", err).because(err)
	}
	pr := p.pr
	if pr == nil && !p.asked { // `gh pr create` fails alike where there is one and where it can't make one
		var err error
		if pr, err = p.hub.open(ctx, p.Branch); err != nil {
			return partly(err)
		}
	}
	switch {
	case pr == nil:
		var err error
		if pr, err = p.hub.create(ctx, p.Branch, p.Base, p.Edit.Title, p.Edit.Body); err != nil {
			return partly(err)
		}
		res.State = doc.Created
	case p.Unchanged:
		res.URL, res.Number = pr.URL, pr.Number
		return res, nil
	default:
		res.URL, res.Number = pr.URL, pr.Number
		if err := p.hub.edit(ctx, pr.Number, p.Edit.Title, p.Edit.Body); err != nil {
			return partly(err)
		}
		res.State = doc.Updated
	}
	res.URL, res.Number = pr.URL, pr.Number
	if p.target.Deliver == AutoMerge {
		if err := p.hub.autoMerge(ctx, pr.Number); err != nil {
			return partly(err)
		}
	}
	return res, nil
}

// late is how a push is rejected that another one has overtaken.
var late = pattern.Lazy{Expr: `\[rejected\]|fetch first|non-fast-forward|failed to update ref|cannot lock ref|failed to lock|` +
	`incorrect old value|reference already exists`}

// push pushes a commit to a branch; never forced.
func (m *mirror) push(ctx context.Context, commit, branch string) error {
	if !objectID(commit) { // nothing before the colon would delete the branch
		return fault(nil, "git push: '%s' is not a commit", show(commit))
	}
	res, err := m.run(ctx, call{
		args: []string{
			"push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--",
			m.repo.URL, commit + ":refs/heads/" + branch,
		},
		env: m.remoteEnv(), timeout: m.timeout,
	})
	if err == nil {
		return nil
	}
	for line := range strings.Lines(string(res.Stdout)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[0] != "!" {
			continue
		}
		var e *run.Error
		switch {
		case strings.Contains(f[2], "[remote failure]"):
			return fault(ErrTryAgain, "git push: '%s' did not say what became of it", show(m.repo.URL)).because(err)
		case late.Re().MatchString(f[2]):
			return fmt.Errorf("git push: %w: %s", errRejected, f[2])
		case errors.As(err, &e):
			why := f[2]
			if strings.Contains(e.Stderr, "remote:") {
				said, _ := reason(e)
				why += ": " + said
			}
			return fault(nil, "git push: '%s' refuses '%s': %s", show(m.repo.URL), branch, why).because(err)
		}
	}
	return m.remote("push", err)
}
