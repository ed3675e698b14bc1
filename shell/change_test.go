package shell_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// tempName is bkt's own temporary folder.
var tempName = regexp.MustCompile(`/[^\] ]*/tmp\.[A-Za-z0-9]+/([a-z]+)`)

// typedText is what the journal is to say was typed.
var typedText = regexp.MustCompile(`\[--command\] \[[^]]*\]`)

// keeper stands in for bkt-local: run gives the exit code of what it runs and what that writes,
// commit names what it was made of, and what is cleared is noted.
const keeper = `case $1 in
run)
	for last; do :; done
	echo "LEFT of $(cat "$last")"
	exit "$(cat "$WORLD/here")"
	;;
commit)
	for last; do :; done
	case "$*" in
	*--resolve=manifest*) exit 1 ;;
	*--waiting*) echo "WAITING $(cat "$last")" ;;
	*--wish*) echo "JOURNAL $(cat "$last")" ;;
	*) echo JOURNAL all ;;
	esac
	;;
change) shift && echo "WISH $*" ;;
list)
	[ ! -e "$WORLD/broken" ] || exit 2
	[ ! -s "$WORLD/journal" ] || echo '"item": "x"'
	;;
clear)
	read -r got
	echo "  < $got" >>"$WORLD/calls"
	;;
*) exit 99 ;;
esac`

// maker stands in for bkt-cfgen: $WORLD/known says what is in the manifests already.
const maker = `read -r got
case $* in *--allow=*) got="$got ALLOWED" ;; esac
[ ! -e "$WORLD/warns" ] || echo 'bkt-cfgen: warning: something' >&2
case $(cat "$WORLD/known") in STALE) echo FILES STALE ;; all) echo FILES ;; *) echo "FILES of $got" ;; esac
exit "$CFGEN_CODE"`

// looker stands in for bkt-apply where it only looks.
const looker = `case "$*" in '--wish --dry-run '*) ;; *) exit 99 ;; esac
[ ! -e "$WORLD/looks" ] || exit "$(cat "$WORLD/looks")"
echo "LEFT of $(cat "$3")"
exit 1`

const deliverer = `case "$*" in
--fetch*) exit "$FETCH_CODE" ;;
--list)
	read -r got
	case $got in
	FILES) ;;
	'FILES STALE') printf '%s\t%s\n' - regenerated ;;
	*) printf '%s\t%s\n' x new ;;
	esac
	;;
'--format text --document '*)
	read -r got
	echo "PR of $got" >"$4"
	echo "created $got"
	exit "$PR_CODE"
	;;
*) exit 99 ;;
esac`

// changerIn runs a test in each shell on a machine with these.
func changerIn(t *testing.T, f func(t *testing.T, w *world, shell string)) {
	t.Helper()
	inShells(t, func(t *testing.T, w *world, shell string) {
		for name, body := range map[string]string{"bkt-local": keeper, "bkt-cfgen": maker, "bkt-pr": deliverer, "bkt-apply": looker} {
			w.write("bin/"+name, "#!/bin/sh\nset -eu\n"+`printf '%s' `+name+` >>"$WORLD/calls"; for a; do printf ' [%s]' "$a" | tr '\n' ' ' >>"$WORLD/calls"; done; echo >>"$WORLD/calls"`+"\n"+body+"\n")
		}
		for name, text := range map[string]string{"here": "0", "journal": "", "known": "nothing"} {
			w.write(name, text)
		}
		f(t, w, shell)
	})
}

// noted are the calls, with the world's folders under a short name.
func (w *world) noted() string {
	calls := typedText.ReplaceAllString(tempName.ReplaceAllString(w.calls(), "TMP/$1"), "[--command] [TYPED]")
	return strings.NewReplacer(w.dir+"/bin/", "", w.dir, "W").Replace(calls)
}

