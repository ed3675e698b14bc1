package dnf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"bkt/internal/host"
)

// queryFormat makes dnf4, which ends each record with a line of its own, and dnf5, which
// does not, print the same but for empty lines. dnf5 knows no escape but \n, so that the tabs
// are real ones.
const queryFormat = "%{name}\t%{from_repo}\t%{reason}\n"

// installed is one package that was not installed as a dependency.
type installed struct {
	name   string
	repo   string // "" where it came from no repository: a file, or rpm itself
	reason reason
}

// reason is why dnf has a package.
type reason int

const (
	foreign reason = iota // dnf did not install it, or has forgotten
	asked                 // somebody asked for it by name
	grouped               // it came with a group
)

// userInstalled asks dnf's records, and no repository.
func userInstalled(ctx context.Context, h *host.Host, tool string) ([]installed, error) {
	argv := []string{tool, "-q", "-C", "--disablerepo=*"}
	if h.Alternate() {
		argv = append(argv, "--installroot="+h.Root)
	}
	b, err := h.Read(ctx, append(argv, "repoquery", "--userinstalled", "--qf", queryFormat)...)
	if err != nil {
		return nil, err
	}
	return parseUserInstalled(b)
}

// parseUserInstalled reads what queryFormat gives.
func parseUserInstalled(b []byte) ([]installed, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("dnf repoquery: not UTF-8")
	}
	out := []installed{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[0] == "" || f[2] == "" {
			return nil, fmt.Errorf("dnf repoquery: unexpected line %q", line)
		}
		out = append(out, installed{f[0], repository(f[1]), reasonOf(f[2])})
	}
	return out, nil
}

// repository is a repository's id; dnf has names beginning with @ for what is none, and dnf5
// a word for what it does not know.
func repository(s string) string {
	if strings.HasPrefix(s, "@") || s == "<unknown>" {
		return ""
	}
	return s
}

// reasonOf reads dnf4's `user` and dnf5's `User` alike.
func reasonOf(s string) reason {
	switch strings.ToLower(s) {
	case "user":
		return asked
	case "group":
		return grouped
	}
	return foreign
}
