package flatpak_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/flatpak"
	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
)

// stage is a machine with nothing on it, and two signed repositories, of which the second has less.
type stage struct {
	*testing.T
	one, two *flatpakrepo.Signed
	home     *flatpakrepo.Home
	h        *host.Host
	calls    *flatpakrepo.Calls
	v        subsystem.View
}

func TestWithRealFlatpak(t *testing.T) {
	apps := []flatpakrepo.App{{ID: "org.test.Hello", Branch: "beta"}}
	for n := range 10 {
		apps = append(apps, flatpakrepo.App{ID: fmt.Sprintf("org.test.App%d", n)})
	}
	hello := flatpakrepo.App{ID: "org.test.Hello"}
	one := flatpakrepo.Build(t, t.TempDir(), "One", append(apps, hello)...).Sign(t, t.TempDir(), "One")
	two := flatpakrepo.Build(t, t.TempDir(), "Two", hello).Sign(t, t.TempDir(), "Two")
	for name, test := range map[string]func(s *stage){
		"both scopes":               bothScopes,
		"one of ten is gone":        oneIsGone,
		"the remote is down":        remoteIsDown,
		"the remote is not there":   remoteIsNotThere,
		"overrides":                 overridesChange,
		"another branch":            anotherBranch,
		"another remote":            anotherRemote,
		"removed in one scope":      removed,
		"masks and pins are kept":   masksAndPins,
		"hidden by a filter":        filtered,
		"a dry run changes nothing": dryRun,
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{T: t, one: one, two: two, home: flatpakrepo.NewHome(t)}
			s.h, s.calls = s.home.Host()
			s.v = subsystem.View{
				Has: func(string, string, string) (doc.Attrs, bool) { return nil, false },
				Manifests: subsystem.Manifests{Items: map[string][]doc.Item{"flatpak-remote": {
					remote("user", "one", one.URL(), one.Key), remote("system", "two", two.URL(), two.Key),
				}}},
			}
			test(s)
		})
	}
}

func remote(scope, name, url, key string) doc.Item {
	return doc.Item{Subsystem: "flatpak-remote", ID: name, Scope: scope, Attrs: doc.Attrs{}.Set("url", url).Set("gpg_key", key)}
}

func app(scope, id, from, branch string, overrides ...string) doc.Item {
	a := doc.Attrs{}.Set("remote", from)
	if branch != "" {
		a.Set("branch", branch)
	}
	if overrides != nil {
		a.Set("overrides", overrides)
	}
	return doc.Item{Subsystem: flatpak.Name, ID: id, Scope: scope, Attrs: a}
}

func (s *stage) do(verb subsystem.Verb, have doc.Side, items ...doc.Item) error {
	s.Helper()
	var tasks []subsystem.Task
	for _, i := range items {
		tasks = append(tasks, subsystem.Task{Verb: verb, Item: i, Have: have})
	}
	return flatpak.Subsystem{}.Do(s.Context(), s.h, s.v, tasks)
}

// must is do for what succeeds.
func (s *stage) must(verb subsystem.Verb, have doc.Side, items ...doc.Item) {
	s.Helper()
	if err := s.do(verb, have, items...); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) sift(items ...doc.Item) map[doc.Key]string {
	s.Helper()
	var tasks []subsystem.Task
	for _, i := range items {
		tasks = append(tasks, subsystem.Task{Verb: subsystem.Install, Item: i, Have: doc.Absent()})
	}
	out, err := flatpak.Subsystem{}.Sift(s.Context(), s.h, s.v, tasks)
	if err != nil {
		s.Fatal(err)
	}
	return out
}

// shows fails unless capture finds exactly these apps, whatever else they have that is not wanted here.
func (s *stage) shows(want ...doc.Item) {
	s.Helper()
	f, err := flatpak.Subsystem{}.Capture(s.Context(), s.h)
	if err != nil || len(f.Unmanaged) > 0 || f.Partial != "" {
		s.Fatal(err, f.Unmanaged, f.Partial)
	}
	satisfies := func(have, want doc.Item) bool { return have.Key() == want.Key() && have.Attrs.Satisfies(want.Attrs) }
	if !slices.EqualFunc(f.Items, want, satisfies) {
		s.Errorf("got  %v\nwant %v", f.Items, want)
	}
}

