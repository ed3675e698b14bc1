package keyfile

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestEdit(t *testing.T) {
	const old = "# mine\n[Context]\r\nshared = ipc;\n# why\nsockets=x11;\n\n[Environment]\nA=b\nA=c\n\n\n[Other]\nx=y"
	for name, c := range map[string]struct {
		edit func(*Text) error
		want string
	}{
		"nothing":       {func(*Text) error { return nil }, old},
		"a new value":   {func(x *Text) error { return x.Set("Context", "shared", "!ipc;") }, strings.Replace(old, "shared = ipc;", "shared=!ipc;", 1)},
		"a new key":     {func(x *Text) error { return x.Set("Context", "devices", "dri;") }, strings.Replace(old, "x11;\n", "x11;\ndevices=dri;\n", 1)},
		"the last line": {func(x *Text) error { return x.Set("Other", "z", "") }, old + "\nz=\n"},
		"a new group":   {func(x *Text) error { return x.Set("New", "z", "1") }, old + "\n\n[New]\nz=1\n"},
		"the last of a key that stands twice": {func(x *Text) error { return x.Set("Environment", "A", "d") },
			strings.Replace(old, "A=c", "A=d", 1)},
		"gone, with its group":   {func(x *Text) error { x.Remove("Environment", "A"); return nil }, strings.Replace(old, "[Environment]\nA=b\nA=c\n\n\n", "", 1)},
		"gone, its group stays":  {func(x *Text) error { x.Remove("Context", "sockets"); return nil }, strings.Replace(old, "sockets=x11;\n", "", 1)},
		"gone from two sections": {func(x *Text) error { x.Remove("Other", "x"); return x.Set("Other", "y", "z") }, strings.Replace(old, "[Other]\nx=y", "\n[Other]\ny=z\n", 1)},
		"gone was never there":   {func(x *Text) error { x.Remove("Context", "none"); return nil }, old},
		"a comment keeps a group": {func(x *Text) error { x.Remove("Context", "sockets"); x.Remove("Context", "shared"); return nil },
			strings.Replace(strings.Replace(old, "sockets=x11;\n", "", 1), "shared = ipc;\n", "", 1)},
	} {
		x, err := Open([]byte(old))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.edit(x); err != nil || string(x.Bytes()) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, x.Bytes(), c.want)
		}
	}
	x, _ := Open(nil)
	if err := x.Set("A", "b", "c"); err != nil || string(x.Bytes()) != "[A]\nb=c\n" {
		t.Errorf("%v, %q", err, x.Bytes())
	}
	for _, bad := range [][3]string{
		{"", "k", "v"}, {"a]", "k", "v"}, {"a\nb", "k", "v"}, {"G", "", "v"}, {"G", "#k", "v"}, {"G", "[k", "v"}, {"G", "a=b", "v"},
		{"G", " k", "v"}, {"G", "k ", "v"}, {"G", "k\n", "v"}, {"G", "k", "v\nw"}, {"G", "k", " v"}, {"G", "k", "v\r"}, {"G", "k", "\xff"},
	} {
		if err := x.Set(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%q is in the file:\n%s", bad, x.Bytes())
		}
	}
	if _, err := Open([]byte("x=y")); err == nil {
		t.Error("opened what is no key file")
	}
}

// all are the keys of a file with what they are.
func all(t *testing.T, b []byte) map[[2]string]string {
	f, err := Parse(b)
	if err != nil {
		t.Fatalf("%v in %q", err, b)
	}
	out := map[[2]string]string{}
	for _, g := range f {
		for _, k := range g.Keys {
			out[[2]string{g.Name, k.Name}] = k.Raw
		}
	}
	return out
}

// FuzzEdit: a key is set or removed, and nothing else is.
func FuzzEdit(f *testing.F) {
	f.Add([]byte("[core]\na=b\n"), "core", "a", "c")
	f.Add([]byte("#x\n[a]\n\n[b]\nk = 1\n[a]\nk=2"), "a", "k", "")
	f.Add([]byte("\n\n"), "new", "k", "v")
	f.Fuzz(func(t *testing.T, b []byte, group, key, raw string) {
		x, err := Open(b)
		if err != nil {
			return
		}
		before := all(t, b)
		if string(x.Bytes()) != string(b) {
			t.Fatalf("%q opens as %q", b, x.Bytes())
		}
		if x.Set(group, key, raw) == nil {
			want := maps.Clone(before)
			want[[2]string{group, key}] = raw
			if got := all(t, x.Bytes()); !maps.Equal(got, want) {
				t.Fatalf("set %q %q=%q in %q: %q", group, key, raw, b, x.Bytes())
			}
			kept := slices.Collect(strings.Lines(string(x.Bytes())))
			for l := range strings.Lines(string(b)) {
				n := slices.IndexFunc(kept, func(s string) bool { return strings.TrimSuffix(s, "\n") == strings.TrimSuffix(l, "\n") })
				if k, _, _ := strings.Cut(l, "="); n < 0 && strings.Trim(k, " \t") != key {
					t.Fatalf("%q is gone from %q", l, x.Bytes())
				} else if n >= 0 {
					kept = kept[n+1:]
				}
			}
		} else if string(x.Bytes()) != string(b) {
			t.Fatalf("refused, and changed %q to %q", b, x.Bytes())
		}
		x.Remove(group, key)
		delete(before, [2]string{group, key})
		if got := all(t, x.Bytes()); !maps.Equal(got, before) {
			t.Fatalf("removed %q %q from %q: %q", group, key, b, x.Bytes())
		}
	})
}

// FuzzEscape: what is written is what is read.
func FuzzEscape(f *testing.F) {
	f.Add("  a;b\\;\t", "")
	f.Add("\\s", ";")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := (Key{Raw: Escape(a)}).String(); got != a {
			t.Errorf("%q reads back as %q", a, got)
		}
		for _, l := range [][]string{{a}, {a, b}, {b, "", a}} {
			if got := (Key{Raw: EscapeList(l)}).Strings(); !slices.Equal(got, l) {
				t.Errorf("%q reads back as %q", l, got)
			}
		}
	})
}
