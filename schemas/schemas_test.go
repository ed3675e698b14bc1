// Package schemas_test keeps the JSON Schemas in step with the code that reads and writes the
// documents.
package schemas_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"bkt/internal/changelog"
	"bkt/internal/doc"
	"bkt/internal/journal"
)

// node is a schema as plain JSON.
type node = map[string]any

// documents are the kinds with the types that the code has for them.
var documents = map[string]doc.Document{
	"bkt.state.v1.json":   &doc.State{},
	"bkt.changes.v1.json": &doc.Changes{},
	"bkt.files.v1.json":   &doc.Files{},
	"bkt.pr.v1.json":      &doc.PR{},
	"bkt.report.v1.json":  &doc.Report{},
}

// enums are the constants that a member may be, by schema definition and member.
var enums = map[string][]string{
	"collected/status": {doc.OK, doc.Unavailable, doc.Failed},
	"status/status":    {doc.OK, doc.Unavailable, doc.Failed},
	"change/action":    {doc.Add, doc.Remove, doc.Update},
	"change/class": {doc.Uncaptured, doc.ChangedHere, doc.RemovedHere, doc.Missing, doc.ChangedThere,
		doc.Dropped, doc.Released, doc.Conflict, doc.PendingImage, doc.Redundant},
	"entry/action":      {doc.Add, doc.Remove, doc.Update},
	"change/here":       {doc.Done, doc.Already},
	"change/stage":      {doc.Proposed, doc.Declined, doc.Merged},
	"file/mode":         {"100644", "100755"},
	"reportstep/action": {doc.Add, doc.Remove, doc.Update},
	"reportstep/result": {doc.Done, doc.Undone, doc.Skipped},
	"PR/state":          {doc.Created, doc.Updated, doc.Unchanged, doc.Pushed},
}

func files(t *testing.T) []string {
	t.Helper()
	l, err := filepath.Glob("*.json")
	if err != nil || len(l) < 14 {
		t.Fatalf("%d schemas, %v", len(l), err)
	}
	return l
}

func read(t *testing.T, name string) node {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v.(node)
}

func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, read(t, name)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemasAreSchemas(t *testing.T) {
	for _, name := range files(t) {
		if s := read(t, name); s["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: $schema is %v", name, s["$schema"])
		}
		compile(t, name)
	}
}

func TestSchemaFilesAreFormatted(t *testing.T) {
	for _, name := range files(t) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		v := jsontext.Value(bytes.TrimSpace(b))
		if err := v.Indent(jsontext.WithIndent("  ")); err != nil || string(v)+"\n" != string(b) {
			t.Errorf("%s: not indented by two spaces with a final newline (%v)", name, err)
		}
	}
}

// TestEveryPropertySaysWhatItIs also holds that unknown members are allowed everywhere.
func TestEveryPropertySaysWhatItIs(t *testing.T) {
	for _, name := range files(t) {
		each(name, read(t, name), func(at string, s node) {
			if s["additionalProperties"] == false || s["unevaluatedProperties"] == false {
				t.Errorf("%s: unknown members are not allowed", at)
			}
			if strings.Contains(at, "/then/") || strings.Contains(at, "/else/") || strings.Contains(at, "/if/") {
				return
			}
			properties, _ := s["properties"].(node)
			for member, p := range properties {
				if d, _ := p.(node)["description"].(string); !strings.HasSuffix(d, ".") && !strings.HasSuffix(d, "…") {
					t.Errorf("%s: %s has no description: %q", at, member, d)
				}
			}
		})
	}
}

// each calls f for every object of a schema that can be a schema itself.
func each(at string, v any, f func(at string, s node)) {
	switch v := v.(type) {
	case node:
		f(at+"/", v)
		for k, below := range v {
			each(at+"/"+k, below, f)
		}
	case []any:
		for _, below := range v {
			each(at, below, f)
		}
	}
}

