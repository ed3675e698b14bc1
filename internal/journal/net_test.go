package journal

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bkt/internal/doc"
)

// side is a value, absent, or left out.
func side(v string) doc.Side {
	switch v {
	case "?":
		return doc.Side{}
	case "-":
		return doc.Absent()
	}
	return has(v)
}

// word is side's inverse.
func word(s doc.Side) string {
	switch {
	case !s.Known():
		return "?"
	case !s.There():
		return "-"
	}
	return s.Attrs().String("value")
}

// reaches compares without spelling.
func reaches(_ string, want, have doc.Side) bool {
	return want.There() == have.There() && have.Attrs().Satisfies(want.Attrs())
}

// steps makes entries of one item: `-1@-` is from absent to 1, while the manifests had nothing.
func steps(text string) []Entry {
	var out []Entry
	for n, s := range strings.Fields(text) {
		e := did("flatpak", "a", strings.Trim(s[:1], "-"), strings.Trim(s[1:2], "-"))
		e.ID, e.Want = "e"+strconv.Itoa(n), side(strings.TrimPrefix(s[2:], "@"))
		if len(s) == 2 {
			e.Want = doc.Side{}
		}
		out = append(out, e)
	}
	return out
}

func TestMake(t *testing.T) {
	for _, c := range []struct {
		name, steps, now, published, resolve string
		want                                 string // action want>have entry, `settled …`, or `conflict want>have`
	}{
		{"added", "-1@-", "-", "?", "", "add ->1 e0"},
		{"added, then removed", "-1@- 1-@-", "-", "?", "", "settled e0 e1"},
		{"set twice", "-1@- 12@-", "-", "?", "", "add ->2 e1"},
		{"set, then set back", "12@1 21@1", "1", "?", "", "settled e0 e1"},
		{"removed", "1-@1", "1", "?", "", "remove 1>- e0"},
		{"removed, then added", "1-@1 -1@1", "1", "?", "", "settled e0 e1"},
		{"added, added there, and removed", "-1@- 1-@1", "1", "?", "", "remove 1>- e1"},
		{"removed, removed there, and added", "1-@1 -1@-", "-", "?", "", "add ->1 e1"},
		{"set, set there, and set back", "12@1 21@3", "3", "?", "", "update 3>1 e1"},
		{"removed again, and meanwhile removed there", "-1@- 1-@1", "-", "?", "", "settled e0 e1"},
		{"set back, and set there before and after", "12@1 21@3", "4", "?", "", "conflict 4>1"},
		{"added and removed, and added there only then", "-1@- 1-@-", "1", "?", "", "settled e0 e1"},
		{"set back, and set there and back in between", "12@1 23@4 31@1", "1", "?", "", "settled e0 e1 e2"},
		{"set back, and the newest base is not known", "12@1 21", "1", "?", "", "settled e0 e1"},
		{"set to another value", "12@1", "1", "?", "", "update 1>2 e0"},
		{"in the manifests already", "-1@-", "1", "?", "", "settled e0"},
		{"gone from the manifests, too", "1-@1", "-", "?", "", "settled e0"},
		{"both changed it", "12@1", "3", "?", "", "conflict 3>2"},
		{"both changed it: mine", "12@1", "3", "?", "local", "update 3>2 e0"},
		{"both changed it: theirs", "12@1", "3", "?", "manifest", "settled e0"},
		{"removed here, changed there", "1-@1", "2", "?", "", "conflict 2>-"},
		{"removed here, added there", "1-@-", "1", "?", "", "conflict 1>-"},
		{"changed here, removed there", "12@1", "-", "?", "", "conflict ->2"},
		{"changed here, removed there: mine", "12@1", "-", "?", "local", "add ->2 e0"},
		{"the newest base counts", "12@1 23@4", "4", "?", "", "update 4>3 e1"},
		{"the base is not known", "-1", "-", "?", "", "add ->1 e0"},
		{"the base is not known, and they say what was here", "12", "1", "?", "", "update 1>2 e0"},
		{"the base is not known, and they say something else", "12", "3", "?", "", "conflict 3>2"},
		{"the base is not known: removed", "1-", "1", "?", "", "remove 1>- e0"},
		{"the newest base is not known", "12@1 23", "1", "?", "", "update 1>3 e1"},
		{"proposed already", "-1@-", "-", "1", "", "add ->1 e0"},
		{"proposed, and taken back", "1-@-", "-", "1", "", "remove ?>- e0"},
		{"proposed, and nothing came of it", "-1@- 1-@-", "-", "1", "", "remove ?>- e1"},
		{"proposed, and set back", "21@1", "1", "2", "", "update ?>1 e0"},
		{"proposed, and changed again", "12@-", "-", "1", "", "add ->2 e0"},
	} {
		got := []string{}
		out := Make(Fold(steps(c.steps)), Facts{Want: func(doc.Key) doc.Side { return side(c.now) },
			Published: func(doc.Key) doc.Side { return side(c.published) },
			Reaches:   reaches, Resolve: func(doc.Key) string { return c.resolve }})
		for _, ch := range out.Changes {
			got = append(got, ch.Action+" "+word(ch.Want)+">"+word(ch.Have)+" "+ch.Entry)
		}
		for _, ch := range out.Conflicts {
			got = append(got, "conflict "+word(ch.Want)+">"+word(ch.Have))
		}
		if out.Settled != nil {
			got = append(got, "settled "+strings.Join(out.Settled, " "))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, ", "), c.want)
		}
		d := doc.Changes{Host: doc.Host{Hostname: "x"}, Changes: out.Changes, Subsystems: map[string]doc.Status{}}
		if _, err := doc.Marshal(&d); err != nil {
			t.Errorf("%s: no document: %v", c.name, err)
		}
	}
}

