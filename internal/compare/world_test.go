package compare

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-json-experiment/json"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// fake is a subsystem whose manifest is a list of items as documents have them.
type fake struct{ info subsystem.Info }

func (f fake) Info() subsystem.Info  { return f.info }
func (fake) Validate(doc.Item) error { return nil }
func (f fake) File() string          { return f.info.Name + ".json" }
func (fake) New() []byte             { return []byte("[]\n") }

func (f fake) Parse(path string, data []byte) (items []doc.Item, err error) {
	if err := json.Unmarshal(data, &items); err != nil {
		return nil, doc.Locate(path, data, err)
	}
	for n := range items {
		items[n].Subsystem = f.info.Name
	}
	return items, nil
}

func (fake) Edit(string, []byte, []subsystem.Edit) ([]byte, error) { panic("compare edits nothing") }

// imaging is a fake that says that the image carries out what is called "carried".
type imaging struct{ fake }

func (imaging) InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) subsystem.Answer {
	if _, ok := present(want.Scope, want.ID); ok || want.ID == "carried" {
		return subsystem.Yes
	}
	return subsystem.No
}

// plain is a subsystem without a manifest.
type plain struct{ name string }

func (p plain) Info() subsystem.Info  { return subsystem.Info{Name: p.name} }
func (plain) Validate(doc.Item) error { return nil }

// list is the house of these tests: apps are applied, packages and layers baked, units both, and
// tones stand for settings, of which only some are tracked.
func list() []subsystem.Subsystem {
	return []subsystem.Subsystem{
		fake{subsystem.Info{Name: "app", Scopes: []string{"system", "user"}}},
		fake{subsystem.Info{Name: "package", Tier: subsystem.Baked}},
		imaging{fake{subsystem.Info{Name: "layer", Tier: subsystem.Baked}}},
		fake{subsystem.Info{Name: "unit", Tier: subsystem.Both}},
		fake{subsystem.Info{Name: "gsetting"}},
		plain{"other"},
	}
}

// distribution is a tree with these manifests, by name without .json.
func distribution(manifests map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range manifests {
		fsys["manifests/"+name+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// world is one comparison in short: items are `scope/id=value`, the attribute v.
type world struct {
	manifests map[string]string // by subsystem; `policy` is JSON
	items     []string          // subsystem:item
	unproven  bool
	status    string // of all; "" is ok
	present   []string
	record    map[string]doc.Applied // by subsystem
	image     bool                   // the host is image-based
	published *applied.Published
	ignore    func(subsystem, id string) bool
	only      string
	exclude   string
}

// short reads `scope/id=value`.
func short(text string) doc.Item {
	var i doc.Item
	name, value, ok := strings.Cut(text, "=")
	i.Scope, i.ID, _ = strings.Cut(name, "/")
	if i.ID == "" {
		i.Scope, i.ID = "", i.Scope
	}
	i.Attrs = doc.Attrs{}
	if ok {
		i.Attrs.Set("v", value)
	}
	return i
}

// wants is a manifest of items.
func wants(items ...string) string {
	l := []doc.Item{}
	for _, i := range items {
		l = append(l, short(i))
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (w world) state() *doc.State {
	s := &doc.State{Host: doc.Host{Hostname: "desktop"}, Subsystems: map[string]doc.Collected{}}
	if w.image {
		s.Host.Image = &doc.Image{Ref: "image"}
	}
	for _, sub := range list() {
		name := sub.Info().Name
		c := doc.Collected{Status: w.status, Present: []doc.Present{}}
		if w.status == "" {
			c.Status = doc.OK
		}
		n := 0
		for _, text := range w.items {
			if of, item, _ := strings.Cut(text, ":"); of == name {
				i := short(item)
				i.Subsystem = name
				s.Items = append(s.Items, i)
				n++
			}
		}
		if !w.unproven && c.Status == doc.OK {
			c.Count = &n
		}
		for _, text := range w.present {
			if of, item, _ := strings.Cut(text, ":"); of == name {
				i := short(item)
				c.Present = append(c.Present, doc.Present{ID: i.ID, Scope: i.Scope, Attrs: i.Attrs})
			}
		}
		if a, ok := w.record[name]; ok {
			c.Applied = []doc.Applied{a}
		}
		s.Subsystems[name] = c
	}
	return s
}

// input is what is compared.
func (w world) input(t *testing.T) Input {
	t.Helper()
	m, err := Load(distribution(w.manifests), nil, list())
	if err != nil {
		t.Fatal(err)
	}
	sel, err := ParseSelection(w.only, w.exclude, list())
	if err != nil {
		t.Fatal(err)
	}
	return Input{Manifests: m, State: w.state(), Published: w.published, Ignore: w.ignore, Selection: sel, List: list()}
}

func (w world) compare(t *testing.T) *doc.Changes {
	t.Helper()
	out := Changes(w.input(t))
	if _, err := doc.Marshal(out); err != nil {
		t.Errorf("not a document: %v", err)
	}
	return out
}

// told is the changes in short: `action class subsystem:scope/id [stage]`.
func told(d *doc.Changes) string {
	var out []string
	for _, c := range d.Changes {
		name := c.ID
		if c.Scope != "" {
			name = c.Scope + "/" + c.ID
		}
		line := fmt.Sprintf("%s %s %s:%s", c.Action, c.Class, c.Subsystem, name)
		if c.Stage != "" {
			line += " " + c.Stage
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

func side(text string) doc.Side {
	if text == "" {
		return doc.Absent()
	}
	return doc.Has(doc.Attrs{}.Set("v", text))
}

// noted is a line of the last-applied record.
func noted(item, want, have string, owned bool) doc.Applied {
	i := short(item)
	return doc.Applied{ID: i.ID, Scope: i.Scope, Want: side(want), Have: side(have), Owned: owned}
}

func m(of, text string) map[string]string { return map[string]string{of: text} }
