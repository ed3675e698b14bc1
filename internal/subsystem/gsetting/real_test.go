package gsetting_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/gsetting"
	"bkt/test/real"
	"bkt/test/real/session"
)

// schemas are what the image has beside gsettings-desktop-schemas.
const schemas = `
<enum id="org.bkt.colour"><value nick="red" value="0"/><value nick="dark-red" value="1"/></enum>
<schema id="org.bkt.test" path="/org/bkt/test/">
  <key name="word" type="s"><default>'one'</default></key>
  <key name="count" type="u"><range min="0" max="100"/><default>3</default></key>
  <key name="small" type="i"><default>0</default></key>
  <key name="scale" type="d"><default>1.5</default></key>
  <key name="list" type="as"><default>['a']</default></key>
  <key name="pairs" type="a(ss)"><default>[]</default></key>
  <key name="dict" type="a{sv}"><default>{}</default></key>
  <key name="maybe" type="mi"><default>nothing</default></key>
  <key name="flag" type="b"><default>false</default></key>
  <key name="colour" enum="org.bkt.colour"><default>'red'</default></key>
  <key name="bytes" type="ay"><default>b''</default></key>
  <key name="window-size" type="(ii)"><default>(1, 2)</default></key>
</schema>
<schema id="org.bkt.profile"><key name="title" type="s"><default>''</default></key><key name="odd-key" type="u"><default>1</default></key></schema>`

// theirs is the schema of an extension.
const theirs = `<schema id="org.gnome.shell.extensions.one" path="/org/gnome/shell/extensions/one/">
  <key name="speed" type="u"><default>5</default></key><key name="mode" type="s"><default>"slow"</default></key>
</schema>`

const uuid = "one@ada"

// desktop is a session with all of that.
func desktop(t *testing.T) *session.Session {
	s := session.Start(t)
	s.Schema(t, "org.bkt.test", schemas)
	session.CompileSchema(t, s.Home+"/.local/share/gnome-shell/extensions/"+uuid+"/schemas", "one", theirs)
	return s
}

// machine is the session's, as a program sees it that may change things.
func machine(s *session.Session) *host.Host {
	return &host.Host{Env: s.Vars, Runner: &run.Exec{Env: s.Env()}}
}

