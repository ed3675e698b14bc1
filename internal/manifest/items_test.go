package manifest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// pets is a list of objects as a subsystem would describe it: a kind is required of a new one, and "old" is no valid id.
func pets() Items {
	valid := func(i doc.Item) error {
		if i.ID == "old" {
			return errors.New("old is not a name")
		}
		return nil
	}
	kind := func(i doc.Item) []Field { return []Field{{"kind", String(i.Attrs.String("kind"))}} }
	return Items{
		List: "pets", ID: "name", Validate: valid,
		Read: func(e Element) (doc.Item, error) {
			name, err := e.Required("name")
			i := doc.Item{Subsystem: "pet", ID: name}
			i.Scope, _, _ = e.String("scope")
			kind, _, _ := e.String("kind")
			i.Attrs = i.Attrs.Set("kind", kind)
			return i, err
		},
		Fresh: func(i doc.Item) ([]Field, error) {
			if i.Attrs.String("kind") == "" {
				return nil, errors.New(i.ID + " has no kind")
			}
			return append([]Field{{"name", String(i.ID)}, {"scope", String(i.Scope)}}, kind(i)...), nil
		},
		Update: func(_ Element, old, wanted doc.Item) []Field {
			if old.Attrs.Equal(wanted.Attrs) {
				return nil
			}
			return kind(wanted)
		},
	}
}

// care is an edit as package subsystem declares it.
type care struct {
	Item   doc.Item
	Remove bool
}

func keep1(scope, name, kind string) care {
	return care{Item: doc.Item{ID: name, Scope: scope, Attrs: doc.Attrs{}.Set("kind", kind)}}
}

func leave(scope, name string) care {
	return care{Item: doc.Item{ID: name, Scope: scope}, Remove: true}
}

const (
	bob   = `    { "name": "bob", "scope": "in", "kind": "cat", "note": "kept" },`
	other = `    { "name": "bob", "scope": "out", "kind": "dog" },`
	tom   = `    { "name": "tom", "scope": "in", "kind": "cat" }`
)

func petFile(l ...string) string {
	return "{\n  \"pets\": [\n" + strings.Join(l, "\n") + "\n  ]\n}\n"
}

func TestParseItems(t *testing.T) {
	twice := petFile(tom+",", bob, tom)
	optional, repeats := pets(), pets()
	optional.Optional, repeats.Repeats = true, true
	for _, c := range []struct {
		list       Items
		text, want string // the names, or the error
	}{
		{pets(), petFile(bob, other, tom), "bob bob tom"},
		{pets(), `{"pets": []}`, ""},
		{pets(), "{", "x.json:1:2: the file ends in the middle of the document"},
		{pets(), "{}", `x.json:1:1: "pets" is missing`},
		{pets(), `{"pets": {}}`, "x.json:1:10: pets: expected a list, found an object"},
		{pets(), `{"pets": ["tom"]}`, "x.json:1:11: pets: expected an object, found a string"},
		{pets(), `{"pets": [{}]}`, `x.json:1:11: "name" is missing`},
		{pets(), twice, "x.json:5:5: tom stands twice in scope in"},
		{optional, "{}", ""},
		{repeats, twice, "tom bob"},
		{repeats, strings.Replace(twice, "cat", "dog", 1), "x.json:5:5: pets: 'tom' is there twice, and not the same"},
	} {
		items, err := c.list.Parse("x.json", []byte(c.text))
		var names []string
		for _, i := range items {
			names = append(names, i.ID)
		}
		got := strings.Join(names, " ")
		if err != nil {
			got = err.Error()
		}
		if got != c.want || (items == nil) != (err != nil) {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestEditItems(t *testing.T) {
	before := petFile(bob, other, tom)
	for _, c := range []struct {
		name  string
		edits []care
		want  string
	}{
		{"nothing", nil, before},
		{"true already", []care{keep1("in", "bob", "cat"), leave("out", "tom")}, before},
		{"changed in its scope", []care{keep1("out", "bob", "cow")}, petFile(bob, strings.Replace(other, "dog", "cow", 1), tom)},
		{"gone in its scope", []care{leave("in", "bob")}, petFile(other, tom)},
		{"new ones in their places", []care{keep1("in", "rex", "dog"), keep1("in", "ann", "cat")}, petFile(
			`    { "name": "ann", "scope": "in", "kind": "cat" },`, bob, other, `    { "name": "rex", "scope": "in", "kind": "dog" },`, tom)},
		{"the last of one item counts", []care{leave("in", "tom"), keep1("in", "rex", "dog"), keep1("in", "tom", "cat"), leave("in", "rex")}, before},
	} {
		data := []byte(before)
		got, err := EditItems(pets(), "x.json", data, c.edits)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		} else if c.want == before && &got[0] != &data[0] {
			t.Errorf("%s: other bytes than were given", c.name)
		}
	}
}

func TestEditItemsReachesEveryEntry(t *testing.T) {
	repeats := pets()
	repeats.Repeats = true
	before := []byte(petFile(tom+",", bob, tom))
	for want, e := range map[string]care{
		strings.ReplaceAll(string(before), `"in", "kind": "cat" }`, `"in", "kind": "dog" }`): keep1("in", "tom", "dog"),
		petFile(strings.TrimSuffix(bob, ",")):                                                leave("in", "tom"),
	} {
		if got, err := EditItems(repeats, "x.json", before, []care{e}); err != nil || string(got) != want {
			t.Errorf("%v\n%s\nwant\n%s", err, got, want)
		}
	}
}

func TestEditItemsRefuses(t *testing.T) {
	for want, e := range map[string]care{
		"x.json: old is not a name": leave("in", "old"),
		"x.json: new has no kind":   keep1("in", "new", ""),
	} {
		for _, edits := range [][]care{{e}, slices.Insert([]care{leave("in", "bob")}, 1, e)} {
			if got, err := EditItems(pets(), "x.json", []byte(petFile(bob, tom)), edits); got != nil || err == nil || err.Error() != want {
				t.Errorf("%s, %v; want %s", got, err, want)
			}
		}
	}
}
