// Package dconf is what the machine's settings are: the user's own, those that the image brings, and the schemas that
// say what they mean. It asks each tool once, however many collectors want to know, and changes nothing.
package dconf

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"bkt/internal/gvariant"
	"bkt/internal/host"
	"bkt/internal/run"
)

// Causes of Look's error.
var (
	ErrNoTool    = errors.New("gsettings or dconf is not installed")
	ErrNoSchemas = errors.New("this machine has no settings")
	ErrNoSession = errors.New("no desktop session; log in and run again")
)

// Settings is what is known of one user's settings.
type Settings struct {
	User   map[string]string // the user's own values, by the path of the key: /org/gnome/desktop/interface/clock-format
	Locked map[string]bool   // the paths that the image does not let a user change

	image   map[string]map[string]string // the image's values, by schema and key
	schemas schemas
}

// Look asks dconf for the user's own values, and gsettings for those of the image: under a profile without the user's
// database, which it reads from stdin.
func Look(ctx context.Context, h *host.Host) (*Settings, error) {
	return host.Memo(h, "dconf", func() (*Settings, error) { return look(ctx, h) })
}

func look(ctx context.Context, h *host.Host) (*Settings, error) {
	switch {
	case !h.Look("gsettings") || !h.Look("dconf"):
		return nil, ErrNoTool
	case !described(h):
		return nil, ErrNoSchemas
	case !h.Alternate() && !h.SessionBus():
		return nil, ErrNoSession
	}
	sources, err := systemSources(h)
	if err != nil {
		return nil, err
	}
	s := &Settings{}
	if s.Locked, err = locks(h, sources); err != nil {
		return nil, err
	}
	if s.schemas, err = readSchemas(h); err != nil {
		return nil, err
	}
	dumped := make(chan error, 1)
	go func() {
		out, err := h.Runner.Run(ctx, run.Cmd{Argv: []string{"dconf", "dump", "/"}, Effect: run.Reads, Env: environment(h)})
		if err == nil {
			s.User, err = parseDump(out.Stdout)
		}
		dumped <- err
	}()
	out, err := h.Runner.Run(ctx, run.Cmd{
		Argv: []string{"gsettings", "list-recursively"}, Effect: run.Reads, Stdin: strings.NewReader(profileOf(h, sources)),
		Env: append(environment(h), "DCONF_PROFILE=/dev/stdin", "GSETTINGS_BACKEND=dconf", "GSETTINGS_SCHEMA_DIR="+s.schemaDirs(h)),
	})
	if err == nil {
		s.image, err = parseValues(out.Stdout)
	}
	return s, errors.Join(<-dumped, err)
}

// described says whether the machine has schemas at all; gsettings fails where it has none.
func described(h *host.Host) bool {
	return slices.ContainsFunc(append([]string{h.DataHome()}, h.DataDirs()...), func(d string) bool {
		return d != "" && h.Exists(path.Join(d, "glib-2.0/schemas/gschemas.compiled"))
	})
}

// schemaDirs are the folders of schemas that gsettings does not look at by itself.
func (s *Settings) schemaDirs(h *host.Host) string {
	dirs := s.schemas.dirs
	if own := h.Getenv("GSETTINGS_SCHEMA_DIR"); own != "" && !h.Alternate() {
		dirs = append(slices.Clone(dirs), own)
	}
	return strings.Join(dirs, ":")
}

// environment makes the tools read another tree's files.
func environment(h *host.Host) []string {
	if !h.Alternate() {
		return nil
	}
	var dirs []string
	for _, d := range h.DataDirs() {
		dirs = append(dirs, h.Path(d))
	}
	return []string{
		"XDG_DATA_DIRS=" + strings.Join(dirs, ":"), "XDG_CONFIG_HOME=" + h.Path(h.ConfigHome()), "XDG_DATA_HOME=" + h.Path(h.DataHome()),
	}
}

