package repo

import (
	"bytes"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

const manifestPath = "manifests/external-repos.json"

const sample = `{
  "$schema": "../schemas/external-repos.schema.json",
  "repos": [
    {
      "name": "1password",
      "display_name": "1Password Stable Channel",
      "baseurl": "https://downloads.1password.com/linux/rpm/stable/$basearch",
      "gpg_key": "https://downloads.1password.com/linux/keys/1password.asc",
      "packages": ["1password", "1password-cli"],
      "opt_path": "1Password"
    },
    {
      "name": "edge",
      "baseurl": "https://a.example/,  https://b.example/",
      "gpg_key": "keys/edge.asc",
      "layer_group": "independent"
    }
  ]
}
`

func TestParse(t *testing.T) {
	got, err := Subsystem{}.Parse(manifestPath, []byte(sample))
	one := made("1password", "https://downloads.1password.com/linux/rpm/stable/$basearch", "https://downloads.1password.com/linux/keys/1password.asc")
	one.Attrs.Set(displayName, "1Password Stable Channel")
	want := []doc.Item{one, made("edge", "https://a.example/ https://b.example/", "keys/edge.asc")}
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for n := range want {
		if got[n].Key() != want[n].Key() || !got[n].Attrs.Equal(want[n].Attrs) {
			t.Errorf("%v, want %v", got[n], want[n])
		}
	}
	if l, err := (Subsystem{}).Parse(manifestPath, Subsystem{}.New()); err != nil || len(l) != 0 {
		t.Errorf("a new one: %v, %v", l, err)
	}
	for in, want := range map[string]string{
		"{}":               `:1:1: "repos" is missing`,
		`{"repos": ["x"]}`: ":1:12: repos",
		`{"repos": [{"name": "x", "gpg_key": "k"}]}`:                                                                       `:1:12: "baseurl" is missing`,
		`{"repos": [{"name": "x", "baseurl": "https://x/"}]}`:                                                              `:1:12: "gpg_key" is missing`,
		`{"repos": [{"name": "x", "baseurl": "nowhere", "gpg_key": "k"}]}`:                                                 ":1:37: repos: repository 'x' has the baseurl",
		`{"repos": [{"name": "x", "baseurl": "https://x/", "gpg_key": "/etc/k"}]}`:                                         ":1:62: repos: repository 'x' has the gpg_key",
		`{"repos": [{"name": "a b", "baseurl": "https://x/", "gpg_key": "k"}]}`:                                            `:1:21: repos: "a b" is not the id`,
		`{"repos": [{"name": "x", "baseurl": "https://x/", "gpg_key": "k", "packages": "x"}]}`:                             ":1:79: packages",
		`{"repos": [{"name": "x", "baseurl": "https://x/", "gpg_key": "k", "opt_path": 1}]}`:                               ":1:79: opt_path",
		`{"repos": [{"name":"x","baseurl":"https://x/","gpg_key":"k"},{"name":"x","baseurl":"https://y/","gpg_key":"k"}]}`: "'x' is there twice",
	} {
		l, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err == nil || !strings.HasPrefix(err.Error(), manifestPath+":") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", in, l, err, want)
		}
	}
}

func TestNotes(t *testing.T) {
	got := strings.Join(Subsystem{}.Notes(manifestPath, []byte(sample)), "\n")
	want := manifestPath + ":9:19: the packages of 1password are kept; what system-packages.json names is installed\n" +
		manifestPath + ":10:19: the opt_path of 1password is kept, and not enforced\n" +
		manifestPath + ":16:22: the layer_group of edge is kept, and not enforced"
	if got != want {
		t.Errorf("%s", got)
	}
	for _, in := range []string{"", "{}", `{"repos": 1}`, string(Subsystem{}.New())} {
		if l := (Subsystem{}).Notes(manifestPath, []byte(in)); len(l) != 0 {
			t.Errorf("%s: %q", in, l)
		}
	}
}

