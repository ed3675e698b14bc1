package flatpak

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const path = "manifests/flatpak-apps.json"

// sample is a manifest as somebody wrote it: a schema, fields of their own, an order of their own.
const sample = `{
  "$schema": "../schemas/flatpak-apps.schema.json",
  "apps": [
    {
      "id": "org.gnome.Boxes",
      "remote": "flathub",
      "scope": "system"
    },
    {
      "id": "org.test.Hello",
      "remote": "local",
      "scope": "user",
      "branch": "beta",
      "commit": "0a92e5cd12c8",
      "overrides": ["--share=network", "--filesystem=home:rw"],
      "note": "kept"
    }
  ]
}
`

func TestParse(t *testing.T) {
	got, err := Subsystem{}.Parse(path, []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := []doc.Item{
		{Subsystem: "flatpak", ID: "org.gnome.Boxes", Scope: "system", Attrs: doc.Attrs{}.Set("remote", "flathub")},
		app("user", "org.test.Hello", "local", "beta", "--filesystem=home", "--share=network"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	got, err = Subsystem{}.Parse(path, Subsystem{}.New())
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("New: got %#v, %v", got, err)
	}
}

func TestParseRefuses(t *testing.T) {
	entry := func(s string) string { return "{\n  \"apps\": [\n    " + s + "\n  ]\n}\n" }
	const good = `{"id": "a.b.c", "remote": "r", "scope": "user"}`
	if _, err := (Subsystem{}).Parse(path, []byte(entry(good))); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{}`:                   `:1:1: "apps" is missing`,
		`{"apps": {}}`:         `:1:10: apps: expected a list, found an object`,
		`{"apps": null}`:       `:1:10: apps: expected a list, found null`,
		entry(`"a.b.c"`):       `:3:5: apps: expected an object, found a string`,
		entry(`{"id": 1}`):     `:3:12: id: expected a string, found a number`,
		entry(`{"id": "a.b"}`): `:3:5: "scope" is missing`,
		entry(strings.Replace(good, `"remote": "r"`, `"x": 1`, 1)):                              `:3:5: "remote" is missing`,
		entry(strings.Replace(good, "a.b.c", "a.b", 1)):                                         `:3:12: application id "a.b": fewer than two dots`,
		entry(strings.Replace(good, "user", "users", 1)):                                        `:3:45: scope "users" is not system or user`,
		entry(strings.Replace(good, `"r"`, `"-r"`, 1)):                                          `:3:31: remote "-r" is not a name that flatpak takes`,
		entry(strings.Replace(good, `}`, `, "branch": 1}`, 1)):                                  `:3:63: branch: expected a string, found a number`,
		entry(strings.Replace(good, `}`, `, "branch": ""}`, 1)):                                 `:3:63: branch "" is not a name`,
		entry(strings.Replace(good, `}`, `, "commit": []}`, 1)):                                 `:3:63: commit: expected a string, found a list`,
		entry(strings.Replace(good, `}`, `, "overrides": "x"}`, 1)):                             `:3:66: overrides: expected a list, found a string`,
		entry(strings.Replace(good, `}`, `, "overrides": [1]}`, 1)):                             `:3:67: overrides: expected a string, found a number`,
		entry(strings.Replace(good, `}`, `, "overrides": ["-x"]}`, 1)):                          `:3:66: override "-x" is not a permission`,
		entry(good + ",\n    " + strings.Replace(good, `"r"`, `"s"`, 1)):                        `:4:5: a.b.c stands twice in scope user`,
		entry(good + ",\n    " + strings.Replace(good, "user", "system", 1) + ",\n    " + good): `:5:5: a.b.c stands twice in scope user`,
		entry(`{"id": "a.b.c", "id": "a.b.d", "remote": "r", "scope": "user"}`):                 `:3:21: duplicate key "id"`,
	} {
		got, err := Subsystem{}.Parse(path, []byte(text))
		if err == nil || got != nil || !strings.HasPrefix(err.Error(), path+want) {
			t.Errorf("%s\ngot  %v\nwant %s%s", text, err, path, want)
		}
	}
}

func set(i doc.Item) subsystem.Edit { return subsystem.Edit{Item: i} }
func unset(scope, id string) subsystem.Edit {
	return subsystem.Edit{Remove: true, Item: doc.Item{Subsystem: "flatpak", Scope: scope, ID: id}}
}

func TestEdit(t *testing.T) {
	hello := func(remote, branch string, overrides ...string) doc.Item {
		return app("user", "org.test.Hello", remote, branch, overrides...)
	}
	for _, c := range []struct {
		name     string
		edits    []subsystem.Edit
		old, new string // what becomes what in sample; old "": nothing changes
	}{
		{"nothing", nil, "", ""},
		{"what it says already", []subsystem.Edit{set(hello("local", "beta", "--filesystem=home", "--share=network")),
			set(app("system", "org.gnome.Boxes", "flathub", "stable")), unset("user", "org.gnome.Boxes")}, "", ""},
		{"insert in its place", []subsystem.Edit{set(app("user", "org.gnome.Maps", "flathub", "stable"))},
			"    {\n      \"id\": \"org.test.Hello\"",
			"    {\n      \"id\": \"org.gnome.Maps\",\n      \"remote\": \"flathub\",\n      \"scope\": \"user\"\n    },\n" +
				"    {\n      \"id\": \"org.test.Hello\""},
		{"the same app in the other scope", []subsystem.Edit{set(app("user", "org.gnome.Boxes", "flathub", "beta", "--share=ipc"))},
			"    {\n      \"id\": \"org.test.Hello\"",
			"    {\n      \"id\": \"org.gnome.Boxes\",\n      \"remote\": \"flathub\",\n      \"scope\": \"user\",\n      \"branch\": \"beta\",\n" +
				"      \"overrides\": [\"--share=ipc\"]\n    },\n    {\n      \"id\": \"org.test.Hello\""},
		{"remove", []subsystem.Edit{unset("system", "org.gnome.Boxes")},
			"    {\n      \"id\": \"org.gnome.Boxes\",\n      \"remote\": \"flathub\",\n      \"scope\": \"system\"\n    },\n", ""},
		{"another remote", []subsystem.Edit{set(hello("second", "beta", "--filesystem=home", "--share=network"))},
			`"remote": "local"`, `"remote": "second"`},
		{"back to stable", []subsystem.Edit{set(hello("local", "stable", "--filesystem=home", "--share=network"))},
			`"branch": "beta"`, `"branch": "stable"`},
		{"a branch", []subsystem.Edit{set(app("system", "org.gnome.Boxes", "flathub", "beta"))},
			`"scope": "system"`, "\"scope\": \"system\",\n      \"branch\": \"beta\""},
		{"one override more", []subsystem.Edit{set(hello("local", "beta", "--filesystem=home", "--device=dri", "--share=network"))},
			`"--filesystem=home:rw"]`, `"--filesystem=home:rw", "--device=dri"]`},
		{"one override less", []subsystem.Edit{set(hello("local", "beta", "--filesystem=home"))},
			`["--share=network", "--filesystem=home:rw"]`, `["--filesystem=home:rw"]`},
		{"no overrides", []subsystem.Edit{set(hello("local", "beta"))},
			"      \"overrides\": [\"--share=network\", \"--filesystem=home:rw\"],\n", ""},
		{"the last word counts", []subsystem.Edit{unset("user", "org.test.Hello"), set(hello("x", "beta")),
			set(hello("local", "beta", "--filesystem=home", "--share=network"))}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := []byte(sample)
			got, err := Subsystem{}.Edit(path, data, c.edits)
			if err != nil {
				t.Fatal(err)
			}
			if c.old == "" {
				if &got[0] != &data[0] || string(got) != sample {
					t.Errorf("it changed: %s", got)
				}
				return
			}
			if want := strings.Replace(sample, c.old, c.new, 1); string(got) != want || want == sample {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestEditRefuses(t *testing.T) {
	for want, e := range map[string]subsystem.Edit{
		`: application id "x": fewer`: set(app("user", "x", "r", "b")),
		`: scope "" is not`:           set(app("", "a.b.c", "r", "b")),
		`: a.b.c has no remote`:       set(doc.Item{ID: "a.b.c", Scope: "user"}),
	} {
		if got, err := (Subsystem{}).Edit(path, []byte(sample), []subsystem.Edit{e}); got != nil || err == nil || !strings.HasPrefix(err.Error(), path+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if got, err := (Subsystem{}).Edit(path, []byte(`{"apps": [{"id": 1}]}`), nil); got != nil || err == nil {
		t.Errorf("a broken manifest: got %s, %v", got, err)
	}
}

// FuzzCodec: every item is valid; an app put in and taken out again leaves the same bytes; what was put in is read back.
func FuzzCodec(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(Subsystem{}.New())
	f.Add([]byte("{\"apps\": [\r\n\t{\"scope\":\"user\",\"id\":\"a.b.c\",\"remote\":\"r\"}]}\n"))
	added := app("user", "m.n.o-p", "flathub", "beta", "--share=ipc")
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := Subsystem{}.Parse(path, b)
		if err != nil {
			if !strings.HasPrefix(err.Error(), path+":") {
				t.Errorf("no place: %v", err)
			}
			return
		}
		for _, i := range items {
			if err := (Subsystem{}).Validate(i); err != nil {
				t.Error(err)
			}
			if i.Key() == added.Key() {
				return
			}
		}
		with, err := Subsystem{}.Edit(path, b, []subsystem.Edit{set(added)})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Subsystem{}.Parse(path, with)
		if err != nil || len(again) != len(items)+1 {
			t.Fatalf("%d items of %d, %v", len(again), len(items), err)
		}
		without, err := Subsystem{}.Edit(path, with, []subsystem.Edit{unset("user", added.ID)})
		if err != nil {
			t.Fatal(err)
		}
		if back, err := (Subsystem{}).Parse(path, without); err != nil || !reflect.DeepEqual(back, items) {
			t.Errorf("got %v, %v, want %v", back, err, items)
		}
		// An edit ends the file with a newline, and an empty list has no look to go back to.
		if len(items) > 0 && bytes.HasSuffix(b, []byte("\n")) && !bytes.Equal(without, b) {
			t.Errorf("%q\nbecame\n%q", b, without)
		}
	})
}
