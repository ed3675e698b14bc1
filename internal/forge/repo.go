package forge

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/tidwall/gjson"

	"bkt/internal/doc"
	"bkt/internal/pattern"
)

// RepoInfo is a distribution's repo.json: which repository it is.
type RepoInfo struct {
	Owner         string `json:"owner"`
	Name          string `json:"name"`
	URL           string `json:"url"` // what git fetches from and pushes to
	DefaultBranch string `json:"default_branch"`
}

// String is the repository as people call it: ada/my-bazzite.
func (r RepoInfo) String() string {
	if r.Owner == "" || r.Name == "" {
		return "the distribution"
	}
	return r.Owner + "/" + r.Name
}

// ParseRepo reads a repo.json. All four fields are required; fields that bkt does not know
// are somebody else's. Errors say where: `repo.json:3:10: …`.
func ParseRepo(where string, b []byte) (RepoInfo, error) {
	var r RepoInfo
	if err := json.Unmarshal(b, &r); err != nil {
		return RepoInfo{}, doc.Locate(where, b, err)
	}
	for _, f := range []struct {
		key, value string
		check      func(string) error
	}{
		{"owner", r.Owner, checkName},
		{"name", r.Name, checkName},
		{"url", r.URL, CheckURL},
		{"default_branch", r.DefaultBranch, CheckBranch},
	} {
		v := gjson.GetBytes(b, f.key)
		line, col := doc.Position(b, v.Index)
		if !v.Exists() {
			return RepoInfo{}, fmt.Errorf("%s:1:1: '%s' is missing", where, f.key)
		}
		if err := f.check(f.value); err != nil {
			return RepoInfo{}, fmt.Errorf("%s:%d:%d: %s: %w", where, line, col, f.key, err)
		}
	}
	return r, nil
}

// readRepo is ParseRepo for the repo.json of a distribution; one without is the zero value.
func readRepo(fsys fs.FS, where string) (RepoInfo, error) {
	b, err := fs.ReadFile(fsys, "repo.json")
	if errors.Is(err, fs.ErrNotExist) {
		return RepoInfo{}, nil
	}
	if err != nil {
		return RepoInfo{}, err
	}
	return ParseRepo(where, b)
}

var (
	plainName = pattern.Lazy{Expr: `^[A-Za-z0-9._][A-Za-z0-9._/-]*$`}
	scheme    = pattern.Lazy{Expr: `^([A-Za-z][A-Za-z0-9+.-]*)://`}
	scpLike   = pattern.Lazy{Expr: `^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9._][A-Za-z0-9._-]*:[^:]`}
)

// checkName takes what a forge may call an owner (GitLab's groups nest) or a repository.
func checkName(s string) error {
	if !plainName.Re().MatchString(s) || strings.Contains(s, "..") {
		return fmt.Errorf("'%s' is not a name", show(s))
	}
	return nil
}

// CheckURL takes what git reaches without running a helper of the url's choice: https, http,
// ssh, git, file, host:path, and an absolute path.
func CheckURL(s string) error {
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }
	switch m := scheme.Re().FindStringSubmatch(s); {
	case s == "":
		return errors.New("empty")
	case strings.HasPrefix(s, "-"), strings.ContainsFunc(s, odd), strings.ContainsRune(s, unicode.ReplacementChar):
		return fmt.Errorf("'%s' is not a url", show(s))
	case m != nil:
		rest := s[len(m[0]):]
		if strings.HasPrefix(rest, "-") || strings.Contains(rest, "@-") || rest == "" {
			return fmt.Errorf("'%s' is not a url", show(s))
		}
		switch strings.ToLower(m[1]) {
		case "https", "http", "ssh", "git":
			return nil
		case "file":
			return checkLocal(s)
		}
		return fmt.Errorf("'%s' is not https, ssh, git or file", show(s))
	case strings.HasPrefix(s, "/"):
		return checkLocal(s)
	case strings.Contains(s, "::"):
		return fmt.Errorf("'%s' would have git run a helper program", show(s))
	case scpLike.Re().MatchString(s):
		return nil
	}
	return fmt.Errorf("'%s' is neither a url nor an absolute path", show(s))
}

// local is the path of a repository on this machine, "" for any other url. git takes % for an
// escape in a file url.
func local(s string) string {
	if strings.HasPrefix(s, "/") {
		return s
	}
	m := scheme.Re().FindString(s)
	if !strings.EqualFold(m, "file://") {
		return ""
	}
	_, p, _ := strings.Cut(s[len(m):], "/")
	if q, err := url.PathUnescape(p); err == nil {
		p = q
	}
	return "/" + p
}

// checkLocal refuses a path that means another place in each process, so that nobody names a
// folder of his choice without knowing where it is: git runs the hooks of a repository that it
// pushes to on this machine.
func checkLocal(s string) error {
	p := local(s)
	top, _, _ := strings.Cut(strings.TrimLeft(p, "/"), "/")
	if path.Clean(p) != strings.TrimSuffix(p, "/") || top == "proc" || top == "dev" || top == "sys" {
		return fmt.Errorf("'%s' is not a plain path", show(s))
	}
	return nil
}

// apart refuses a repository that lies in the working tree which names it: its hooks came with
// the clone.
func apart(root string, r RepoInfo) error {
	p, err := filepath.EvalSymlinks(local(r.URL))
	if local(r.URL) == "" || err != nil {
		return nil // what is not there, git does not push to
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return err
	}
	if rel, err := filepath.Rel(root, p); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("repo.json: url: '%s' lies in the working tree itself: refused", show(r.URL))
	}
	return nil
}

// CheckBranch takes what git-check-ref-format(1) takes as a branch.
func CheckBranch(s string) error {
	bad := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`~^:?*[\`, r) }
	ok := s != "" && s != "@" && s != "HEAD" && !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, ".") &&
		!strings.ContainsFunc(s, bad) && !strings.Contains(s, "..") && !strings.Contains(s, "@{")
	for part := range strings.SplitSeq(s, "/") {
		ok = ok && part != "" && !strings.HasPrefix(part, ".") && !strings.HasSuffix(part, ".lock")
	}
	if !ok {
		return fmt.Errorf("'%s' is not the name of a branch", show(s))
	}
	return nil
}

// show is s fit for one line of a message, without the password of a url.
func show(s string) string {
	if m := scheme.Re().FindString(s); m != "" {
		host, _, _ := strings.Cut(s[len(m):], "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			if user, _, secret := strings.Cut(host[:at], ":"); secret {
				s = m + user + ":***" + s[len(m)+at:]
			}
		}
	}
	if r := []rune(s); len(r) > 120 {
		s = string(r[:120]) + "…"
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Sprintf("%q", s)
	}
	return s
}
