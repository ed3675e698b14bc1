package shell_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// appliers are the stand-ins for what bkt apply calls, beside bkt-pr.
var appliers = map[string]string{
	"bkt-apply": `case "$*" in
'--list --scope user'*) cat "$WORLD/mine" && exit "$LIST_CODE" ;;
'--list --scope system'*) cat "$WORLD/roots" && exit "$LIST_CODE" ;;
'--yes --scope user --format text'* | '--dry-run --scope user --format text'*) echo mine && exit "$MINE_CODE" ;;
'--yes --scope system --format text'* | '--dry-run --scope system --format text'*) echo roots && exit "$ROOTS_CODE" ;;
esac
exit 99`,
	"sudo": `[ "$1" != -- ] || shift
exec "$@"`,
	"id": `[ "$*" = -u ] || exit 99
cat "$WORLD/uid"`,
	"find": `[ $# = 4 ] && [ "$2 $3 $4" = '-prune -user 0' ] || exit 99
case $1 in /roots/.) echo "$1" ;; esac`,
}

// newApplier is a machine of an ordinary account, with an image's manifests, and things to do
// in both scopes. The login's service is not there.
func newApplier(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	b, err := os.ReadFile("bkt")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), "/usr/share/bkt/manifests", w.dir+"/image/manifests")
	w.write("sbin/bkt", strings.ReplaceAll(text, "/usr/lib/systemd/user/", w.dir+"/units/"))
	for name, body := range appliers {
		w.write("bin/"+name, "#!/bin/sh\nset -eu\n"+`printf '%s' `+name+` >>"$WORLD/calls"; [ $# = 0 ] || printf ' [%s]' "$@" >>"$WORLD/calls"; echo >>"$WORLD/calls"`+"\n"+body+"\n")
	}
	w.write("uid", "1000\n")
	w.write("image/manifests/x", "")
	w.write("mine", "flatpak@user:org.gnome.Maps\t+ app      org.gnome.Maps\nshim:podman\t+ shim     podman\n")
	w.write("roots", "flatpak@system:org.gnome.Boxes\t+ app  org.gnome.Boxes\n")
	for _, name := range []string{"LIST", "MINE", "ROOTS"} {
		w.code[name] = "0"
	}
	return w
}

// applied are the calls of the programs, without where things are.
func (w *world) applied() string {
	text := strings.ReplaceAll(w.calls(), w.dir+"/bin/", "")
	text = strings.ReplaceAll(text, "sbin/../bin/", "")
	return strings.ReplaceAll(text, w.dir, "W")
}

// applierIn runs a test in each shell that /bin/sh may be.
func applierIn(t *testing.T, f func(t *testing.T, w *world, shell string)) {
	t.Helper()
	for _, shell := range []string{"dash", "bash"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			f(t, newApplier(t), shell)
		})
	}
}

const (
	listed   = "id [-u]\nbkt-pr [--fetch]\nbkt-apply [--list] [--scope] [user]\nbkt-apply [--list] [--scope] [system] [--manifests=W/image/manifests]\n"
	didMine  = "bkt-apply [--yes] [--scope] [user] [--format] [text]\n"
	allRoots = "[--yes] [--scope] [system] [--format] [text] [--manifests=W/image/manifests]\n"
	rootArgs = "[--yes] [--scope] [system] [--format] [text] [--manifests=W/image/manifests] [--only=flatpak@system:org.gnome.Boxes]\n"
	didRoots = "sudo [--] [bkt-apply] " + rootArgs + "bkt-apply " + rootArgs
)

