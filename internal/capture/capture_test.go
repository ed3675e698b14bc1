package capture

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// fake is a subsystem whose collector is a function; nil: it has none.
type fake struct {
	name    string
	capture func(context.Context) (subsystem.Found, error)
}

func (f fake) Info() subsystem.Info  { return subsystem.Info{Name: f.name} }
func (fake) Validate(doc.Item) error { return nil }
func (f fake) Capture(ctx context.Context, _ *host.Host) (subsystem.Found, error) {
	return f.capture(ctx)
}

// mute is a subsystem without a collector.
type mute struct{}

func (mute) Info() subsystem.Info    { return subsystem.Info{Name: "mute"} }
func (mute) Validate(doc.Item) error { return nil }

func says(name string, found subsystem.Found, err error) fake {
	return fake{name, func(context.Context) (subsystem.Found, error) { return found, err }}
}

func item(sub, id string) doc.Item { return doc.Item{Subsystem: sub, ID: id, Attrs: doc.Attrs{}} }

// desktop is a machine with nothing but a name.
func desktop(t *testing.T) *host.Host {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "etc/hostname"), []byte("desktop\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return &host.Host{Root: root, Runner: run.ReadOnly{}}
}

func count(n int) *int { return &n }

func TestFourAnswersAreToldApart(t *testing.T) {
	a, b := item("x", "a"), item("x", "b")
	for _, c := range []struct {
		name  string
		found subsystem.Found
		err   error
		want  doc.Collected
		items int
		fails string
	}{
		{"all", subsystem.Found{Items: []doc.Item{b, a}, Present: []doc.Present{{ID: "p"}}}, nil,
			doc.Collected{Status: doc.OK, Count: count(2), Present: []doc.Present{{ID: "p"}}}, 2, ""},
		{"none is something else than not known", subsystem.Found{}, nil,
			doc.Collected{Status: doc.OK, Count: count(0), Present: []doc.Present{}}, 0, ""},
		{"some", subsystem.Found{Items: []doc.Item{a}, Partial: "a broken deployment"}, nil,
			doc.Collected{Status: doc.OK, Reason: "a broken deployment"}, 1, ""},
		{"no tool", subsystem.Found{Items: []doc.Item{a}}, subsystem.Unavailable("no flatpak here"),
			doc.Collected{Status: doc.Unavailable, Reason: "no flatpak here"}, 0, ""},
		{"failure", subsystem.Found{Items: []doc.Item{a}, Unmanaged: []doc.Unmanaged{{Subsystem: "x", ID: "u"}}}, errors.New("exit status 1"),
			doc.Collected{Status: doc.Failed, Reason: "exit status 1"}, 0, "x: exit status 1"},
	} {
		s, err := State(t.Context(), desktop(t), []subsystem.Subsystem{says("x", c.found, c.err)}, time.Hour)
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := s.Subsystems["x"]; !reflect.DeepEqual(got, c.want) || len(s.Items) != c.items {
			t.Errorf("%s: %+v, %d items", c.name, got, len(s.Items))
		}
		if c.err != nil && len(s.Unmanaged) > 0 {
			t.Errorf("%s: %v of a failure", c.name, s.Unmanaged)
		}
		if b, err := doc.Marshal(s); err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if _, err := doc.Read("stdin", strings.NewReader(string(b)), &doc.State{}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOneFailureLeavesTheOthers(t *testing.T) {
	s, err := State(t.Context(), desktop(t), []subsystem.Subsystem{
		says("z", subsystem.Found{}, errors.New("broken")),
		says("b", subsystem.Found{Items: []doc.Item{item("b", "2"), item("b", "1")}}, nil),
		mute{},
		says("a", subsystem.Found{Items: []doc.Item{item("a", "1")}, Unmanaged: []doc.Unmanaged{{Subsystem: "a", ID: "u", Reason: "r"}}}, nil),
		says("y", subsystem.Found{}, errors.New("broken, too")),
	}, time.Hour)
	if err == nil || err.Error() != "y: broken, too\nz: broken" {
		t.Error(err)
	}
	var ids []string
	for _, i := range s.Items {
		ids = append(ids, i.Subsystem+i.ID)
	}
	if strings.Join(ids, " ") != "a1 b1 b2" || len(s.Unmanaged) != 1 || len(s.Subsystems) != 4 || s.Host.Hostname != "desktop" {
		t.Errorf("%q, %+v", ids, s)
	}
}

// TestAHangingCollectorIsCutOff: one that listens to its context, and one that does not.
func TestAHangingCollectorIsCutOff(t *testing.T) {
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	s, err := State(t.Context(), desktop(t), []subsystem.Subsystem{
		fake{"listens", func(ctx context.Context) (subsystem.Found, error) {
			<-ctx.Done()
			return subsystem.Found{}, ctx.Err()
		}},
		fake{"deaf", func(context.Context) (subsystem.Found, error) {
			<-never
			return subsystem.Found{Items: []doc.Item{item("deaf", "x")}}, nil
		}},
		says("quick", subsystem.Found{Items: []doc.Item{item("quick", "x")}}, nil),
	}, time.Second)
	if err == nil || err.Error() != "deaf: no answer within 1s\nlistens: no answer within 1s" {
		t.Error(err)
	}
	for name, want := range map[string]string{"listens": doc.Failed, "deaf": doc.Failed, "quick": doc.OK} {
		if got := s.Subsystems[name]; got.Status != want || (got.Reason == "no answer within 1s") != (want == doc.Failed) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if len(s.Items) != 1 {
		t.Errorf("%v", s.Items)
	}
}

// TestAllAreAskedAtTheSameTime would never end if one waited for another.
func TestAllAreAskedAtTheSameTime(t *testing.T) {
	var all sync.WaitGroup
	var list []subsystem.Subsystem
	for _, name := range []string{"a", "b", "c"} {
		all.Add(1)
		list = append(list, fake{name, func(context.Context) (subsystem.Found, error) {
			all.Done()
			all.Wait()
			return subsystem.Found{}, nil
		}})
	}
	if _, err := State(t.Context(), desktop(t), list, time.Hour); err != nil {
		t.Error(err)
	}
}

func TestAnInterruptGivesNoState(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	s, err := State(ctx, desktop(t), []subsystem.Subsystem{fake{"x", func(ctx context.Context) (subsystem.Found, error) {
		cancel(stop)
		return subsystem.Found{Items: []doc.Item{item("x", "a")}}, nil
	}}}, time.Hour)
	if s != nil || !errors.Is(err, stop) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestAnImageThatNobodyTellsIsPartial(t *testing.T) {
	h := desktop(t)
	if err := os.MkdirAll(h.Root+"/run/ostree-booted", 0o755); err != nil {
		t.Fatal(err)
	}
	h.Runner = &run.Exec{}
	s, err := State(t.Context(), h, nil, time.Hour)
	if err == nil || !strings.HasPrefix(err.Error(), "image: ") || !errors.Is(err, run.ErrNotFound) || s.Host.Hostname != "desktop" || s.Host.Image == nil {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestWhatAMachineNeverHasIsNotNamed: such a subsystem is neither unknown nor empty.
func TestWhatAMachineNeverHasIsNotNamed(t *testing.T) {
	s, err := State(t.Context(), desktop(t), []subsystem.Subsystem{
		says("a", subsystem.Found{Items: []doc.Item{item("a", "x")}}, subsystem.Absent("this is not GNOME")),
		says("b", subsystem.Found{}, nil),
	}, time.Hour)
	if _, named := s.Subsystems["a"]; err != nil || named || len(s.Subsystems) != 1 || len(s.Items) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
