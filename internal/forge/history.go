package forge

import (
	"context"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"bkt/internal/run"
)

// Head is the tree of the distribution's commit, so that what a working tree lacks or has
// changed can be told; nil where there is no commit in a git repository.
func (d *Distribution) Head(ctx context.Context) (fs.FS, error) {
	if d.git == nil || d.Commit == "" {
		return nil, nil
	}
	if d.Kind != Working {
		return d.FS, nil
	}
	l, err := d.git.trees(ctx, d.Commit)
	if err != nil {
		return nil, err
	}
	return l[0], nil
}

// Touch is the last commit that touched a file.
type Touch struct {
	Commit string
	At     fs.FS // its tree
	Parent fs.FS // its first parent's tree; nil where it has none, or the clone is too shallow to know
}

// LastTouching finds the last commit, from the distribution's own one back, that touched a
// file; nil where there is none.
func (d *Distribution) LastTouching(ctx context.Context, path string) (*Touch, error) {
	if d.git == nil || d.Commit == "" {
		return nil, nil
	}
	return d.git.lastTouching(ctx, d.Commit, path)
}

func (g *git) lastTouching(ctx context.Context, commit, path string) (*Touch, error) {
	id, _, err := g.line(ctx, "rev-list", "-1", commit, "--", path)
	if err != nil || id == "" {
		return nil, err
	}
	before, err := g.commit(ctx, id+"^")
	if err != nil {
		return nil, err
	}
	ids := []string{id}
	if before != "" {
		ids = append(ids, before)
	}
	l, err := g.trees(ctx, ids...)
	if err != nil {
		return nil, err
	}
	t := &Touch{Commit: id, At: l[0]}
	if before != "" {
		t.Parent = l[1]
	}
	return t, nil
}

// Ignored are those of the paths that git would not take into a commit of the working tree:
// ignored, and not tracked. Without a working tree under git there are none.
func (d *Distribution) Ignored(ctx context.Context, paths []string) ([]string, error) {
	if d.git == nil || d.Root == "" || len(paths) == 0 {
		return nil, nil
	}
	res, err := d.git.run(ctx, call{
		args: append([]string{"check-ignore", "--"}, paths...), effect: run.Reads, // a path that does not reach its stdin would be no error
		env: []string{"GIT_LITERAL_PATHSPECS=0"}, // which check-ignore refuses
	})
	if err != nil && res.Code == 1 && len(res.Stderr) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var l []string
	for line := range strings.Lines(string(res.Stdout)) {
		line = strings.TrimSuffix(line, "\n")
		if plain, err := strconv.Unquote(line); err == nil && line[0] == '"' { // as git writes a name with odd characters
			line = plain
		}
		l = append(l, line)
	}
	slices.Sort(l)
	return l, nil
}
