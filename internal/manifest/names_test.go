package manifest

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// doors are lists of names as a subsystem would describe them: a door that is shut may be locked, too, and gates begin
// with a +; "old" is no valid id.
func doors() Names {
	list := func(name, value string) NameList {
		return NameList{Keys: []string{"doors", name}, Value: value, Scope: "in"}
	}
	gates, locked, garden := list("gates", "open"), list("locked", "locked"), list("garden", "open")
	gates.Sign, locked.Over, garden.Scope = "+", "shut", "out"
	return Names{Subsystem: "door", Attr: "state", Default: "open",
		Lists: []NameList{list("open", "open"), gates, garden, list("shut", "shut"), locked},
		Validate: func(i doc.Item) error {
			if i.ID == "old" {
				return errors.New("old is not a name")
			}
			return nil
		}}
}

// stands are the items of a manifest, as words.
func stands(t *testing.T, data string) string {
	t.Helper()
	items, err := doors().Parse("doors.json", []byte(data))
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, i := range items {
		if i.Subsystem != "door" || len(i.Attrs) != 1 {
			t.Errorf("%+v", i)
		}
		out = append(out, i.Scope+" "+i.ID+" "+i.Attrs.String("state"))
	}
	return strings.Join(out, ", ")
}

func TestNames(t *testing.T) {
	for data, want := range map[string]string{
		`{}`:                        "",
		`{"doors": {"open": []}}`:   "",
		`{"doors": {"open": "a"}}`:  `doors.json:1:20: doors.open: expected a list, found a string`,
		`{"doors": {"gates": [1]}}`: `doors.json:1:22: doors.gates: expected a string, found a number`,
		`{"doors": {"locked": ["a"], "shut": ["b", "a"], "open": ["c", "c"], "garden": ["a"]}}`: "in c open, out a open, in b shut, in a locked",
		`{"doors": {"open": ["+a"], "gates": ["a", "b", "+c"]}}`:                                "in +a open, in +b open, in +c open",
		`{"doors": {"shut": ["old"]}}`:                                                          "doors.json:1:21: doors.shut: old is not a name",
		"{\"doors\": {\"open\": [\"a\"],\n\"locked\": [\"a\"]}}":                                "doors.json:2:12: 'a' is in doors.locked and, at 1:21, in doors.open",
	} {
		if got := stands(t, data); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", data, got, want)
		}
	}
}

func TestEditNames(t *testing.T) {
	set := func(scope, id, state string) care {
		return care{Item: doc.Item{Scope: scope, ID: id, Attrs: doc.Attrs{}.Set("state", state)}}
	}
	for _, c := range []struct {
		name, in string
		edits    []care
		want     string // "": in itself
	}{
		{"true already", `{"doors": {"open": ["a"], "shut": ["b"], "locked": ["b"]}}`,
			[]care{set("in", "a", "open"), set("in", "b", "locked"), leave("in", "c"), leave("out", "a")}, ""},
		{"true in another list", `{"doors": {"open": ["+a"]}}`, []care{set("in", "+a", "open")}, ""},
		{"new", `{"doors": {"open": ["a", "c"]}}`, []care{set("in", "b", "open"), set("out", "b", "open")},
			`{"doors": {"open": ["a", "b", "c"], "garden": ["b"]}}`},
		{"without a word", `{"doors": {"open": []}}`, []care{{Item: doc.Item{Scope: "in", ID: "a"}}}, `{"doors": {"open": ["a"]}}`},
		{"the last word counts", `{"doors": {"open": ["a"]}}`, []care{leave("in", "a"), set("in", "a", "open")}, ""},
		{"from list to list", `{"doors": {"open": ["a", "b", "a"], "shut": []}}`, []care{set("in", "a", "shut")},
			`{"doors": {"open": ["b"], "shut": ["a"]}}`},
		{"out of both", `{"doors": {"shut": ["a"], "locked": ["a"]}}`, []care{leave("in", "a")}, `{"doors": {"shut": [], "locked": []}}`},
		{"out of the one above", `{"doors": {"shut": ["a"], "locked": ["a"]}}`, []care{set("in", "a", "shut")}, `{"doors": {"shut": ["a"], "locked": []}}`},
		{"without its sign", `{"doors": {"gates": ["b"]}}`, []care{set("in", "+a", "open"), leave("in", "+b")}, `{"doors": {"gates": ["a"]}}`},
		{"with its sign", `{"doors": {"gates": ["+b"]}}`, []care{set("in", "+a", "open")}, `{"doors": {"gates": ["+a", "+b"]}}`},
	} {
		want := cmp.Or(c.want, c.in) + "\n"
		got, err := EditNames(doors(), "doors.json", []byte(c.in+"\n"), c.edits)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, want)
		}
		if again, err := EditNames(doors(), "doors.json", got, c.edits); err != nil || string(again) != want {
			t.Errorf("%s, again: %v\n%s", c.name, err, again)
		}
	}
	for _, c := range []struct {
		in   string
		edit care
	}{{`{`, leave("in", "a")}, {`{}`, leave("in", "old")}, {`{"doors": {"open": ["a"], "shut": ["a"]}}`, leave("in", "a")}} {
		if got, err := EditNames(doors(), "doors.json", []byte(c.in), []care{c.edit}); err == nil {
			t.Errorf("%s: %s", c.in, got)
		}
	}
}
