package compare

import (
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
)

func TestResolve(t *testing.T) {
	app := doc.Key{Subsystem: "flatpak", Scope: "user", ID: "org.gnome.Maps"}
	key := doc.Key{Subsystem: "gsetting", ID: "org.gnome.Terminal.Profile:/org/gnome/x:y/ font"}
	karg := doc.Key{Subsystem: "karg", ID: "rd.luks.options=discard"}
	for _, c := range []struct {
		text string
		key  doc.Key
		want string
	}{
		{"", app, ""},
		{"local", app, SideLocal},
		{"manifest", key, SideManifest},
		{"org.gnome.Maps=local", app, SideLocal},
		{"org.gnome.Maps=local", key, ""},
		{"flatpak:org.gnome.Maps=manifest", app, SideManifest},
		{"dnf:org.gnome.Maps=manifest", app, ""},
		{"flatpak@user:org.gnome.Maps=local", app, SideLocal},
		{"flatpak@system:org.gnome.Maps=local", app, ""},
		{"flatpak@system:org.gnome.Maps=local,org.gnome.Maps=manifest", app, SideManifest},
		{"org.gnome.Maps=local,org.gnome.Maps=manifest", app, SideLocal},
		{key.ID + "=local", key, SideLocal},
		{"gsetting:" + key.ID + "=local", key, SideLocal},
		{"rd.luks.options=discard=manifest", karg, SideManifest},
		{"karg:rd.luks.options=discard=local", karg, SideLocal},
		{"x=local", karg, ""},
	} {
		r, err := ParseResolve(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if got := r.Side(c.key); got != c.want {
			t.Errorf("%s: %v is %q, want %q", c.text, c.key, got, c.want)
		}
	}
	for _, text := range []string{"Local", "org.gnome.Maps", "=local", "a=both", "a=local,", "all=", ","} {
		if r, err := ParseResolve(text); err == nil || !strings.HasPrefix(err.Error(), "--resolve: '") || !strings.HasSuffix(err.Error(), "' is not local, manifest or ID=local|manifest") {
			t.Errorf("%s: %+v, %v", text, r, err)
		}
	}
}

func TestSelection(t *testing.T) {
	for _, c := range []struct {
		only, exclude, subsystems string
		all                       bool
	}{
		{"", "", "app package layer unit gsetting other", true},
		{"app", "", "app", false},
		{"app:x*,unit", "", "app unit", false},
		{"", "app", "package layer unit gsetting other", false},
		{"", "app:x", "app package layer unit gsetting other", false},
		{"app,unit", "app", "unit", false},
		{"app", "app", "", false},
	} {
		s, err := ParseSelection(c.only, c.exclude, list())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, sub := range s.Subsystems(list()) {
			names = append(names, sub.Info().Name)
		}
		if got := strings.Join(names, " "); got != c.subsystems || s.All() != c.all {
			t.Errorf("--only %q --exclude %q: %s, all %v", c.only, c.exclude, got, s.All())
		}
	}
	for text, want := range map[string]string{"nope": "'nope': unknown subsystem 'nope'", "app@me": "unknown scope 'me'"} {
		if _, err := ParseSelection(text, "", list()); err == nil || !strings.HasPrefix(err.Error(), "--only: ") || !strings.Contains(err.Error(), want) {
			t.Error(err)
		}
		if _, err := ParseSelection("", text, list()); err == nil || !strings.HasPrefix(err.Error(), "--exclude: ") || !strings.Contains(err.Error(), want) {
			t.Error(err)
		}
	}
}

func TestSelectionMatches(t *testing.T) {
	s, err := ParseSelection("app@user:org.*,unit", "app:org.b,unit:x", list())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sub, scope, id string
		want           bool
	}{
		{"app", "user", "org.a", true}, {"app", "system", "org.a", false}, {"app", "user", "com.a", false}, {"app", "user", "org.b", false},
		{"unit", "", "y", true}, {"unit", "", "x", false}, {"package", "", "y", false},
	} {
		if got := s.Match(c.sub, c.scope, c.id); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if !s.Names("app") || !s.Names("unit") || s.Names("package") || (Selection{}).Names("app") {
		t.Error("Names")
	}
}

// TestANarrowedStateProvesNothing: what is left out of a document must not look removed.
func TestANarrowedStateProvesNothing(t *testing.T) {
	w := world{manifests: map[string]string{"app": wants("a=1", "b=1"), "unit": wants("u=1")}, items: []string{"app:a=1", "app:b=2", "unit:u=2"}}
	s := w.state()
	s.Unmanaged = []doc.Unmanaged{{Subsystem: "app", ID: "b", Reason: "r"}, {Subsystem: "app", ID: "z", Reason: "r"}}
	sel, err := ParseSelection("app:b", "", list())
	if err != nil {
		t.Fatal(err)
	}
	sel.Narrow(s)
	if len(s.Items) != 1 || s.Items[0].ID != "b" || *s.Subsystems["app"].Count != 2 || len(s.Unmanaged) != 1 {
		t.Errorf("%+v", s)
	}
	ms, err := Load(distribution(w.manifests), nil, list())
	if err != nil {
		t.Fatal(err)
	}
	if got := told(Changes(Input{Manifests: ms, State: s, List: list()})); got != "update conflict app:b" {
		t.Error(got)
	}
	whole := w.state()
	Selection{}.Narrow(whole)
	if len(whole.Items) != 3 || !slices.ContainsFunc(whole.Items, func(i doc.Item) bool { return i.ID == "u" }) {
		t.Errorf("%+v", whole.Items)
	}
}