// capture looks at the session with a runner that refuses every change.
func capture(t *testing.T, s *session.Session) subsystem.Found {
	t.Helper()
	f, err := gsetting.Subsystem{}.Capture(t.Context(), &host.Host{Env: s.Vars, Runner: run.ReadOnly{Runner: &run.Exec{Env: s.Env()}}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// lines words what a capture found.
func lines(f subsystem.Found) []string {
	out := []string{}
	for _, i := range f.Items {
		out = append(out, strings.TrimSpace(i.ID+" = "+i.Attrs.String("value")+" "+i.Attrs.String("from")))
	}
	for _, u := range f.Unmanaged {
		out = append(out, "? "+u.Reason)
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCaptureOfNothing(t *testing.T) {
	s := desktop(t)
	f := capture(t, s)
	same(t, lines(f))
	if len(f.Present) < 300 || f.Partial != "" {
		t.Errorf("%d keys present, partial %q", len(f.Present), f.Partial)
	}
	if _, err := os.Stat(s.Home + "/.config/dconf"); err == nil {
		t.Error("capture made a database")
	}
}

func TestCapture(t *testing.T) {
	s := desktop(t)
	s.Image(t, "[org/bkt/test]\nword='image'\nscale=2.0\n[org/gnome/desktop/interface]\nclock-format='12h'\n", "/org/bkt/test/flag")
	for _, l := range [][]string{
		{"org.bkt.test", "count", "5"}, {"org.bkt.test", "list", "[]"}, {"org.bkt.test", "pairs", "[('xkb','us')]"},
		{"org.bkt.test", "dict", "{'a': <uint32 5>, \"it's\": <@as []>}"}, {"org.bkt.test", "maybe", "4"}, {"org.bkt.test", "colour", "dark-red"},
		{"org.bkt.test", "scale", "2"}, {"org.bkt.test", "bytes", "b'\\001x'"}, {"org.bkt.test", "window-size", "(8, 9)"},
		{"org.bkt.test", "word", "a b\tc 'd' \"e\" é\nf"}, {"org.bkt.test", "small", "-5"},
		{"org.gnome.desktop.interface", "clock-format", "24h"},
		{"org.gnome.desktop.app-folders.folder:/org/gnome/desktop/app-folders/folders/My Games/", "name", "Games"},
		{"org.bkt.profile:/org/bkt/profiles/a/", "odd-key", "7"},
	} {
		s.Run(t, append([]string{"gsettings", "set"}, l...)...)
	}
	s.Run(t, "gsettings", "--schemadir", s.Home+"/.local/share/gnome-shell/extensions/"+uuid+"/schemas", "set", "org.gnome.shell.extensions.one", "speed", "9")
	s.Run(t, "dconf", "write", "/org/bkt/test/nowhere", "1")
	s.Run(t, "dconf", "write", "/other/x", "1")
	s.Run(t, "dconf", "write", "/org/gnome/desktop/interface/cursor-size", "'not a number'")
	same(t, lines(capture(t, s)),
		"org.bkt.profile:/org/bkt/profiles/a/ odd-key = uint32 7",
		"org.bkt.test bytes = b'\\001x'",
		"org.bkt.test colour = 'dark-red'",
		"org.bkt.test count = uint32 5",
		`org.bkt.test dict = {'a': <uint32 5>, "it's": <@as []>}`,
		"org.bkt.test list = @as []",
		"org.bkt.test maybe = @mi 4",
		"org.bkt.test pairs = [('xkb', 'us')]",
		"org.bkt.test small = -5",
		`org.bkt.test word = "a b\tc 'd' \"e\" é\nf"`,
		"org.gnome.desktop.app-folders.folder:/org/gnome/desktop/app-folders/folders/My Games/ name = 'Games'",
		"org.gnome.desktop.interface clock-format = '24h'",
		"org.gnome.shell.extensions.one speed = uint32 9 "+uuid,
		"? 3 values in 3 folders that no schema here explains, such as /org/bkt/test/nowhere",
	)
}

func TestPresentIsTheImage(t *testing.T) {
	s := desktop(t)
	s.Image(t, "[org/bkt/test]\nword='image'\nflag=true\n", "/org/bkt/test/flag")
	s.Run(t, "gsettings", "set", "org.bkt.test", "word", "mine")
	got := map[string]string{}
	for _, p := range capture(t, s).Present {
		if strings.Contains(p.ID, "bkt") || strings.Contains(p.ID, "extensions.one") {
			got[p.ID] = p.Attrs.String("value") + p.Attrs.String("from")
			if p.Attrs.Bool("locked", false) {
				got[p.ID] += " locked"
			}
		}
	}
	want := map[string]string{
		"org.bkt.test word": "'image'", "org.bkt.test count": "uint32 3", "org.bkt.test small": "0", "org.bkt.test scale": "1.5",
		"org.bkt.test list": "['a']", "org.bkt.test pairs": "@a(ss) []", "org.bkt.test dict": "@a{sv} {}", "org.bkt.test maybe": "@mi nothing",
		"org.bkt.test flag": "true locked", "org.bkt.test colour": "'red'", "org.bkt.test bytes": "b''",
		"org.gnome.shell.extensions.one speed": "uint32 5" + uuid, "org.gnome.shell.extensions.one mode": "'slow'" + uuid,
	}
	if !maps.Equal(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
}

// task is what apply would ask for.
func task(v subsystem.Verb, schema, key, value string) subsystem.Task {
	return subsystem.Task{Verb: v, Have: doc.Absent(),
		Item: doc.Item{Subsystem: gsetting.Name, ID: schema + " " + key, Attrs: doc.Attrs{}.Set("value", value)}}
}

func do(ctx context.Context, h *host.Host, tasks ...subsystem.Task) error {
	return gsetting.Subsystem{}.Do(ctx, h, subsystem.View{}, tasks)
}

// TestApplyThenCaptureEqualsTheManifest goes all the way round, and back.
func TestApplyThenCaptureEqualsTheManifest(t *testing.T) {
	s, h := desktop(t), (*host.Host)(nil)
	h = machine(s)
	const manifest = `{"settings": [
		{"schema": "org.bkt.test", "key": "count", "value": "5"},
		{"schema": "org.bkt.test", "key": "scale", "value": "1"},
		{"schema": "org.bkt.test", "key": "colour", "value": "dark-red"},
		{"schema": "org.bkt.test", "key": "small", "value": "-7"},
		{"schema": "org.bkt.test", "key": "list", "value": "['x',\"y\"]"},
		{"schema": "org.bkt.test", "key": "word", "value": "'it\\'s'"},
		{"schema": "org.gnome.desktop.app-folders.folder:/org/gnome/desktop/app-folders/folders/X/", "key": "name", "value": "'X'"},
		{"schema": "org.gnome.shell.extensions.one", "key": "mode", "value": "'fast'"}
	]}`
	want, err := gsetting.Subsystem{}.Parse("m", []byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range want {
		if err := do(t.Context(), h, subsystem.Task{Verb: subsystem.Set, Item: i, Have: doc.Absent()}); err != nil {
			t.Errorf("%s: %v", i.ID, err)
		}
	}
	f := capture(t, s)
	if len(f.Items) != len(want) {
		t.Errorf("%d items for %d entries:\n%s", len(f.Items), len(want), strings.Join(lines(f), "\n"))
	}
	for _, w := range want {
		at := slices.IndexFunc(f.Items, func(i doc.Item) bool { return i.ID == w.ID })
		if at < 0 || !f.Items[at].Attrs.Satisfies(gsetting.Subsystem{}.Spell(w.Attrs, f.Items[at].Attrs)) {
			t.Errorf("%s is not what was asked for: %s", w.ID, strings.Join(lines(f), "\n"))
		}
	}
	var edits []subsystem.Edit
	for _, i := range f.Items {
		i.Attrs = maps.Clone(i.Attrs)
		delete(i.Attrs, "from") // it would be noted
		edits = append(edits, subsystem.Edit{Item: i})
	}
	if b, err := (gsetting.Subsystem{}).Edit("m", []byte(manifest), edits); err != nil || string(b) != manifest {
		t.Errorf("the manifest was rewritten: %v\n%s", err, b)
	}
	for _, i := range f.Items {
		if err := do(t.Context(), h, subsystem.Task{Verb: subsystem.Remove, Item: i, Have: doc.Has(i.Attrs)}); err != nil {
			t.Errorf("reset %s: %v", i.ID, err)
		}
	}
	same(t, lines(capture(t, s)))
}

func TestWhatGSettingsRefuses(t *testing.T) {
	s := desktop(t)
	s.Image(t, "[org/bkt/test]\nflag=true\n", "/org/bkt/test/flag")
	for want, task := range map[string]subsystem.Task{
		"outside of the valid range": task(subsystem.Set, "org.bkt.test", "count", "500"),
		"No such schema":             task(subsystem.Set, "org.bkt.none", "count", "5"),
		"No such key":                task(subsystem.Set, "org.bkt.test", "none", "5"),
		"not writable":               task(subsystem.Set, "org.bkt.test", "flag", "false"),
		"does not take the value":    task(subsystem.Set, "org.bkt.test", "small", "['a']"),
	} {
		if err := do(t.Context(), machine(s), task); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %s: %v, want %q", task.Item.ID, task.Item.Attrs, err, want)
		}
	}
	same(t, lines(capture(t, s)))
}

// TestASetWithoutEffectIsFoundOut: without a bus, gsettings ends with 0 and keeps nothing.
func TestASetWithoutEffectIsFoundOut(t *testing.T) {
	s := desktop(t)
	set := task(subsystem.Set, "org.bkt.test", "count", "5")
	for _, pair := range [][2]string{{"DBUS_SESSION_BUS_ADDRESS", "disabled:"}, {"GSETTINGS_BACKEND", "memory"}} {
		h := &host.Host{Env: s.Vars, Runner: &run.Exec{Env: append(s.Env(), pair[0]+"="+pair[1])}}
		if err := do(t.Context(), h, set); err == nil || !strings.Contains(err.Error(), "no effect") {
			t.Errorf("%s: %v", pair[0], err)
		}
	}
	var said strings.Builder
	h := &host.Host{Env: s.Vars, Runner: run.DryRun{Runner: &run.Exec{Env: s.Env()}, Out: &said}, DryRun: &said}
	if err := do(t.Context(), h, set); err != nil || said.String() != "would run: gsettings set org.bkt.test count 5\n" {
		t.Errorf("dry run: %v, %q", err, said.String())
	}
	same(t, lines(capture(t, s)))
}

func TestWithoutASession(t *testing.T) {
	s := desktop(t)
	s.Run(t, "gsettings", "set", "org.bkt.test", "count", "5")
	for name, address := range map[string]string{"disabled": "disabled:", "dead": "unix:path=" + s.Home + "/bus", "none": ""} {
		env := maps.Clone(s.Vars)
		env["DBUS_SESSION_BUS_ADDRESS"], env["XDG_RUNTIME_DIR"] = address, s.Home
		_, err := gsetting.Subsystem{}.Capture(t.Context(), &host.Host{Env: env, Runner: &run.Exec{Env: s.Env()}})
		if !errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), "log in") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnotherTree reads settings of a user who is not logged in, from the files of another tree.
func TestAnotherTree(t *testing.T) {
	s := desktop(t)
	s.Run(t, "gsettings", "set", "org.bkt.test", "count", "5")
	root := t.TempDir()
	for from, to := range map[string]string{s.Data: "/usr/share", s.Home: "/home/ada"} {
		if err := os.MkdirAll(root+to, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(root+to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	real.Write(t, root+"/etc/dconf/profile/user", "user-db:user\nsystem-db:local\n", 0o644)
	real.Write(t, root+"/etc/dconf/db/local.d/x", "[org/bkt/test]\nword='theirs'\n", 0o644)
	real.Output(t, root, s.Env(), "dconf", "compile", root+"/etc/dconf/db/local", root+"/etc/dconf/db/local.d")
	h := &host.Host{Root: root, Env: map[string]string{"HOME": "/home/ada"}, Runner: run.ReadOnly{Runner: &run.Exec{Env: real.Env(t.TempDir())}}}
	f, err := gsetting.Subsystem{}.Capture(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	same(t, lines(f), "org.bkt.test count = uint32 5")
	if !slices.ContainsFunc(f.Present, func(p doc.Present) bool {
		return p.ID == "org.bkt.test word" && p.Attrs.String("value") == "'theirs'"
	}) {
		t.Error("the image's own value is not there")
	}
}
