package dnf

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/pattern"
)

var (
	groupHead   = pattern.Lazy{Expr: `^\[groups\.(?:"([^"\\]+)"|([A-Za-z0-9_-]+))\]$`}
	groupInline = pattern.Lazy{Expr: `^(?:"([^"\\]+)"|([A-Za-z0-9_-]+)) *= *\{.*\buserinstalled *= *(true|false)\b.*\}$`}
	groupAsked  = pattern.Lazy{Expr: `^userinstalled *= *(true|false)$`}
)

// parseGroups reads libdnf5's groups.toml, as far as it says which groups were asked for. A
// group that does not say so is an error, and so is another version of the file.
func parseGroups(b []byte) ([]string, error) {
	var out []string
	version, current, below := false, "", false
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		switch {
		case line == `version = "1.0"`:
			version = true
		case strings.HasPrefix(line, "[") && !strings.HasPrefix(line, "[["):
			if current != "" {
				return nil, fmt.Errorf("groups.toml: group '%s' does not say whether it was asked for", current)
			}
			m := groupHead.Re().FindStringSubmatch(line)
			if below = line == "[groups]"; m == nil && !below {
				return nil, fmt.Errorf("groups.toml: unexpected line %q", line)
			}
			if m != nil {
				current = m[1] + m[2]
			}
		case groupAsked.Re().MatchString(line) && current != "":
			if strings.HasSuffix(line, "true") {
				out = append(out, current)
			}
			current = ""
		case below && groupInline.Re().MatchString(line):
			if m := groupInline.Re().FindStringSubmatch(line); m[3] == "true" {
				out = append(out, m[1]+m[2])
			}
		}
	}
	switch {
	case current != "":
		return nil, fmt.Errorf("groups.toml: group '%s' does not say whether it was asked for", current)
	case !version:
		return nil, errors.New("groups.toml: not of version 1.0")
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
