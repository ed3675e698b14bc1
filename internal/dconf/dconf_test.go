package dconf

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/internal/host"
)

// dump is what dconf 0.40 printed of a session's database.
const dump = `[/]
top=true

[foo]
bar=uint32 5

[org/gnome/desktop/app-folders/folders/X]
apps=@as []
name='X'

[org/gnome/x y]
name="it's \"so\"\nnext é=]"
`

func TestParseDump(t *testing.T) {
	got, err := parseDump([]byte(dump))
	want := map[string]string{
		"/top": "true", "/foo/bar": "uint32 5", "/org/gnome/desktop/app-folders/folders/X/apps": "@as []",
		"/org/gnome/desktop/app-folders/folders/X/name": "'X'", "/org/gnome/x y/name": `"it's \"so\"\nnext é=]"`,
	}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := parseDump(nil); err != nil || got == nil || len(got) != 0 {
		t.Errorf("nothing was set: %v, %v", got, err)
	}
	for _, bad := range []string{"a=1\n", "[x]\na\n", "[x]\n=1\n", "[x]\na=\n", "error: no\n"} {
		if got, err := parseDump([]byte(bad)); err == nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

func TestParseValues(t *testing.T) {
	got, err := parseValues([]byte("org.a b 'c d'\norg.a e @as []\norg.f g 1\n"))
	if err != nil || len(got) != 2 || got["org.a"]["b"] != "'c d'" || got["org.a"]["e"] != "@as []" || got["org.f"]["g"] != "1" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", "org.a\n", "org.a b\n", "org.a b \n", "org.a  1\n", "\n"} {
		if got, err := parseValues([]byte(bad)); err == nil {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

func TestParseSchemas(t *testing.T) {
	l, err := parseSchemas([]byte(`<?xml version="1.0"?><!DOCTYPE schemalist SYSTEM "x"><!-- <schema id="no"> -->
<schemalist gettext-domain='d'><enum id="e"><value nick="key" value="1"/></enum>
<schema id = "a.b" path='/a/b/'
  extends="c" ><key name="k&amp;l" type="s"><default><![CDATA["<key name='no'>"]]></default><range min="1"/></key
><key name="m" enum="e"/><child name="kid" schema="a.k"/><override name="n">1</override></schema>
<schema id="a.k"/></schemalist>`))
	if err != nil || len(l) != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	if s := l[0]; s.id != "a.b" || s.path != "/a/b/" || s.extends != "c" || !slices.Equal(s.keys, []string{"k&l", "m"}) || s.children["kid"] != "a.k" {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{
		"<html></html>", "<schemalist>", "<schemalist></schema>", "<schemalist", "</schemalist>", "<schemalist><schema id=x></schema></schemalist>",
		`<schemalist><schema id="a></schemalist>`, "<schemalist><!-- </schemalist>", "<schemalist>< /></schemalist>",
	} {
		if l, err := parseSchemas([]byte(bad)); err == nil {
			t.Errorf("%s: %+v", bad, l)
		}
	}
}

// tree writes files below a root.
func tree(t *testing.T, files map[string]string) *host.Host {
	h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada"}, UID: 1000}
	for name, text := range files {
		p := h.Path(name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestResolve(t *testing.T) {
	const system, own, ext = "/usr/share/glib-2.0/schemas/", "/home/ada/.local/share/glib-2.0/schemas/", "/home/ada/.local/share/gnome-shell/extensions/"
	h := tree(t, map[string]string{
		system + "a.gschema.xml": `<schemalist><schema id="org.a" path="/org/a/"><key name="x"/><child name="kid" schema="org.a.kid"/></schema>
			<schema id="org.a.old" path="/org/a/"><key name="x"/><key name="y"/></schema><schema id="org.a.kid"><key name="k"/></schema>
			<schema id="org.a.base"><key name="b"/></schema><schema id="org.a.more" extends="org.a.base"><key name="m"/></schema>
			<schema id="org.gnome.desktop.app-folders.folder"><key name="name"/></schema></schemalist>`,
		system + "broken.gschema.xml":              `<schemalist><schema id="org.broken" path="/org/broken/">`,
		system + "note.txt":                        `<schemalist><schema id="org.note" path="/org/note/"/></schemalist>`,
		own + "mine.gschema.xml":                   `<schemalist><schema id="org.mine" path="/org/mine/"><key name="x"/></schema></schemalist>`,
		ext + "e@x/schemas/e.gschema.xml":          `<schemalist><schema id="org.e" path="/org/e/"><key name="x"/></schema></schemalist>`,
		ext + "copy@x/schemas/a.gschema.xml":       `<schemalist><schema id="org.a" path="/org/a/"><key name="x"/></schema></schemalist>`,
		ext + "e@x/schemas/gschemas.compiled":      "",
		"/usr/share/gnome-shell/extensions/README": "not a folder",
	})
	sc, err := readSchemas(h)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{h.Path(ext + "e@x/schemas")}; !slices.Equal(sc.dirs, want) {
		t.Errorf("folders %q, want %q", sc.dirs, want)
	}
	s := &Settings{schemas: sc, User: map[string]string{}, image: map[string]map[string]string{
		"org.a": {"x": "1"}, "org.a.old": {"x": "1", "y": "1"}, "org.mine": {"x": "1"}, "org.e": {"x": "uint32 1"}, "org.a.kid": {"k": "1"},
	}}
	for p, want := range map[string]string{
		"/org/a/x": "org.a ", "/org/a/y": "org.a.old ", "/org/a/z": "", "/org/mine/x": "org.mine ", "/org/e/x": "org.e e@x", "/org/broken/x": "", "/org/note/x": "",
		"/org/a/kid/k": "org.a.kid:/org/a/kid/ ", "/org/a/kid/no": "", "/org/a/things/1/b": "org.a.base:/org/a/things/1/ ", "/org/a/things/2/m": "org.a.more:/org/a/things/2/ ",
		"/org/gnome/desktop/app-folders/folders/Z/name": "org.gnome.desktop.app-folders.folder:/org/gnome/desktop/app-folders/folders/Z/ ",
		"/com/a/b/k": "", "/x": "",
	} {
		s.User = map[string]string{p: "1"}
		if strings.HasPrefix(p, "/org/a/things/1/") { // both have b, and only one has m
			s.User["/org/a/things/1/b"] = "1"
			s.schemas.loose = slices.DeleteFunc(slices.Clone(sc.loose), func(x *schema) bool { return x.id == "org.a.more" })
		} else {
			s.schemas.loose = sc.loose
		}
		k, ok := s.resolve(p)
		got := ""
		if ok {
			got = k.Schema + " " + k.From
		}
		if got != want {
			t.Errorf("%s: %q, want %q", p, got, want)
		}
	}
	s.schemas.loose = sc.loose
	if s.User = map[string]string{"/org/a/things/3/b": "1"}; s.relocated("/org/a/things/3/") != nil {
		t.Error("one of two schemas that both explain a folder was taken")
	}
	s.User = map[string]string{"/org/a/x": "2", "/org/a/y": "1", "/org/e/x": "'text'", "/org/mine/x": "3", "/none/x": "1"}
	s.Locked = map[string]bool{"/org/mine/x": true}
	keys, bare := s.Mine()
	if len(keys) != 1 || keys[0].Schema != "org.a" || keys[0].Value != "2" || !slices.Equal(bare, []string{"/none/x", "/org/e/x"}) {
		t.Errorf("%+v, %q", keys, bare)
	}
	for _, c := range []struct{ schema, key, want string }{{"org.a", "x", "2"}, {"org.mine", "x", "1"}, {"org.e", "x", "uint32 1"}, {"org.a", "none", ""}} {
		if got, _ := s.Effective(c.schema, c.key); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.schema, c.key, got, c.want)
		}
	}
	for id, want := range map[string]string{"org.a": "", "org.e": ext + "e@x/schemas", "org.none": ""} {
		if got := SchemaDir(h, id, ""); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := SchemaDir(h, "org.e", "copy@x"); got != "" {
		t.Errorf("a folder that was not compiled: %q", got)
	}
}

func TestProfiles(t *testing.T) {
	h := tree(t, map[string]string{
		"/etc/dconf/profile/user":       "user-db:user # mine\n\n#system-db:no\n system-db:local\nsystem-db:site\nfile-db:/srv/db\nservice-db:keyfile/x\n",
		"/usr/share/dconf/profile/user": "user-db:user\nsystem-db:image\n",
		"/usr/share/dconf/profile/gdm":  "user-db:user\nsystem-db:gdm\n",
		"/etc/dconf/db/local.d/locks/a": "# lock\n/org/a/x\n\n/org/a/y \n",
		"/srv/db.d/locks/b":             "/org/b/x\n",
		"/etc/dconf/db/gdm.d/locks/c":   "/org/c\n",
		"/run/user/profile":             "system-db:given\n",
	})
	sources, err := systemSources(h)
	if want := []string{"system-db:local", "system-db:site", "file-db:/srv/db"}; err != nil || !slices.Equal(sources, want) {
		t.Errorf("%q, %v", sources, err)
	}
	got, err := locks(h, sources)
	if want := map[string]bool{"/org/a/x": true, "/org/a/y": true, "/org/b/x": true}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, want := profileOf(h, sources), "file-db:"+h.Path("/etc/dconf/db/local")+"\n"; !strings.HasPrefix(got, want) {
		t.Errorf("%q", got)
	}
	if got := profileOf(&host.Host{}, sources); got != "system-db:local\nsystem-db:site\nfile-db:/srv/db\n" {
		t.Errorf("%q", got)
	}
	for profile, want := range map[string]string{"gdm": "system-db:gdm", "/run/user/profile": "system-db:given"} {
		h.Env["DCONF_PROFILE"] = profile
		if sources, err := systemSources(h); err != nil || !slices.Equal(sources, []string{want}) {
			t.Errorf("%s: %q, %v", profile, sources, err)
		}
	}
	for _, bad := range []string{"none", "/none"} {
		h.Env["DCONF_PROFILE"] = bad
		if got, err := systemSources(h); err == nil {
			t.Errorf("%s: %q", bad, got)
		}
	}
	if got, err := systemSources(tree(t, nil)); err != nil || got != nil {
		t.Errorf("without a profile: %q, %v", got, err)
	}
}

func FuzzParseSchemas(f *testing.F) {
	f.Add([]byte(`<schemalist><schema id="a" path='/'><key name="&lt;"/><child/></schema><!--x--><![CDATA[<]]></schemalist>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseSchemas(b)
		if err != nil && l != nil {
			t.Fatalf("%v and %v", l, err)
		}
		for _, s := range l {
			if s.id == "" || slices.Contains(s.keys, "") || !strings.Contains(string(b), "schemalist") {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func FuzzParseDump(f *testing.F) {
	f.Add([]byte(dump))
	f.Add([]byte("[x]\n[=1]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseDump(b)
		if (got == nil) == (err == nil) {
			t.Fatalf("%v, %v", got, err)
		}
		for p, v := range got {
			if p[0] != '/' || v == "" || strings.HasSuffix(p, "=") || strings.ContainsRune(v, '\n') || !strings.Contains(string(b), v) {
				t.Fatalf("%q = %q", p, v)
			}
		}
	})
}

func BenchmarkReadSchemas(b *testing.B) {
	for b.Loop() {
		if _, err := readSchemas(&host.Host{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSchemasThatExtendEachOther: an extension's file may say so, and nothing waits for an end.
func TestSchemasThatExtendEachOther(t *testing.T) {
	h := tree(t, map[string]string{"/usr/share/glib-2.0/schemas/a.gschema.xml": `<schemalist>
<schema id="a.b.c" extends="a.b.d"/><schema id="a.b.d" extends="a.b.e"/><schema id="a.b.e" extends="a.b.d"/>
<schema id="a.b.f" extends="a.b.g"/><schema id="a.b.g" extends="a.b.h"/><schema id="a.b.h" path="/a/b/"/></schemalist>`})
	done := make(chan schemas, 1)
	go func() {
		s, err := readSchemas(h)
		if err != nil {
			t.Error(err)
		}
		done <- s
	}()
	select {
	case s := <-done:
		if got := s.byID["a.b.f"].path; got != "/a/b/" {
			t.Errorf("the path of what it extends: %q", got)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it never ends")
	}
}
