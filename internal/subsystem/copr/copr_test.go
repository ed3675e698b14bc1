package copr

import (
	"bytes"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// all of the interfaces that this subsystem is meant to have.
var _ interface {
	subsystem.Subsystem
	subsystem.Capturer
	subsystem.Codec
	subsystem.Renderer
	subsystem.Imager
	subsystem.Describer
} = Subsystem{}

const manifestPath = "manifests/system-packages.json"

func item(id string, a doc.Attrs) doc.Item { return doc.Item{Subsystem: Name, ID: id, Attrs: a} }

func TestValidate(t *testing.T) {
	for _, ok := range []string{"o/p", "@g/p", "@g/p:pr:12", "o.o_o-o/p.p_p-p+p", "o/p:custom:1"} {
		if err := (Subsystem{}).Validate(item(ok, attrs(true, false))); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{
		"", "o", "o/", "/p", "o/p/q", "../p", "o/..", "./p", "o/.", "-o/p", "o/-p", "@-g/p", "@/p", "@@g/p", "o p/q", "o/p;id", "o/$(id)",
		"o/p\n", "o/p:PR:1", "https://x/y", "hub/o/p",
	} {
		if err := (Subsystem{}).Validate(item(bad, nil)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
	for _, bad := range []doc.Item{
		{ID: "o/p", Scope: "user"}, item("o/p", doc.Attrs{"enabled": []byte(`"no"`)}), item("o/p", doc.Attrs{"gpg_check": []byte(`0`)}),
	} {
		if err := (Subsystem{}).Validate(bad); err == nil {
			t.Errorf("%+v is valid", bad)
		}
	}
}

func TestInImage(t *testing.T) {
	there := func(scope, id string) (doc.Attrs, bool) { return attrs(false, true), scope == "" && id == "o/p" }
	for _, c := range []struct {
		i    doc.Item
		want subsystem.Answer
	}{
		{item("o/p", nil), subsystem.Yes},
		{item("o/p", attrs(true, true)), subsystem.Yes},
		{item("a/b", nil), subsystem.No},
		{item("a/b", attrs(true, true)), subsystem.No},
		{item("a/b", attrs(false, true)), subsystem.Yes},
	} {
		if got := (Subsystem{}).InImage(c.i, there); got != c.want {
			t.Errorf("%+v: %v, want %v", c.i, got, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for want, a := range map[string]doc.Attrs{"": attrs(true, true), "disabled": attrs(false, true), "unsigned": attrs(true, false), "disabled, unsigned": attrs(false, false)} {
		if got := (Subsystem{}).Describe(item("o/p", a)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name  string
		items []doc.Item
		build subsystem.Build
		want  string
		warns int
	}{
		{name: "nothing", want: "# No COPR repositories configured\n"},
		{name: "none that the build uses", items: []doc.Item{item("o/p", attrs(false, false))}, want: "# No COPR repositories configured\n"},
		{name: "one", items: []doc.Item{item("o/p", nil)}, want: "RUN dnf -y copr enable o/p\n"},
		{
			name: "several, one per line, sorted", build: subsystem.Build{DNF: "dnf5"},
			items: []doc.Item{item("z/z", nil), item("off/off", attrs(false, true)), item("@g/p:pr:1", attrs(true, true))},
			want:  "RUN dnf5 -y copr enable @g/p:pr:1 \\\n    && dnf5 -y copr enable z/z\n",
		},
		{
			name: "unsigned by policy", build: subsystem.Build{AllowUnsigned: []string{"@g/p"}},
			items: []doc.Item{item("@g/p", attrs(true, false)), item("o/p", nil)}, warns: 1,
			want: "RUN dnf -y copr enable @g/p \\\n    && sed -i 's/^gpgcheck *=.*/gpgcheck=0/' /etc/yum.repos.d/_copr:copr.fedorainfracloud.org:group_g:p.repo \\\n" +
				"    && dnf -y copr enable o/p\n",
		},
	} {
		r, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: c.items}, Build: c.build})
		if err != nil || len(r.Sections) != 1 || r.Sections["COPR_REPOS"] != c.want || len(r.Warnings) != c.warns || len(r.Files) > 0 {
			t.Errorf("%s: %v\n%+v\nwant\n%s", c.name, err, r, c.want)
		}
	}
	for _, bad := range []doc.Item{item("o/p", attrs(true, false)), item("o;p", nil)} {
		r, err := Subsystem{}.Render(subsystem.Manifests{Items: map[string][]doc.Item{Name: {bad}}})
		if err == nil || !strings.Contains(err.Error(), bad.ID) {
			t.Errorf("%+v: %v, %v", bad, r, err)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string][]doc.Item{
		"{}":                      {},
		string(Subsystem{}.New()): {},
		`{"packages": 3, "copr_repos": [{"name": "o/p"}, {"name": "a/b", "enabled": false, "gpg_check": true, "x": 1}, {"name": "o/p"}]}`: {
			item("o/p", doc.Attrs{}), item("a/b", attrs(false, true)),
		},
	} {
		got, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err != nil || len(got) != len(want) {
			t.Errorf("%s: %v, %v", in, got, err)
			continue
		}
		for n := range want {
			if got[n].Key() != want[n].Key() || !got[n].Attrs.Equal(want[n].Attrs) {
				t.Errorf("%s: %+v, want %+v", in, got[n], want[n])
			}
		}
	}
	for in, want := range map[string]string{
		"":                                ":1:1: ",
		`{"copr_repos": {}}`:              ":1:16: copr_repos: ",
		`{"copr_repos": ["o/p"]}`:         ":1:17: copr_repos: ",
		`{"copr_repos": [{}]}`:            `:1:17: "name" is missing`,
		`{"copr_repos": [{"name": 1}]}`:   ":1:26: name: ",
		`{"copr_repos": [{"name": "o"}]}`: `:1:26: copr_repos: "o" is not a COPR`,
		`{"copr_repos": [{"name": "o/p", "enabled": 1}]}`:                     ":1:44: enabled: ",
		`{"copr_repos": [{"name": "o/p"}, {"name": "o/p", "enabled": true}]}`: ":1:34: copr_repos: 'o/p' is there twice",
	} {
		l, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err == nil || !strings.HasPrefix(err.Error(), manifestPath+":") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", in, l, err, want)
		}
	}
}

func TestNewIsSharedWithPackages(t *testing.T) {
	const want = "{\n  \"packages\": [],\n  \"groups\": [],\n  \"excluded\": [],\n  \"copr_repos\": []\n}\n"
	if got := string(Subsystem{}.New()); got != want {
		t.Errorf("package dnf has the same text:\n%s", got)
	}
}

func set(id string, a doc.Attrs) subsystem.Edit { return subsystem.Edit{Item: item(id, a)} }
func gone(id string) subsystem.Edit             { return subsystem.Edit{Item: item(id, nil), Remove: true} }

const sample = `{
  "packages": ["git"],
  "copr_repos": [
    { "name": "b/b", "enabled": true },
    {
      "name": "d/d",
      "note": "kept",
      "gpg_check": false
    }
  ]
}
`

func TestEdit(t *testing.T) {
	swap := func(old, new string) string {
		if !strings.Contains(sample, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(sample, old, new, 1)
	}
	first := `    { "name": "b/b", "enabled": true },` + "\n"
	for _, c := range []struct {
		name  string
		edits []subsystem.Edit
		want  string
	}{
		{"nothing", nil, sample},
		{"already so", []subsystem.Edit{set("b/b", attrs(true, true)), set("d/d", attrs(true, false)), set("d/d", nil), gone("x/y")}, sample},
		{"a new one says its name only", []subsystem.Edit{set("c/c", attrs(true, true))}, swap(first, first+`    { "name": "c/c" },`+"\n")},
		{"unless it is not the usual", []subsystem.Edit{set("c/c", attrs(false, false))}, swap(first, first+`    { "name": "c/c", "enabled": false, "gpg_check": false },`+"\n")},
		{"a flag there", []subsystem.Edit{set("b/b", attrs(false, true))}, swap("true", "false")},
		{"a flag that was not", []subsystem.Edit{set("b/b", attrs(true, false))}, swap("true }", `true, "gpg_check": false }`)},
		{"other fields stay", []subsystem.Edit{set("d/d", attrs(true, true))}, swap("\"gpg_check\": false", "\"gpg_check\": true")},
		{"gone", []subsystem.Edit{gone("b/b")}, swap(first, "")},
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
	for _, e := range []subsystem.Edit{set("o", nil), gone("$(id)/x"), set("o/p", doc.Attrs{"enabled": []byte("1")})} {
		if got, err := (Subsystem{}).Edit(manifestPath, []byte(sample), []subsystem.Edit{e}); err == nil {
			t.Errorf("%+v:\n%s", e, got)
		}
	}
}

func FuzzCodec(f *testing.F) {
	f.Add(sample, "c/c", true, false, false)
	f.Add(sample, "b/b", false, true, true)
	f.Add(empty, "@g/p:pr:1", false, true, false)
	f.Fuzz(func(t *testing.T, in, id string, on, signed, remove bool) {
		before, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), manifestPath+":") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		e := subsystem.Edit{Item: item(id, attrs(on, signed)), Remove: remove}
		out, err := Subsystem{}.Edit(manifestPath, []byte(in), []subsystem.Edit{e})
		if ok := (Subsystem{}).Validate(e.Item) == nil; ok != (err == nil) {
			t.Fatalf("valid %v, error %v", ok, err)
		}
		if err != nil {
			return
		}
		after, err := Subsystem{}.Parse(manifestPath, out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		was := map[string]doc.Attrs{}
		for _, i := range before {
			was[i.ID] = i.Attrs
		}
		seen := false
		for _, i := range after {
			if i.ID == id {
				seen = true
				if enabled(i.Attrs) != on || checked(i.Attrs) != signed {
					t.Errorf("%s is %v", id, i.Attrs)
				}
			} else if !was[i.ID].Equal(i.Attrs) {
				t.Errorf("%s was %v and is %v", i.ID, was[i.ID], i.Attrs)
			}
			delete(was, i.ID)
		}
		if delete(was, id); seen == remove || len(was) > 0 {
			t.Errorf("seen %v, remove %v, lost %v", seen, remove, was)
		}
		if again, err := (Subsystem{}).Edit(manifestPath, out, []subsystem.Edit{e}); err != nil || !bytes.Equal(again, out) {
			t.Errorf("not the same a second time: %v\n%s\n%s", err, out, again)
		}
	})
}
