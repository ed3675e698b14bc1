package repofile

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	const text = "# mine\n[code]\nname=Code\nbaseurl = https://a/\n  https://b/\n# why\npriority=1\nbaseurl=https://c/\n\n[other]\nbaseurl=https://o/"
	for _, c := range []struct {
		name, section string
		keys          []Key
		want          string
	}{
		{"nothing", "code", nil, text + ""},
		{"one that is there twice, with more lines", "code", []Key{{"baseurl", "https://new/"}},
			"# mine\n[code]\nname=Code\nbaseurl=https://new/\n# why\npriority=1\n\n[other]\nbaseurl=https://o/"},
		{"a new one", "code", []Key{{"gpgkey", "k"}, {"name", "C"}},
			"# mine\n[code]\nname=C\nbaseurl = https://a/\n  https://b/\n# why\npriority=1\nbaseurl=https://c/\ngpgkey=k\n\n[other]\nbaseurl=https://o/"},
		{"at the end, without a last line feed", "other", []Key{{"x", "y"}}, text + "\nx=y\n"},
		{"no such section", "none", []Key{{"x", "y"}}, text},
	} {
		if got := string(Set([]byte(text), c.section, c.keys)); strings.TrimSuffix(got, "\n") != strings.TrimSuffix(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// FuzzSet: a key reads as it was set, and all else as before.
func FuzzSet(f *testing.F) {
	f.Add("[a]\nb=c\n d\n#x\n e\n\n[f]\nb=g", "a", "b", "new")
	f.Add("[a]\n[b]\n[a]\nx=y\n", "a", "x", "z")
	f.Fuzz(func(t *testing.T, text, section, name, value string) {
		before, err := Parse([]byte(text))
		plain := func(s string) bool {
			return s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "\r\n=#;[]\ufeff") && strings.ToValidUTF8(s, "") == s
		}
		if err != nil || !plain(name) || !plain(value) {
			return
		}
		n := slices.IndexFunc(before, func(s Section) bool { return s.Name == section })
		after, err := Parse(Set([]byte(text), section, []Key{{name, value}}))
		if err != nil || len(after) != len(before) {
			t.Fatalf("%v: %q", err, Set([]byte(text), section, []Key{{name, value}}))
		}
		if n >= 0 {
			if got, ok := after[n].Value(name); !ok || got != value {
				t.Fatalf("%q in %q", got, Set([]byte(text), section, []Key{{name, value}}))
			}
			drop := func(k Key) bool { return k.Name == name }
			before[n].Keys = slices.DeleteFunc(before[n].Keys, drop)
			after[n].Keys = slices.DeleteFunc(after[n].Keys, drop)
			if len(before[n].Keys)+len(after[n].Keys) == 0 {
				before[n].Keys, after[n].Keys = nil, nil
			}
		}
		if !reflect.DeepEqual(before, after) {
			t.Errorf("%v became %v", before, after)
		}
	})
}
