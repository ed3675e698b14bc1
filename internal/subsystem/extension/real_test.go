package extension_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/fetch"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/extension"
	"bkt/test/real"
	"bkt/test/real/extensions"
	"bkt/test/real/session"
)

// shell is what GNOME Shell's own schema says of extensions.
const shell = `<schema id="org.gnome.shell" path="/org/gnome/shell/">
  <key name="enabled-extensions" type="as"><default>[]</default></key>
  <key name="disabled-extensions" type="as"><default>[]</default></key>
  <key name="disable-user-extensions" type="b"><default>false</default></key>
</schema>`

// desktop is a GNOME 43 whose image brings brought@image, enabled, and spare@image.
func desktop(t *testing.T) *session.Session {
	s := session.Start(t)
	s.Schema(t, "org.gnome.shell", shell)
	s.Image(t, "[org/gnome/shell]\nenabled-extensions=['brought@image']\n")
	for _, uuid := range []string{"brought@image", "spare@image"} {
		install(t, s.Data+"/gnome-shell/extensions/", uuid)
	}
	real.Write(t, s.Home+"/bin/gnome-shell", "#!/bin/sh\necho GNOME Shell 43.9\n", 0o755)
	s.Vars["PATH"] = s.Home + "/bin:" + s.Vars["PATH"]
	return s
}

// install puts an extension into a folder by hand.
func install(t *testing.T, dir, uuid string) {
	real.Write(t, dir+uuid+"/metadata.json", `{"uuid": "`+uuid+`", "shell-version": ["43"]}`, 0o644)
}

func folder(s *session.Session) string { return s.Home + "/.local/share/gnome-shell/extensions/" }

func set(t *testing.T, s *session.Session, key, value string) {
	t.Helper()
	s.Run(t, "gsettings", "set", "org.gnome.shell", key, value)
}