func set(i doc.Item) subsystem.Edit { return subsystem.Edit{Item: i} }
func gone(id string) subsystem.Edit {
	return subsystem.Edit{Item: doc.Item{Subsystem: Name, ID: id}, Remove: true}
}

func TestEdit(t *testing.T) {
	swap := func(old, new string) string {
		if !strings.Contains(sample, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(sample, old, new, 1)
	}
	named := made("code", "https://x.example/", "https://x.example/k")
	named.Attrs.Set(displayName, "Code").Set(unkept, []string{"priority"})
	for _, c := range []struct {
		name  string
		edits []subsystem.Edit
		want  string
	}{
		{"nothing", nil, sample},
		{"already so, spelt otherwise", []subsystem.Edit{set(made("edge", "https://a.example/ https://b.example/", "keys/edge.asc")), gone("x")}, sample},
		{"another key", []subsystem.Edit{set(made("edge", "https://a.example/ https://b.example/", "https://k.example/"))}, swap("keys/edge.asc", "https://k.example/")},
		{"a new one", []subsystem.Edit{set(named)}, swap("    {\n      \"name\": \"edge\"", "    {\n      \"name\": \"code\",\n      \"display_name\": \"Code\",\n"+
			"      \"baseurl\": \"https://x.example/\",\n      \"gpg_key\": \"https://x.example/k\"\n    },\n    {\n      \"name\": \"edge\"")},
	} {
		got, err := Subsystem{}.Edit(manifestPath, []byte(sample), c.edits)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
			continue
		}
		if again, err := (Subsystem{}).Edit(manifestPath, got, c.edits); err != nil || !bytes.Equal(got, again) {
			t.Errorf("%s, a second time: %v\n%s", c.name, err, again)
		}
	}
	for _, e := range []subsystem.Edit{
		set(doc.Item{ID: "new", Attrs: doc.Attrs{}.Set(baseURL, "https://x.example/")}), set(doc.Item{ID: "new", Attrs: doc.Attrs{}.Set(gpgKey, "k")}),
		set(made("a b", "https://x.example/", "k")), gone("../x"),
	} {
		if got, err := (Subsystem{}).Edit(manifestPath, []byte(sample), []subsystem.Edit{e}); err == nil {
			t.Errorf("%+v:\n%s", e, got)
		}
	}
}

func FuzzCodec(f *testing.F) {
	f.Add(sample, "edge", "https://c.example/", "keys/c.asc", false)
	f.Add(sample, "1password", "https://c.example/ https://d.example/", "https://c.example/k", true)
	f.Add(string(Subsystem{}.New()), "x", "file:///srv/x", "k", false)
	f.Fuzz(func(t *testing.T, in, id, base, key string, remove bool) {
		before, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), manifestPath+":") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		e := subsystem.Edit{Item: made(id, base, key), Remove: remove}
		out, err := Subsystem{}.Edit(manifestPath, []byte(in), []subsystem.Edit{e})
		if ok := (Subsystem{}).Validate(e.Item) == nil; ok != (err == nil) {
			t.Fatalf("valid %v, error %v", ok, err)
		}
		if err != nil {
			return
		}
		want := map[string]doc.Attrs{}
		for _, i := range before {
			want[i.ID] = i.Attrs
		}
		if remove {
			delete(want, id)
		} else {
			a := canonical(e.Item.Attrs)
			if n, ok := want[id][displayName]; ok {
				a[displayName] = n
			}
			want[id] = a
		}
		after, err := Subsystem{}.Parse(manifestPath, out)
		if err != nil || len(after) != len(want) {
			t.Fatalf("%v\n%v\n%s", err, after, out)
		}
		for _, i := range after {
			if !want[i.ID].Equal(i.Attrs) {
				t.Errorf("%s is %v, want %v", i.ID, i.Attrs, want[i.ID])
			}
		}
		if again, err := (Subsystem{}).Edit(manifestPath, out, []subsystem.Edit{e}); err != nil || !bytes.Equal(again, out) {
			t.Errorf("not the same a second time: %v\n%s\n%s", err, out, again)
		}
	})
}