func TestApplyWithoutQuestion(t *testing.T) {
	const onlyMaps = " [--only=flatpak@user:org.gnome.Maps]\n"
	const onlyBoth = " [--only=flatpak@user:org.gnome.Maps,flatpak@system:org.gnome.Boxes]\n"
	line := func(s, more string) string { return strings.ReplaceAll(s, "\n", more) }
	for _, c := range []struct {
		name        string
		args        []string
		codes       string // NAME=CODE …
		calls       string
		stdout, err string
		code        int
	}{
		{"both scopes", []string{"--yes"}, "", listed + didMine + didRoots, "mine\nroots\n", "", 0},
		{"one by its name", []string{"--yes", "org.gnome.Maps"}, "", listed + line(didMine, onlyMaps), "mine\n", "", 0},
		{"a subsystem", []string{"flatpak", "--yes"}, "", listed + line(didMine, onlyBoth) + didRoots, "mine\nroots\n", "", 0},
		{"no such item", []string{"--yes", "nano"}, "", listed, "", "bkt: error: nothing to be done here is called 'nano'\nhint: bkt status\n", 2},
		{"flags go to both", []string{"--now", "--yes", "--force", "--resolve", "manifest"}, "",
			"id [-u]\nbkt-pr [--fetch]\nbkt-apply [--list] [--scope] [user] [--now] [--force] [--resolve=manifest]\n" +
				"bkt-apply [--list] [--scope] [system] [--manifests=W/image/manifests] [--now] [--force] [--resolve=manifest]\n" +
				line(didMine, " [--now] [--force] [--resolve=manifest]\n") +
				strings.ReplaceAll(didRoots, " [--only", " [--now] [--force] [--resolve=manifest] [--only"), "mine\nroots\n", "", 0},
		{"not fetched", []string{"--yes"}, "FETCH=75", listed + didMine + didRoots, "mine\nroots\n",
			"bkt: warning: not fetched: what is here already is applied\n", 0},
		{"fetch interrupted", []string{"--yes"}, "FETCH=130", "id [-u]\nbkt-pr [--fetch]\n", "", "", 130},
		{"no distribution", []string{"--yes"}, "LIST=2", "id [-u]\nbkt-pr [--fetch]\nbkt-apply [--list] [--scope] [user]\n", "", "", 2},
		{"seen in part", []string{"--yes"}, "LIST=3", listed + didMine + didRoots, "mine\nroots\n", "", 3},
		{"mine failed in part", []string{"--yes"}, "MINE=3", listed + didMine + didRoots, "mine\nroots\n", "", 3},
		{"mine refused", []string{"--yes"}, "MINE=2", listed + didMine + didRoots, "mine\nroots\n", "", 3},
		{"root's cannot be reached", []string{"--yes"}, "ROOTS=75", listed + didMine + didRoots, "mine\nroots\n", "", 3},
		{"nothing can be reached", []string{"--yes"}, "MINE=75 ROOTS=75", listed + didMine + didRoots, "mine\nroots\n", "", 75},
		{"interrupted", []string{"--yes"}, "MINE=130", listed + didMine, "mine\n", "", 130},
		{"a dry run needs no sudo", []string{"--dry-run"}, "",
			listed + strings.ReplaceAll(didMine, "--yes", "--dry-run") + "bkt-apply " + strings.ReplaceAll(rootArgs, "--yes", "--dry-run"), "mine\nroots\n", "", 0},
		{"no terminal", nil, "", listed, "+ app      org.gnome.Maps\n+ shim     podman\n+ app  org.gnome.Boxes\n", "bkt: error: no terminal to ask on\nhint: bkt apply --yes\n", 2},
		{"a repository of root's", []string{"--yes", "--repo", "/roots"}, "",
			"id [-u]\nbkt-pr [--fetch] [--repo=/roots]\nbkt-apply [--list] [--scope] [user] [--repo=/roots]\nfind [/roots/.] [-prune] [-user] [0]\nbkt-apply [--list] [--scope] [system] [--repo=/roots]\n" +
				line(didMine, " [--repo=/roots]\n") + strings.ReplaceAll(didRoots, "--manifests=W/image/manifests", "--repo=/roots"), "mine\nroots\n", "", 0},
		{"a user's repository", []string{"--yes", "--repo=a b"}, "",
			"id [-u]\nbkt-pr [--fetch] [--repo=a b]\nbkt-apply [--list] [--scope] [user] [--repo=a b]\nfind [a b/.] [-prune] [-user] [0]\nbkt-apply [--list] [--scope] [system] [--manifests=W/image/manifests]\n" +
				line(didMine, " [--repo=a b]\n") + didRoots, "mine\nroots\n", "bkt: warning: 'a b' is not root's: the system's part is not applied from there\n", 0},
		{"an unknown flag", []string{"--once"}, "", "", "", "bkt: error: unknown flag '--once'\nhint: bkt help\n", 2},
		{"both yes and dry", []string{"--yes", "--dry-run"}, "", "", "", "bkt: error: --yes and --dry-run exclude each other\nhint: bkt help\n", 2},
		{"no value", []string{"--repo"}, "", "", "", "bkt: error: flag '--repo' needs a value\nhint: bkt help\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			applierIn(t, func(t *testing.T, w *world, shell string) {
				for set := range strings.FieldsSeq(c.codes) {
					name, code, _ := strings.Cut(set, "=")
					w.code[name] = code
				}
				out, errs, code := w.run(shell, append([]string{"apply"}, c.args...)...)
				if code != c.code || out != c.stdout || errs != c.err {
					t.Errorf("%d, want %d\n%s--- want\n%s--- stderr\n%s--- want\n%s", code, c.code, out, c.stdout, errs, c.err)
				}
				if got := w.applied(); got != c.calls {
					t.Errorf("calls\n%swant\n%s", got, c.calls)
				}
			})
		})
	}
}

