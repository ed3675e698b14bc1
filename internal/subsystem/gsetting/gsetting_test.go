package gsetting

import (
	"os"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// all of the interfaces that this subsystem is meant to have.
var _ interface {
	subsystem.Subsystem
	subsystem.Capturer
	subsystem.Codec
	subsystem.Planner
	subsystem.Blocker
	subsystem.Describer
	subsystem.Speller
} = Subsystem{}

func TestValidate(t *testing.T) {
	for _, i := range []doc.Item{
		item("org.gnome.desktop.interface", "clock-format", "'24h'", ""),
		item("org.gnome.shell.extensions.dash-to-dock", "dock_size.x", "0", "dash@ada"),
		item("org.gnome.Terminal.Legacy.Profile:/org/gnome/terminal/legacy/profiles:/:b1d/", "font", "'a\nb'", ""),
		item("org.gnome.desktop.app-folders.folder:/folders/My Games é/", "name", "x", ""),
		{ID: "a b"},
	} {
		if err := (Subsystem{}).Validate(i); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{
		"", " ", "a", "a ", " b", "a b c", "-x y", "--schemadir y", "a -y", "a: b", "a:/ b", "a:x/ b", "a:/x b", "a:/x//y/ b", "a:/x\n/ b", "a\x00 b",
		"a..b c", "a. b", "a b\n", "a:/x\u202e/ b", "a/b c",
	} {
		if err := (Subsystem{}).Validate(doc.Item{ID: id}); err == nil || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: error %v", id, err)
		}
	}
	for _, i := range []doc.Item{
		{ID: "a b", Scope: "user"}, {ID: "a b", Attrs: doc.Attrs{"value": []byte("5")}}, item("a", "b", "", ""), item("a", "b", "x\x00", ""),
		item("a", "b", "1", "../x"), {ID: "a b", Attrs: doc.Attrs{"from": []byte("1")}},
	} {
		if err := (Subsystem{}).Validate(i); err == nil {
			t.Errorf("%v is valid", i)
		}
	}
}

func TestSpell(t *testing.T) {
	a := func(v, uuid string) doc.Attrs { return item("a", "b", v, uuid).Attrs }
	for _, c := range []struct{ want, have, out doc.Attrs }{
		{a("5", ""), a("uint32 5", ""), a("uint32 5", "")},
		{a("5", "x@y"), a("uint32 5", ""), a("uint32 5", "")},
		{a("5", "x@y"), a("uint32 6", "x@y"), a("5", "x@y")},
		{a("5", ""), nil, a("5", "")},
	} {
		if got := (Subsystem{}).Spell(c.want, c.have); !got.Equal(c.out) {
			t.Errorf("%v beside %v: %v, want %v", c.want, c.have, got, c.out)
		}
	}
	w := a("5", "x@y")
	Subsystem{}.Spell(w, a("uint32 5", ""))
	if !w.Equal(a("5", "x@y")) {
		t.Errorf("what is wanted was changed: %v", w)
	}
}

func TestBlocked(t *testing.T) {
	view := subsystem.View{
		Has: func(sub, _, id string) (doc.Attrs, bool) {
			switch sub + " " + id {
			case "gsetting a.b c":
				return doc.Attrs{}.Set("value", "1"), true
			case "gsetting a.b d":
				return doc.Attrs{}.Set("value", "1").Set("locked", true), true
			case "extension here@x":
				return nil, true
			}
			return nil, false
		},
		Manifests: subsystem.Manifests{Items: map[string][]doc.Item{"extension": {
			{ID: "here@x"}, {ID: "soon@x"}, {ID: "off@x", Attrs: doc.Attrs{}.Set("enabled", false)},
		}}},
	}
	alone := view
	alone.Manifests = subsystem.Manifests{}
	for _, c := range []struct {
		id, from, want string
		view           subsystem.View
	}{
		{"a.b c", "", "", view},
		{"a.b d", "", "locked by the image", view},
		{"a.b e", "here@x", "no schema a.b with e here", view},
		{"a.b e", "off@x", "no schema a.b with e here", view},
		{"a.b e", "soon@x", "", view},
		{"a.b e", "", "", view},
		{"a.b e", "", "no schema a.b with e here", alone},
		{"a.b:/x/ e", "", "", alone},
		{"a.b window-size", "", "left to each machine", alone},
	} {
		schema, key := parts(c.id)
		i := item(schema, key, "2", c.from)
		if got := (Subsystem{}).Blocked(doc.Change{ID: c.id, Want: doc.Has(i.Attrs), Have: doc.Absent()}, c.view); got != c.want {
			t.Errorf("%s from %q: %q, want %q", c.id, c.from, got, c.want)
		}
	}
	if got := (Subsystem{}).Blocked(doc.Change{ID: "a.b e", Want: doc.Absent()}, alone); got != "" {
		t.Errorf("a removal: %q", got)
	}
}

func TestLeftOut(t *testing.T) {
	l := leftOut()
	for _, out := range []string{
		"org.gnome.gedit.state.window size", "org.gnome.nautilus.window-state maximized", "org.gnome.TextEditor window-size", "org.gnome.calculator accuracy-token",
		"org.gtk.Settings.FileChooser last-folder-uri", "org.gnome.settings-daemon.plugins.color night-light-last-coordinates",
		"org.gnome.shell.weather locations", "org.gnome.shell enabled-extensions", "org.gnome.shell command-history", "org.gnome.system.proxy.http authentication-password",
		"org.gnome.desktop.notifications.application:/org/gnome/desktop/notifications/application/x/ application-id", "org.gnome.desktop.input-sources mru-sources",
		"org.gnome.control-center last-panel", "org.gnome.software check-timestamp",
	} {
		if schema, key := parts(out); !l.has(schema, key) {
			t.Errorf("%s is captured", out)
		}
	}
	for _, in := range []string{
		"org.gnome.desktop.interface color-scheme", "org.gnome.desktop.privacy recent-files-max-age", "org.gnome.desktop.privacy remember-recent-files",
		"org.gnome.shell favorite-apps", "org.gnome.shell disable-user-extensions", "org.gnome.desktop.input-sources sources", "org.gnome.mutter dynamic-workspaces",
		"org.gnome.settings-daemon.plugins.color night-light-enabled", "org.gnome.desktop.notifications.application:/x/ enable", "org.gnome.nautilus.preferences default-folder-viewer",
		"org.gnome.desktop.wm.preferences button-layout", "org.gnome.software download-updates", "org.gnome.shell.app-switcher current-workspace-only",
	} {
		if schema, key := parts(in); l.has(schema, key) {
			t.Errorf("%s is left out", in)
		}
	}
	if len(l.out) < 50 {
		t.Errorf("only %d patterns were read", len(l.out))
	}
}

// TestTheListIsDocumented compares the page with the list that is used.
func TestTheListIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/settings-left-out.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "\n```text\n"+leftOutText+"```\n") {
		t.Error("docs/settings-left-out.md does not hold left-out.txt as it is")
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		glob, s string
		want    bool
	}{
		{"*", "x", true}, {"a", "a", true}, {"a", "ab", false}, {"a*", "ab", true}, {"a*", "ba", false}, {"*a", "ba", true}, {"*a", "ab", false},
		{"*a*", "bab", true}, {"*a*", "b", false}, {"a*c", "abc", true}, {"a*c", "abd", false}, {"*.s.*", "x.s.y", true}, {"*.s.*", "x.s", false},
	} {
		if matches(c.glob, c.s) != c.want {
			t.Errorf("%s %s: not %v", c.glob, c.s, c.want)
		}
	}
}

func TestOtherDesktops(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(root+"/usr/bin", 0o755); err != nil {
		t.Fatal(err)
	}
	h := &host.Host{Root: root, Env: map[string]string{}, Runner: &run.Exec{}}
	if plasma(h) {
		t.Error("a machine without any desktop is KDE's")
	}
	if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || err.Error() != "gsettings or dconf is not installed" {
		t.Errorf("no tools: %v", err)
	}
	if err := os.WriteFile(root+"/usr/bin/plasmashell", nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if !plasma(h) {
		t.Error("Plasma is not seen")
	}
	if err := os.WriteFile(root+"/usr/bin/gnome-shell", nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if plasma(h) {
		t.Error("GNOME is not seen")
	}
}
