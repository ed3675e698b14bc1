package apply

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"bkt/test/real"
)

// few are manifests of ada's own part: a remote, two of its apps, a shim.
func few(url string) map[string]string {
	return map[string]string{
		"flatpak-remotes.json": manifest("remotes", `"name": "one", "url": "`+url+`/signed/", "scope": "user", "gpg_key": "`+signed.Key+`"`),
		"flatpak-apps.json":    manifest("apps", `"id": "`+app(0)+`", "remote": "one", "scope": "user"`, `"id": "`+app(1)+`", "remote": "one", "scope": "user"`),
		"host-shims.json":      manifest("shims", `"name": "podman"`),
	}
}

// results are a report's, as "result subsystem id".
func results(r report) []string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.Result+" "+s.Subsystem+" "+s.ID)
	}
	return out
}

// said are the words that are not in text.
func unsaid(text string, words ...string) []string {
	return slices.DeleteFunc(words, func(s string) bool { return strings.Contains(text, s) })
}

// A remote that is down costs its apps, which nothing is noted of, and nothing else; once it is
// back the rest comes.
func TestRemoteThatIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, url := online(t)
	w.wants(few(url))
	s.down()
	got := w.ends(ada, 75, "bkt-apply --yes")
	want := []string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "done shim podman"}
	if r := read[report](t, got.out); !slices.Equal(results(r), want) {
		t.Errorf("while it is down: %q", results(r))
	}
	if l := unsaid(got.err, "try again later"); len(l) > 0 {
		t.Errorf("not said: %q in:\n%s", l, got.err)
	}
	noted := map[string]bool{"flatpak-remote@user one": true, "shim podman": true}
	if got := w.record(ada); !maps.Equal(got, noted) {
		t.Errorf("noted: %v", got)
	}
	s.up()
	w.steps(w.apply(ada, 0), "add flatpak "+app(0), "add flatpak "+app(1))
	w.steps(w.apply(ada, 0))
}

// What does not exist is named, and the rest is done.
func TestManifestsThatNameWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wants(map[string]string{
		"system-packages.json": `{"packages": ["htop", "nonesuch"], "groups": [], "excluded": [], "copr_repos": []}` + "\n",
		"flatpak-remotes.json": manifest("remotes"),
		"flatpak-apps.json":    manifest("apps", `"id": "org.test.App0", "remote": "nonesuch", "scope": "system"`),
		"gsettings.json":       manifest("settings", `"schema": "org.nonesuch", "key": "k", "value": "1"`, `"schema": "org.gnome.desktop.interface", "key": "nonesuch", "value": "1"`, `"schema": "org.gnome.desktop.interface", "key": "color-scheme", "value": "'nonesuch'"`, `"schema": "org.gnome.desktop.interface", "key": "clock-show-date", "value": "false"`),
		"system-config.json":   `{"systemd": {"enable": ["fstrim.timer", "nonesuch.service"]}}` + "\n",
	})
	got := w.ends(root, 3, "bkt-apply --yes")
	want := []string{"done dnf htop", "failed dnf nonesuch", "done systemd fstrim.timer", "failed systemd nonesuch.service", "skipped flatpak org.test.App0"}
	if r := read[report](t, got.out); !slices.Equal(sorted(results(r)), sorted(want)) {
		t.Errorf("root: %q", results(r))
	}
	if l := unsaid(got.err, "dnf nonesuch: no repository", "nonesuch.service: no such unit on this machine", "no remote 'nonesuch'"); len(l) > 0 {
		t.Errorf("not said: %q in:\n%s", l, got.err)
	}
	got = w.ends(ada, 3, "bkt-apply --yes")
	want = []string{"done gsetting org.gnome.desktop.interface clock-show-date", "failed gsetting org.gnome.desktop.interface color-scheme",
		"skipped gsetting org.gnome.desktop.interface nonesuch", "skipped gsetting org.nonesuch k"}
	r := read[report](t, got.out)
	r.Steps = slices.DeleteFunc(r.Steps, func(s step) bool { return s.Subsystem != "gsetting" })
	if !slices.Equal(sorted(results(r)), want) {
		t.Errorf("ada: %q", results(r))
	}
}

// fake puts a script before flatpak: what it does not end itself goes to the real one.
func (w *world) fake(script string) {
	w.t.Helper()
	dir := w.t.TempDir()
	real.Write(w.t, dir+"/flatpak", "#!/bin/sh\n"+script+"\nexec "+w.flatpakTool()+" \"$@\"\n", 0o755)
	w.path = append([]string{dir}, w.path...)
}

