package dconf

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"bkt/internal/host"
)

// schemas are all that the machine has, the extensions' included.
type schemas struct {
	byID   map[string]*schema
	byPath map[string][]*schema // those with a place of their own; the system's first
	loose  []*schema            // the relocatable ones
	dirs   []string             // the folders of the extensions that bring schemas of their own, where they really lie
}

// readSchemas reads the sources of the schemas. A file that is none is left out, as glib-compile-schemas does.
func readSchemas(h *host.Host) (schemas, error) {
	s := schemas{byID: map[string]*schema{}, byPath: map[string][]*schema{}}
	dirs := h.DataDirs()
	if d := h.DataHome(); d != "" {
		dirs = append([]string{d}, dirs...)
	}
	for _, d := range dirs {
		if _, err := s.add(h, filepath.Join(d, "glib-2.0/schemas"), ""); err != nil {
			return s, err
		}
	}
	for _, d := range dirs {
		extensions, err := h.ReadDir(Extensions(d))
		if err != nil {
			return s, err
		}
		for _, e := range extensions {
			dir := filepath.Join(Extensions(d), e.Name(), "schemas")
			own, err := s.add(h, dir, e.Name())
			if err == nil && own {
				s.dirs = append(s.dirs, h.Path(dir))
			}
		}
	}
	s.place()
	return s, nil
}

// Extensions is the folder of GNOME's extensions below a folder of data.
func Extensions(data string) string { return filepath.Join(data, "gnome-shell/extensions") }

// add reads the schemas of a folder, and says whether it brought any that were not known.
func (s *schemas) add(h *host.Host, dir, from string) (own bool, err error) {
	files, err := h.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".gschema.xml") {
			continue
		}
		b, err := h.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			continue
		}
		found, err := parseSchemas(b)
		if err != nil {
			continue
		}
		for i := range found {
			sc := &found[i]
			if s.byID[sc.id] == nil {
				sc.from, own = from, true
				s.byID[sc.id] = sc
			}
		}
	}
	return own, nil
}

// deepest is more than any schema is away from the first that it extends; two may say that they extend each other.
const deepest = 16

// place sorts the schemas by where their keys are.
func (s *schemas) place() {
	for _, sc := range s.byID {
		for n, depth := sc, 0; sc.path == "" && s.byID[n.extends] != nil && depth < deepest; depth++ {
			n = s.byID[n.extends]
			sc.path = n.path
		}
	}
	for _, sc := range s.byID {
		if sc.path == "" {
			s.loose = append(s.loose, sc)
		} else {
			s.byPath[sc.path] = append(s.byPath[sc.path], sc)
		}
	}
	order := func(a, b *schema) int {
		if (a.from == "") != (b.from == "") {
			return strings.Compare(a.from, b.from)
		}
		return strings.Compare(a.id, b.id)
	}
	slices.SortFunc(s.loose, order)
	for _, l := range s.byPath {
		slices.SortFunc(l, order)
	}
}

// hasKey says whether a schema, or one that it extends, has a key.
func (s *schemas) hasKey(sc *schema, key string) bool {
	for depth := 0; sc != nil && depth < deepest; depth++ {
		if slices.Contains(sc.keys, key) {
			return true
		}
		sc = s.byID[sc.extends]
	}
	return false
}

// parents are places whose folders are all of one relocatable schema; * is one part of the path.
func parents() [][2]string {
	return [][2]string{
		{"/com/gexperts/Tilix/profiles/*/", "com.gexperts.Tilix.Profile"},
		{"/org/cinnamon/desktop/keybindings/custom-keybindings/*/", "org.cinnamon.desktop.keybindings.custom-keybinding"},
		{"/org/gnome/Ptyxis/Profiles/*/", "org.gnome.Ptyxis.Profile"},
		{"/org/gnome/desktop/app-folders/folders/*/", "org.gnome.desktop.app-folders.folder"},
		{"/org/gnome/desktop/notifications/application/*/", "org.gnome.desktop.notifications.application"},
		{"/org/gnome/desktop/peripherals/tablets/*/", "org.gnome.desktop.peripherals.tablet"},
		{"/org/gnome/desktop/peripherals/touchscreens/*/", "org.gnome.desktop.peripherals.touchscreen"},
		{"/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/*/", "org.gnome.settings-daemon.plugins.media-keys.custom-keybinding"},
		{"/org/gnome/settings-daemon/plugins/sharing/*/", "org.gnome.settings-daemon.plugins.sharing.service"},
		{"/org/gnome/terminal/legacy/profiles:/*/", "org.gnome.Terminal.Legacy.Profile"},
	}
}

// relocated finds the relocatable schema of a folder: as the child of another schema, by a place that is known, or
// because it is the only one that has all of the folder's keys and belongs to the same program.
func (s *Settings) relocated(dir string) *schema {
	up, name := path.Split(strings.TrimSuffix(dir, "/"))
	for _, parent := range s.schemas.byPath[up] {
		if sc := s.schemas.byID[parent.children[name]]; sc != nil && sc.path == "" {
			return sc
		}
	}
	for _, p := range parents() {
		if ok, err := path.Match(p[0], dir); ok && err == nil && s.schemas.byID[p[1]] != nil {
			return s.schemas.byID[p[1]]
		}
	}
	var found *schema
	for _, sc := range s.schemas.loose {
		if !kin(sc.id, dir) || !s.explains(sc, dir) {
			continue
		}
		if found != nil {
			return nil
		}
		found = sc
	}
	return found
}

// kin says whether a schema's name and a folder begin with the same two parts: org.gnome, /org/gnome/.
func kin(id, dir string) bool {
	a, b := strings.Split(id, "."), strings.Split(strings.Trim(dir, "/"), "/")
	return len(a) > 2 && len(b) > 2 && strings.EqualFold(a[0], b[0]) && strings.EqualFold(a[1], b[1])
}

// explains says whether a schema has all of the keys that the user has in a folder.
func (s *Settings) explains(sc *schema, dir string) bool {
	for p := range s.User {
		if d, key := path.Split(p); d == dir && !s.schemas.hasKey(sc, key) {
			return false
		}
	}
	return true
}

// HasSchema says whether the machine has a schema; path and all of a relocatable one.
func (s *Settings) HasSchema(id string) bool {
	id, _, _ = strings.Cut(id, ":")
	return s.schemas.byID[id] != nil
}

// SchemaDir is the folder with a schema that gsettings does not find by itself: that of the extension with this uuid,
// else, where the system does not have the schema, of any extension that does. "" where there is none.
func SchemaDir(h *host.Host, id, uuid string) string {
	if uuid == "" {
		id, _, _ = strings.Cut(id, ":")
		s, err := readSchemas(h)
		if err != nil || s.byID[id] == nil || s.byID[id].from == "" {
			return ""
		}
		uuid = s.byID[id].from
	}
	for _, d := range append([]string{h.DataHome()}, h.DataDirs()...) {
		dir := filepath.Join(Extensions(d), uuid, "schemas")
		if d != "" && h.Exists(filepath.Join(dir, "gschemas.compiled")) {
			return dir
		}
	}
	return ""
}
