package manifest

import (
	"strings"
	"testing"
)

const mixed = `{
  "packages": ["a", "ä\n", "a"],
  "groups": [],
  "kargs": {"append": ["quiet"], "remove": null},
  "extensions": [
    "one@x",
    {"id": "two@x", "enabled": false, "later": {}},
    7
  ],
  "name": "n"
}
`

func TestStrings(t *testing.T) {
	f := open1(t, mixed)
	entries, ok, err := f.Strings("packages")
	if err != nil || !ok || len(entries) != 3 || entries[1].Value != "ä\n" || entries[2].Index() != 2 {
		t.Fatalf("%+v %v %v", entries, ok, err)
	}
	if line, col := entries[2].Position(); line != 2 || col != 28 {
		t.Errorf("position %d:%d", line, col)
	}
	again := Duplicates(entries, func(e Entry) string { return e.Value })
	if len(again) != 1 || again[0].Index() != 2 {
		t.Errorf("duplicates %+v", again)
	}
	if entries, ok, err := f.Strings("groups"); err != nil || !ok || len(entries) != 0 {
		t.Errorf("empty list: %v %v %v", entries, ok, err)
	}
	if entries, ok, err := f.Strings("excluded"); err != nil || ok || entries != nil {
		t.Errorf("missing list: %v %v %v", entries, ok, err)
	}
	if _, ok, err := f.Strings("systemd", "user", "enable"); err != nil || ok {
		t.Errorf("missing nested list: %v %v", ok, err)
	}
	if entries, ok, err := f.Strings("kargs", "append"); err != nil || !ok || entries[0].Value != "quiet" {
		t.Errorf("nested list: %v %v %v", entries, ok, err)
	}
}

func TestWrongKinds(t *testing.T) {
	f := open1(t, mixed)
	element := func(i int) Element {
		elements, _, err := f.Elements("extensions")
		if err != nil {
			t.Fatal(err)
		}
		return elements[i]
	}
	for want, read := range map[string]func() error{
		"manifests/x.json:4:44: kargs.remove: expected a list, found null": func() error { _, _, err := f.Strings("kargs", "remove"); return err },
		"manifests/x.json:10:11: name: expected a list, found a string":    func() error { _, _, err := f.Strings("name"); return err },
		"manifests/x.json:10:11: name: expected an object, found a string": func() error { _, _, err := f.Strings("name", "x"); return err },
		"manifests/x.json:7:5: extensions: expected a string, found an object": func() error {
			_, _, err := f.Strings("extensions")
			return err
		},
		"manifests/x.json:6:5: extensions: expected an object, found a string": func() error { _, _, err := f.Objects("extensions"); return err },
		"manifests/x.json:7:12: id: expected true or false, found a string":    func() error { _, _, err := element(1).Bool("id"); return err },
		"manifests/x.json:7:32: enabled: expected a string, found true or false": func() error {
			_, _, err := element(1).String("enabled")
			return err
		},
		"manifests/x.json:7:48: later: expected a list, found an object": func() error { _, _, err := element(1).Strings("later"); return err },
		"manifests/x.json:7:5: \"remote\" is missing":                    func() error { _, err := element(1).Required("remote"); return err },
		"manifests/x.json:8:5: expected an object, found a number":       func() error { _, err := element(2).Required("remote"); return err },
		"manifests/x.json:6:5: extension 'one@x' is not valid":           func() error { return element(0).Errorf("extension '%s' is not valid", "one@x") },
		"manifests/x.json:4:12: kargs: expected a list, found an object": func() error { _, err := f.InsertString([]string{"kargs"}, "x"); return err },

		"manifests/x.json:6:5: expected an object, found a string": func() error {
			_, err := f.SetField([]string{"extensions"}, 0, "id", String("x"))
			return err
		},
		"manifests/x.json: extensions: no entry 3 in a list of 3": func() error { _, err := f.RemoveAt([]string{"extensions"}, 3); return err },
		"manifests/x.json: missing: no entry 0 in a list of 0":    func() error { _, err := f.RemoveAt([]string{"missing"}, 0); return err },
	} {
		if err := read(); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestElements(t *testing.T) {
	f := open1(t, mixed)
	elements, ok, err := f.Elements("extensions")
	if err != nil || !ok || len(elements) != 3 {
		t.Fatal(elements, ok, err)
	}
	if text, ok := elements[0].Text(); !ok || text != "one@x" || elements[0].IsObject() {
		t.Errorf("the string: %q %v", text, ok)
	}
	object := elements[1]
	if _, ok := object.Text(); ok || !object.IsObject() || object.Raw() != `{"id": "two@x", "enabled": false, "later": {}}` {
		t.Errorf("the object: %s", object.Raw())
	}
	if names := strings.Join(object.Names(), " "); names != "id enabled later" {
		t.Errorf("names %s", names)
	}
	if on, ok, err := object.Bool("enabled"); on || !ok || err != nil {
		t.Errorf("false is not missing: %v %v %v", on, ok, err)
	}
	if on, ok, err := object.Bool("nix"); on || ok || err != nil {
		t.Errorf("missing is not false: %v %v %v", on, ok, err)
	}
	if id, err := object.Required("id"); id != "two@x" || err != nil {
		t.Errorf("id %q %v", id, err)
	}
	if list, ok, err := object.Strings("nix"); list != nil || ok || err != nil {
		t.Errorf("missing list: %v %v %v", list, ok, err)
	}
}
