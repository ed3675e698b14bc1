package doc

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func attrs(t *testing.T, text string) Attrs {
	t.Helper()
	var a Attrs
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAttrsByKind(t *testing.T) {
	a := attrs(t, `{"s": "x", "empty": "", "t": true, "f": false, "l": ["a", "b"], "none": [], "n": 5, "z": null, "o": {}, "quoted": "true"}`)
	for _, c := range []struct{ name, want string }{
		{"s", "x"}, {"empty", ""}, {"t", ""}, {"l", ""}, {"n", ""}, {"z", ""}, {"o", ""}, {"missing", ""},
	} {
		if got := a.String(c.name); got != c.want {
			t.Errorf("String(%s) = %q", c.name, got)
		}
	}
	for _, def := range []bool{true, false} {
		for name, want := range map[string]bool{"t": true, "f": false, "s": def, "n": def, "z": def, "quoted": def, "missing": def} {
			if got := a.Bool(name, def); got != want {
				t.Errorf("Bool(%s, %v) = %v", name, def, got)
			}
		}
	}
	for name, want := range map[string][]string{"l": {"a", "b"}, "none": {}, "s": nil, "n": nil, "z": nil, "o": nil, "missing": nil} {
		if got := a.Strings(name); !reflect.DeepEqual(got, want) {
			t.Errorf("Strings(%s) = %#v", name, got)
		}
	}
	if got := attrs(t, `{"b": 1, "a": 2}`).Names(); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Error(got)
	}
}

func TestSetReadsBack(t *testing.T) {
	var none Attrs
	a := none.Set("s", "a\"<&>").Set("b", false).Set("l", []string{"x", ""})
	if a.String("s") != "a\"<&>" || a.Bool("b", true) || !reflect.DeepEqual(a.Strings("l"), []string{"x", ""}) || none != nil {
		t.Errorf("%s", a)
	}
	a.Set("bad", "a\xffb").Set("badlist", []string{"a\xff", "b"})
	if a.String("bad") != "a\uFFFDb" || !reflect.DeepEqual(a.Strings("badlist"), []string{"a\uFFFD", "b"}) {
		t.Errorf("text that is not UTF-8 became %s, %s", a["bad"], a["badlist"])
	}
}

func TestValuesAreComparedByMeaning(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		equal bool
	}{
		{`{"x": "\u0061"}`, `{"x": "a"}`, true},
		{`{"x": {"b": 1, "a": [1, 2]}}`, `{"x": {"a":[1,2],"b":1}}`, true},
		{`{"x": 1.0}`, `{"x": 1}`, true},
		{`{"x": 1e2}`, `{"x": 100.0}`, true},
		{`{"x": [1, 2]}`, `{"x": [2, 1]}`, false},
		{`{"x": 1}`, `{"x": "1"}`, false},
		{`{"x": null}`, `{}`, false},
		{`{"x": null}`, `{"x": false}`, false},
		{`{"x": 9007199254740993}`, `{"x": 9007199254740992}`, false},
		{`{"x": 1}`, `{"x": 1, "y": 2}`, false},
	} {
		a, b := attrs(t, c.a), attrs(t, c.b)
		if a.Equal(b) != c.equal || b.Equal(a) != c.equal {
			t.Errorf("%s = %s: %v", c.a, c.b, !c.equal)
		}
	}
}

func TestSatisfiesAsksForWhatIsNamed(t *testing.T) {
	have := attrs(t, `{"remote": "flathub", "branch": "stable"}`)
	for want, ok := range map[string]bool{
		`{}`:                    true,
		`{"remote": "flathub"}`: true,
		`{"remote": "fedora"}`:  false,
		`{"overrides": []}`:     false,
		`{"remote": "flathub", "branch": "stable"}`: true,
	} {
		if have.Satisfies(attrs(t, want)) != ok {
			t.Errorf("%s: %v", want, !ok)
		}
	}
	if !Attrs(nil).Satisfies(nil) || !Attrs(nil).Equal(Attrs{}) || Attrs(nil).Satisfies(have) {
		t.Error("nil is an item without attributes")
	}
}

func TestSidesTellThreeThings(t *testing.T) {
	var out Side
	absent, empty, some := Absent(), Has(nil), Has(Attrs{}.Set("x", "y"))
	for _, c := range []struct {
		name                string
		s                   Side
		zero, known, there  bool
		text                string
		equalToFirstOfThese int
	}{
		{"left out", out, true, false, false, "null", 0},
		{"absent", absent, false, true, false, "null", 1},
		{"empty", empty, false, true, true, "{}", 2},
		{"some", some, false, true, true, `{"x":"y"}`, 3},
	} {
		if c.s.IsZero() != c.zero || c.s.Known() != c.known || c.s.There() != c.there {
			t.Errorf("%s: %+v", c.name, c.s)
		}
		b, err := json.Marshal(c.s)
		if err != nil || string(b) != c.text {
			t.Errorf("%s: %s, %v", c.name, b, err)
		}
		for i, other := range []Side{out, absent, empty, some} {
			if c.s.Equal(other) != (i == c.equalToFirstOfThese) {
				t.Errorf("%s = %d: %v", c.name, i, c.s.Equal(other))
			}
		}
		if (c.s.Attrs() != nil) != c.there {
			t.Errorf("%s: attrs %v", c.name, c.s.Attrs())
		}
	}
}

func TestSidesRead(t *testing.T) {
	for text, want := range map[string]Side{`null`: Absent(), `{}`: Has(nil), `{"x": "y"}`: Has(Attrs{"x": jsontext.Value(`"y"`)})} {
		got := Has(Attrs{}.Set("old", "value"))
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{`5`, `"x"`, `[]`, `true`} {
		var s Side
		if json.Unmarshal([]byte(text), &s) == nil {
			t.Errorf("%s became %+v", text, s)
		}
	}
}

func TestKeysAreTheIdentity(t *testing.T) {
	c := Change{Subsystem: "flatpak", Scope: "user", ID: "x"}
	i := Item{Subsystem: "flatpak", Scope: "user", ID: "x"}
	if c.Key() != i.Key() || CompareKeys(c.Key(), i.Key()) != 0 {
		t.Error("one item, two keys")
	}
	order := []Key{{"dnf", "", "z"}, {"flatpak", "", "b"}, {"flatpak", "system", "a"}, {"flatpak", "system", "b"}, {"flatpak", "user", "a"}}
	for n := 1; n < len(order); n++ {
		if CompareKeys(order[n-1], order[n]) >= 0 || CompareKeys(order[n], order[n-1]) <= 0 {
			t.Errorf("%v does not stand before %v", order[n-1], order[n])
		}
	}
}
