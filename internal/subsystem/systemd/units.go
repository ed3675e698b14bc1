package systemd

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"bkt/internal/host"
)

// units are the unit files of a scope, as `systemctl list-unit-files` finds them.
type units struct {
	h     *host.Host
	scope string
	dirs  []string            // where units are looked for
	in    map[string]string   // the folder in which each was found first
	more  map[string][]string // folders of drop-ins, by unit
	etc   tree                // what is enabled for good
	run   tree                // what is enabled until the next boot
	lib   tree                // what packages link
}

// readUnits finds the units of a scope.
func readUnits(h *host.Host, scope string) (*units, error) {
	dirs := lookup(h, scope)
	u := &units{h: h, scope: scope, dirs: append(dirs, "/lib/systemd/"+scope), in: map[string]string{}, more: map[string][]string{}, run: union(), lib: union()}
	for _, dir := range dirs {
		if err := u.scan(dir); err != nil {
			return nil, fmt.Errorf("cannot read '%s': %w", dir, host.Cause(err))
		}
		t, err := read(h, dir)
		switch {
		case err != nil:
			return nil, err
		case dir == u.config():
			u.etc = t
		case strings.HasPrefix(dir, "/run/"):
			u.run = union(u.run, t)
		default:
			u.lib = union(u.lib, t)
		}
	}
	return u, nil
}

// scan notes what a folder has: units, and folders of drop-ins.
func (u *units) scan(dir string) error {
	l, err := u.h.ReadDir(dir)
	for _, e := range l {
		name, dropins := strings.CutSuffix(e.Name(), ".d")
		switch {
		case validName(name) != nil:
		case dropins:
			u.more[name] = append(u.more[name], path.Join(dir, e.Name()))
		case u.in[name] == "" && (e.Type().IsRegular() || e.Type() == fs.ModeSymlink):
			u.in[name] = dir
		}
	}
	return err
}

// state is a unit's state by its files: Enabled, Disabled or Masked, and "" where it has none
// of them: what is static, an alias, generated or linked, what is so until the next boot only,
// and what is not there. An error is a file that cannot be read.
func (u *units) state(id string) (string, error) {
	p, err := u.find(id)
	switch {
	case p.masked && strings.HasPrefix(p.path, "/run/"):
		return "", nil
	case p.masked:
		return Masked, nil
	case p.path == "" || p.made() || p.aliased(id):
		return "", nil
	case slices.Contains(u.links(p), p.name): // whatever is in its file
		return Enabled, nil
	case err != nil:
		return "", fmt.Errorf("cannot read '%s': %w", p.path, host.Cause(err))
	}
	i, err := u.install(p)
	switch {
	case err != nil:
		return "", err
	case slices.ContainsFunc(u.links(p), func(name string) bool { return slices.Contains(i.aliases, name) }):
		return Enabled, nil
	case u.bound(p) || !i.any():
		return "", nil
	}
	return Disabled, nil
}

// links are the names under which a unit is enabled for good. An instance may be one by itself,
// as a link to its template.
func (u *units) links(p unitFile) []string {
	l := u.etc.links[p.name]
	if p.link != "" && path.Base(p.link) != p.name && u.in[p.name] == u.config() {
		l = append(slices.Clip(l), p.name)
	}
	return l
}

// bound says whether a unit is neither on nor off: enabled under a name that is not its own,
// until the next boot, as an instance by a package, or a link to a file elsewhere.
func (u *units) bound(p unitFile) bool {
	if len(u.links(p))+len(u.run.links[p.name]) > 0 || isInstance(p.name) && len(u.lib.links[p.name]) > 0 {
		return true
	}
	dir := u.in[p.name]
	return p.link != "" && (path.Base(p.link) != p.name || dir == u.config() || strings.HasPrefix(dir, "/run/"))
}

// config is the folder of what is enabled for good.
func (u *units) config() string { return "/etc/systemd/" + u.scope }

// install reads what a unit's file and its drop-ins ask for.
func (u *units) install(p unitFile) (install, error) {
	var i install
	i.parse(p.text)
	dirs := u.more[p.name]
	if t := template(p.name); t != p.name {
		dirs = slices.Concat(dirs, u.more[t])
	}
	files, err := layered(u.h, dirs, ".conf")
	if err != nil {
		return i, err
	}
	for _, f := range files {
		b, err := content(u.h, f)
		if err != nil {
			return i, fmt.Errorf("cannot read '%s': %w", f, host.Cause(err))
		}
		i.parse(b)
	}
	return i, nil
}

// preset says whether the presets are for the template of an instance that is enabled: not
// where it is an alias, nor where nothing says how to enable it.
func (u *units) preset(id string) bool {
	of := template(id)
	p, err := u.find(of)
	switch {
	case u.in[of] == "" || p.made():
		return false
	case err != nil || p.masked || p.path == "":
		return true
	case p.aliased(of):
		return false
	case len(u.etc.links[of])+len(u.run.links[of]) > 0:
		return true
	}
	i, err := u.install(p)
	return err != nil || i.any() || i.also
}