// How a command ends, and what it says, as far as the world tells.
func TestChange(t *testing.T) {
	const (
		soon  = "It is so with the first image that is built once the pull request is merged.\n"
		later = "bkt: warning: done here, and not in a pull request\nhint: bkt local commit\n"
	)
	const (
		nowhere = "bkt: error: not all of it can be done on this machine\nhint: --pr-only puts it into a pull request all the same\n"
		notHere = "bkt: error: not all of it can be done on this machine\nhint: without --local it goes into a pull request\n"
	)
	const fetched, generated, sent = "bkt-pr [--fetch]\n", "bkt-cfgen\nbkt-pr [--list]\n", "bkt-pr [--format] [text] [--document] [TMP/pr]\n"
	listed := func(kind string) string { return "bkt-local [list] [--format] [json] [--only] [" + kind + "]\n" } // whether there is something in the journal
	looked := listed("dnf")
	asked := func(rest string) string { return "bkt-local [change] " + rest + "\n" }
	here := func(kind, rest string) string {
		return asked(rest) + "bkt-local [run] [--subsystem] [" + kind + "] [--command] [TYPED] [--] [bkt-apply] [--wish] [TMP/wish]\n"
	}
	const noted = "bkt-local [commit] [--wish] [TMP/wish]\n"
	const waits = "bkt-local [commit] [--waiting] [--wish] [TMP/wish]\n"
	words := strings.NewReplacer("[", "", "]", "")
	of := func(what, rest string) string { return "FILES of " + what + words.Replace(rest) }
	brought := func(doc string) string { return generated + sent + "bkt-local [clear] [-]\n  < PR of " + doc + "\n" }
	made := func(doc string) string { return "new\ncreated " + doc + "\n" }
	const htop, wish, left, rest = "[add] [dnf] [htop]", "JOURNAL WISH ", "JOURNAL LEFT of WISH ", "WAITING LEFT of WISH "
	for _, c := range []struct {
		name, args string
		world      string // NAME=TEXT
		calls      string
		out, errs  string
		code       int
	}{
		{"what was done here, or was here, is the journal's to tell", "dnf install htop", "",
			here("dnf", htop) + fetched + noted + brought(of(left, htop)), made(of(left, htop)), "", 0},
		{"dnf's own flags before its verb", "dnf -y install htop", "",
			"", "", "bkt: error: 'bkt dnf' is install, remove, copr or sync\nhint: bkt help\n", 2},
		{"and behind it", "dnf install -y htop", "", here("dnf", htop) + fetched + noted + brought(of(left, htop)), made(of(left, htop)), "", 0},
		{"what is in the manifests already", "dnf install htop", "known=all",
			here("dnf", htop) + fetched + noted + generated + "bkt-local [clear] [-]\n  < " + left + words.Replace(htop) + "\n", "Nothing new to put into a pull request.\n", "", 0},
		{"some", "dnf install htop jq nano", "", here("dnf", "[add] [dnf] [htop jq nano]") + fetched + noted + brought(of(left, "add dnf htop")), made(of(left, "add dnf htop")), "", 0},
		{"here alone", "dnf install --local htop", "", here("dnf", htop), "", "", 0},
		{"here alone, where that cannot be", "dnf install --local htop", "here=1", here("dnf", htop), "", notHere, 1},
		{"the pull request alone", "dnf install --pr-only htop", "", asked(htop) + fetched + noted + brought(of(wish, htop)), made(of(wish, htop)), "", 0},
		{"the pull request alone, and perhaps the image's", "dnf remove --pr-only htop", "", asked("[remove] [dnf] [htop]") + "bkt-apply [--wish] [--dry-run] [TMP/wish]\n" + fetched + noted + brought(of(left, "remove dnf htop")), made(of(left, "remove dnf htop")), "", 0},
		{"the same where nobody can look", "admin kargs remove --pr-only quiet", "looks=2", asked("[remove] [karg] [quiet]") + "bkt-apply [--wish] [--dry-run] [TMP/wish]\n" + fetched + noted + brought(of(wish, "remove karg quiet")), made(of(wish, "remove karg quiet")), "bkt: warning: nobody can tell here what of it the image brings\n", 0},
		{"as typed, and done", "dnf --here -y install htop", "", here("dnf", htop), "", "", 0},
		{"as typed, and not to be had here", "dnf --here install htop", "here=1", here("dnf", htop) + fetched + waits + brought(of(rest, htop)), made(of(rest, htop)), soon, 0},
		{"not to be had here", "dnf remove htop", "here=1", here("dnf", "[remove] [dnf] [htop]") + fetched + noted + brought(of(left, "remove dnf htop")), made(of(left, "remove dnf htop")), soon, 0},
		{"what the generator says, said once", "dnf install htop", "warns=1", here("dnf", htop) + fetched + noted + brought(of(left, htop)),
			made(of(left, htop)), "bkt-cfgen: warning: something\n", 0},
		{"some failed", "dnf install htop", "here=3", here("dnf", htop) + fetched + noted + brought(of(left, htop)), made(of(left, htop)), "", 3},
		{"nothing but sections that were stale", "dnf install htop", "known=STALE",
			here("dnf", htop) + fetched + noted + generated + "bkt-local [clear] [-]\n  < " + left + words.Replace(htop) + "\n", "Nothing new to put into a pull request.\n", "", 0},
		{"a conflict", "dnf install htop --resolve manifest", "journal=x",
			here("dnf", htop) + fetched + "bkt-local [commit] [--resolve=manifest] [--wish] [TMP/wish]\n" + looked, "", later, 1},
		{"what may look private", "gsetting set org.x key 1 --pr-only --allow org.x*", "",
			asked("[add] [gsetting] [org.x key] [value=1]") + fetched + noted + strings.Replace(brought(of(wish, "add gsetting org.x key value=1 ALLOWED")), "bkt-cfgen", "bkt-cfgen [--allow=org.x*]", 1),
			made(of(wish, "add gsetting org.x key value=1 ALLOWED")), "", 0},
		{"what cannot be had here", "gsetting set org.nosuch key 1", "here=1", here("gsetting", "[add] [gsetting] [org.nosuch key] [value=1]") + listed("gsetting"), "", nowhere, 1},
		{"some of it cannot be had here", "gsetting set org.nosuch key 1", "here=1 journal=x", here("gsetting", "[add] [gsetting] [org.nosuch key] [value=1]") + listed("gsetting"), "", nowhere + later, 1},
		{"a journal that cannot be read", "dnf install htop", "here=0 FETCH=75 broken=1", here("dnf", htop) + fetched + looked, "", later, 75},
		{"flags that are about pull requests", "dnf install --local htop --resolve local", "", "", "", "bkt: error: --resolve and --allow are about a pull request, and --local makes none\nhint: bkt help\n", 2},
		{"two installations", "flatpak add --user --system a.b.C", "", "", "", "bkt: error: --user and --system exclude each other\nhint: bkt help\n", 2},
		{"applications of two installations", "flatpak remove a.b.C d.e.F", ".local/share/flatpak/app/d.e.F/x=", "", "", "bkt: error: 'a.b.C' and 'd.e.F' are not in one installation\nhint: --user or --system\n", 2},
		{"a tool fails", "dnf install htop", "here=2", here("dnf", htop), "", "", 2},
		{"somebody else is at it", "dnf install htop", "here=75", here("dnf", htop), "", "", 75},
		{"no remote", "dnf install htop", "FETCH=75 journal=dnf:htop", here("dnf", htop) + fetched + looked, "", later, 75},
		{"no remote, and nothing that was new here", "dnf install htop", "FETCH=75", here("dnf", htop) + fetched + looked, "", "", 75},
		{"no remote, and nothing done", "dnf install --pr-only htop", "FETCH=75", asked(htop) + fetched, "", "", 75},
		{"a generator that refuses", "dnf install htop", "CFGEN=2 journal=x", here("dnf", htop) + fetched + noted + "bkt-cfgen\n" + looked, "", later, 2},
		{"a pull request that fails", "dnf install htop", "journal=dnf:htop PR=1",
			here("dnf", htop) + fetched + noted + generated + sent + looked, made(of(left, htop)), later, 1},
		{"pushed in part", "dnf install htop", "PR=3", here("dnf", htop) + fetched + noted + brought(of(left, htop)), made(of(left, htop)), "", 3},
		{"an empty value", "shim add --host= docker", "", "", "", "bkt: error: flag '--host' is empty\nhint: bkt help\n", 2},
		{"two flags in one word", "shim add --local_--pr-only docker", "", "", "", "bkt: error: unknown flag '--local_--pr-only'\nhint: bkt help\n", 2},
		{"a mistake, and here alone", "gsetting set --local org.nosuch key 1", "here=1", here("gsetting", "[add] [gsetting] [org.nosuch key] [value=1]"), "", nowhere, 1},

		{"a project", "dnf copr enable atim/starship --local", "", here("copr", "[add] [copr] [atim/starship] [enabled=true]"), "", "", 0},
		{"no project any more", "dnf copr disable atim/starship --local", "", here("copr", "[update] [copr] [atim/starship] [enabled=false]"), "", "", 0},
		{"a project goes", "dnf copr remove --local atim/starship", "", here("copr", "[remove] [copr] [atim/starship]"), "", "", 0},
		{"an application", "flatpak add --local org.gnome.Boxes", "", here("flatpak", "[add] [flatpak] [org.gnome.Boxes] [scope=system] [remote=flathub]"), "", "", 0},
		{"one's own", "flatpak add --user --remote=fedora --local org.gnome.Boxes", "", here("flatpak", "[add] [flatpak] [org.gnome.Boxes] [scope=user] [remote=fedora]"), "", "", 0},
		{"where the remote is", "flatpak add --local x.y.Z", ".local/share/flatpak/repo/config=[remote_\"flathub\"]", here("flatpak", "[add] [flatpak] [x.y.Z] [scope=user] [remote=flathub]"), "", "", 0},
		{"where the remote is not", "flatpak add --local --remote other x.y.Z", ".local/share/flatpak/repo/config=[remote_\"flathub\"]", here("flatpak", "[add] [flatpak] [x.y.Z] [scope=system] [remote=other]"), "", "", 0},
		{"an application goes", "flatpak remove --local org.gnome.Boxes", "", here("flatpak", "[remove] [flatpak] [org.gnome.Boxes] [scope=system]"), "", "", 0},
		{"where it is", "flatpak remove --local org.gnome.Boxes", ".local/share/flatpak/app/org.gnome.Boxes/x=", here("flatpak", "[remove] [flatpak] [org.gnome.Boxes] [scope=user]"), "", "", 0},
		{"an extension", "extension add --local a@b", "", here("extension", "[add] [extension] [a@b]"), "", "", 0},
		{"on", "extension enable --local a@b", "", here("extension", "[update] [extension] [a@b] [enabled=true]"), "", "", 0},
		{"off", "extension disable --local a@b", "", here("extension", "[update] [extension] [a@b] [enabled=false]"), "", "", 0},
		{"an extension goes", "extension remove --local a@b", "", here("extension", "[remove] [extension] [a@b]"), "", "", 0},
		{"a setting", "gsetting set --local org.x key 'a'", "", here("gsetting", "[add] [gsetting] [org.x key] [value='a']"), "", "", 0},
		{"below nothing", "gsetting set org.x key -5 --local", "", here("gsetting", "[add] [gsetting] [org.x key] [value=-5]"), "", "", 0},
		{"a setting goes", "gsetting unset --local org.x key", "", here("gsetting", "[remove] [gsetting] [org.x key]"), "", "", 0},
		{"a setting to nothing", "gsetting set org.x key", "", "", "", "bkt: error: it is 'bkt gsetting set SCHEMA KEY VALUE', or 'unset SCHEMA KEY'\nhint: bkt help\n", 2},
		{"a shim", "shim add --local podman docker", "", here("shim", "[add] [shim] [podman docker]"), "", "", 0},
		{"a shim for another", "shim add --host podman --local docker", "", here("shim", "[add] [shim] [docker] [host=podman]"), "", "", 0},
		{"a shim goes", "shim remove --local docker", "", here("shim", "[remove] [shim] [docker]"), "", "", 0},
		{"an argument", "admin kargs add rd.driver.blacklist=nouveau", "here=1",
			here("karg", "[add] [karg] [rd.driver.blacklist=nouveau]") + fetched + noted + brought(of(left, "add karg rd.driver.blacklist=nouveau")),
			made(of(left, "add karg rd.driver.blacklist=nouveau")), soon, 0},
		{"an argument goes", "admin kargs remove nosmt --local", "", here("karg", "[remove] [karg] [nosmt]"), "", "", 0},
		{"a unit", "admin systemd enable my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=enabled] [scope=system]"), "", "", 0},
		{"a unit, not", "admin systemd disable my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=disabled] [scope=system]"), "", "", 0},
		{"a unit, never", "admin systemd mask --user my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=masked] [scope=user]"), "", "", 0},

		{"nothing", "dnf install", "", "", "", "bkt: error: nothing is named: bkt dnf install what?\nhint: bkt help\n", 2},
		{"both", "dnf install --local --pr-only x", "", "", "", "bkt: error: --local and --pr-only exclude each other\nhint: bkt help\n", 2},
		{"a flag of another", "dnf install --user x", "", "", "", "bkt: error: unknown flag '--user'\nhint: bkt help\n", 2},
		{"a unit is not a karg", "admin systemd add x", "", "", "", "bkt: error: 'bkt admin' is kargs add or remove, or systemd enable, disable or mask\nhint: bkt help\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			changerIn(t, func(t *testing.T, w *world, sh string) {
				for set := range strings.FieldsSeq(c.world) {
					name, text, _ := strings.Cut(set, "=")
					if _, ok := w.code[name]; ok {
						w.code[name] = text
					} else {
						w.write(name, strings.NewReplacer("_", " ", "-", map[bool]string{true: " ", false: "-"}[name == "known"]).Replace(text)+"\n")
					}
				}
				if strings.HasPrefix(c.world, "known=add") {
					w.write("known", "add dnf htop\n")
				}
				out, errs, code := w.run(sh, strings.Fields(c.args)...)
				if out != c.out || errs != c.errs || code != c.code {
					t.Errorf("%d, want %d\n%s--- want\n%s--- stderr\n%s--- want\n%s", code, c.code, out, c.out, errs, c.errs)
				}
				if got := w.noted(); got != c.calls {
					t.Errorf("calls\n%swant\n%s", got, c.calls)
				}
			})
		})
	}
}

