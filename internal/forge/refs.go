package forge

import (
	"context"
	"fmt"
	"strings"
)

// ref is where a reference points to.
type ref struct {
	name   string // whole, refs/heads/…
	commit string
	tree   string
}

// refs are the references of a mirror by their whole names; "" is the default branch.
type refs map[string]ref

// branch is a branch by its short name; the zero value where there is none.
func (l refs) branch(name string) ref { return l["refs/heads/"+name] }

// heads are the branches.
func (l refs) heads() []ref {
	var out []ref
	for name, r := range l {
		if strings.HasPrefix(name, "refs/heads/") {
			out = append(out, r)
		}
	}
	return out
}

// markDefault says which branch is the default one.
func (l refs) markDefault(branch string) { l[""] = l.branch(branch) }

// main is the default branch.
func (l refs) main() ref { return l[""] }

// short is a branch's name as people write it.
func (r ref) short() string { return strings.TrimPrefix(r.name, "refs/heads/") }

// refs lists the mirror's references.
func (m *mirror) refs(ctx context.Context) (refs, error) {
	b, err := m.read(ctx, "for-each-ref", "--format=%(objectname) %(tree) %(refname)")
	if err != nil {
		return nil, err
	}
	return parseRefs(string(b))
}

// parseRefs reads lines of commit, tree and name. What points to no commit is left out.
func parseRefs(s string) (refs, error) {
	l := refs{}
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		if len(f) != 3 || !objectID(f[0]) || !strings.HasPrefix(f[2], "refs/") || f[1] != "" && !objectID(f[1]) {
			return nil, fmt.Errorf("git for-each-ref: '%s' is not a line of it", show(line))
		}
		if f[1] != "" {
			l[f[2]] = ref{name: f[2], commit: f[0], tree: f[1]}
		}
	}
	return l, nil
}
