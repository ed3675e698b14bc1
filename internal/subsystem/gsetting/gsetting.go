// Package gsetting is the subsystem of settings: keys of GSettings schemas that the user has set to something else
// than the image.
package gsetting

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"bkt/internal/doc"
	"bkt/internal/gvariant"
	"bkt/internal/pattern"
	"bkt/internal/subsystem"
)

// Name is the subsystem's name in documents.
const Name = "gsetting"

// The attributes. value is GVariant text as gsettings prints it, from the uuid of the extension that brings the
// schema; locked is true for what the image does not let anybody change.
const (
	value  = "value"
	from   = "from"
	locked = "locked"
)

// Subsystem implements the interfaces of package subsystem.
type Subsystem struct{}

// Info names the subsystem.
func (Subsystem) Info() subsystem.Info {
	return subsystem.Info{Name: Name, Noun: "setting", Plural: "settings", Tier: subsystem.Applied, Home: true}
}

// idOf is the identity of a key: `schema key`, `schema:path key`.
func idOf(schema, key string) string { return schema + " " + key }

// parts cuts an id into its schema, with the path, and its key. A path may hold blanks, a key does not.
func parts(id string) (schema, key string) {
	at := strings.LastIndexByte(id, ' ')
	if at < 0 {
		return id, ""
	}
	return id[:at], id[at+1:]
}

var (
	schemaForm = pattern.Lazy{Expr: `^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$`}
	keyForm    = pattern.Lazy{Expr: `^[A-Za-z0-9_][A-Za-z0-9_.-]*$`}
	uuidForm   = pattern.Lazy{Expr: `^[A-Za-z0-9._@+-]+$`}
)

// Validate takes `schema key` and `schema:/path/ key`, and any text as value: what a key takes is known to its schema
// alone.
func (Subsystem) Validate(i doc.Item) error {
	_, err := check(i)
	return err
}

// check is Validate; field is the one of the manifest that is wrong.
func check(i doc.Item) (field string, err error) {
	schema, key := parts(i.ID)
	id, path, relocatable := strings.Cut(schema, ":")
	switch {
	case !schemaForm.Re().MatchString(id):
		return "schema", fmt.Errorf("%q is not a schema of settings", schema)
	case relocatable && !validPath(path):
		return "schema", fmt.Errorf("%q is not the path of a schema: it begins and ends with /", path)
	case !keyForm.Re().MatchString(key):
		return "key", fmt.Errorf("%q is not a key of a schema", key)
	case i.Scope != "":
		return "schema", fmt.Errorf("setting '%s' has the scope %q, but settings have none", i.ID, i.Scope)
	}
	if v, ok := i.Attrs[value]; ok && !validValue(i.Attrs.String(value)) {
		return value, fmt.Errorf("setting '%s' has the value %s, which is not the text of one", i.ID, v)
	}
	if v, ok := i.Attrs[from]; ok && !uuidForm.Re().MatchString(i.Attrs.String(from)) {
		return from, fmt.Errorf("setting '%s' is from %s, which is not the uuid of an extension", i.ID, v)
	}
	return "", nil
}

func validPath(p string) bool {
	return len(p) > 1 && p[0] == '/' && p[len(p)-1] == '/' && !strings.Contains(p, "//") && utf8.ValidString(p) &&
		!strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsPrint(r) })
}

func validValue(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// item is a setting.
func item(schema, key, text, uuid string) doc.Item {
	i := doc.Item{Subsystem: Name, ID: idOf(schema, key), Attrs: doc.Attrs{}.Set(value, text)}
	if uuid != "" {
		i.Attrs.Set(from, uuid)
	}
	return i
}

// Describe words the value.
func (Subsystem) Describe(i doc.Item) string { return i.Attrs.String(value) }

// Spell gives want in the spelling of have, where both say the same: `5` and `uint32 5`. Where the schema comes from
// is no part of a setting, but says where to find it.
func (Subsystem) Spell(want, have doc.Attrs) doc.Attrs {
	out := want
	if a, b := want.String(value), have.String(value); a != b && a != "" && b != "" && gvariant.Same(a, b) {
		out = maps.Clone(out).Set(value, b)
	}
	if _, ok := want[from]; ok && want.String(from) != have.String(from) {
		out = maps.Clone(out)
		delete(out, from)
	}
	return out
}
