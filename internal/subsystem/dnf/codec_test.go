package dnf

import (
	"bytes"
	"regexp"
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
	subsystem.Goner
} = Subsystem{}

const manifestPath = "manifests/system-packages.json"

// parsed is what the manifest means: `mode id` per line.
func parsed(t testing.TB, data string) string {
	t.Helper()
	l, err := Subsystem{}.Parse(manifestPath, []byte(data))
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	out := []string{}
	for _, i := range l {
		if i.Subsystem != Name || i.Scope != "" || len(i.Attrs) != 1 {
			t.Errorf("item %+v", i)
		}
		out = append(out, i.Attrs.String("mode")+" "+i.ID)
	}
	return strings.Join(out, "\n")
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"{}":                      "",
		string(Subsystem{}.New()): "",
		`{"$schema": "x", "packages": ["b", "a", "b"], "groups": ["virt", "@c"], "excluded": ["n"], "removed": ["f"], "copr_repos": 3}`: "install b\ninstall a\ninstall @virt\ninstall @c\nexclude n\nremove f",
		`{"packages": ["@virt"], "groups": ["virt", "@virt"]}`:                                                                          "install @virt",
	} {
		if got := parsed(t, in); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"":                                       ":1:1: ",
		"[]":                                     ":1:1: ",
		`{"packages": "htop"}`:                   ":1:14: packages: ",
		`{"packages": [1]}`:                      ":1:15: packages: ",
		`{"packages": null}`:                     ":1:14: packages: ",
		"{\n  \"packages\": [\"a\", \"a b\"]\n}": `:2:21: packages: "a b" is not a package name`,
		`{"packages": [""]}`:                     `:1:15: packages: "" is not a package name`,
		`{"groups": ["a b"]}`:                    `:1:13: groups: "@a b" is not a package name`,
		`{"excluded": ["@virt"]}`:                ":1:15: excluded: group '@virt' can be installed only, not put under exclude",
		`{"packages": ["vim"],` + "\n" + `"excluded": ["vim"]}`: ":2:14: 'vim' is in excluded and, at 1:15, in packages",
		`{"packages": ["vim"], "removed": ["vim"]}`:             ":1:35: 'vim' is in removed and, at 1:15, in packages",
		`{"removed": ["vim"], "excluded": ["vim"]}`:             "in removed and, at 1:35, in excluded",
	} {
		l, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err == nil || !strings.HasPrefix(err.Error(), manifestPath+":") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", in, l, err, want)
		}
	}
}

// set and gone are edits.
func set(mode, id string) subsystem.Edit {
	return subsystem.Edit{Item: item(id, doc.Attrs{}.Set("mode", mode))}
}
func gone(id string) subsystem.Edit { return subsystem.Edit{Item: item(id, nil), Remove: true} }

const sample = `{
  "$schema": "../schemas/system-packages.json",
  "packages": [
    "git",
    "zsh"
  ],
  "groups": [],
  "excluded": ["nano"],
  "note": "kept",
  "copr_repos": [{ "name": "o/p" }]
}
`

