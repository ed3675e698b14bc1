package forge

import (
	"context"
	"errors"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// Origin is the distribution's commit and its date, as far as they are known. A working tree
// counts as its HEAD.
func (d *Distribution) Origin(ctx context.Context) (doc.Origin, error) {
	o := doc.Origin{Commit: d.Commit}
	if d.git != nil && d.Commit != "" {
		b, err := d.git.read(ctx, "show", "-s", "--format=%cI", d.Commit)
		if err != nil {
			return o, err
		}
		o.Date = strings.TrimSpace(string(b))
	} else if !d.Date.IsZero() {
		o.Date = d.Date.Format(time.RFC3339)
	}
	return o, nil
}

// Follows says whether the distribution is the commit of o, or one that came after it. What
// cannot be told is a no: without git the dates of the two commits have to tell.
func (d *Distribution) Follows(ctx context.Context, o doc.Origin) (bool, error) {
	switch {
	case d.Commit == "" || !objectID(o.Commit):
		return false, nil
	case d.Commit == o.Commit:
		return true, nil
	case d.git == nil:
		then, err := time.Parse(time.RFC3339, o.Date)
		return err == nil && d.Date.After(then), nil
	}
	_, err := d.git.read(ctx, "merge-base", "--is-ancestor", o.Commit, d.Commit)
	var e *run.Error
	if errors.As(err, &e) && (e.Code == 1 || e.Code == 128) { // no ancestor; or no such commit here
		return false, nil
	}
	return err == nil, err
}