// Where nothing is to do, nobody is asked, and sudo is not needed; what is left is still said.
func TestNothingToApply(t *testing.T) {
	applierIn(t, func(t *testing.T, w *world, shell string) {
		w.write("mine", "")
		w.write("roots", "")
		out, errs, code := w.run(shell, "apply")
		if out != "mine\n" || errs != "" || code != 0 || w.applied() != listed+didMine {
			t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, w.applied())
		}
	})
}

// Root has no items of its own, no mirror, and asks nobody but root's files.
func TestApplyAsRoot(t *testing.T) {
	applierIn(t, func(t *testing.T, w *world, shell string) {
		w.write("uid", "0\n")
		w.write("units/bootc-bootstrap.service", "")
		out, errs, code := w.run(shell, "apply", "--yes")
		want := "id [-u]\nbkt-apply [--list] [--scope] [system] [--manifests=W/image/manifests]\nbkt-apply " + allRoots
		if out != "roots\n" || errs != "" || code != 0 || w.applied() != want {
			t.Errorf("%d, %q, %q, calls\n%swant\n%s", code, out, errs, w.applied(), want)
		}
	})
}

// Without a copy in the image root has nothing to apply from: it is said, once there is something.
func TestApplyWithoutAnImage(t *testing.T) {
	applierIn(t, func(t *testing.T, w *world, shell string) {
		if err := os.RemoveAll(filepath.Join(w.dir, "image")); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ roots, errs string }{
			{"dnf:htop\t+ package  htop\n", "bkt: warning: the system's part is left: root has no distribution of its own here\nhint: sudo bkt-apply --scope system --manifests DIR\n"},
			{"", ""},
		} {
			w.write("roots", c.roots)
			out, errs, code := w.run(shell, "apply", "--yes")
			if out != "mine\n" || errs != c.errs || code != 0 || strings.Contains(w.applied(), "sudo") {
				t.Errorf("%d, %q, %q, calls\n%s", code, out, errs, w.applied())
			}
		}
	})
}

const (
	both    = "+ app      org.gnome.Maps\n+ shim     podman\n+ app  org.gnome.Boxes\n"
	here    = "Make these 3 changes here? [Y/n] "
	atLogin = "Apply at every login of this account, too? [y/N] "
)

func TestApplyAsks(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []string
		args    []string
		before  string // a file of the account's
		screen  string
		after   []string // the files of the account's
		code    int
	}{
		{"yes, and at the login", []string{"\n", "y\n"}, nil, "", both + here + "\nmine\nroots\n" + atLogin + "y\n", []string{"consent"}, 0},
		{"yes, and not at the login", []string{"y\n", "\n"}, nil, "", both + here + "y\nmine\nroots\n" + atLogin + "\n", []string{"consent.no"}, 0},
		{"the end of the input", []string{"y\n", "\x04"}, nil, "", both + here + "y\nmine\nroots\n" + atLogin + "\n", []string{"consent.no"}, 0},
		{"no", []string{"what\n", "n\n"}, nil, "", both + here + "what\nAnswer y or n.\n" + here + "n\n", nil, 1},
		{"said before", []string{"y\n"}, nil, "consent", both + here + "y\nmine\nroots\n", []string{"consent"}, 0},
		{"said no before", []string{"y\n"}, nil, "consent.no", both + here + "y\nmine\nroots\n", []string{"consent.no"}, 0},
		{"one item is not the account", []string{"y\n"}, []string{"podman"}, "", "+ shim     podman\nMake this change here? [Y/n] y\nmine\n", nil, 0},
		{"asked nothing", nil, []string{"--yes"}, "", "mine\nroots\n", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			applierIn(t, func(t *testing.T, w *world, shell string) {
				w.write("units/bootc-bootstrap.service", "")
				if c.before != "" {
					w.write(".config/bkt/"+c.before, "")
				}
				screen, code := w.talk(shell, c.answers, append([]string{"apply"}, c.args...)...)
				if screen != c.screen || code != c.code {
					t.Errorf("%d, want %d\n%s--- want\n%s", code, c.code, screen, c.screen)
				}
				var after []string
				list, _ := os.ReadDir(filepath.Join(w.dir, ".config/bkt"))
				for _, f := range list {
					after = append(after, f.Name())
				}
				if !slices.Equal(after, c.after) {
					t.Errorf("the account has %q, want %q", after, c.after)
				}
			})
		})
	}
}

