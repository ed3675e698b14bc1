package extension

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestParse(t *testing.T) {
	items, err := Subsystem{}.Parse("m", []byte(`{"extensions": ["a@x", {"id": "b@x"}, {"id": "c@x", "enabled": false}, {"id": "d@x", "enabled": true}, "a@x", {"id": "a@x"}]}`))
	var got []string
	for _, i := range items {
		got = append(got, i.Subsystem+" "+i.ID+" "+string(i.Attrs[enabled]))
	}
	if want := "extension a@x true, extension b@x true, extension c@x false, extension d@x true"; err != nil || strings.Join(got, ", ") != want {
		t.Errorf("%q, %v", got, err)
	}
	for text, where := range map[string]string{
		`{}`:                              `m:1:1: "extensions" is missing`,
		`{"extensions": {}}`:              `m:1:16:`,
		`{"extensions": [1]}`:             `m:1:17:`,
		`{"extensions": [{}]}`:            `m:1:17:`,
		`{"extensions": ["../x"]}`:        `m:1:17: extensions: "../x" is not the uuid`,
		`{"extensions": [{"id": "a b"}]}`: `m:1:24:`,
		`{"extensions": [{"id": "a", "enabled": "false"}]}`:    `m:1:40:`,
		`{"extensions": ["a", {"id": "a", "enabled": false}]}`: `m:1:22: extensions: 'a' is there twice`,
	} {
		if _, err := (Subsystem{}).Parse("m", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), where) {
			t.Errorf("%s: %v, want %s", text, err, where)
		}
	}
}

func set(uuid string, on bool) subsystem.Edit { return subsystem.Edit{Item: item(uuid, on)} }

func TestEdit(t *testing.T) {
	remove := subsystem.Edit{Item: doc.Item{ID: "b"}, Remove: true}
	for _, c := range []struct {
		name, in, out string
		edits         []subsystem.Edit
	}{
		{"nothing", `{"extensions":["a"]}`, `{"extensions":["a"]}`, []subsystem.Edit{set("a", true), {Item: item("z", true), Remove: true}}},
		{"a string comes", `{"extensions": ["a", "c"]}`, `{"extensions": ["a", "b", "c"]}`, []subsystem.Edit{set("b", true)}},
		{"to nothing", `{"extensions": []}`, `{"extensions": ["b"]}`, []subsystem.Edit{set("b", true)}},
		{"disabled", `{"extensions": ["a"]}`, `{"extensions": ["a", {"id": "b", "enabled": false}]}`, []subsystem.Edit{set("b", false)}},
		{"an object comes", `{"extensions": [{"id": "a"}]}`, `{"extensions": [{"id": "a"}, {"id": "b"}]}`, []subsystem.Edit{set("b", true)}},
		{"that says so", `{"extensions": [{"id": "a", "enabled": true}]}`, `{"extensions": [{"id": "a", "enabled": true}, {"id": "b", "enabled": true}]}`, []subsystem.Edit{set("b", true)}},
		{"off", `{"extensions": ["a", "b"]}`, `{"extensions": ["a", {"id": "b", "enabled": false}]}`, []subsystem.Edit{set("b", false)}},
		{"on", `{"extensions": ["a", {"id": "b", "enabled": false}]}`, `{"extensions": ["a", "b"]}`, []subsystem.Edit{set("b", true)}},
		{"on, with a note", `{"extensions": ["a", {"id": "b", "enabled": false, "why": 1}]}`, `{"extensions": ["a", {"id": "b", "enabled": true, "why": 1}]}`, []subsystem.Edit{set("b", true)}},
		{"on, among objects", `{"extensions": [{"id": "a"}, {"id": "b", "enabled": false}]}`, `{"extensions": [{"id": "a"}, {"id": "b", "enabled": true}]}`, []subsystem.Edit{set("b", true)}},
		{"off, an object", `{"extensions": [{"id": "b"}]}`, `{"extensions": [{"id": "b", "enabled": false}]}`, []subsystem.Edit{set("b", false)}},
		{"goes", `{"extensions": ["a", {"id": "b"}, "c"]}`, `{"extensions": ["a", "c"]}`, []subsystem.Edit{remove}},
		{"the last word counts", `{"extensions": ["a"]}`, `{"extensions": ["a", "b"]}`, []subsystem.Edit{set("b", false), remove, set("b", true)}},
	} {
		got, err := Subsystem{}.Edit("m", []byte(c.in+"\n"), c.edits)
		if err != nil || string(got) != c.out+"\n" {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.out)
		}
	}
	if _, err := (Subsystem{}).Edit("m", []byte(`{"extensions": []}`), []subsystem.Edit{set("../x", true)}); err == nil {
		t.Error("an id that is none was written")
	}
}

func FuzzCodec(f *testing.F) {
	f.Add([]byte(`{"extensions": ["a", {"id": "b", "enabled": false, "x": [1]}]}`), "b", true)
	f.Add([]byte("{\n  \"extensions\": [\n    {\"id\": \"a\"}\n  ]\n}\n"), "c@d", false)
	f.Fuzz(func(t *testing.T, b []byte, uuid string, on bool) {
		before, err := Subsystem{}.Parse("m", b)
		if err != nil || (Subsystem{}).Validate(item(uuid, on)) != nil {
			return
		}
		out, err := Subsystem{}.Edit("m", b, []subsystem.Edit{set(uuid, on)})
		if err != nil {
			t.Fatal(err)
		}
		after, err := Subsystem{}.Parse("m", out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want := map[string]bool{uuid: on}
		for _, i := range before {
			if i.ID != uuid {
				want[i.ID] = i.Attrs.Bool(enabled, true)
			}
		}
		for _, i := range after {
			if w, ok := want[i.ID]; !ok || w != i.Attrs.Bool(enabled, true) || len(after) != len(want) {
				t.Fatalf("%v, want %v\n%s", after, want, out)
			}
		}
		again, err := Subsystem{}.Edit("m", out, []subsystem.Edit{set(uuid, on)})
		if err != nil || string(again) != string(out) {
			t.Fatalf("a second edit changes something: %v\n%s", err, again)
		}
	})
}
