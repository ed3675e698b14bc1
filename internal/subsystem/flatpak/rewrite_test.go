package flatpak

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/keyfile"
	"bkt/test/fake"
)

func TestRewrite(t *testing.T) {
	const mine = "# mine\n[Context]\nshared=network;!ipc;\nnew-in-9=x;\n\n[Session Bus Policy]\norg.a.B=see\n"
	for name, c := range map[string]struct {
		old  string
		want []string
		text string
	}{
		"a new file": {"", []string{"--share=ipc", "--nofilesystem=home", "--env=A= b", "--talk-name=org.a.B", "--add-policy=s.k=v;w"},
			"[Policy s]\nk=v\\;w;\n\n[Environment]\nA=\\sb\n\n[Context]\nfilesystems=!home;\nshared=ipc;\n\n[Session Bus Policy]\norg.a.B=talk\n"},
		"one is added":     {mine, []string{"--share=network", "--unshare=ipc", "--device=dri"}, strings.Replace(mine, "x;\n", "x;\ndevices=dri;\n", 1)},
		"one goes":         {mine, []string{"--unshare=ipc"}, strings.Replace(mine, "network;", "", 1)},
		"all go":           {mine, nil, strings.Replace(mine, "shared=network;!ipc;\n", "", 1)},
		"nothing is new":   {mine, []string{"--unshare=ipc", "--share=network", "--share=network"}, mine},
		"nothing is left":  {"[Context]\nshared=ipc;\n\n[Environment]\nA=b\n", []string{}, ""},
		"in its own words": {"[Context]\nfilesystems=home:rw;host;\n", []string{"--filesystem=home:rw"}, "[Context]\nfilesystems=home:rw;\n"},
		"unset":            {"", []string{"--unset-env=A"}, "[Context]\nunset-environment=A;\n\n[Environment]\nA=\n"},
		"not unset any more": {"[Context]\nunset-environment=A;B;\n\n[Environment]\nA=\nB=\n", []string{"--unset-env=B"},
			"[Context]\nunset-environment=B;\n\n[Environment]\nB=\n"},
		"set, not unset": {"[Context]\nunset-environment=A;\n\n[Environment]\nA=\n", []string{"--env=A=b"}, "[Environment]\nA=b\n"},
		"another policy": {"[System Bus Policy]\na.b=own\nc.d=talk\n", []string{"--system-no-talk-name=a.b"}, "[System Bus Policy]\na.b=none\n"},
	} {
		got, err := rewrite([]byte(c.old), c.want)
		if err != nil || string(got) != c.text || (got == nil) != (c.text == "") {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.text)
		}
	}
	for want, l := range map[string][]string{
		"contradict each other":   {"--env=A=b", "--unset-env=A"},
		"contradict each":         {"--talk-name=a.b", "--own-name=a.b"},
		"a key file cannot hold":  {"--env=#x=y"},
		"a key file cannot hold ": {"--talk-name=[x"},
		"has no place":            {"--add-policy=s=v"},
	} {
		if got, err := rewrite(nil, l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q\n%s", l, err, want, got)
		}
	}
	if _, err := rewrite([]byte("not a key file"), nil); err == nil {
		t.Error("what is not a key file was edited")
	}
}

// FuzzRewrite: the file says what is wanted, still says what no option stands for, and is right the second time.
func FuzzRewrite(f *testing.F) {
	for _, name := range []string{"overrides", "overrides.18", "overrides.system"} {
		f.Add([]byte(fake.Fixture(f, name)), []byte("[Context]\nshared=network;!ipc;\n"))
		f.Add([]byte("[Context]\nx=y\nfilesystems=home:rw;!host:reset;\n[Session Bus Policy]\na.b=see\n"), []byte(fake.Fixture(f, name)))
	}
	f.Fuzz(func(t *testing.T, old, other []byte) {
		want, err := parseOverrides(other)
		if err != nil {
			return
		}
		got, err := rewrite(old, want)
		if err != nil {
			return
		}
		if l, err := parseOverrides(got); err != nil || !slices.Equal(l, want) {
			t.Fatalf("%q says %q, %v, not %q", got, l, err, want)
		}
		if again, err := rewrite(got, want); err != nil || string(again) != string(got) {
			t.Fatalf("%q becomes %q, %v", got, again, err)
		}
		before, _ := keyfile.Parse(old)
		after, _ := keyfile.Parse(got)
		said := map[[2]string]bool{}
		walk(before, func(s slot, _ string) { said[[2]string{s.group, s.key}] = true })
		walk(after, func(s slot, _ string) { said[[2]string{s.group, s.key}] = true })
		for _, g := range before {
			for _, k := range g.Keys {
				hidden := g.Name == "Environment" // behind one that is unset
				if !said[[2]string{g.Name, k.Name}] && !hidden && !slices.Contains(after.Group(g.Name).Keys, k) {
					t.Fatalf("%q lost %s of %s: %q", old, k.Name, g.Name, got)
				}
			}
		}
	})
}