// capture looks at the session with a runner that refuses every change, and words what it found.
func capture(t *testing.T, s *session.Session) string {
	t.Helper()
	f, err := extension.Subsystem{}.Capture(t.Context(), &host.Host{Env: s.Vars, Runner: run.ReadOnly{Runner: &run.Exec{Env: s.Env()}}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range f.Items {
		out = append(out, i.ID+" "+string(i.Attrs["enabled"]))
	}
	for _, u := range f.Unmanaged {
		out = append(out, "? "+u.ID+": "+u.Reason)
	}
	for _, p := range f.Present {
		out = append(out, "image "+p.ID+" "+string(p.Attrs["enabled"]))
	}
	return strings.Join(out, "\n")
}

const image = "image brought@image true\nimage spare@image false"

func TestCapture(t *testing.T) {
	s := desktop(t)
	if got := capture(t, s); got != image {
		t.Errorf("nothing was done here:\n%s", got)
	}
	for _, uuid := range []string{"on@ada", "off@ada", "both@ada", "other@ada"} {
		install(t, folder(s), uuid)
	}
	real.Write(t, folder(s)+"copy@ada/metadata.json", `{"uuid": "on@ada"}`, 0o644)
	real.Write(t, folder(s)+"broken@ada/metadata.json", `{"uuid": `, 0o644)
	real.Write(t, folder(s)+"nobody@ada/metadata.json", `{}`, 0o644)
	real.Write(t, folder(s)+"empty@ada/x", "", 0o644)
	real.Write(t, folder(s)+"a b/metadata.json", `{"uuid": "a b"}`, 0o644)
	real.Write(t, folder(s)+".hidden/metadata.json", `{"uuid": ".hidden"}`, 0o644)
	real.Write(t, folder(s)+"README", "", 0o644)
	if err := os.Symlink(s.Home, folder(s)+"link@ada"); err != nil {
		t.Fatal(err)
	}
	set(t, s, "enabled-extensions", "['on@ada', 'both@ada', 'spare@image', 'gone@ada']")
	set(t, s, "disabled-extensions", "['both@ada', 'brought@image']")
	const want = `both@ada false
off@ada false
on@ada true
other@ada false
brought@image false
spare@image true
? a b: "a b" is not the uuid of an extension
? broken@ada: its metadata.json is not JSON with a uuid
? copy@ada: its metadata.json is that of "on@ada"
? empty@ada: no metadata.json that can be read
? link@ada: a link: it lives somewhere else
? nobody@ada: its metadata.json has no uuid
` + image
	if got := capture(t, s); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	set(t, s, "disable-user-extensions", "true")
	if got := capture(t, s); got != want {
		t.Errorf("the global switch changed what each one is:\n%s", got)
	}
}

// machine is the session's, as bkt-apply sees it.
func machine(s *session.Session) *host.Host {
	r := &run.Exec{Env: s.Env()}
	h := &host.Host{Env: s.Vars, Runner: r}
	fetch.Allow(h)
	return h
}

func do(t *testing.T, h *host.Host, v subsystem.Verb, uuid string, enabled bool) error {
	t.Helper()
	i := doc.Item{Subsystem: extension.Name, ID: uuid, Attrs: doc.Attrs{}.Set("enabled", enabled)}
	return extension.Subsystem{}.Do(t.Context(), h, subsystem.View{}, []subsystem.Task{{Verb: v, Item: i, Have: doc.Absent()}})
}

const schema = `<schemalist><schema id="org.gnome.shell.extensions.one" path="/org/gnome/shell/extensions/one/">
  <key name="speed" type="u"><default>5</default></key></schema></schemalist>`

// TestApplyThenCaptureEqualsTheManifest goes all the way round, and back.
func TestApplyThenCaptureEqualsTheManifest(t *testing.T) {
	s, server := desktop(t), extensions.Start(t)
	s.Vars["BKT_EXTENSIONS_URL"] = server.URL
	server.Add("one@ada", "43", extensions.Zip(t, "one@ada", "43", map[string]string{"schemas/one.gschema.xml": schema, "locale/de/x.mo": "x", "empty/": ""}))
	server.Add("two+x@ada", "43", extensions.Zip(t, "two+x@ada", "43", nil))
	h := machine(s)
	want, err := extension.Subsystem{}.Parse("m", []byte(`{"extensions": ["one@ada", {"id": "two+x@ada"}, {"id": "brought@image", "enabled": false}, "spare@image"]}`))
	if err != nil {
		t.Fatal(err)
	}
	for n, i := range want {
		verb := subsystem.Install
		if n > 1 {
			verb = subsystem.Set
		}
		if err := do(t, h, verb, i.ID, i.Attrs.Bool("enabled", true)); err != nil {
			t.Errorf("%s: %v", i.ID, err)
		}
	}
	if got, want := capture(t, s), "one@ada true\ntwo+x@ada true\nbrought@image false\nspare@image true\n"+image; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := s.Run(t, "gsettings", "--schemadir", folder(s)+"one@ada/schemas", "get", "org.gnome.shell.extensions.one", "speed"); got != "uint32 5" {
		t.Errorf("its schemas: %s", got)
	}
	asked := len(server.Asked())
	if want := "/extension-info/?shell_version=43&uuid=two%2Bx%40ada"; asked != 4 || !slices.Contains(server.Asked(), want) {
		t.Errorf("asked for %q", server.Asked())
	}
	for _, uuid := range []string{"one@ada", "two+x@ada"} {
		if err := do(t, h, subsystem.Install, uuid, true); err != nil || len(server.Asked()) != asked {
			t.Errorf("again, %s: %v, asked for %q", uuid, err, server.Asked())
		}
	}
	if err := do(t, h, subsystem.Set, "one@ada", false); err != nil || !strings.HasPrefix(capture(t, s), "one@ada false\n") {
		t.Errorf("%v\n%s", err, capture(t, s))
	}
	for _, i := range want {
		if err := do(t, h, subsystem.Remove, i.ID, true); err != nil {
			t.Errorf("remove %s: %v", i.ID, err)
		}
	}
	if got := capture(t, s); got != image {
		t.Errorf("something is left:\n%s", got)
	}
	if l, err := os.ReadDir(folder(s)); err != nil || len(l) != 0 {
		t.Errorf("%v, %v", l, err)
	}
	if got := s.Run(t, "gsettings", "get", "org.gnome.shell", "disabled-extensions"); got != "@as []" {
		t.Errorf("left in a list: %s", got)
	}
}

func TestWantedDisabledIsNeverEnabled(t *testing.T) {
	s, server := desktop(t), extensions.Start(t)
	s.Vars["BKT_EXTENSIONS_URL"] = server.URL
	server.Add("one@ada", "43", extensions.Zip(t, "one@ada", "43", nil))
	if err := do(t, machine(s), subsystem.Install, "one@ada", false); err != nil || capture(t, s) != image || len(server.Asked()) != 0 {
		t.Errorf("%v, asked %q\n%s", err, server.Asked(), capture(t, s))
	}
	install(t, folder(s), "one@ada")
	set(t, s, "enabled-extensions", "['one@ada', 'brought@image']")
	if err := do(t, machine(s), subsystem.Set, "one@ada", false); err != nil || !strings.HasPrefix(capture(t, s), "one@ada false\nimage") {
		t.Errorf("%v\n%s", err, capture(t, s))
	}
}

func TestWhatIsNotInstalled(t *testing.T) {
	s, server := desktop(t), extensions.Start(t)
	s.Vars["BKT_EXTENSIONS_URL"] = server.URL
	zip := func(uuid string, files map[string]string) []byte { return extensions.Zip(t, uuid, "43", files) }
	server.Add("old@ada", "3.38", zip("old@ada", nil))
	server.Add("other@ada", "43", zip("one@ada", nil))
	server.Add("escape@ada", "43", zip("escape@ada", map[string]string{"../../x": "x"}))
	server.Add("bad@ada", "43", zip("bad@ada", map[string]string{"schemas/b.gschema.xml": "<schemalist><schema id='b'"}))
	server.Add("page@ada", "43", []byte("<html>"))
	server.Elsewhere("away@ada", "43", "http://127.0.0.1:1/x.zip")
	server.Elsewhere("file@ada", "43", "file:///etc/passwd")
	for uuid, want := range map[string]string{
		"none@ada": "has no 'none@ada' for GNOME Shell 43", "old@ada": "has no 'old@ada' for GNOME Shell 43", "other@ada": `it is "one@ada"`,
		"escape@ada": "no name of a file", "bad@ada": "glib-compile-schemas", "page@ada": "not a zip file", "away@ada": "another server", "file@ada": "another server",
		"../x": "not the uuid", ".x": "not the uuid", "": "not the uuid",
	} {
		if err := do(t, machine(s), subsystem.Install, uuid, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", uuid, err, want)
		}
	}
	if got := capture(t, s); got != image {
		t.Errorf("something was installed:\n%s", got)
	}
	if l, err := os.ReadDir(folder(s)); err == nil && len(l) != 0 {
		t.Errorf("left behind: %v", l)
	}
	h := machine(s)
	h.Fetch = nil
	if err := do(t, h, subsystem.Install, "one@ada", true); err == nil || !strings.Contains(err.Error(), "network") {
		t.Errorf("without a network: %v", err)
	}
	s.Vars["BKT_EXTENSIONS_URL"] = "ftp://x"
	if err := do(t, machine(s), subsystem.Install, "one@ada", true); err == nil || !strings.Contains(err.Error(), "BKT_EXTENSIONS_URL") {
		t.Errorf("another protocol: %v", err)
	}
}

func TestAPlantedLinkIsLeftAlone(t *testing.T) {
	s, server := desktop(t), extensions.Start(t)
	s.Vars["BKT_EXTENSIONS_URL"] = server.URL
	server.Add("one@ada", "43", extensions.Zip(t, "one@ada", "43", nil))
	real.Write(t, s.Home+"/work/keep", "x", 0o644)
	real.Write(t, folder(s)+"x/metadata.json", "", 0o644)
	if err := os.Symlink(s.Home+"/work", folder(s)+"one@ada"); err != nil {
		t.Fatal(err)
	}
	for v, want := range map[subsystem.Verb]string{subsystem.Install: "somebody's work", subsystem.Remove: "did not put there"} {
		if err := do(t, machine(s), v, "one@ada", true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v", v, err)
		}
	}
	if l, err := os.ReadDir(s.Home + "/work"); err != nil || len(l) != 1 {
		t.Errorf("%v, %v", l, err)
	}
}

// TestWhatSomebodyWorksOnIsLeftAlone: a folder that is no extension yet, and one with a history of its own, are
// somebody's work; what bkt would put there, or take away, is not worth it.
func TestWhatSomebodyWorksOnIsLeftAlone(t *testing.T) {
	s, server := desktop(t), extensions.Start(t)
	s.Vars["BKT_EXTENSIONS_URL"] = server.URL
	server.Add("one@ada", "43", extensions.Zip(t, "one@ada", "43", nil))
	for _, metadata := range []string{`{"uuid": `, `{"uuid": "other@ada"}`, `{}`} {
		real.Write(t, folder(s)+"one@ada/metadata.json", metadata, 0o644)
		real.Write(t, folder(s)+"one@ada/work.js", "mine", 0o644)
		err := do(t, machine(s), subsystem.Install, "one@ada", true)
		if b, rerr := os.ReadFile(folder(s) + "one@ada/work.js"); err == nil || rerr != nil || string(b) != "mine" {
			t.Errorf("%s: %v; the work is %q, %v", metadata, err, b, rerr)
		}
	}
	install(t, folder(s), "one@ada")
	real.Write(t, folder(s)+"one@ada/.git/HEAD", "ref: refs/heads/main\n", 0o644)
	before := capture(t, s)
	if err := do(t, machine(s), subsystem.Remove, "one@ada", true); err == nil || !strings.Contains(err.Error(), ".git") {
		t.Errorf("remove: %v", err)
	}
	if got := capture(t, s); got != before {
		t.Errorf("it is now\n%s", got)
	}
}

// TestALinkedExtensionIsHere: nobody brings it, and its owner may name it all the same.
func TestALinkedExtensionIsHere(t *testing.T) {
	s := desktop(t)
	install(t, s.Home+"/work/", "one@ada")
	real.Write(t, folder(s)+"README", "", 0o644)
	if err := os.Symlink(s.Home+"/work/one@ada", folder(s)+"one@ada"); err != nil {
		t.Fatal(err)
	}
	const linked = "? one@ada: a link: it lives somewhere else\nimage one@ada "
	if got, want := capture(t, s), linked+"false\n"+image; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if err := do(t, machine(s), subsystem.Set, "one@ada", true); err != nil {
		t.Error(err)
	}
	if got, want := capture(t, s), linked+"true\n"+image; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestWithoutAnAnswerIsForAnotherTime: what the server says is final, and what it does not say is not.
func TestWithoutAnAnswerIsForAnotherTime(t *testing.T) {
	s := desktop(t)
	h := machine(s)
	get := h.Fetch
	for name, c := range map[string]struct {
		fetch func(ctx context.Context, url string, most int64) ([]byte, error)
		again bool
	}{
		"nobody listens": {get, true},
		"overloaded":     {says(503), true},
		"too many":       {says(429), true},
		"not there":      {says(404), false},
		"forbidden":      {says(403), false},
		"no curl": {func(context.Context, string, int64) ([]byte, error) {
			return nil, &run.Error{Argv: []string{"curl"}, Code: -1, Err: run.ErrNotFound}
		}, false},
	} {
		s.Vars["BKT_EXTENSIONS_URL"] = "http://127.0.0.1:1"
		h.Fetch = c.fetch
		if err := do(t, h, subsystem.Install, "one@ada", true); err == nil || errors.Is(err, subsystem.ErrTryAgain) != c.again {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// says is a server with one answer.
func says(status int) func(context.Context, string, int64) ([]byte, error) {
	return func(_ context.Context, url string, _ int64) ([]byte, error) {
		return nil, &host.StatusError{URL: url, Code: status}
	}
}

func TestWithoutEffectAndWithoutSession(t *testing.T) {
	s := desktop(t)
	install(t, folder(s), "one@ada")
	h := &host.Host{Env: s.Vars, Runner: &run.Exec{Env: append(s.Env(), "DBUS_SESSION_BUS_ADDRESS=disabled:")}}
	if err := do(t, h, subsystem.Set, "one@ada", true); err == nil || !strings.Contains(err.Error(), "no effect") {
		t.Errorf("without a bus: %v", err)
	}
	var said strings.Builder
	h = &host.Host{Env: s.Vars, Runner: run.DryRun{Runner: &run.Exec{Env: s.Env()}, Out: &said}, DryRun: &said}
	err := errors.Join(do(t, h, subsystem.Set, "one@ada", true), do(t, h, subsystem.Remove, "one@ada", true))
	want := "would run: gsettings set org.gnome.shell enabled-extensions '['\\''brought@image'\\'', '\\''one@ada'\\'']'\nwould remove the folder: " + folder(s) + "one@ada\n"
	if err != nil || said.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, said.String(), want)
	}
	if got := capture(t, s); !strings.HasPrefix(got, "one@ada false\n") {
		t.Errorf("a dry run changed something:\n%s", got)
	}
	env := maps.Clone(s.Vars)
	env["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
	_, err = extension.Subsystem{}.Capture(t.Context(), &host.Host{Env: env, Runner: &run.Exec{Env: s.Env()}})
	if !errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), "log in") {
		t.Errorf("no session: %v", err)
	}
}

// TestAnotherDesktop: where there is no Shell there are no extensions to speak of.
func TestAnotherDesktop(t *testing.T) {
	s := session.Start(t)
	_, err := extension.Subsystem{}.Capture(t.Context(), &host.Host{Env: s.Vars, Runner: run.ReadOnly{Runner: &run.Exec{Env: s.Env()}}, Root: t.TempDir()})
	if !errors.Is(err, subsystem.ErrAbsent) {
		t.Errorf("%v", err)
	}
}
