package dnf

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

func TestParseRPM(t *testing.T) {
	p, err := parseRPM([]byte("N gpg-pubkey\nP gpg(Fedora)\nP fedora-key\nN glibc\nP libc.so.6\nP libc.so\nP glibc\nN glibc\nP libc\n" +
		"N zsh\nP sh\nN bash\nP sh\nP /bin/sh\nP config(bash)\nN none\nN empty\nP (none)\nN bash-sh\nP bash\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(p.names)), []string{"bash", "bash-sh", "empty", "glibc", "none", "zsh"}; !reflect.DeepEqual(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	if want := map[string]string{"libc": "glibc", "sh": "bash"}; !maps.Equal(p.provides, want) {
		t.Errorf("provides %v, want %v", p.provides, want)
	}
}

func TestParsersRefuse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		parse    func([]byte) error
		want     string
	}{
		{"rpm: a capability without a package", "P sh\n", rpmError, `unexpected line "P sh\n"`},
		{"rpm: no name", "N \n", rpmError, "unexpected line"},
		{"rpm: an empty line", "N bash\n\n", rpmError, "unexpected line"},
		{"rpm: a warning", "warning: rpmdb\n", rpmError, "unexpected line"},
		{"rpm: bytes", "N b\xff\n", rpmError, "not UTF-8"},
		{"dnf: two fields", "htop\tfedora\n", dnfError, "unexpected line"},
		{"dnf: four fields", "htop\tfedora\tuser\tx\n", dnfError, "unexpected line"},
		{"dnf: no name", "\tfedora\tuser\n", dnfError, "unexpected line"},
		{"dnf: no reason", "htop\tfedora\t\n", dnfError, "unexpected line"},
		{"dnf: escapes that were not understood", `htop\tfedora\tuser` + "\n", dnfError, "unexpected line"},
		{"dnf: bytes", "h\xff\tfedora\tuser\n", dnfError, "not UTF-8"},
		{"commit: not a package", "ostree commit: x (1)\n htop\n", commitError, `unexpected line "htop"`},
		{"commit: half a package", " htop-1\n", commitError, "unexpected line"},
		{"commit: nothing", "", commitError, "no packages"},
		{"groups: nothing", "", groupsError, "not of version 1.0"},
		{"groups: another version", "version = \"1.1\"\n[groups]\n", groupsError, "not of version 1.0"},
		{"groups: silent", "version = \"1.0\"\n[groups.a]\npackages = []\n", groupsError, "group 'a' does not say"},
		{"groups: silent, with another below", "version = \"1.0\"\n[groups.a]\n[groups.b]\nuserinstalled = true\n", groupsError, "group 'a' does not say"},
		{"groups: another table", "version = \"1.0\"\n[environments]\n", groupsError, "unexpected line"},
	} {
		if err := c.parse([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func rpmError(b []byte) error    { _, err := parseRPM(b); return err }
func dnfError(b []byte) error    { _, err := parseUserInstalled(b); return err }
func commitError(b []byte) error { _, err := parseCommit(b); return err }
func groupsError(b []byte) error { _, err := parseGroups(b); return err }

func TestParseGroups(t *testing.T) {
	for in, want := range map[string][]string{
		fixture(t, "groups.toml"):         {"my-tools"},
		"version = \"1.0\"\n\n[groups]\n": nil,
		"version = \"1.0\"\n[groups]\n\"c++\" = {packages = [], userinstalled = true}\nb = {userinstalled = false}\n":        {"c++"},
		"version = \"1.0\"\n[groups.b]\npackages = [\n  \"x\",\n]\nuserinstalled = true\n[groups.a]\nuserinstalled = true\n": {"a", "b"},
	} {
		if got, err := parseGroups([]byte(in)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s\n%q, %v; want %q", in, got, err, want)
		}
	}
}

func TestNameOf(t *testing.T) {
	for in, want := range map[string]string{
		"rpm-ostree-2021.1-2.fc33.x86_64":     "rpm-ostree",
		"qemu-kvm-2:5.1.0-9.fc33.x86_64":      "qemu-kvm",
		"gpg-pubkey-9570ff31-5e3006fb.(none)": "gpg-pubkey",
		"gtk+-devel-1-1.noarch":               "gtk+-devel",
		"htop":                                "htop",
		"htop-1":                              "htop-1",
		"-1-2.x":                              "-1-2.x",
		"a-1-2":                               "a-1-2",
		"":                                    "",
	} {
		if got := nameOf(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		in   any
		want []string
	}{
		{nil, nil},
		{"a", []string{"a"}},
		{[]any{"a", []any{"b"}}, []string{"a", "b"}},
		{map[string]any{"z": []any{"b"}, "a": "c"}, []string{"c", "b"}},
		{[]any{map[string]any{"from": map[string]any{"repo": "updates"}, "packages": []any{"kernel"}}}, []string{"kernel"}},
		{float64(3), []string{"3"}},
	} {
		if got := words(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzParseRPM(f *testing.F) {
	f.Add(fixture(f, "rpm-qa.txt"))
	f.Add("N a\nP b\nN b\nP c\n")
	f.Fuzz(func(t *testing.T, in string) {
		p, err := parseRPM([]byte(in))
		if err != nil {
			return
		}
		for name, by := range p.provides {
			if !p.names[by] || p.names[name] || (Subsystem{}).Validate(doc.Item{ID: name}) != nil || !strings.Contains(in, "P "+name) {
				t.Errorf("%q by %q", name, by)
			}
		}
		all := p.present(nil)
		if len(all) != len(p.names)+len(p.provides) {
			t.Errorf("%d present of %d and %d", len(all), len(p.names), len(p.provides))
		}
		if again, err := parseRPM([]byte(in + in)); err != nil && strings.HasSuffix(in, "\n") {
			t.Errorf("twice: %v", err)
		} else if err == nil && strings.HasSuffix(in, "\n") && !reflect.DeepEqual(again, p) {
			t.Errorf("twice the same packages is something else")
		}
	})
}

func FuzzParseUserInstalled(f *testing.F) {
	f.Add(fixture(f, "dnf4-userinstalled.txt"))
	f.Add(fixture(f, "dnf5-userinstalled.txt"))
	f.Fuzz(func(t *testing.T, in string) {
		l, err := parseUserInstalled([]byte(in))
		if (l == nil) == (err == nil) {
			t.Fatalf("%v and %v", l, err)
		}
		if n := len(strings.FieldsFunc(in, func(r rune) bool { return r == '\n' })); err == nil && n != len(l) {
			t.Errorf("%d lines, %d packages", n, len(l))
		}
		items, odd := split(l, nil)
		for _, u := range odd {
			if _, both := items[u.ID]; both || u.Reason == "" {
				t.Errorf("%q is an item and unmanaged", u.ID)
			}
		}
	})
}

func FuzzParseCommit(f *testing.F) {
	f.Add(fixture(f, "db-list.txt"))
	f.Fuzz(func(t *testing.T, in string) {
		p, err := parseCommit([]byte(in))
		if err != nil {
			return
		}
		for n := range p.names {
			if err := validID(n); err != nil || !strings.Contains(in, n+"-") {
				t.Errorf("%q: %v", n, err)
			}
		}
	})
}

func FuzzParseGroups(f *testing.F) {
	f.Add(fixture(f, "groups.toml"))
	f.Add("version = \"1.0\"\n[groups]\nb = {userinstalled = true}\n")
	f.Fuzz(func(t *testing.T, in string) {
		l, err := parseGroups([]byte(in))
		if err != nil {
			return
		}
		for _, g := range l {
			if g == "" || !strings.Contains(in, g) {
				t.Errorf("%q", g)
			}
		}
		if n := strings.Count(in, "true"); len(l) > n {
			t.Errorf("%d groups, %d times true", len(l), n)
		}
	})
}
