package main

import (
	"context"

	"bkt/internal/applied"
	"bkt/internal/cli"
	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/generate"
)

// fetch brings the mirror up to date for the readers, which never do, and notes what of this
// machine's pull request was merged; a working tree is its owner's to bring up to date.
func (p *pr) fetch(ctx context.Context) error {
	d, err := forge.Find(ctx, p.h, forge.Where{Repo: p.c.Repo, Dir: p.h.Dir, Content: true, Fetch: true})
	switch {
	case err != nil:
		return err
	case d.FetchErr != nil || d.Kind != forge.Mirror:
		return d.FetchErr
	}
	if err := p.merged(d); err != nil {
		cli.Warn(p.stderr, p.c.Name, "fetched, but what was merged is not noted: %v", err)
	}
	return nil
}

// merged notes what of this machine's pull request the default branch has by now.
func (p *pr) merged(d *forge.Distribution) error {
	published, err := applied.LoadPublished(p.h, d.Repo.URL)
	if err != nil || published == nil {
		return err
	}
	main, err := compare.Load(d.FS, nil, p.list)
	if err != nil || !generate.Merged(published, main) {
		return err
	}
	return applied.SavePublished(p.h, published)
}

// remember notes what this machine has published: what of it the branch holds, and what has
// arrived in the default branch.
func (p *pr) remember(res forge.Result) error {
	own, wished := p.own()
	var mine, asked []doc.Change
	for _, c := range p.landed.Changes {
		switch {
		case own[c.Key()]:
			mine = append(mine, c)
		case wished[c.Key()]:
			asked = append(asked, c)
		}
	}
	if len(mine)+len(asked)+len(p.landed.Declined) == 0 && p.published == nil {
		return nil
	}
	note := applied.Published{Repo: p.repo, URL: res.URL, Branch: res.Branch, Changes: mine, Asked: asked,
		Arrived: p.landed.Arrived, Declined: p.landed.Declined}
	if p.published != nil {
		note.Extra, note.Declined = p.published.Extra, append(p.published.Declined, p.landed.Declined...)
	}
	return applied.SavePublished(p.h, &note)
}

// own are the items that were seen on this machine and published from it. What was only written
// into the manifests is wished: to lack it is no removal. What somebody else pushed to the branch
// is neither; and what another machine has, whose document this is, was never seen here.
func (p *pr) own() (own, wished map[doc.Key]bool) {
	own, wished = map[doc.Key]bool{}, map[doc.Key]bool{}
	here := p.in.Host.Hostname == p.h.Hostname()
	for _, c := range p.in.Changes {
		if here && (c.Class != "" || c.Entry != "" || c.Here != "") {
			own[c.Key()] = true
		} else {
			wished[c.Key()] = true
		}
	}
	if p.published != nil {
		for _, c := range p.published.Changes {
			own[c.Key()] = true
		}
		for _, c := range p.published.Asked {
			wished[c.Key()] = true
		}
	}
	return own, wished
}
