package gsetting

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const manifestText = `{
  "$schema": "x",
  "settings": [
    {
      "schema": "org.gnome.desktop.interface",
      "key": "clock-format",
      "value": "'24h'",
      "comment": "as at home"
    },
    { "schema": "org.gnome.desktop.session", "key": "idle-delay", "value": "0" },
    { "schema": "org.gnome.shell.extensions.one", "key": "speed", "value": "uint32 9", "from": "one@ada", "more": 1 }
  ]
}
`

func TestParse(t *testing.T) {
	items, err := Subsystem{}.Parse("m", []byte(manifestText))
	if err != nil {
		t.Fatal(err)
	}
	want := []doc.Item{
		item("org.gnome.desktop.interface", "clock-format", "'24h'", ""), item("org.gnome.desktop.session", "idle-delay", "0", ""),
		item("org.gnome.shell.extensions.one", "speed", "uint32 9", "one@ada"),
	}
	for n, w := range want {
		if items[n].ID != w.ID || !items[n].Attrs.Equal(w.Attrs) || len(items) != len(want) {
			t.Errorf("%v, want %v", items, want)
		}
	}
	for text, where := range map[string]string{
		`{}`: `m:1:1: "settings" is missing`,
		`{"settings": [{"schema": "a", "key": "b"}]}`:                                                          `m:1:15:`,
		`{"settings": [{"schema": "a", "key": "b", "value": 5}]}`:                                              `m:1:52:`,
		`{"settings": [{"schema": "a b", "key": "c", "value": "5"}]}`:                                          `m:1:26:`,
		`{"settings": [{"schema": "a", "key": "b c", "value": "5"}]}`:                                          `m:1:`,
		`{"settings": [{"schema": "a:/x y", "key": "/ c", "value": "5"}]}`:                                     `m:1:`,
		`{"settings": [{"schema": "a", "key": "b", "value": "5", "from": "/"}]}`:                               `m:1:65:`,
		`{"settings": [{"schema": "a", "key": "b", "value": "5", "from": true}]}`:                              `m:1:65:`,
		`{"settings": [{"schema": "a", "key": "b", "value": "5"}, {"schema": "a", "key": "b", "value": "6"}]}`: `m:1:58: settings: 'a b' is there twice`,
	} {
		if _, err := (Subsystem{}).Parse("m", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), where) {
			t.Errorf("%s: %v, want %s", text, err, where)
		}
	}
}

func edit(t *testing.T, in string, edits ...subsystem.Edit) string {
	t.Helper()
	out, err := Subsystem{}.Edit("m", []byte(in), edits)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestEdit(t *testing.T) {
	set := func(i doc.Item) subsystem.Edit { return subsystem.Edit{Item: i} }
	interf, session := "org.gnome.desktop.interface", "org.gnome.desktop.session"
	if got := edit(t, manifestText, set(item(session, "idle-delay", "uint32 0", "")), set(item(interf, "clock-format", `"24h"`, ""))); got != manifestText {
		t.Errorf("another spelling was written:\n%s", got)
	}
	got := edit(t, manifestText, set(item(interf, "clock-format", "'12h'", "")), set(item(interf, "a", "1", "")), subsystem.Edit{Item: doc.Item{ID: session + " idle-delay"}, Remove: true})
	want := strings.Replace(manifestText, "'24h'", "'12h'", 1)
	want = strings.Replace(want, `    { "schema": "org.gnome.desktop.session", "key": "idle-delay", "value": "0" },
`, `    {
      "schema": "org.gnome.desktop.interface",
      "key": "a",
      "value": "1"
    },
`, 1)
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := edit(t, string(Subsystem{}.New()), set(item("a:/x y/", "b", "it's", "u@x"))); !strings.Contains(got, `"schema": "a:/x y/"`) || !strings.Contains(got, `"from": "u@x"`) {
		t.Error(got)
	}
	if _, err := (Subsystem{}).Edit("m", []byte(manifestText), []subsystem.Edit{{Item: doc.Item{ID: "a c"}}}); err == nil {
		t.Error("an entry without a value was written")
	}
}

func FuzzCodec(f *testing.F) {
	f.Add([]byte(manifestText), "a", "b", "uint32 5")
	f.Add([]byte(`{"settings": []}`), "a:/x y/", "b", "'")
	f.Fuzz(func(t *testing.T, b []byte, schema, key, text string) {
		items, err := Subsystem{}.Parse("m", b)
		if err != nil {
			return
		}
		i := item(schema, key, text, "")
		if s, k := parts(i.ID); (Subsystem{}).Validate(i) != nil || s != schema || k != key {
			return
		}
		out, err := Subsystem{}.Edit("m", b, []subsystem.Edit{{Item: i}})
		if err != nil {
			return // text that is not JSON's
		}
		after, err := Subsystem{}.Parse("m", out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		n := len(items)
		for _, o := range items {
			if o.ID == i.ID {
				n--
			}
		}
		if len(after) != n+1 {
			t.Fatalf("%d items from %d\n%s", len(after), len(items), out)
		}
		again, err := Subsystem{}.Edit("m", out, []subsystem.Edit{{Item: i}})
		if err != nil || string(again) != string(out) {
			t.Fatalf("a second edit changes something: %v", err)
		}
	})
}
