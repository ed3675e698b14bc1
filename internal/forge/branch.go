package forge

import (
	"cmp"
	"context"
	"crypto"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"bkt/internal/host"
	"bkt/internal/pattern"
	"bkt/internal/run"
)

// mostTried is how many commits of the default branch are looked at for a squash merge.
const mostTried = 500

var unfit = pattern.Lazy{Expr: `[^A-Za-z0-9_-]+`}

// BranchName is the name of a machine's branches: bkt/<hostname>-<6 hex>. The digits are a
// hash of the machine id, which itself is nobody's business; without an id, of the hostname.
func BranchName(hostname, machineID string) string {
	id := strings.TrimSpace(machineID)
	if id == "" || id == "uninitialized" {
		id = hostname
	}
	sum := crypto.SHA256.New()
	sum.Write([]byte("bkt branch " + id))
	name := unfit.Re().ReplaceAllString(hostname, "-")
	name = strings.Trim(name[:min(len(name), 40)], "-")
	return "bkt/" + cmp.Or(name, "host") + "-" + hex.EncodeToString(sum.Sum(nil)[:3])
}

// branchName is BranchName for the machine itself.
func branchName(h *host.Host) string {
	id, err := h.ReadFile("/etc/machine-id")
	if err != nil {
		id = nil
	}
	return BranchName(h.Hostname(), string(id))
}

// ordinal is which of a machine's branches a name is: 1 for name itself, n for name-n, 0 for
// a foreign one.
func ordinal(name, branch string) int {
	rest, ok := strings.CutPrefix(branch, name)
	switch {
	case !ok:
		return 0
	case rest == "":
		return 1
	}
	n, err := strconv.Atoi(strings.TrimPrefix(rest, "-"))
	if err != nil || n < 2 || rest != "-"+strconv.Itoa(n) {
		return 0
	}
	return n
}

// own are the machine's branches at the remote, newest first.
func (l refs) own(name string) []ref {
	var out []ref
	for _, r := range l.heads() {
		if ordinal(name, r.short()) > 0 {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b ref) int { return ordinal(name, b.short()) - ordinal(name, a.short()) })
	return out
}

// next is the name of the machine's next branch.
func (l refs) next(name string) string {
	if own := l.own(name); len(own) > 0 {
		return name + "-" + strconv.Itoa(ordinal(name, own[0].short())+1)
	}
	return name
}

// life is the branch that the next commit belongs to.
type life struct {
	ref            // zero where a new branch is due
	pr      *pull  // its open pull request, or nil
	asked   bool   // gh was asked for it
	unasked error  // why gh could not be asked
	closed  string // the machine's last branch, where its pull request was closed unmerged
}

// living finds it. gh is asked where it can answer; else a branch lives until it is spent.
func (m *mirror) living(ctx context.Context, l refs, name string, hub *hub) (out life, err error) {
	own := l.own(name)
	if hub != nil && len(own) > 0 {
		out.asked = true
		for _, r := range own {
			if out.pr, out.unasked = hub.open(ctx, r.short()); out.pr != nil {
				out.ref = r
				return out, nil
			}
			if out.unasked != nil {
				break
			}
		}
		if out.unasked == nil { // a branch whose pull request never came to be lives, too
			var had []pull
			if had, out.unasked = hub.had(ctx, own[0].short()); len(had) > 0 {
				spent, err := m.spent(ctx, l.main(), own[0])
				merged := slices.ContainsFunc(had, func(p pull) bool { return p.State == "MERGED" }) // perhaps with edits
				if !spent && !merged {
					out.closed = own[0].short()
				}
				return out, err
			}
			own = own[:1]
		}
	}
	for _, r := range own {
		spent, err := m.spent(ctx, l.main(), r)
		if err != nil || !spent {
			out.ref = r
			return out, err
		}
	}
	return out, nil
}

// spent says whether merging a branch into the default one would change nothing, now or at
// any first-parent commit since they parted, so that a squash merge counts.
func (m *mirror) spent(ctx context.Context, main, branch ref) (bool, error) {
	base, err := m.mergeBase(ctx, main.commit, branch.commit)
	switch {
	case err != nil:
		return false, err
	case base == "" || base == branch.commit || main.tree == branch.tree:
		return true, nil // no common history: nothing can be continued there
	case base == main.commit:
		return false, nil
	}
	paths, err := m.read(ctx, "diff-tree", "-r", "-z", "--name-only", "--no-renames", base, branch.commit)
	if err != nil || len(paths) == 0 {
		return err == nil, err
	}
	tried, err := m.since(ctx, base, main, paths)
	if err != nil {
		return false, err
	}
	for _, c := range tried {
		got, err := m.merge(ctx, c.commit, branch.commit)
		if err != nil {
			return false, err
		}
		if len(got.conflicts) == 0 && got.tree == c.tree {
			return true, nil
		}
	}
	return false, nil
}

// since lists the default branch's first-parent commits after base that touch one of the
// paths (each ended by NUL), newest first, the newest of all in any case.
func (m *mirror) since(ctx context.Context, base string, main ref, paths []byte) ([]ref, error) {
	list := strings.ReplaceAll(strings.TrimSuffix(string(paths), "\x00"), "\x00", "\n")
	if strings.Count(string(paths), "\x00") != strings.Count(list, "\n")+1 {
		list = "" // a newline in a name: look at all commits
	}
	res, err := m.run(ctx, call{
		args: []string{
			"rev-list", "--first-parent", "-n", strconv.Itoa(mostTried), "--no-commit-header",
			"--format=%H %T", "--stdin",
		},
		effect: run.Reads,
		stdin:  strings.NewReader(main.commit + "\n^" + base + "\n--\n" + list + "\n"),
	})
	if err != nil {
		return nil, err
	}
	out := []ref{main}
	for line := range strings.Lines(string(res.Stdout)) {
		if c, tree, ok := strings.Cut(strings.TrimSpace(line), " "); ok && c != main.commit {
			out = append(out, ref{commit: c, tree: tree})
		}
	}
	return out, nil
}

// mergeBase is the newest common commit, "" where there is none.
func (m *mirror) mergeBase(ctx context.Context, a, b string) (string, error) {
	if a == b {
		return a, nil
	}
	if id, ok := m.bases[[2]string{a, b}]; ok {
		return id, nil
	}
	if wait, ok := m.ahead[[2]string{a, b}]; ok && wait().descends {
		return a, nil
	}
	id, _, err := m.line(ctx, "merge-base", a, b)
	if err == nil {
		if m.bases == nil {
			m.bases = map[[2]string]string{}
		}
		m.bases[[2]string{a, b}] = id
	}
	return id, err
}

// merged is what git makes of two commits.
type merged struct {
	tree      string
	conflicts []string // paths that hold conflict markers in tree
}

// merge merges two commits into a tree, without touching any branch.
func (m *mirror) merge(ctx context.Context, a, b string) (merged, error) {
	res, err := m.run(ctx, call{args: []string{"merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", a, b}})
	if err != nil && res.Code != 1 {
		if strings.Contains(stderrOf(err), "usage: git merge-tree") {
			return merged{}, fault(nil, "git is too old to merge without a checkout: 2.38 or newer is needed").because(err)
		}
		return merged{}, err
	}
	f := strings.Split(strings.TrimSuffix(string(res.Stdout), "\x00"), "\x00")
	if !objectID(f[0]) || (res.Code == 1) != (len(f) > 1) {
		return merged{}, fault(nil, "git merge-tree: unexpected answer '%s'", show(f[0]))
	}
	return merged{f[0], f[1:]}, nil
}
