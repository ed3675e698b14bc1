package flatpakremote

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const path = "manifests/flatpak-remotes.json"

// sample is a manifest as somebody wrote it; KEY stands for a key.
const sample = `{
  "remotes": [
    {
      "name": "flathub",
      "url": "https://dl.flathub.org/repo/flathub.flatpakrepo",
      "scope": "system",
      "filtered": false,
      "note": "kept"
    },
    {
      "name": "signed",
      "url": "https://signed.example.test/repo/",
      "scope": "user",
      "gpg_key": "KEY"
    }
  ]
}
`

func text(t testing.TB, s string) string { return strings.ReplaceAll(s, "KEY", key(t)) }

func TestParse(t *testing.T) {
	got, err := Subsystem{}.Parse(path, []byte(text(t, sample)))
	want := []doc.Item{
		remote("system", "flathub", "https://dl.flathub.org/repo"),
		with(remote("user", "signed", "https://signed.example.test/repo"), "gpg_key", key(t)),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	got, err = Subsystem{}.Parse(path, Subsystem{}.New())
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("New: got %#v, %v", got, err)
	}
	// The key of a remote that everybody knows is not compared: capture does not give it.
	got, err = Subsystem{}.Parse(path, []byte(text(t, `{"remotes": [{"name": "f", "url": "https://dl.flathub.org/repo/", "scope": "user", "gpg_key": "KEY"}]}`)))
	if err != nil || !reflect.DeepEqual(got, []doc.Item{remote("user", "f", "https://dl.flathub.org/repo")}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestParseRefuses(t *testing.T) {
	const good = `{"name": "a", "url": "file:///r", "scope": "user"}`
	list := func(s string) string { return "{\"remotes\": [\n" + s + "\n]}\n" }
	if _, err := (Subsystem{}).Parse(path, []byte(list(good))); err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		`{}`:              `:1:1: "remotes" is missing`,
		`{"remotes": {}}`: `:1:13: remotes: expected a list, found an object`,
		list(`"a"`):       `:2:1: remotes: expected an object, found a string`,
		list(strings.Replace(good, "name", "id", 1)):                    `:2:1: "name" is missing`,
		list(strings.Replace(good, "scope", "s", 1)):                    `:2:1: "scope" is missing`,
		list(strings.Replace(good, "url", "u", 1)):                      `:2:1: "url" is missing`,
		list(strings.Replace(good, `"a"`, "1", 1)):                      `:2:10: name: expected a string, found a number`,
		list(strings.Replace(good, `"a"`, `"-a"`, 1)):                   `:2:10: "-a" is not a name`,
		list(strings.Replace(good, `file:`, `ftp:`, 1)):                 `:2:22: url "ftp:///r" is not http`,
		list(strings.Replace(good, `user`, `users`, 1)):                 `:2:44: scope "users" is not system or user`,
		list(strings.Replace(good, `}`, `, "filtered": "yes"}`, 1)):     `:2:64: filtered: expected true or false, found a string`,
		list(strings.Replace(good, `}`, `, "gpg_key": "nonsense"}`, 1)): `:2:63: gpg_key is not a public key in base64: it is`,
		list(good + ",\n" + good):                                       `:3:1: a stands twice in scope user`,
		list(`{"name": "a", "name": "b"}`):                              `:2:15: duplicate key "name"`,
	} {
		got, err := Subsystem{}.Parse(path, []byte(s))
		if err == nil || got != nil || !strings.HasPrefix(err.Error(), path+want) {
			t.Errorf("%s\ngot  %v\nwant %s%s", s, err, path, want)
		}
	}
}

func set(i doc.Item) subsystem.Edit { return subsystem.Edit{Item: i} }
func unset(scope, name string) subsystem.Edit {
	return subsystem.Edit{Remove: true, Item: doc.Item{Subsystem: "flatpak-remote", Scope: scope, ID: name}}
}

func TestEdit(t *testing.T) {
	signed := func(url string) doc.Item { return remote("user", "signed", url) }
	for _, c := range []struct {
		name     string
		edits    []subsystem.Edit
		old, new string // what becomes what in sample; old "": nothing changes
	}{
		{"nothing", nil, "", ""},
		{"other spellings", []subsystem.Edit{set(with(remote("system", "flathub", "https://dl.flathub.org/repo"), "filtered", true)),
			set(with(signed("https://signed.example.test/repo"), "gpg_key", key(t))), unset("user", "flathub")}, "", ""},
		{"a key that capture did not see", []subsystem.Edit{set(signed("https://signed.example.test/repo"))}, "", ""},
		{"insert in its place", []subsystem.Edit{set(with(remote("user", "local", "file:///srv/repo"), "filtered", true))},
			"    {\n      \"name\": \"signed\"",
			"    {\n      \"name\": \"local\",\n      \"url\": \"file:///srv/repo\",\n      \"scope\": \"user\",\n      \"filtered\": true\n    },\n" +
				"    {\n      \"name\": \"signed\""},
		{"a known one, by its file", []subsystem.Edit{set(remote("user", "flathub", "https://dl.flathub.org/repo"))},
			"    {\n      \"name\": \"signed\"",
			"    {\n      \"name\": \"flathub\",\n      \"url\": \"https://dl.flathub.org/repo/flathub.flatpakrepo\",\n      \"scope\": \"user\"\n    },\n" +
				"    {\n      \"name\": \"signed\""},
		{"with its key", []subsystem.Edit{set(with(remote("user", "other", "https://other.test"), "gpg_key", key(t)))},
			"    {\n      \"name\": \"signed\"",
			"    {\n      \"name\": \"other\",\n      \"url\": \"https://other.test\",\n      \"scope\": \"user\",\n      \"gpg_key\": \"KEY\"\n    },\n" +
				"    {\n      \"name\": \"signed\""},
		{"remove", []subsystem.Edit{unset("user", "signed")},
			",\n    {\n      \"name\": \"signed\",\n      \"url\": \"https://signed.example.test/repo/\",\n      \"scope\": \"user\",\n      \"gpg_key\": \"KEY\"\n    }", ""},
		{"moved", []subsystem.Edit{set(with(signed("https://new.test/repo"), "gpg_key", key(t)))},
			"https://signed.example.test/repo/", "https://new.test/repo"},
		{"moved, without a key", []subsystem.Edit{set(signed("https://dl.flathub.org/repo"))},
			"\"https://signed.example.test/repo/\",\n      \"scope\": \"user\",\n      \"gpg_key\": \"KEY\"",
			"\"https://dl.flathub.org/repo/flathub.flatpakrepo\",\n      \"scope\": \"user\""},
		{"the last word counts", []subsystem.Edit{unset("user", "signed"), set(signed("https://signed.example.test/repo/"))}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			sample := text(t, sample)
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
			if want := strings.Replace(sample, text(t, c.old), text(t, c.new), 1); string(got) != want || want == sample {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestEditRefuses(t *testing.T) {
	for want, e := range map[string]subsystem.Edit{
		`: "-x" is not a name`:      set(remote("user", "-x", "file:///r")),
		`: x has no url`:            set(doc.Item{ID: "x", Scope: "user"}),
		`: url "x" is not http`:     set(remote("user", "signed", "x")),
		`: the url of h.test holds`: set(remote("user", "signed", "https://u:p@h.test")),
	} {
		if got, err := (Subsystem{}).Edit(path, []byte(text(t, sample)), []subsystem.Edit{e}); got != nil || err == nil || !strings.HasPrefix(err.Error(), path+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// FuzzCodec: every item is valid; a remote put in and taken out again leaves the same bytes; what was put in is read back.
func FuzzCodec(f *testing.F) {
	f.Add([]byte(text(f, sample)))
	f.Add(Subsystem{}.New())
	f.Add([]byte("{\"remotes\": [\r\n\t{\"scope\":\"user\",\"name\":\"a\",\"url\":\"file:///a.flatpakrepo\"}]}\n"))
	added := remote("user", "flathub", "https://dl.flathub.org/repo")
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