func TestDocumentsAreTheTypes(t *testing.T) {
	used := map[string]bool{}
	for name, d := range documents {
		s := read(t, name)
		w := walk{t: t, root: s, used: used}
		w.same(name, s, reflect.TypeOf(d).Elem())
		kind := s["properties"].(node)["kind"].(node)["const"]
		if want := strings.Replace(strings.TrimSuffix(name, ".json"), ".v1", "/v1", 1); kind != want {
			t.Errorf("%s: kind is %v, not %s", name, kind, want)
		}
	}
	s := read(t, "ephemeral.json")
	walk{t: t, root: s, used: used}.same("ephemeral.json", s, reflect.TypeFor[journal.Journal]())
	s = read(t, "changelog.json")
	walk{t: t, root: s, used: used}.same("changelog.json", s, reflect.TypeFor[changelog.Entry]())
	for e := range enums {
		if !used[e] {
			t.Errorf("nothing is a %s", e)
		}
	}
}

// walk compares a schema with the Go types that its documents become.
type walk struct {
	t    *testing.T
	root node
	used map[string]bool
}

func (w walk) same(at string, s node, t reflect.Type) {
	if ref, ok := s["$ref"].(string); ok {
		s = w.root["$defs"].(node)[strings.TrimPrefix(ref, "#/$defs/")].(node)
		at = strings.TrimPrefix(ref, "#/$defs/")
	}
	pointer := t.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[doc.Side]():
		w.isType(at, s, "object", "null")
	case t == reflect.TypeFor[doc.Attrs]():
		w.isType(at, s, "object")
	case t.Kind() == reflect.Struct:
		w.isType(at, s, "object")
		w.object(at, s, t)
	case t.Kind() == reflect.Slice:
		w.isType(at, s, "array")
		w.same(at+"/items", s["items"].(node), t.Elem())
	case t.Kind() == reflect.Map:
		w.isType(at, s, "object")
		w.same(at+"/additionalProperties", s["additionalProperties"].(node), t.Elem())
	case t.Kind() == reflect.String && pointer:
		w.isType(at, s, "string", "null")
	case t.Kind() == reflect.String:
		w.isType(at, s, "string")
	case t.Kind() == reflect.Bool:
		w.isType(at, s, "boolean")
	case t.Kind() == reflect.Int:
		w.isType(at, s, "integer")
	default:
		w.t.Errorf("%s: what is a %s?", at, t)
	}
}

// object compares the members, and those that must be there: all but omitzero ones.
func (w walk) object(at string, s node, t reflect.Type) {
	var names, must []string
	properties := s["properties"].(node)
	if t == reflect.TypeFor[doc.PR]() {
		at = t.Name()
	}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		names = append(names, name)
		if options != "omitzero" {
			must = append(must, name)
		}
		p, ok := properties[name].(node)
		if !ok {
			w.t.Errorf("%s: no %s", at, name)
			continue
		}
		w.same(at+"/"+name, p, f.Type)
		w.enum(at+"/"+name, p)
	}
	for name := range properties {
		if !slices.Contains(names, name) {
			w.t.Errorf("%s: the code has no %s", at, name)
		}
	}
	if got := texts(s["required"]); !slices.Equal(got, slices.Sorted(slices.Values(must))) {
		w.t.Errorf("%s: required are %v, and in the code %v", at, got, must)
	}
}

func (w walk) enum(at string, p node) {
	w.used[at] = true
	want := slices.Sorted(slices.Values(enums[at]))
	if got := texts(p["enum"]); !slices.Equal(got, want) {
		w.t.Errorf("%s: may be %v, and in the code %v", at, got, want)
	}
}

func (w walk) isType(at string, s node, want ...string) {
	got := texts(s["type"])
	if one, ok := s["type"].(string); ok {
		got = []string{one}
	}
	if !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		w.t.Errorf("%s: type is %v, and in the code %v", at, s["type"], want)
	}
}

// texts is a JSON list of text, sorted.
func texts(v any) (out []string) {
	l, _ := v.([]any)
	for _, e := range l {
		out = append(out, e.(string))
	}
	slices.Sort(out)
	return out
}