// called fails unless these verbs of flatpak were called since the last time.
func (s *stage) called(want ...string) {
	s.Helper()
	all := s.calls.Take()
	var got []string
	for _, c := range all {
		got = append(got, strings.Fields(c)[1])
		if strings.Contains(c, "no-gpg-verify") || strings.Contains(c, "or-update") || strings.Contains(c, "delete-data") || strings.Contains(c, "--force") {
			s.Errorf("called %s", c)
		}
	}
	if !slices.Equal(got, want) {
		s.Errorf("called %q, want %q", all, want)
	}
}

func bothScopes(s *stage) {
	user := []doc.Item{app("user", "org.test.App0", "one", ""), app("user", "org.test.Hello", "one", "beta", "--share=network", "--env=A=b")}
	system := []doc.Item{app("system", "org.test.App0", "one", "stable"), app("system", "org.test.App1", "one", "", "--nofilesystem=home")}
	for range 2 { // the second time it is true already
		s.must(subsystem.Install, doc.Absent(), user...)
		s.must(subsystem.Install, doc.Absent(), system...)
	}
	s.called("remote-add", "install", "remote-add", "install")
	user[0].Attrs.Set("branch", "stable")
	user[1].Attrs.Set("overrides", []string{"--env=A=b", "--share=network"})
	s.shows(append(system, user...)...)
	if fi, err := os.Stat(s.h.FlatpakDir("system") + "/overrides"); err != nil || fi.Mode().Perm() != 0o755 {
		s.Errorf("nobody else can read the overrides: %v, %v", fi.Mode(), err)
	}
}

func oneIsGone(s *stage) {
	var ten, nine []doc.Item
	for n := range 9 {
		nine = append(nine, app("user", fmt.Sprintf("org.test.App%d", n), "one", ""))
	}
	ten = append(ten, nine...)
	ten = append(ten, app("user", "org.test.Gone", "one", ""))
	if err := s.do(subsystem.Install, doc.Absent(), ten...); err == nil || !strings.Contains(err.Error(), "org.test.Gone") {
		s.Fatal(err)
	}
	s.shows()
	got := s.sift(ten...)
	if want := "one does not offer it"; len(got) != 1 || got[ten[9].Key()] != want {
		s.Errorf("got %v, want %q", got, want)
	}
	s.must(subsystem.Install, doc.Absent(), nine...)
	s.shows(nine...)
	s.called("remote-add", "install", "remote-ls", "install")

	other := app("user", "org.test.App9", "one", "beta")
	if got, want := s.sift(other)[other.Key()], "one has it on the branch stable, not beta"; got != want {
		s.Errorf("got %q, want %q", got, want)
	}
}

func remoteIsDown(s *stage) {
	s.v.Manifests.Items["flatpak-remote"] = []doc.Item{remote("user", "down", "http://127.0.0.1:1/repo", s.one.Key)}
	items := []doc.Item{app("user", "org.test.App0", "down", ""), app("user", "org.test.App1", "down", "")}
	if err := s.do(subsystem.Install, doc.Absent(), items...); !errors.Is(err, subsystem.ErrTryAgain) || !strings.Contains(err.Error(), "connect to server") {
		s.Error(err)
	}
	tasks := []subsystem.Task{{Item: items[0], Have: doc.Absent()}, {Item: items[1], Have: doc.Absent()}}
	got, err := flatpak.Subsystem{}.Sift(s.Context(), s.h, s.v, tasks)
	if !errors.Is(err, subsystem.ErrTryAgain) || !strings.Contains(err.Error(), "connect to server") || got != nil {
		s.Error(got, err)
	}
	s.called("remote-add", "install", "remote-ls")
	s.shows()
}

