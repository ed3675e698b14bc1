package forge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// signTimeout is how long a signature may take: somebody may have to type or touch something.
const signTimeout = 2 * time.Minute

// writeTree writes a tree: what base lists, with some files replaced; a blob without a mode goes.
func (m *mirror) writeTree(ctx context.Context, base folders, files map[string]blob) (string, error) {
	dirs, err := base.plant(files)
	if err != nil {
		return "", err
	}
	tmp := filepath.Join(m.dir, "bkt-tmp") // the lock is ours
	if err := os.RemoveAll(tmp); err != nil {
		return "", fmt.Errorf("mirror: %w", err)
	}
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return "", fmt.Errorf("mirror: %w", err)
	}
	defer os.RemoveAll(tmp)
	var names strings.Builder
	for i, path := range slices.Sorted(maps.Keys(files)) {
		f := files[path]
		if f.mode == "" {
			continue
		}
		name := fmt.Sprint(i)
		if err := os.WriteFile(filepath.Join(tmp, name), f.data, 0o600); err != nil {
			return "", fmt.Errorf("mirror: %w", err)
		}
		names.WriteString(name + "\n")
	}
	hashed := make(chan error, 1)
	go func() { hashed <- m.hash(ctx, tmp, names.String()) }()
	tree, err := m.writeFolders(ctx, base, dirs)
	if err = errors.Join(<-hashed, err); err != nil {
		return "", err
	}
	return tree, nil
}

// hash writes files of a folder, a name on each line, into the repository as they are.
func (m *mirror) hash(ctx context.Context, dir, names string) error {
	if names == "" {
		return nil
	}
	_, err := m.write(ctx, call{
		args: []string{"hash-object", "-w", "--no-filters", "--stdin-paths"}, dir: dir, stdin: strings.NewReader(names),
	})
	return err
}

// answer is whether the user signs commits.
type answer struct {
	yes bool
	err error
}

// signs asks git's configuration while the remote is asked for its branches.
func (m *mirror) signs(ctx context.Context) <-chan answer {
	c := make(chan answer, 1)
	asker := git{h: m.h, dir: filepath.Dir(m.dir)} // outside of any repository
	go func() {
		s, _, err := asker.line(ctx, "config", "--type=bool", "commit.gpgSign")
		c <- answer{s == "true", err}
	}()
	return c
}

// commitTree makes a commit in the user's name.
func (m *mirror) commitTree(ctx context.Context, tree string, parents []string, e Edit, sign bool) (string, error) {
	args := []string{"commit-tree"}
	if sign {
		args = append(args, "-S")
	}
	for _, c := range parents {
		args = append(args, "-p", c)
	}
	text := e.Message
	if strings.TrimSpace(text) == "" {
		text = e.Title
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", "")) + "\n"
	id, err := m.write(ctx, call{args: append(args, tree), stdin: strings.NewReader(text), timeout: signTimeout})
	if s := stderrOf(err); strings.Contains(s, "tell me who you are") || strings.Contains(s, "auto-detection is disabled") ||
		strings.Contains(s, "empty ident name") {
		return "", fault(nil, "git does not know who you are: user.name and user.email are not set").
			hint(`git config --global user.name "Your Name" && git config --global user.email you@example.com`).because(err)
	}
	return id, err
}