func TestLocal(t *testing.T) {
	const sent = "bkt-pr [--format] [text] [--document] [TMP/pr]"
	for _, c := range []struct {
		name, args, known string
		calls             string
		out, errs         string
		code              int
	}{
		{"all", "", "", "bkt-pr [--fetch]\nbkt-local [commit]\nbkt-cfgen\nbkt-pr [--list]\n" + sent + "\nbkt-local [clear] [-]\n  < PR of FILES of JOURNAL all\n",
			"new\ncreated FILES of JOURNAL all\n", "", 0},
		{"what is known is forgotten", "--repo a --only dnf", "all", "bkt-pr [--fetch] [--repo=a]\nbkt-local [commit] [--repo=a] [--only=dnf]\nbkt-cfgen [--repo=a]\nbkt-pr [--list]\n" +
			"bkt-local [clear] [-]\n  < JOURNAL all\n", "Nothing new to put into a pull request.\n", "", 0},
		{"sections that were stale", "", "STALE", "bkt-pr [--fetch]\nbkt-local [commit]\nbkt-cfgen\nbkt-pr [--list]\nbkt-local [clear] [-]\n  < JOURNAL all\n", "Nothing new to put into a pull request.\n", "", 0},
		{"flags", "--select --archived --resolve=local --allow x --yes", "", "bkt-pr [--fetch]\nbkt-local [commit] [--resolve=local] [--select] [--archived]\nbkt-cfgen [--allow=x]\nbkt-pr [--list]\n" +
			sent + " [--resolve=local]\nbkt-local [clear] [-]\n  < PR of FILES of JOURNAL all ALLOWED\n", "new\ncreated FILES of JOURNAL all ALLOWED\n", "", 0},
		{"an operand", "htop", "", "", "", "bkt: error: unknown operand 'htop'\nhint: bkt help\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			changerIn(t, func(t *testing.T, w *world, sh string) {
				w.write("known", c.known)
				out, errs, code := w.run(sh, append([]string{"local", "commit"}, strings.Fields(c.args)...)...)
				if out != c.out || errs != c.errs || code != c.code || w.noted() != c.calls {
					t.Errorf("%d, %q, %q, calls\n%swant\n%s", code, out, errs, w.noted(), c.calls)
				}
			})
		})
	}
	changerIn(t, func(t *testing.T, w *world, sh string) {
		w.write("bin/bkt-local", "#!/bin/sh\necho \"$*\"\nexit 7\n")
		for _, args := range []string{"list", "list --only dnf", "clear x y", "path"} {
			if out, errs, code := w.run(sh, append([]string{"local"}, strings.Fields(args)...)...); out != args+"\n" || errs != "" || code != 7 {
				t.Errorf("%s: %d, %q, %q", args, code, out, errs)
			}
		}
	})
}