func remoteIsNotThere(s *stage) {
	i := app("user", "org.test.App0", "nowhere", "")
	const want = "no remote 'nowhere' in the user installation, and no gpg_key to add it with"
	if err := s.do(subsystem.Install, doc.Absent(), i); err == nil || err.Error() != want {
		s.Error(err)
	}
	if got := s.sift(i)[i.Key()]; got != want {
		s.Errorf("got %q", got)
	}
	s.called()

	// A key that does not open it.
	s.v.Manifests.Items["flatpak-remote"] = []doc.Item{remote("user", "one", s.one.URL(), s.two.Key)}
	i = app("user", "org.test.App0", "one", "")
	if err := s.do(subsystem.Install, doc.Absent(), i); err == nil || !strings.Contains(err.Error(), "public key not found") {
		s.Error(err)
	}
	if got := s.sift(i)[i.Key()]; !strings.Contains(got, "public key not found") {
		s.Errorf("got %q", got)
	}
	s.called("remote-add", "remote-delete", "remote-add", "remote-delete")
	s.shows()
}

func overridesChange(s *stage) {
	hello := func(l ...string) doc.Item { return app("user", "org.test.Hello", "one", "stable", l...) }
	first, then := hello("--env=A=b", "--share=network"), hello("--nosocket=x11", "--share=network", "--talk-name=org.a.B")
	s.must(subsystem.Install, doc.Absent(), first)
	s.shows(first)
	path := s.h.FlatpakDir("user") + "/overrides/org.test.Hello"
	b, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	const unknown = "# mine\n[Context]\nnew-in-9=x;\n\n[Session Bus Policy]\norg.c.D=see\n"
	real.Write(s, path, unknown+string(b), 0o644)
	s.calls.Take()
	s.must(subsystem.Set, doc.Has(first.Attrs), then)
	s.shows(then)
	if shown := s.home.Flatpak(s, "override", "--user", "--show", "org.test.Hello"); !strings.Contains(shown, "sockets=!x11;") ||
		!strings.Contains(shown, "org.a.B=talk") || !strings.Contains(shown, "org.c.D=see") || strings.Contains(shown, "A=b") {
		s.Errorf("flatpak reads:\n%s", shown)
	}
	s.must(subsystem.Set, doc.Has(then.Attrs), hello([]string{}...))
	s.must(subsystem.Set, doc.Has(then.Attrs), app("user", "org.test.Hello", "one", "")) // names none: nobody's business
	s.called()
	item := hello()
	item.Attrs.Set("overrides", []string{})
	s.must(subsystem.Set, doc.Has(then.Attrs), item)
	if b, err := os.ReadFile(path); err != nil || string(b) != unknown {
		s.Errorf("%v\n%s\nwant\n%s", err, b, unknown)
	}

	if err := os.Remove(path); err != nil {
		s.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(s.home.Dir, "elsewhere"), path); err != nil {
		s.Fatal(err)
	}
	if err := s.do(subsystem.Set, doc.Has(item.Attrs), first); err == nil || !strings.Contains(err.Error(), "bkt did not put there") {
		s.Errorf("through a link: %v", err)
	}
}

// data is a file of the user's that the application wrote.
func (s *stage) data() string {
	path := s.home.Dir + "/.var/app/org.test.Hello/data/x"
	real.Write(s, path, "mine", 0o644)
	return path
}

func anotherBranch(s *stage) {
	stable, beta := app("user", "org.test.Hello", "one", "stable"), app("user", "org.test.Hello", "one", "beta")
	s.must(subsystem.Install, doc.Absent(), stable)
	data := s.data()
	s.calls.Take()
	s.must(subsystem.Set, doc.Has(stable.Attrs), beta)
	s.called("install", "uninstall")
	s.shows(beta)
	s.must(subsystem.Set, doc.Has(beta.Attrs), beta)
	s.called()
	if err := s.do(subsystem.Set, doc.Has(beta.Attrs), app("user", "org.test.Hello", "one", "gone")); err == nil {
		s.Error("there is no such branch")
	}
	s.shows(beta)
	if b, err := os.ReadFile(data); err != nil || string(b) != "mine" {
		s.Errorf("the user's data: %q, %v", b, err)
	}
}

