package apply

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bkt/test/pty"
)

// waits makes the installation of apps stop where a file says that it was begun.
func (w *world) waits(before string) {
	w.t.Helper()
	w.fake(`case "$1" in install) ` + before + `; echo $$ >` + w.at("begun") + `; sleep 60;; esac`)
}

// interrupted begins bkt-apply, does something while apps are being installed, and gives what
// it printed, with its exit code as the last line of stdout.
func (w *world) interrupted(then string) result {
	w.t.Helper()
	return w.ends(ada, 0, `set -m # without it a background job ignores Ctrl-C
bkt-apply --yes >`+w.at("report")+` & pid=$!
for n in $(seq 600); do [ -s `+w.at("begun")+` ] && break; sleep 0.1; done
`+then+`
wait $pid 2>/dev/null; echo $?
kill -0 $(cat `+w.at("begun")+`) 2>/dev/null && echo "flatpak lives"; true`)
}

// What was interrupted leaves a true report and a true record, no process, and work for the
// next run; meanwhile nobody else can begin.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	installs := `/usr/bin/flatpak "$@" >/dev/null`
	for name, c := range map[string]struct {
		before string
		signal string
		want   []string
		rest   []string
	}{
		"before an app came": {"true", "kill -TERM $pid",
			[]string{"done flatpak-remote one", "failed flatpak " + app(0), "failed flatpak " + app(1), "skipped shim podman"},
			[]string{"add flatpak " + app(0), "add flatpak " + app(1), "add shim podman"}},
		"after the apps came": {installs, "kill -INT $pid",
			[]string{"done flatpak-remote one", "done flatpak " + app(0), "done flatpak " + app(1), "skipped shim podman"},
			[]string{"add shim podman"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, url := online(t)
			w.wants(few(url))
			plain := w.path
			w.waits(c.before)
			got := w.interrupted("bkt-apply --yes; echo $?; " + c.signal)
			if got.out != "75\n130\n" {
				t.Errorf("%s\n%s", got.out, got.err)
			}
			if l := unsaid(got.err, "another bkt (process ", "bkt-apply: error: interrupted"); len(l) > 0 {
				t.Errorf("not said: %q in:\n%s", l, got.err)
			}
			r := read[report](t, file(t, w.at("report")))
			if !slices.Equal(results(r), c.want) {
				t.Errorf("%q, want %q", results(r), c.want)
			}
			noted := map[string]bool{}
			for _, s := range r.Steps {
				if s.Result == "done" {
					noted[strings.TrimSuffix(s.Subsystem+"@"+s.Scope, "@")+" "+s.ID] = true
				}
			}
			if got := w.record(ada); !maps.Equal(got, noted) {
				t.Errorf("noted: %v, done: %v", got, noted)
			}
			w.path = plain
			w.steps(w.apply(ada, 0), c.rest...)
			w.steps(w.apply(ada, 0))
		})
	}
}

// Who does not wait for the report gets none, and the record stays true.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, url := online(t)
	w.wants(few(url))
	plain := w.path
	w.waits("true")
	w.fake(`case "$1" in list) [ ! -e ` + w.at("begun") + ` ] || { echo x >` + w.at("looks") + `; sleep 3; };; esac`)
	got := w.interrupted(`kill -TERM $pid; until [ -s ` + w.at("looks") + ` ]; do sleep 0.05; done; kill -TERM $pid`)
	if got.out != "143\n" || file(t, w.at("report")) != "" {
		t.Errorf("%s\n%s", got.out, got.err)
	}
	if got := w.record(ada); !maps.Equal(got, map[string]bool{"flatpak-remote@user one": true}) {
		t.Errorf("noted: %v", got)
	}
	w.path = plain
	w.steps(w.apply(ada, 0), "add flatpak "+app(0), "add flatpak "+app(1), "add shim podman")
	if got := w.drift(); len(got) > 0 {
		t.Errorf("afterwards: %q", got)
	}
}

// The one question: what is answered, and what is done then. It goes to the terminal, where
// stdin is a document, too.
func TestTheQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wants(map[string]string{"host-shims.json": manifest("shims", `"name": "docker"`, `"name": "podman"`)})
	shims := w.session.Home + "/.local/toolbox/shims"
	before := snapshot(t, w.session.Home)
	ask := func(reply, command string) (screen, code string) {
		t.Helper()
		asked := false
		// A job of its own, so that Ctrl-C is its alone.
		seen, _ := pty.Run(t, w.command(ada, "bash", "-c", "set -m\n("+command+") 2>&1\necho \"=$?\""), func(seen string) string {
			if asked || !strings.HasSuffix(seen, "[Y/n] ") {
				return ""
			}
			asked = true
			return reply
		})
		screen, code, _ = strings.Cut(strings.TrimSpace(seen), "\n=")
		if !asked {
			t.Errorf("nothing was asked:\n%s", seen)
		}
		return screen, code
	}
	for _, c := range []struct{ name, reply, code string }{
		{"no", "n\n", "1"}, {"nothing at all", "\x04", "1"}, {"Ctrl-C", "\x03", "130"},
	} {
		if screen, code := ask(c.reply, "bkt-apply"); code != c.code {
			t.Errorf("%s: exit status %s, want %s:\n%s", c.name, code, c.code, screen)
		}
		if got := differing(before, snapshot(t, w.session.Home)); len(got) > 0 {
			t.Errorf("%s: changed %q", c.name, got)
		}
	}
	screen, code := ask("y\n", "bkt-drift --only shim:docker --format json | bkt-apply --format text -")
	if code != "0" || !strings.Contains(screen, "Make this change here? [Y/n]") {
		t.Errorf("exit status %s:\n%s", code, screen)
	}
	if got := w.ends(ada, 0, "ls "+shims).out; got != "docker\n" {
		t.Errorf("the document selected %q", got)
	}
	if screen, code := ask("\n", "bkt-apply"); code != "0" || !strings.Contains(screen, "1 done.") {
		t.Errorf("exit status %s:\n%s", code, screen)
	}
	if got := w.ends(ada, 0, "ls "+shims).out; got != "docker\npodman\n" {
		t.Errorf("here are %q", got)
	}
}
