package compare

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"bkt/internal/subsystem"
)

// Strange names the files of manifests/ that nothing reads: a misspelt name would else be a
// subsystem that the distribution does not manage, without a word. Other files than JSON may
// stand there, unless their name is nearly a manifest's.
func Strange(dist fs.FS, list []subsystem.Subsystem) []string {
	entries, err := fs.ReadDir(dist, "manifests")
	if err != nil {
		return nil // Load says what is wrong
	}
	known := []string{strings.TrimPrefix(policyPath, "manifests/")}
	for _, s := range list {
		if c, ok := s.(subsystem.Codec); ok {
			known = append(known, c.File())
		}
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		meant := near(name, known)
		if e.IsDir() || slices.Contains(known, name) || meant == "" && !strings.HasSuffix(name, ".json") {
			continue
		}
		text := fmt.Sprintf("manifests/%s: not a manifest that bkt knows, nothing reads it", name)
		if meant != "" {
			text += "; did you mean " + meant + "?"
		}
		out = append(out, text)
	}
	return out
}

// near is the known name that is a few letters away, "" where there is none.
func near(name string, known []string) string {
	const few = 3
	best, at := "", few+1
	for _, k := range known {
		if d := apart([]rune(name), []rune(k)); d < at {
			best, at = k, d
		}
	}
	return best
}

// apart counts the letters to put in, take out or replace to make b of a.
func apart(a, b []rune) int {
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i, x := range a {
		now := make([]int, len(b)+1)
		now[0] = i + 1
		for j, y := range b {
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+1)
			if x == y {
				now[j+1] = min(now[j+1], last[j])
			}
		}
		last = now
	}
	return last[len(b)]
}