func anotherRemote(s *stage) {
	one, two := app("user", "org.test.Hello", "one", "stable", "--share=network"), app("user", "org.test.Hello", "two", "", "--share=network")
	s.must(subsystem.Install, doc.Absent(), one)
	data := s.data()
	s.calls.Take()
	s.must(subsystem.Set, doc.Has(one.Attrs), two)
	s.called("remote-add", "install")
	s.shows(two)

	// What cannot be had from there stays as it is.
	app0 := app("user", "org.test.App0", "one", "stable")
	s.must(subsystem.Install, doc.Absent(), app0)
	if err := s.do(subsystem.Set, doc.Has(app0.Attrs), app("user", "org.test.App0", "two", "")); err == nil {
		s.Error("the other remote does not have it")
	}
	s.shows(app0, two)
	if b, err := os.ReadFile(data); err != nil || string(b) != "mine" {
		s.Errorf("the user's data: %q, %v", b, err)
	}
}

func removed(s *stage) {
	user, system := app("user", "org.test.Hello", "one", "stable"), app("system", "org.test.Hello", "one", "stable")
	s.must(subsystem.Install, doc.Absent(), user)
	s.must(subsystem.Install, doc.Absent(), system)
	data := s.data()
	s.calls.Take()
	for range 2 {
		s.must(subsystem.Remove, doc.Has(user.Attrs), user)
	}
	s.called("uninstall")
	s.shows(system)
	if got := s.home.Flatpak(s, "list", "--user", "--runtime", "--columns=application"); got != "org.test.Platform\n" {
		s.Errorf("runtimes %q", got)
	}
	if b, err := os.ReadFile(data); err != nil || string(b) != "mine" {
		s.Errorf("the user's data: %q, %v", b, err)
	}
}

func masksAndPins(s *stage) {
	s.home.Flatpak(s, "mask", "--user", "org.test.App0")
	s.home.Flatpak(s, "pin", "--user", "runtime/org.test.Other/x86_64/1")
	i := app("user", "org.test.App0", "one", "stable")
	s.must(subsystem.Install, doc.Absent(), i)
	s.shows(i)
	s.must(subsystem.Remove, doc.Has(i.Attrs), i)
	masks, pins := s.home.Flatpak(s, "mask", "--user"), s.home.Flatpak(s, "pin", "--user")
	if strings.TrimSpace(masks) != "org.test.App0" || strings.TrimSpace(pins) != "runtime/org.test.Other/x86_64/1" {
		s.Errorf("masks %q, pins %q", masks, pins)
	}
}

func filtered(s *stage) {
	seen := app("user", "org.test.App0", "one", "stable")
	s.must(subsystem.Install, doc.Absent(), seen)
	filter := filepath.Join(s.home.Dir, "filter")
	real.Write(s, filter, "deny *\nallow app/org.test.App0/*\n", 0o644)
	s.home.Flatpak(s, "remote-modify", "--user", "--filter="+filter, "one")
	s.v.Has = func(_, scope, id string) (doc.Attrs, bool) {
		return doc.Attrs{}.Set("filtered", true), scope == "user" && id == "one"
	}
	hidden := app("user", "org.test.App1", "one", "")
	if err := s.do(subsystem.Install, doc.Absent(), hidden); err == nil {
		s.Error("it is hidden")
	}
	if got := s.sift(hidden)[hidden.Key()]; got != "one does not offer it; a filter of this machine may hide it" {
		s.Errorf("got %q", got)
	}
}

func dryRun(s *stage) {
	i := app("user", "org.test.Hello", "one", "stable", "--share=network")
	s.must(subsystem.Install, doc.Absent(), i)
	var said strings.Builder
	s.h.DryRun = &said
	s.must(subsystem.Set, doc.Has(i.Attrs), app("user", "org.test.Hello", "one", "stable", "--share=ipc"))
	if want := "would write: " + s.h.FlatpakDir("user") + "/overrides/org.test.Hello\n"; said.String() != want {
		s.Errorf("said %q, want %q", said.String(), want)
	}
	s.shows(i)
}
