package forge

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bkt/internal/host"
)

// Kind says what a distribution is read from.
type Kind int

// The kinds of sources.
const (
	Working Kind = iota // a working tree
	Commit              // a commit of a working tree's repository: --ref
	Mirror              // the mirror
	Image               // the image's copy
	Folder              // a manifests folder by itself
)

// Distribution is the user's repository, opened for reading.
type Distribution struct {
	FS       fs.FS     // Containerfile, repo.json, manifests/, generated/, changelog/
	Kind     Kind      // what FS is
	Root     string    // the working tree, "" where FS is none
	Repo     RepoInfo  // its repo.json; zero where it has none
	Ref      string    // the branch, or what --ref named; "" on a detached HEAD
	Commit   string    // HEAD or Ref's commit, source.json's for an image; "": none, or not known
	Date     time.Time // when the commit of an image's copy was made; zero: not known
	Behind   int       // commits of the upstream that the working tree lacks, as far as the last fetch knows
	Upstream string    // the upstream's name, origin/main; "" where there is none
	Fetched  time.Time // when the mirror was fetched; zero for other sources

	// FetchErr is why the mirror could not be brought up to date, or be made; what is read
	// is older then.
	FetchErr error

	h     *host.Host
	git   *git // nil where there is no git repository
	label string
}

// Source is what a person calls it: `ada/my-bazzite, main 3f2a1c9`. How old a mirror is
// stands in Fetched.
func (d *Distribution) Source() string {
	name := d.label
	if d.Repo != (RepoInfo{}) {
		name = d.Repo.String()
	}
	at := strings.TrimSpace(d.Ref + " " + short(d.Commit))
	if objectID(d.Ref) {
		at = short(d.Ref)
	}
	if d.Kind == Image {
		at = strings.TrimSpace("as in this image " + short(d.Commit))
	}
	if at == "" {
		return name
	}
	return name + ", " + at
}

// openWorking opens a working tree, or a commit of its repository.
func openWorking(ctx context.Context, h *host.Host, dir string, w Where) (*Distribution, error) {
	if fi, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("'%s' is not a distribution: %w", dir, host.Cause(err))
	} else if !fi.IsDir() {
		return nil, fmt.Errorf("'%s' is not a distribution: it is not a folder", dir)
	}
	d := &Distribution{Kind: Working, h: h, label: dir}
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		d.git = &git{h: h, dir: dir}
	}
	if w.Ref != "" {
		return d.at(ctx, "--ref: ", w.Ref)
	}
	if !is(dir, "repo.json", 0) && !is(dir, "manifests", fs.ModeDir) && !is(dir, "Containerfile", 0) {
		return nil, fmt.Errorf("'%s' is not a distribution: it has neither repo.json nor manifests/", dir)
	}
	fsys, err := openDirFS(dir)
	if err != nil {
		return nil, err
	}
	d.FS, d.Root = fsys, dir
	if d.Repo, err = readRepo(fsys, filepath.Join(dir, "repo.json")); err != nil {
		return nil, err
	}
	if err := apart(dir, d.Repo); err != nil {
		return nil, err
	}
	if w.Content {
		return d, nil
	}
	if err := d.head(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// at makes d a commit of its repository; errors begin with what.
func (d *Distribution) at(ctx context.Context, what, rev string) (*Distribution, error) {
	if d.git == nil {
		return nil, fmt.Errorf("%s'%s' is not a git repository", what, d.label)
	}
	id, err := d.git.commit(ctx, rev)
	if err != nil {
		return nil, fmt.Errorf("%s%w", what, err)
	}
	if id == "" {
		return nil, fmt.Errorf("%sthere is no commit '%s' in '%s'", what, show(rev), d.label)
	}
	l, err := d.git.trees(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Kind == Working {
		d.Kind = Commit
	}
	d.FS, d.Ref, d.Commit = l[0], strings.TrimPrefix(rev, "refs/heads/"), id
	repo, err := readRepo(l[0], short(id)+":repo.json")
	if err != nil {
		return nil, err
	}
	if d.Repo == (RepoInfo{}) {
		d.Repo = repo
	}
	return d, nil
}

// head finds the working tree's commit, branch and how far it is behind, from what the
// repository knows; no remote is asked.
func (d *Distribution) head(ctx context.Context) error {
	if d.git == nil {
		return nil
	}
	// One process tells all of a branch. Where there is none, and where git has something to
	// complain about, it is asked for the commit alone.
	b, err := d.git.read(ctx, "for-each-ref", "--points-at=HEAD",
		"--format=%(HEAD)%09%(objectname)%09%(refname:short)%09%(upstream:short)%09%(upstream:track)", "refs/heads")
	if err == nil {
		for line := range strings.Lines(string(b)) {
			f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(f) == 5 && f[0] == "*" {
				d.Commit, d.Ref, d.Upstream, d.Behind = f[1], f[2], f[3], behind(f[4])
				return nil
			}
		}
	}
	d.Commit, err = d.git.commit(ctx, "HEAD")
	return err
}

// behind reads `[ahead 1, behind 2]`.
func behind(track string) int {
	for part := range strings.SplitSeq(strings.Trim(track, "[]"), ", ") {
		if s, ok := strings.CutPrefix(part, "behind "); ok {
			n, _ := strconv.Atoi(s)
			return n
		}
	}
	return 0
}
