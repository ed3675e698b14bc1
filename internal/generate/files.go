package generate

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// generated brings the generated files up to date. A file in a folder of ours that nothing
// explains goes to hands.
func (g *gen) generated(want *rendering, hands *[]Hand) error {
	for p, f := range want.files {
		g.files.write(p, []byte(*f.Content), f.Mode)
	}
	for _, p := range slices.Sorted(maps.Keys(want.files)) {
		old, err := fs.ReadFile(g.src.FS, p)
		if err != nil {
			continue
		}
		g.hand(p, string(old), *want.files[p].Content, hands)
	}
	for _, dir := range want.dirs {
		if !isDir(g.src.FS, dir) {
			continue
		}
		entries, err := fs.ReadDir(g.src.FS, dir)
		if err != nil {
			return fmt.Errorf("cannot read '%s': %w", dir, err)
		}
		for _, e := range entries {
			p := path.Join(dir, e.Name())
			if _, wanted := want.files[p]; wanted {
				continue
			}
			old, err := fs.ReadFile(g.src.FS, p)
			if err != nil {
				return fmt.Errorf("'%s' is in the way: %w", p, err)
			}
			g.hand(p, string(old), "", hands)
			g.files.remove(p)
		}
	}
	return nil
}

// hand notes a generated file that somebody else wrote.
func (g *gen) hand(p, have, want string, hands *[]Hand) {
	gives := func(r *rendering) bool { f, ok := r.files[p]; return ok && *f.Content == have }
	if have != want && !g.explained(gives, have) {
		*hands = append(*hands, Hand{p, have, want})
	}
}
