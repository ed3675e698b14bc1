package systemd

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"bkt/internal/host"
)

// The words of systemd.preset(5).
const (
	enable  = "enable"
	disable = "disable"
	ignore  = "ignore"
)

// rule is a line of a preset file.
type rule struct {
	word      string
	glob      string   // of path.Match, over names of units
	instances []string // of the template that is named; none: all of them
}

// parsePresets reads a preset file. As systemd does, it leaves out lines that say nothing. Its
// patterns are those of fnmatch(3) with FNM_NOESCAPE, of which path.Match knows all but classes
// such as [[:alpha:]].
func parsePresets(b []byte) []rule {
	glob := strings.NewReplacer(`\`, `\\`, "[!", "[^")
	var out []rule
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 || !slices.Contains([]string{enable, disable, ignore}, f[0]) {
			continue
		}
		if len(f) == 2 || f[0] == enable && validName(f[1]) == nil && isTemplate(f[1]) {
			out = append(out, rule{f[0], glob.Replace(f[1]), f[2:]})
		}
	}
	return out
}

func (r rule) matches(id string) bool {
	ok, err := path.Match(r.glob, id)
	return ok && err == nil
}

// presets are the rules of all files, the first that matches decides.
type presets []rule

// of is what the presets do with a unit; what none of them names is enabled.
func (p presets) of(id string) string {
	for _, r := range p {
		if r.matches(id) {
			return r.word
		}
	}
	return enable
}

// ofInstance is what they do with an instance, which only its template's rule may name.
func (p presets) ofInstance(id string) string {
	for _, r := range p {
		if !r.matches(template(id)) {
			continue
		}
		if len(r.instances) > 0 && !slices.Contains(r.instances, instance(id)) {
			return disable
		}
		return r.word
	}
	return enable
}

// readPresets reads the rules of a scope.
func readPresets(h *host.Host, scope string) (presets, error) {
	var dirs []string
	for _, top := range []string{"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"} {
		dirs = append(dirs, path.Join(top, "systemd", scope+"-preset"))
	}
	files, err := layered(h, dirs, ".preset")
	if err != nil {
		return nil, err
	}
	var out presets
	for _, f := range files {
		b, err := content(h, f)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("cannot read '%s': %w", f, host.Cause(err))
		}
		out = append(out, parsePresets(b)...)
	}
	return out, nil
}