// In a container bkt is the host's, and takes along what it needs; never twice.
func TestOnTheHost(t *testing.T) {
	const spawn = `printf '%s' "${0##*/}" >>"$WORLD/calls"; printf ' [%s]' "$@" >>"$WORLD/calls"; echo >>"$WORLD/calls"; exit 7`
	inShells(t, func(t *testing.T, w *world, sh string) {
		w.env = append(w.env, "CONTAINER_ID=box", "BKT_DNF=a b", "TERM=x")
		_, errs, code := w.run(sh, "status", "c d")
		if errs != "bkt: error: this is a container, and 'flatpak-spawn' is not in it\nhint: exit\n" || code != 2 {
			if _, err := os.Stat("/usr/bin/flatpak-spawn"); err != nil {
				t.Errorf("neither: %d, %q", code, errs)
			}
		}
		w.write("bin/flatpak-spawn", "#!/bin/sh\n"+spawn+"\n")
		if _, _, code := w.run(sh, "status", "c d"); code != 7 || w.calls() != "flatpak-spawn [--host] [env] [TERM=x] [BKT_DNF=a b] [BKT_ON_HOST=1] [bkt] [status] [c d]\n" {
			t.Errorf("%d, %s", code, w.calls())
		}
		w.write("calls", "")
		w.write("bin/distrobox-host-exec", "#!/bin/sh\n"+spawn+"\n")
		if _, _, code := w.run(sh); code != 7 || w.calls() != "distrobox-host-exec [env] [-u] [CONTAINER_ID] [-u] [DISTROBOX_ENTER_PATH] [TERM=x] [BKT_DNF=a b] [BKT_ON_HOST=1] [bkt]\n" {
			t.Errorf("%d, %s", code, w.calls())
		}
		w.write("calls", "")
		w.env = append(w.env, "BKT_ON_HOST=1")
		if _, errs, code := w.run(sh); code != 2 || errs != "bkt: error: what runs on the host is a container, too\n" || w.calls() != "" {
			t.Errorf("%d, %q, %s", code, errs, w.calls())
		}
	})
}
