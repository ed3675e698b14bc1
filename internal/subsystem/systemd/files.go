package systemd

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"bkt/internal/host"
)

// null is where a link leads that stands for nothing: a mask.
const null = "/dev/null"

// most is how many links are followed one after the other.
const most = 64

var errLinks = errors.New("too many links")

// target is where a link in a folder leads.
func target(dir, to string) string {
	if !path.IsAbs(to) {
		to = path.Join(dir, to)
	}
	return path.Clean(to)
}

// content reads a file and what it is a link to, below the machine's root.
func content(h *host.Host, file string) ([]byte, error) {
	for range most {
		to, err := h.Readlink(file)
		if err != nil {
			return h.ReadFile(file)
		}
		if file = target(path.Dir(file), to); file == null {
			return nil, nil
		}
	}
	return nil, errLinks
}

// layered are the files of several folders with a suffix, in the order of their names: of one
// name the first folder's hides the others.
func layered(h *host.Host, dirs []string, suffix string) ([]string, error) {
	at := map[string]string{}
	var names []string
	for _, dir := range dirs {
		l, err := h.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("cannot read '%s': %w", dir, host.Cause(err))
		}
		for _, e := range l {
			n := e.Name()
			if !e.IsDir() && strings.HasSuffix(n, suffix) && !strings.HasPrefix(n, ".") && at[n] == "" {
				at[n] = path.Join(dir, n)
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	for i, n := range names {
		names[i] = at[n]
	}
	return names, nil
}