// flatpakTool is the flatpak that is called so far.
func (w *world) flatpakTool() string {
	for _, dir := range w.path {
		if _, err := os.Stat(dir + "/flatpak"); err == nil {
			return dir + "/flatpak"
		}
	}
	return "/usr/bin/flatpak"
}

// A tool that fails, prints what nobody understands, asks, or lies costs its own items, and
// the report says so.
func TestToolInTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		want   []string // results
		said   string
	}{
		"fails": {`case "$1" in install) echo 'error: the disk is on fire' >&2; exit 1;; esac`,
			[]string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "done shim podman"}, "the disk is on fire"},
		"asks": {`case "$1" in install) printf 'Which one? '; read -r x || { echo 'error: no answer' >&2; exit 1; }; esac`,
			[]string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "done shim podman"}, "no answer"},
		"lies": {`case "$1" in install) exit 0;; esac`,
			[]string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "done shim podman"}, "reported success, and nothing has changed"},
		"dies": {`case "$1" in install) kill -9 $$;; esac`,
			[]string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "done shim podman"}, "ended by signal: killed"},
		"prints garbage": {`case "$1" in list|remotes) printf 'a\377\tb\nc\n'; exit 0;; esac`,
			[]string{"done shim podman"}, "not UTF-8"},
		"hangs": {`case "$1" in list) sleep 600 & wait;; esac`,
			[]string{"done flatpak-remote one", "done shim podman"}, "no answer within 20s"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, url := online(t)
			w.wants(few(url))
			if len(c.want) < 4 { // found out at the first look: an installation that is not there is not asked about
				w.ends(ada, 0, "flatpak remotes --user")
			}
			plain := w.path
			w.fake(c.script)
			got := w.ends(ada, 3, "bkt-apply --yes")
			if r := read[report](t, got.out); !slices.Equal(results(r), c.want) {
				t.Errorf("%q, want %q", results(r), c.want)
			}
			if l := unsaid(got.err, c.said); len(l) > 0 {
				t.Errorf("not said: %q in:\n%s", l, got.err)
			}
			for _, n := range []int{0, 1} {
				if _, noted := w.record(ada)["flatpak@user "+app(n)]; noted {
					t.Errorf("noted: %v", w.record(ada))
				}
			}
			w.path = plain
			w.apply(ada, 0)
			if got := w.drift(); len(got) > 0 {
				t.Errorf("afterwards: %q", got)
			}
		})
	}
}

// A record that cannot be written stops everything before anything is done; one that cannot be
// written any more is told with what was done.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, url := online(t)
	w.wants(few(url))
	state := w.session.Home + "/.local/state/bkt"
	w.binds = []string{"--size", "65536", "--tmpfs", state}
	got := w.ends(ada, 0, `
cat /dev/zero >`+state+`/fill 2>/dev/null
bkt-apply --yes >`+w.at("first")+`; echo first $?
rm `+state+`/fill
bkt-apply --yes >`+w.at("second")+`; echo second $?`)
	if got.out != "first 3\nsecond 0\n" {
		t.Errorf("%s\n%s", got.out, got.err)
	}
	want := []string{"skipped flatpak-remote one", "skipped flatpak " + app(0), "skipped flatpak " + app(1), "skipped shim podman"}
	if r := read[report](t, file(t, w.at("first"))); !slices.Equal(results(r), want) {
		t.Errorf("on a full disk: %q", results(r))
	}
	if l := unsaid(got.err, "nothing was done, since it could not be noted: ", "no space left on device"); len(l) > 0 {
		t.Errorf("not said: %q in:\n%s", l, got.err)
	}

	w.ends(ada, 0, "flatpak uninstall --user -y --noninteractive --all; rm -r ~/.local/toolbox ~/.local/bin")
	w.fake(`case "$1" in install) cat /dev/zero >` + state + `/fill 2>/dev/null;; esac`)
	got = w.ends(ada, 3, "bkt-apply --yes")
	want = []string{"done flatpak " + app(0), "done flatpak " + app(1), "skipped shim podman"}
	if r := read[report](t, got.out); !slices.Equal(results(r), want) {
		t.Errorf("on a disk that fills up: %q", results(r))
	}
	if l := unsaid(got.err, "done, but not noted", "no space left on device"); len(l) > 0 {
		t.Errorf("not said: %q in:\n%s", l, got.err)
	}
}
