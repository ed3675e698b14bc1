package compare

import (
	"strings"
	"testing"

	"bkt/internal/applied"
	"bkt/internal/doc"
)

func TestChanges(t *testing.T) {
	rec := func(sub string, a doc.Applied) map[string]doc.Applied { return map[string]doc.Applied{sub: a} }
	for _, c := range []struct {
		name string
		w    world
		want string
	}{
		{"nothing", world{}, ""},
		{"in sync", world{manifests: m("app", wants("user/a=1")), items: []string{"app:user/a=1"}}, ""},
		{"scope is identity", world{manifests: m("app", wants("user/a=1")), items: []string{"app:system/a=1"}},
			"add uncaptured app:system/a; remove missing app:user/a"},
		{"added here", world{manifests: m("app", wants()), items: []string{"app:user/a=1"}}, "add uncaptured app:user/a"},
		{"removed here", world{manifests: m("app", wants("user/a=1")), record: rec("app", noted("user/a", "1", "1", true))}, "remove removed-here app:user/a"},
		{"changed there", world{manifests: m("app", wants("a=2")), items: []string{"app:a=1"}, record: rec("app", noted("a", "1", "1", false))}, "update changed-there app:a"},
		{"dropped", world{manifests: m("app", wants()), items: []string{"app:a=1"}, record: rec("app", noted("a", "1", "1", true))}, "add dropped app:a"},
		{"a record of another scope is of another item", world{manifests: m("app", wants()), items: []string{"app:user/a=1"}, record: rec("app", noted("system/a", "1", "1", true))}, "add uncaptured app:user/a"},
		{"two spellings", world{manifests: m("app", wants("a=one")), items: []string{"app:a=1"}, record: rec("app", noted("a", "one", "1", false))}, ""},
		{"an image's default", world{manifests: m("app", wants("a=2")), present: []string{"app:a=1", "app:b=1"}}, "update changed-there app:a"},
		{"not managed", world{manifests: m("unit", wants()), items: []string{"app:a=1", "unit:u=1"}}, "add uncaptured unit:u"},
		{"no proof", world{unproven: true, manifests: m("app", wants("a=1", "b=1")), items: []string{"app:b=2", "app:c=1"}},
			"update conflict app:b; add uncaptured app:c"},
		{"failed", world{status: doc.Failed, manifests: m("app", wants("a=1"))}, ""},
		{"unavailable", world{status: doc.Unavailable, manifests: m("app", wants("a=1"))}, ""},

		{"waits for the image", world{image: true, manifests: m("package", wants("p"))}, "remove pending-image package:p merged"},
		{"the image has it", world{image: true, manifests: m("package", wants("p")), present: []string{"package:p"}}, ""},
		{"in package mode", world{manifests: m("package", wants("p"))}, "remove missing package:p"},
		{"redundant", world{image: true, manifests: m("package", wants("p")), items: []string{"package:p"}, present: []string{"package:p"}}, "add redundant package:p"},
		{"layered", world{image: true, manifests: m("package", wants()), items: []string{"package:p"}}, "add uncaptured package:p"},
		{"apply layered it", world{image: true, manifests: m("package", wants()), items: []string{"package:p"}, record: rec("package", noted("p", "1", "1", true))}, "add dropped package:p"},
		{"the image carries it out in its own way", world{image: true, manifests: m("layer", wants("carried", "x"))}, "remove pending-image layer:x merged"},
		{"as in package mode", world{manifests: m("layer", wants("carried", "x"))}, "remove missing layer:x"},
		{"both tiers are missing, never pending", world{image: true, manifests: m("unit", wants("u"))}, "remove missing unit:u"},
	} {
		if got := told(c.w.compare(t)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestBaseRemovalIsRemovedHere(t *testing.T) {
	w := world{image: true, manifests: m("package", `[{"id": "p", "attrs": {"mode": "install"}}]`), present: []string{"package:p"}}
	s := w.state()
	n := 1
	s.Items = []doc.Item{{Subsystem: "package", ID: "p", Attrs: doc.Attrs{}.Set("mode", "remove")}}
	c := s.Subsystems["package"]
	c.Count = &n
	c.Present[0].Attrs.Set("mode", "install")
	s.Subsystems["package"] = c
	ms, err := Load(distribution(w.manifests), nil, list())
	if err != nil {
		t.Fatal(err)
	}
	if got := told(Changes(Input{Manifests: ms, State: s, List: list()})); got != "update removed-here package:p" {
		t.Error(got)
	}
}

func TestStatusesAndHost(t *testing.T) {
	d := world{status: doc.Failed, manifests: map[string]string{"app": wants(), "unit": wants()}}.compare(t)
	if len(d.Subsystems) != 2 || d.Subsystems["app"].Status != doc.Failed || d.Host.Hostname != "desktop" {
		t.Errorf("%+v", d)
	}
	w := world{manifests: map[string]string{"app": wants(), "unit": wants()}}
	s := w.state()
	delete(s.Subsystems, "unit") // a jq between, or an older program
	ms, err := Load(distribution(w.manifests), nil, list())
	if err != nil {
		t.Fatal(err)
	}
	if d := Changes(Input{Manifests: ms, State: s, List: list()}); len(d.Subsystems) != 1 || d.Subsystems["app"].Status != doc.OK {
		t.Errorf("%+v", d.Subsystems)
	}
}

func TestBothSidesAreWhole(t *testing.T) {
	d := world{manifests: m("app", wants("a=1")), items: []string{"app:a=2"}}.compare(t)
	if c := d.Changes[0]; !c.Want.Equal(side("1")) || !c.Have.Equal(side("2")) {
		t.Errorf("%+v", c)
	}
	d = world{manifests: m("app", wants("a=2")), present: []string{"app:a=1"}}.compare(t)
	if c := d.Changes[0]; !c.Want.Equal(side("2")) || !c.Have.Equal(side("1")) {
		t.Errorf("what the image brings is what the machine has: %+v", c)
	}
}

func TestPolicyHidesAndCounts(t *testing.T) {
	items := []string{"gsetting:a=1", "gsetting:b=1", "gsetting:c=2", "app:x=1", "app:y=1"}
	manifests := map[string]string{"gsetting": wants("c=1"), "app": wants()}
	with := func(policy string) map[string]string {
		out := map[string]string{"policy": policy}
		for k, v := range manifests {
			out[k] = v
		}
		return out
	}
	ignoreY := func(sub, id string) bool { return sub == "app" && id == "y" }
	for _, c := range []struct {
		name           string
		w              world
		want           string
		settings, apps int
	}{
		{"defaults", world{manifests: manifests, items: items}, "add uncaptured app:x; add uncaptured app:y; update conflict gsetting:c", 2, 0},
		{"dropped, though only what is named is tracked", world{manifests: manifests, items: []string{"gsetting:a=1", "gsetting:c=1"}, record: map[string]doc.Applied{"gsetting": noted("a", "1", "1", true)}},
			"add dropped gsetting:a", 0, 0},
		{"released", world{manifests: manifests, items: []string{"gsetting:a=1", "gsetting:c=1"}, record: map[string]doc.Applied{"gsetting": noted("a", "1", "1", false)}}, "", 1, 0},
		{"all tracked", world{manifests: with(`{"gsetting": {"track": "all"}}`), items: items},
			"add uncaptured app:x; add uncaptured app:y; add uncaptured gsetting:a; add uncaptured gsetting:b; update conflict gsetting:c", 0, 0},
		{"ignored by the distribution", world{manifests: with(`{"gsetting": {"ignore": ["*"]}, "app": {"ignore": ["x"]}}`), items: items}, "add uncaptured app:y", 3, 1},
		{"ignored by this machine", world{manifests: manifests, items: items, ignore: ignoreY}, "add uncaptured app:x; update conflict gsetting:c", 2, 1},
		{"named by --only, tracked or not", world{manifests: manifests, items: items, only: "gsetting"},
			"add uncaptured gsetting:a; add uncaptured gsetting:b; update conflict gsetting:c", 0, 0},
		{"--only with a glob", world{manifests: manifests, items: items, only: "gsetting:a,app:y"}, "add uncaptured app:y; add uncaptured gsetting:a", 0, 0},
		{"--exclude", world{manifests: manifests, items: items, exclude: "app,gsetting:c"}, "", 2, 0},
		{"--exclude after --only", world{manifests: manifests, items: items, only: "app", exclude: "app:x"}, "add uncaptured app:y", 0, 0},
	} {
		d := c.w.compare(t)
		if got := told(d); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if s, a := d.Subsystems["gsetting"].Hidden, d.Subsystems["app"].Hidden; s != c.settings || a != c.apps {
			t.Errorf("%s: %d settings and %d apps hidden, want %d and %d", c.name, s, a, c.settings, c.apps)
		}
	}
}

// published is what this machine has put into its pull request.
func published(changes ...doc.Change) *applied.Published {
	return &applied.Published{URL: "https://example.org/pull/12", Changes: changes}
}

func change(action, item string, want, have doc.Side) doc.Change {
	i := short(item)
	return doc.Change{Action: action, Subsystem: "app", Scope: i.Scope, ID: i.ID, Want: want, Have: have}
}

func TestPublished(t *testing.T) {
	absent := doc.Absent()
	added := change(doc.Add, "a", absent, side("1"))
	for _, c := range []struct {
		name string
		w    world
		want string
	}{
		{"proposed", world{manifests: m("app", wants()), items: []string{"app:a=1"}, published: published(added)}, "add uncaptured app:a proposed"},
		{"without a base", world{manifests: m("app", wants()), items: []string{"app:a=1"}, published: published(change(doc.Add, "a", doc.Side{}, side("1")))}, "add uncaptured app:a proposed"},
		{"changed again since", world{manifests: m("app", wants()), items: []string{"app:a=2"}, published: published(added)}, "add uncaptured app:a"},
		{"another scope", world{manifests: m("app", wants()), items: []string{"app:user/a=1"}, published: published(added)}, "remove removed-here app:a; add uncaptured app:user/a"},
		{"merged", world{manifests: m("app", wants("a=1")), items: []string{"app:a=1"}, published: published(added)}, ""},
		{"merged, and removed here since", world{manifests: m("app", wants("a=1")), published: published(added)}, "remove removed-here app:a"},
		{"merged, and changed here since", world{manifests: m("app", wants("a=1")), items: []string{"app:a=2"}, published: published(added)}, "update changed-here app:a"},
		{"not owned", world{manifests: m("app", wants()), items: []string{"app:a=1"}, published: published(change(doc.Add, "b", absent, side("1")))}, "add uncaptured app:a; remove removed-here app:b"},
		{"the record is nearer", world{manifests: m("app", wants("a=1")), items: []string{"app:a=2"}, published: published(added),
			record: map[string]doc.Applied{"app": noted("a", "2", "2", true)}}, "update changed-there app:a"},
		{"removal proposed", world{manifests: m("app", wants("a=1")), published: published(change(doc.Remove, "a", side("1"), absent)),
			record: map[string]doc.Applied{"app": noted("a", "1", "1", true)}}, "remove removed-here app:a proposed"},
		{"value proposed", world{manifests: m("app", wants("a=1")), items: []string{"app:a=2"}, published: published(change(doc.Update, "a", side("1"), side("2")))}, "update conflict app:a proposed"},
		{"somebody else moved it since", world{manifests: m("app", wants("a=3")), items: []string{"app:a=2"}, published: published(change(doc.Update, "a", side("1"), side("2")))}, "update conflict app:a"},
		{"declined", world{manifests: m("app", wants()), items: []string{"app:a=1"}, published: &applied.Published{Declined: []doc.Change{added}}}, "add uncaptured app:a declined"},
		{"declined, and changed since", world{manifests: m("app", wants()), items: []string{"app:a=2"}, published: &applied.Published{Declined: []doc.Change{added}}}, "add uncaptured app:a"},
		{"merged, and dropped by the manifests since", world{manifests: m("app", wants()), items: []string{"app:a=1"}, published: &applied.Published{Arrived: []doc.Change{added}}}, "add released app:a"},
		{"a removal proposed", world{manifests: m("app", wants("b=1")), published: published(change(doc.Remove, "b", side("1"), absent))}, "remove removed-here app:b proposed"},
		{"a removal declined", world{manifests: m("app", wants("b=1")), published: &applied.Published{Declined: []doc.Change{change(doc.Remove, "b", side("1"), absent)}}}, "remove removed-here app:b declined"},
		{"a removal proposed, and M has moved on", world{manifests: m("app", wants("b=2")), published: published(change(doc.Remove, "b", side("1"), absent))}, "remove missing app:b"},
		{"a package that was proposed, merged and never layered waits for the image", world{image: true, manifests: m("package", wants("p=1")),
			published: published(doc.Change{Action: doc.Add, Subsystem: "package", ID: "p", Want: absent, Have: side("1")})}, "remove pending-image package:p merged"},
		{"another machine's state", world{manifests: m("app", wants("a=1")), items: []string{}}, "remove missing app:a"},
	} {
		d := c.w.compare(t)
		if got := told(d); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		for _, ch := range d.Changes {
			if (ch.PR != "") != (ch.Stage == doc.Proposed) {
				t.Errorf("%s: %s with pull request %q", c.name, ch.Stage, ch.PR)
			}
		}
	}
}

func TestWhatCannotBeReproducedIsShownWhereItIsManaged(t *testing.T) {
	for _, c := range []struct{ only, want string }{{"", "a b"}, {"app:a", "a"}, {"unit", ""}} {
		w := world{manifests: map[string]string{"app": wants(), "unit": wants()}, only: c.only}
		s := w.state()
		for _, u := range []string{"app a", "app b", "package p"} {
			sub, id, _ := strings.Cut(u, " ")
			s.Unmanaged = append(s.Unmanaged, doc.Unmanaged{Subsystem: sub, ID: id, Reason: "r"})
		}
		ms, err := Load(distribution(w.manifests), nil, list())
		if err != nil {
			t.Fatal(err)
		}
		sel, err := ParseSelection(c.only, "", list())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range Changes(Input{Manifests: ms, State: s, Selection: sel, List: list()}).Unmanaged {
			got = append(got, u.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q", c.only, got)
		}
	}
}