func TestEdit(t *testing.T) {
	replace := func(old, new string) string {
		if !strings.Contains(sample, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(sample, old, new, 1)
	}
	for _, c := range []struct {
		name  string
		in    string
		edits []subsystem.Edit
		want  string
	}{
		{"one more", sample, []subsystem.Edit{set(Install, "htop")}, replace("\"git\",\n", "\"git\",\n    \"htop\",\n")},
		{"no mode is install", sample, []subsystem.Edit{{Item: item("htop", nil)}}, replace("\"git\",\n", "\"git\",\n    \"htop\",\n")},
		{"one less", sample, []subsystem.Edit{gone("git")}, replace("    \"git\",\n", "")},
		{"already so", sample, []subsystem.Edit{set(Install, "git"), set(Exclude, "nano"), gone("htop"), gone("@virt")}, sample},
		{"a group", sample, []subsystem.Edit{set(Install, "@virt")}, replace(`"groups": []`, "\"groups\": [\n    \"virt\"\n  ]")},
		{"from packages to excluded", sample, []subsystem.Edit{set(Exclude, "git")}, replace("    \"git\",\n", "")},
		{"from excluded to packages", sample, []subsystem.Edit{set(Install, "nano")}, ""},
		{"a list that the file lacks", `{"packages": []}` + "\n", []subsystem.Edit{set(Remove, "firefox")}, `{"packages": [], "removed": ["firefox"]}` + "\n"},
		{"the last word counts", `{"packages": ["a"]}` + "\n", []subsystem.Edit{gone("a"), set(Install, "a")}, `{"packages": ["a"]}` + "\n"},
		{"twice there, gone at once", `{"packages": ["a", "b", "a"], "groups": ["@a"]}` + "\n", []subsystem.Edit{gone("a")}, `{"packages": ["b"], "groups": ["@a"]}` + "\n"},
		{"groups with the sign stay so", `{"groups": ["@b"]}` + "\n", []subsystem.Edit{set(Install, "@a"), gone("@c")}, `{"groups": ["@a", "@b"]}` + "\n"},
		{"a group among the packages", `{"packages": ["@a"], "groups": []}` + "\n", []subsystem.Edit{set(Install, "@a")}, `{"packages": ["@a"], "groups": []}` + "\n"},
		{"a group goes from both", `{"packages": ["@a"], "groups": ["a"]}` + "\n", []subsystem.Edit{gone("@a")}, `{"packages": [], "groups": []}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			switch c.name {
			case "from packages to excluded":
				want = strings.Replace(want, `["nano"]`, `["git", "nano"]`, 1)
			case "from excluded to packages":
				want = strings.Replace(replace("\"git\",\n", "\"git\",\n    \"nano\",\n"), `["nano"]`, `[]`, 1)
			}
			got, err := Subsystem{}.Edit(manifestPath, []byte(c.in), c.edits)
			if err != nil || string(got) != want {
				t.Fatalf("%v\n%s\nwant\n%s", err, got, want)
			}
			again, err := Subsystem{}.Edit(manifestPath, got, c.edits)
			if err != nil || !bytes.Equal(again, got) {
				t.Errorf("a second time: %v\n%s", err, again)
			}
		})
	}
	for _, e := range []subsystem.Edit{set(Install, "a b"), set("keep", "a"), gone("$(id)"), set(Remove, "@g")} {
		if got, err := (Subsystem{}).Edit(manifestPath, []byte(sample), []subsystem.Edit{e}); err == nil {
			t.Errorf("%+v:\n%s", e, got)
		}
	}
	if got, err := (Subsystem{}).Edit(manifestPath, []byte(`{"packages": ["a"], "excluded": ["a"]}`), []subsystem.Edit{gone("a")}); err == nil {
		t.Errorf("a contradiction was edited:\n%s", got)
	}
	if got, err := (Subsystem{}).Edit(manifestPath, []byte("{"), nil); err == nil || !strings.HasPrefix(err.Error(), manifestPath+":1:") {
		t.Errorf("%s, %v", got, err)
	}
}

// Who wants a package away that the manifest does not name is told how the image's own goes; a
// group has no such entry.
func TestGone(t *testing.T) {
	for id, hint := range map[string]string{
		"vim":   "package 'vim' is not in the manifest; .*: bkt-local change add dnf 'vim' mode=remove",
		"@virt": "group '@virt' is not in the manifest; .*: bkt-local change add dnf NAME mode=remove",
	} {
		if text := (Subsystem{}).Gone(item(id, nil)); !regexp.MustCompile("^" + hint + "$").MatchString(text) {
			t.Errorf("%s: %s", id, text)
		}
	}
	if err := (Subsystem{}).Validate(item("vim", doc.Attrs{}.Set("mode", Remove))); err != nil {
		t.Errorf("what is advised is refused: %v", err)
	}
}

func FuzzCodec(f *testing.F) {
	f.Add(sample, "htop", Install)
	f.Add(`{"packages": ["@a", "b"], "groups": ["@b"], "removed": ["x"]}`, "@a", "")
	f.Add(empty, "x", Remove)
	f.Fuzz(func(t *testing.T, in, id, mode string) {
		before, err := Subsystem{}.Parse(manifestPath, []byte(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), manifestPath+":") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		e := set(mode, id)
		if mode == "" {
			e = gone(id)
		}
		out, err := Subsystem{}.Edit(manifestPath, []byte(in), []subsystem.Edit{e})
		if ok := (Subsystem{}).Validate(e.Item) == nil; ok != (err == nil) {
			t.Fatalf("valid %v, error %v", ok, err)
		}
		if err != nil {
			return
		}
		want := map[string]string{}
		for _, i := range before {
			want[i.ID] = i.Attrs.String("mode")
		}
		if want[id] = mode; mode == "" {
			delete(want, id)
		}
		after, err := Subsystem{}.Parse(manifestPath, out)
		if err != nil || len(after) != len(want) {
			t.Fatalf("%v\n%v\nwant\n%v\n%s", err, after, want, out)
		}
		for _, i := range after {
			if want[i.ID] != i.Attrs.String("mode") {
				t.Errorf("%s is %s, want %q", i.ID, i.Attrs["mode"], want[i.ID])
			}
		}
		if again, err := (Subsystem{}).Edit(manifestPath, out, []subsystem.Edit{e}); err != nil || !bytes.Equal(again, out) {
			t.Errorf("not the same a second time: %v\n%s\n%s", err, out, again)
		}
	})
}
