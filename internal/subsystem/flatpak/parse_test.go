package flatpak

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/test/fake"
)

func TestParseListRefuses(t *testing.T) {
	const good = "org.test.Hello\tstable\tx86_64\tlocal\tsystem\t0a92e5cd12c8\torg.test.Hello/x86_64/stable\n"
	if rows, err := parseList([]byte(good)); err != nil || len(rows) != 1 || rows[0].Scope != "system" {
		t.Fatalf("got %+v, %v", rows, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"\tlocal", " local", "line 1: 6 columns, not 7"},
		{"\tlocal", "\tlocal\t", "line 1: 8 columns, not 7"},
		{"org.test.Hello\t", "Hello\t", `application id "Hello": fewer than two dots`},
		{"\tstable\t", "\t\t", `"" is not a branch`},
		{"\tx86_64\t", "\t../..\t", `"../.." is not an architecture`},
		{"\tsystem\t", "\tsystem (x\t", `"system (x" is not an installation`},
		{"\tsystem\t", "\tSystem\t", `"System" is not an installation`},
		{"/stable\n", "/beta\n", "does not fit the other columns"},
		{"0a92", "\xff", "not UTF-8"},
	} {
		_, err := parseList([]byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: got %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func TestParseOverrides(t *testing.T) {
	for name, want := range map[string][]string{
		"overrides": {
			"--add-policy=sub.key=v1", "--add-policy=sub.key=v2", "--allow=devel", "--device=dri", "--disallow=bluetooth",
			"--env=A=b", "--env=BT=`x` \"q\" $HOME", "--env=EMPTY=", "--env=SP= lead  ",
			"--filesystem=/opt/a;b", "--filesystem=home", "--filesystem=xdg-config/foo:create", "--filesystem=xdg-download:ro",
			"--filesystem=~/x", "--no-talk-name=org.a.D", "--nodevice=all", "--nofilesystem=host", "--nofilesystem=xdg-music",
			"--nosocket=wayland", "--own-name=org.a.C", "--persist=.foo", "--remove-policy=sub.key=v3", "--share=network",
			"--socket=x11", "--system-no-talk-name=org.s.D", "--system-own-name=org.s.C", "--system-talk-name=org.s.B.*",
			"--talk-name=org.a.B", "--unset-env=GONE", "--unshare=ipc",
		},
		"overrides.18": {
			"--allow=per-app-dev-shm", "--device-if=dri:has-input-device", "--device=dri", "--nousb=all",
			"--socket-if=x11:true", "--socket=wayland", "--socket=x11", "--usb=vnd:1234",
		},
	} {
		got, err := parseOverrides([]byte(fake.Fixture(t, name)))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got  %q, %v\nwant %q", name, got, err, want)
		}
	}
	got, err := parseOverrides([]byte("[Context]\nnew-in-9=x;\n[Session Bus Policy]\norg.a.B=see\n"))
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("what has no option: got %#v, %v", got, err)
	}
}

func TestValidate(t *testing.T) {
	long := "a.b." + strings.Repeat("c", 251)
	for id, want := range map[string]string{
		"org.test.Hello": "", "a.b.c-d": "", "a.b.-c": "", "_a.b.c": "", "org.test.Hello.Locale": "", long: "",
		"": "fewer than two dots", "a.b": "fewer than two dots", "a..b": "an element is empty", ".a.b.c": "an element is empty",
		"a.b.c.": "an element is empty", "a-b.c.d": "a dash before the last element", "a.1b.c": "begins with a digit",
		"a.b.1c": "begins with a digit", "a.b.c d": "' ' is not allowed", "a.b.c\n": `'\n' is not allowed`, "--a.b.c": "a dash",
		"a.b.../c": "an element is empty", "a.b.c/d": "'/' is not allowed", "ä.b.c": "'ä' is not allowed",
		"a.b.$(x)": "'$' is not allowed", "a.b.c\x00": `'\x00' is not allowed`, long + "c": "longer than 255",
	} {
		i := app("user", id, "flathub", "stable")
		err := Subsystem{}.Validate(i)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
	good := app("user", "a.b.c", "flathub", "stable", "--share=network", "--env=A=", "--filesystem=~/x y")
	if err := (Subsystem{}).Validate(good); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*doc.Item){
		`scope "" is not`:                 func(i *doc.Item) { i.Scope = "" },
		`scope "root" is not`:             func(i *doc.Item) { i.Scope = "root" },
		`remote "--system" is not`:        func(i *doc.Item) { i.Attrs.Set("remote", "--system") },
		`remote "" is not`:                func(i *doc.Item) { i.Attrs.Set("remote", "") },
		`remote true is not`:              func(i *doc.Item) { i.Attrs.Set("remote", true) },
		`branch "a/b" is not`:             func(i *doc.Item) { i.Attrs.Set("branch", "a/b") },
		`not a list of strings`:           func(i *doc.Item) { i.Attrs.Set("overrides", "x") },
		`"--reset" is not a permission`:   func(i *doc.Item) { i.Attrs.Set("overrides", []string{"--reset"}) },
		`"share=x" is not a permission`:   func(i *doc.Item) { i.Attrs.Set("overrides", []string{"share=x"}) },
		`"--=x" is not a permission`:      func(i *doc.Item) { i.Attrs.Set("overrides", []string{"--=x"}) },
		`"--share" has no value: --share`: func(i *doc.Item) { i.Attrs.Set("overrides", []string{"--share"}) },
		`"--env=A" has no value: --env=N`: func(i *doc.Item) { i.Attrs.Set("overrides", []string{"--env=A"}) },
		`holds a control character`:       func(i *doc.Item) { i.Attrs.Set("overrides", []string{"--env=A=\n"}) },
	} {
		i := app("user", "a.b.c", "flathub", "stable")
		change(&i)
		if err := (Subsystem{}).Validate(i); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for want, i := range map[string]doc.Item{
		"user, flathub":            app("user", "a.b.c", "flathub", "stable"),
		"system, flathub, beta":    app("system", "a.b.c", "flathub", "beta"),
		"user, flathub, overrides": app("user", "a.b.c", "flathub", "stable", "--share=ipc"),
		"user":                     {Scope: "user"},
	} {
		if got := (Subsystem{}).Describe(i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte("org.test.Hello\tstable\tx86_64\tlocal\tsystem\t0a92e5cd12c8\torg.test.Hello/x86_64/stable\n"))
	f.Add([]byte("a.b.c\tb\tx\t\tsystem (x)\t\ta.b.c/x/b\r\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := parseList(b)
		if err != nil && rows != nil {
			t.Error("rows beside an error")
		}
		for _, r := range rows {
			if err := validID(r.ID); err != nil {
				t.Errorf("%q: %v", r.ID, err)
			}
			if strings.Count(r.ref(), "/") != 3 {
				t.Errorf("ref %q", r.ref())
			}
		}
	})
}

func FuzzParseOverrides(f *testing.F) {
	f.Add([]byte("[Context]\nshared=network;!ipc;\nfilesystems=home:rw;!host:reset;\n[Environment]\nA=b\n"))
	f.Add([]byte("[Policy a b]\nk=\\sx;!;if:;\n[System Bus Policy]\n*=own\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseOverrides(b)
		if err != nil {
			return
		}
		if l == nil || !slices.IsSorted(l) || !reflect.DeepEqual(canonicalOverrides(l), l) {
			t.Errorf("not canonical: %q", l)
		}
		if err := (Subsystem{}).Validate(app("user", "a.b.c", "r", "b", l...)); err != nil {
			t.Error(err)
		}
	})
}
