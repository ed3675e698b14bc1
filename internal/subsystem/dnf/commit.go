package dnf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"bkt/internal/host"
)

// commitList asks rpm-ostree for the packages of a commit.
func commitList(ctx context.Context, h *host.Host, checksum string) (*packages, error) {
	argv := []string{"rpm-ostree", "db", "list"}
	if h.Alternate() {
		argv = append(argv, "--repo="+h.Path("/ostree/repo"))
	}
	b, err := h.Read(ctx, append(argv, checksum)...)
	if err != nil {
		return nil, err
	}
	return parseCommit(b)
}

// parseCommit reads `rpm-ostree db list`: the commit's line, then a package per line, as
// name-version-release.arch. A commit without packages is an error.
func parseCommit(b []byte) (*packages, error) {
	p := &packages{names: map[string]bool{}, provides: map[string]string{}}
	if !utf8.Valid(b) {
		return nil, errors.New("rpm-ostree db list: not UTF-8")
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "ostree commit: ") {
			continue
		}
		name := nameOf(line)
		if name == line {
			return nil, fmt.Errorf("rpm-ostree db list: unexpected line %q", line)
		}
		p.names[name] = true
	}
	if len(p.names) == 0 {
		return nil, errors.New("rpm-ostree db list: no packages")
	}
	p.tidy()
	return p, nil
}

// nameOf is the name in a name-version-release.arch, or the whole where it is none.
func nameOf(nevra string) string {
	rest, release, ok := cutLast(nevra, "-")
	name, _, ok2 := cutLast(rest, "-")
	if !ok || !ok2 || name == "" || !strings.Contains(release, ".") || !named(name) {
		return nevra
	}
	return name
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
