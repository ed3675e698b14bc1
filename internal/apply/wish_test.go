package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// careful is a package manager that says beforehand what it can do.
type careful struct {
	kind
	how   string
	waits map[string]string // by id
}

func (c careful) Foresee(_ context.Context, _ *host.Host, _ subsystem.View, tasks []subsystem.Task) (string, map[doc.Key]string, error) {
	out := map[doc.Key]string{}
	for _, t := range tasks {
		if why := c.waits[t.Item.ID]; why != "" {
			out[t.Item.Key()] = why
		}
	}
	return c.how, out, nil
}

func TestGrant(t *testing.T) {
	for _, c := range []struct {
		name   string
		remove bool
		sub    string
		ids    string // id=value
		calls  []string
		fates  string
		said   string
	}{
		{"what is not here comes, at once", false, "set", "x=1 y=2", []string{"0 x", "0 y"}, "x done, y done", ""},
		{"what is here stays", false, "set", "a=1 x=1", []string{"0 x"}, "a true, x done", ""},
		{"with another value it is set", false, "set", "a=2", []string{"1 a"}, "a done", ""},
		{"what the image brings is here", false, "set", "b=1", nil, "b true", ""},
		{"what is here goes", true, "set", "a x", []string{"2 a"}, "a done, x true", ""},
		{"what the image brings stays", true, "set", "b", nil, "b waits: the image brings it", ""},
		{"one that is lost keeps nobody else", false, "set", "lost=1 x=1", []string{"fail", "sift", "0 x"}, "lost failed: not offered, x done", ""},
		{"as foreseen", false, "pkg", "later=1 x=1", []string{"0 x"}, "later waits: with the image, x done", "somehow"},
		{"nothing is left to do", false, "pkg", "later=1", nil, "later waits: with the image", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			w.lost = map[string]bool{"lost": true}
			w.have[doc.Key{Subsystem: "set", ID: "a"}] = "1"
			w.image[doc.Key{Subsystem: "set", ID: "b"}] = "1"
			list := w.list()
			list[2] = careful{list[2].(kind), "somehow", map[string]string{"later": "with the image"}}
			n := slices.IndexFunc(list, func(s subsystem.Subsystem) bool { return s.Info().Name == c.sub })
			wanted := Wish{Subsystem: list[n], Remove: c.remove}
			for id := range strings.FieldsSeq(c.ids) {
				id, v, _ := strings.Cut(id, "=")
				wanted.Items = append(wanted.Items, doc.Item{Subsystem: c.sub, ID: id, Attrs: value(v)})
			}
			said := ""
			fates, err := Grant(t.Context(), w.host, compare.Input{Manifests: wish(nil), State: w.state(t), List: list}, wanted, func(s string) { said += s })
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range fates {
				switch {
				case f.Err != nil:
					got = append(got, fmt.Sprintf("%s failed: %v", f.Item.ID, f.Err))
				case f.True:
					got = append(got, f.Item.ID+" true")
				case f.Waits != "":
					got = append(got, f.Item.ID+" waits: "+f.Waits)
				default:
					got = append(got, f.Item.ID+" done")
				}
			}
			if strings.Join(got, ", ") != c.fates || !slices.Equal(w.calls, c.calls) || said != c.said {
				t.Errorf("%q, want %q; calls %q, want %q; said %q", got, c.fates, w.calls, c.calls, said)
			}
			if err := Fated(fates); (err != nil) != strings.Contains(c.fates, "failed") {
				t.Errorf("all of it: %v", err)
			}
		})
	}
}

// A baked item without a way to come early waits for the image, and one of which nothing is known is left alone.
func TestGrantNothing(t *testing.T) {
	w := newWorld(t, t.TempDir())
	plain := struct {
		subsystem.Subsystem
		subsystem.Planner
	}{w.list()[2], w.list()[2].(subsystem.Planner)}
	in := compare.Input{Manifests: wish(nil), State: w.state(t), List: w.list()}
	asked := Wish{Subsystem: plain, Items: []doc.Item{{Subsystem: "pkg", ID: "x"}}}
	fates, err := Grant(t.Context(), w.host, in, asked, nil)
	if err != nil || len(fates) != 1 || fates[0].Waits != "it comes with the image" || len(w.calls) > 0 {
		t.Errorf("%+v, %v, calls %q", fates, err, w.calls)
	}
	delete(in.State.Subsystems, "pkg")
	fates, err = Grant(t.Context(), w.host, in, asked, nil)
	if err != nil || len(fates) != 1 || !strings.HasPrefix(fates[0].Waits, "this machine has no") {
		t.Errorf("absent: %+v, %v", fates, err)
	}
	in.State.Subsystems["pkg"] = doc.Collected{Status: doc.Failed, Reason: "broken"}
	if _, err := Grant(t.Context(), w.host, in, asked, nil); err == nil || !strings.HasSuffix(err.Error(), "here: broken") {
		t.Errorf("unknown: %v", err)
	}
}

// Where no image is booted, a package that nobody asked for is one like all others: whether it can
// go its manager knows. What the system sets up for everybody stays.
func TestGrantWithoutAnImage(t *testing.T) {
	for _, c := range []struct {
		name, sub, want string
		image           bool
		fail            error
		calls           []string
	}{
		{"it is tried", "pkg", "done", false, nil, []string{"2 lib"}},
		{"it is needed", "pkg", "failed: lib is needed by htop", false, errors.New("lib is needed by htop"), []string{"fail"}},
		{"it is the image's", "pkg", "waits: the image brings it", true, nil, nil},
		{"it is everybody's", "set", "waits: the system brings it", false, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			k := doc.Key{Subsystem: c.sub, ID: "lib"}
			w.image[k] = "1"
			if c.fail != nil {
				w.fail = map[string]error{"lib": c.fail}
			}
			state := w.state(t)
			if !c.image {
				state.Host.Image = nil
			}
			list := w.list()
			s, _ := subsystem.Find(list, c.sub)
			asked := Wish{Subsystem: s, Remove: true, Items: []doc.Item{{Subsystem: c.sub, ID: "lib"}}}
			fates, err := Grant(t.Context(), w.host, compare.Input{Manifests: wish(nil), State: state, List: list}, asked, nil)
			if err != nil || len(fates) != 1 {
				t.Fatalf("%+v, %v", fates, err)
			}
			got := "done"
			if f := fates[0]; f.Err != nil {
				got = "failed: " + f.Err.Error()
			} else if f.Waits != "" {
				got = "waits: " + f.Waits
			}
			if got != c.want || !slices.Equal(w.calls, c.calls) {
				t.Errorf("%s, calls %q", got, w.calls)
			}
		})
	}
}