// A change of an attribute that the manifests do not name is none that they have.
func TestWhatTheManifestsDoNotName(t *testing.T) {
	attrs := func(text string) doc.Side {
		a := doc.Attrs{}
		for _, f := range strings.Fields(text) {
			name, value, _ := strings.Cut(f, "=")
			a.Set(name, value)
		}
		return doc.Has(a)
	}
	for _, c := range []struct{ name, before, after, want, now, got string }{
		{"an override of what is there", "remote=one branch=b", "remote=one branch=b overrides=x", "remote=one", "remote=one", "update"},
		{"the manifests have it", "remote=one", "remote=one overrides=x", "remote=one", "remote=one overrides=x", "settled"},
		{"the manifests have another", "remote=one", "remote=one overrides=x", "remote=one", "remote=one overrides=y", "conflict"},
		{"what they do not name is as it was", "remote=one branch=b", "remote=two branch=b", "remote=one", "remote=two", "settled"},
		{"the override is gone, and they never had it", "remote=one overrides=x", "remote=one", "remote=one", "remote=one", "settled"},
		{"both moved, to the same, and here to more", "remote=one", "remote=two overrides=x", "remote=one", "remote=two", "update"},
		{"the override is gone, and they have it", "remote=one overrides=x", "remote=one", "remote=one overrides=x", "remote=one overrides=x", "update"},
	} {
		e := Entry{ID: "e", Action: doc.Update, Subsystem: "flatpak", Item: "a", Before: attrs(c.before), After: attrs(c.after), Want: attrs(c.want)}
		out := Make(Fold([]Entry{e}), Facts{Want: func(doc.Key) doc.Side { return attrs(c.now) },
			Published: func(doc.Key) doc.Side { return doc.Side{} }, Reaches: reaches, Resolve: func(doc.Key) string { return "" }})
		got := strings.Repeat("settled", len(out.Settled)) + strings.Repeat("conflict", len(out.Conflicts))
		for _, ch := range out.Changes {
			got += ch.Action
			if !ch.Want.Equal(attrs(c.now)) || !ch.Have.Equal(e.After) {
				t.Errorf("%s: %+v", c.name, ch)
			}
		}
		if got != c.got {
			t.Errorf("%s: %s, want %s", c.name, got, c.got)
		}
	}
}

// What ended as it began is held all the same where the manifests moved meanwhile: bkt-apply would
// carry out theirs.
func TestWhatIsHeld(t *testing.T) {
	for text, want := range map[string]string{
		"-1@-": "1", "1-@1": "-", "12@1": "2",
		"-1@- 1-@-": "", "1-@1 -1@1": "", "12@1 21@1": "", "12 21": "", "12@1 21": "",
		"-1@- 1-@1": "-", "1-@1 -1@-": "1", "12@1 21@3": "1",
	} {
		got := ""
		for _, h := range Held(steps(text)) {
			got = word(h.After)
		}
		if got != want {
			t.Errorf("%s: %q is held, want %q", text, got, want)
		}
	}
}

// Whatever was done, in whatever order: to carry the changes out in the manifests brings them to
// where the machine is, each entry is accounted for once, and what ended as it began changes nothing.
func TestTheNetEffectIsTheMachine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	keys := []string{"a", "b", "c"}
	for range 2000 {
		start, now := map[string]string{}, map[string]string{}
		for _, k := range keys {
			start[k] = []string{"-", "1", "2"}[r.IntN(3)]
			now[k] = start[k]
		}
		var l []Entry
		for n := range r.IntN(12) {
			k := keys[r.IntN(3)]
			to := []string{"-", "1", "2"}[r.IntN(3)]
			if to == now[k] {
				continue
			}
			e := did("flatpak", k, strings.Trim(now[k], "-"), strings.Trim(to, "-"))
			e.ID, e.Want = strconv.Itoa(n), side(start[k])
			l, now[k] = append(l, e), to
		}
		nets := Fold(l)
		out := Make(nets, Facts{Want: func(k doc.Key) doc.Side { return side(start[k.ID]) },
			Published: func(doc.Key) doc.Side { return doc.Side{} }, Reaches: reaches,
			Resolve: func(doc.Key) string { return "" }})
		if len(out.Conflicts) > 0 {
			t.Fatalf("%v: %v", l, out.Conflicts)
		}
		m := map[string]string{}
		for _, k := range keys {
			m[k] = start[k]
		}
		seen := slices.Clone(out.Settled)
		for _, c := range out.Changes {
			if now[c.ID] == start[c.ID] {
				t.Fatalf("%v: %+v changes nothing", l, c)
			}
			m[c.ID] = word(c.Have)
			for _, n := range nets {
				if n.Key == c.Key() {
					seen = append(seen, n.IDs...)
				}
			}
		}
		slices.Sort(seen)
		ids := idsOf(l)
		slices.Sort(ids)
		if !slices.Equal(seen, ids) {
			t.Fatalf("%v: %q of %q accounted for", l, seen, ids)
		}
		for _, k := range keys {
			if m[k] != now[k] {
				t.Fatalf("%v: the manifests have %s=%s, the machine %s", l, k, m[k], now[k])
			}
		}
		held := Held(l)
		for _, k := range keys {
			_, ok := held[doc.Key{Subsystem: "flatpak", ID: k}]
			if ok != (now[k] != start[k]) {
				t.Fatalf("%v: %s held: %v", l, k, ok)
			}
		}
	}
}