// Where no service would do it, nobody is asked whether it may.
func TestNoServiceNoConsent(t *testing.T) {
	applierIn(t, func(t *testing.T, w *world, shell string) {
		screen, code := w.talk(shell, []string{"y\n"}, "apply")
		if screen != both+here+"y\nmine\nroots\n" || code != 0 {
			t.Errorf("%d\n%s", code, screen)
		}
	})
}

// The system's packages are what apply does, for these alone.
func TestDnfSync(t *testing.T) {
	const (
		image = " [--manifests=W/image/manifests]"
		kinds = " [--only=repo,copr,dnf]"
		list  = "bkt-apply [--list] [--scope] [system]"
		does  = "bkt-apply [--yes] [--scope] [system] [--format] [text]"
		boxes = " [--only=flatpak@system:org.gnome.Boxes]"
	)
	for _, c := range []struct {
		args  []string
		uid   string
		calls string
		errs  string
		code  int
	}{
		{[]string{"sync"}, "1000", "id [-u]\nbkt-pr [--fetch]\n" + list + image + kinds + "\n", "bkt: error: no terminal to ask on\nhint: bkt dnf sync --yes\n", 2},
		{[]string{"sync", "--now", "--yes"}, "1000", "id [-u]\nbkt-pr [--fetch]\n" + list + image + kinds + " [--now]\nsudo [--] [bkt-apply]" + strings.TrimPrefix(does, "bkt-apply") + image + " [--now]" + boxes +
			"\n" + does + image + " [--now]" + boxes + "\n", "", 75},
		{[]string{"sync", "--now", "--yes"}, "0", "id [-u]\n" + list + image + kinds + " [--now]\n" + does + image + " [--now]" + kinds + "\n", "", 75},
		{[]string{"sync", "--dry-run"}, "1000", "id [-u]\nbkt-pr [--fetch]\n" + list + image + kinds + "\n" + strings.Replace(does, "--yes", "--dry-run", 1) + image + boxes + "\n", "", 75},
		{[]string{"sync", "--yes", "--repo", "/roots"}, "0", "id [-u]\nfind [/roots/.] [-prune] [-user] [0]\n" + list + " [--repo=/roots]" + kinds + "\n" + does + " [--repo=/roots]" + kinds + "\n", "", 75},
		{[]string{"sync"}, "0", "id [-u]\n" + list + image + kinds + "\n", "bkt: error: no terminal to ask on\nhint: bkt dnf sync --yes\n", 2},
		{[]string{"sync", "htop"}, "1000", "", "bkt: error: unknown operand 'htop'\nhint: bkt help\n", 2},
		{[]string{"frob", "htop"}, "1000", "", "bkt: error: 'bkt dnf' is install, remove, copr or sync\nhint: bkt help\n", 2},
		{nil, "1000", "", "bkt: error: 'bkt dnf' is install, remove, copr or sync\nhint: bkt help\n", 2},
	} {
		applierIn(t, func(t *testing.T, w *world, shell string) {
			w.write("uid", c.uid+"\n")
			w.code["ROOTS"] = "75"
			_, errs, code := w.run(shell, append([]string{"dnf"}, c.args...)...)
			if code != c.code || errs != c.errs || w.applied() != c.calls {
				t.Errorf("%q: %d, want %d, %q, calls\n%swant\n%s", c.args, code, c.code, errs, w.applied(), c.calls)
			}
		})
	}
}
