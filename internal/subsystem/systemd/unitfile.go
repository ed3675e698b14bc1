package systemd

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// unitFile is where a unit's file lies.
type unitFile struct {
	name   string // the unit's own, where it was looked for by an alias
	path   string // "" where there is none
	link   string // where a link leads that has the unit's name, "" where that is the file itself
	text   []byte
	masked bool
}

// find follows a unit's links: to a file elsewhere by its path, to another unit by its name.
// The error is of a file that is there and cannot be read.
func (u *units) find(id string) (unitFile, error) {
	p := unitFile{name: id, path: u.path(id)}
	for range most {
		to, err := u.h.Readlink(p.path)
		if err != nil {
			return u.open(p)
		}
		to = target(path.Dir(p.path), to)
		if p.path == path.Join(u.in[p.name], p.name) {
			p.link = to
		}
		name, base := path.Base(p.path), path.Base(to)
		other := fill(base, p.name)
		switch {
		case to == null:
			p.masked = true
			return p, nil
		case !u.inside(to), isInstance(p.name) && base == template(p.name):
			p.path = to
		case fits(name, base) && u.path(other) != "":
			p = unitFile{name: other, path: u.path(other)}
		default:
			return unitFile{}, nil
		}
	}
	return unitFile{}, nil
}

// path is where a unit's file, or its template's, was found first; "": nowhere.
func (u *units) path(id string) string {
	for _, name := range []string{id, template(id)} {
		if dir := u.in[name]; dir != "" {
			return path.Join(dir, name)
		}
	}
	return ""
}

// open reads the file itself. An empty one is a mask.
func (u *units) open(p unitFile) (unitFile, error) {
	b, err := u.h.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return unitFile{}, nil
	}
	p.text, p.masked = b, err == nil && len(b) == 0
	return p, err
}

// inside says whether a file lies where units are looked for by their names.
func (u *units) inside(file string) bool {
	return slices.ContainsFunc(u.dirs, func(dir string) bool { return strings.HasPrefix(file, dir+"/") })
}

// made says whether a generator or a program made the unit for this boot.
func (p unitFile) made() bool {
	return strings.HasPrefix(p.path, "/run/systemd/generator") || strings.HasPrefix(p.path, "/run/systemd/transient/")
}

// aliased says whether a name is not the unit's own; an instance has its template's file.
func (p unitFile) aliased(id string) bool { return path.Base(p.path) != id && !isInstance(p.name) }

// fill is a template's instance with the instance of another unit; other names are as they are.
func fill(id, of string) string {
	if !isTemplate(id) || !isInstance(of) {
		return id
	}
	ext := path.Ext(id)
	return strings.TrimSuffix(id, ext) + instance(of) + ext
}

// fits says whether a link may have another unit's name, systemd.unit(5): that of an instance
// may lead to a template.
func fits(alias, id string) bool {
	return alias != id && validName(id) == nil && path.Ext(alias) == path.Ext(id) &&
		slices.Contains([]string{".service", ".socket", ".target", ".timer", ".path"}, path.Ext(id)) &&
		(isInstance(alias) && isTemplate(id) || isTemplate(alias) == isTemplate(id) && instance(alias) == instance(id))
}