// parseDump reads `dconf dump /`: values by the path of their key.
func parseDump(b []byte) (map[string]string, error) {
	out := map[string]string{}
	dir, n := "", 0
	for line := range strings.Lines(string(b)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		if name, ok := strings.CutSuffix(line, "]"); ok && line[0] == '[' {
			if dir = "/" + strings.Trim(name[1:], "/") + "/"; dir == "//" {
				dir = "/"
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || key == "" || value == "" || dir == "" {
			return nil, fmt.Errorf("dconf dump: line %d: not a key with its value in a folder: %q", n, line)
		}
		out[dir+key] = value
	}
	return out, nil
}

// parseValues reads `gsettings list-recursively`: values by schema and key.
func parseValues(b []byte) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		if len(f) != 3 || f[0] == "" || f[1] == "" || f[2] == "" {
			return nil, fmt.Errorf("gsettings list-recursively: line %d: not a schema, a key and a value: %q", n, line)
		}
		if out[f[0]] == nil {
			out[f[0]] = map[string]string{}
		}
		out[f[0]][f[1]] = f[2]
	}
	if len(out) == 0 {
		return nil, errors.New("gsettings list-recursively: no schemas")
	}
	return out, nil
}

// Key is one key of a schema.
type Key struct {
	Schema string // with :path where it is relocatable
	Name   string
	Path   string // in dconf
	From   string // the uuid of the extension that brings the schema; "": the system
	Value  string // GVariant text
}

// Image gives every key whose schema has a place of its own, with the value that the image brings, in order.
func (s *Settings) Image() []Key {
	var out []Key
	for id, keys := range s.image {
		sc := s.schemas.byID[id]
		if sc == nil || sc.path == "" {
			continue // a relocatable one that is a child of another
		}
		for k, v := range keys {
			out = append(out, Key{Schema: id, Name: k, Path: sc.path + k, From: sc.from, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b Key) int {
		if c := strings.Compare(a.Schema, b.Schema); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// Mine gives the keys that the user has set, and that say something else than the image, in order; bare are the paths
// of values that no schema here explains, sorted.
func (s *Settings) Mine() (keys []Key, bare []string) {
	for p, v := range s.User {
		if s.Locked[p] {
			continue // it has no effect
		}
		k, ok := s.resolve(p)
		image, known := s.image[k.Schema][k.Name]
		switch {
		case !ok || known && differ(gvariant.Shape(image), gvariant.Shape(v)):
			bare = append(bare, p)
		case !known || !gvariant.Same(image, v):
			k.Value = v
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(bare)
	return keys, bare
}

// differ says whether two values cannot be of one type: GSettings leaves such a one aside.
func differ(a, b byte) bool { return a != 0 && b != 0 && a != b }

// resolve finds the key that a path of dconf stands for.
func (s *Settings) resolve(p string) (Key, bool) {
	dir, name := path.Split(p)
	k := Key{Name: name, Path: p}
	for _, sc := range s.schemas.byPath[dir] {
		if s.has(sc, name) {
			k.Schema, k.From = sc.id, sc.from
			return k, true
		}
	}
	if sc := s.relocated(dir); sc != nil && s.schemas.hasKey(sc, name) {
		k.Schema, k.From = sc.id+":"+dir, sc.from
		return k, true
	}
	return k, false
}

// has says whether gsettings knows a key of a schema with a place of its own.
func (s *Settings) has(sc *schema, key string) bool {
	_, ok := s.image[sc.id][key]
	return ok
}

// Effective is the value of a key as programs see it: the user's, else the image's; ok is false where nobody knows it.
func (s *Settings) Effective(schema, key string) (value string, ok bool) {
	value, ok = s.image[schema][key]
	if sc := s.schemas.byID[schema]; ok && sc != nil && sc.path != "" && !s.Locked[sc.path+key] {
		if v, mine := s.User[sc.path+key]; mine && !differ(gvariant.Shape(value), gvariant.Shape(v)) {
			return v, true
		}
	}
	return value, ok
}

// Default is the value that the image brings for a key.
func (s *Settings) Default(schema, key string) (value string, ok bool) {
	value, ok = s.image[schema][key]
	return value, ok
}
