package shell_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// tempName is bkt's own temporary folder.
var tempName = regexp.MustCompile(`/[^\] ]*/tmp\.[A-Za-z0-9]+/([a-z]+)`)

// keeper stands in for bkt-local: run gives the exit code of what it runs, commit has what
// $WORLD/journal names, and each notes what reached it.
const keeper = `case $1 in
run) exit "$(cat "$WORLD/here")" ;;
commit)
	found=
	while read -r id; do
		case ",$*," in *"$id,"*) found="$found $id" ;; esac
	done <"$WORLD/journal"
	[ -n "$found" ] || [ $# -gt 1 ] || found=' all'
	echo "JOURNAL$found"
	;;
change) shift && echo "WISH $*" ;;
clear)
	read -r got
	echo "  < $got" >>"$WORLD/calls"
	;;
*) exit 99 ;;
esac`

// maker stands in for bkt-cfgen: what $WORLD/known names is in the manifests already.
const maker = `read -r got
known=$(cat "$WORLD/known")
case $got in JOURNAL | "WISH $known") echo FILES ;; *) echo "FILES of $got" ;; esac
exit "$CFGEN_CODE"`

const deliverer = `case "$*" in
--fetch*) exit "$FETCH_CODE" ;;
--list)
	read -r got
	[ "$got" = FILES ] || echo new
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
		for name, body := range map[string]string{"bkt-local": keeper, "bkt-cfgen": maker, "bkt-pr": deliverer, "bkt-apply": "exit 99"} {
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
	return strings.NewReplacer(w.dir+"/bin/", "", w.dir, "W").Replace(tempName.ReplaceAllString(w.calls(), "TMP/$1"))
}

// How a command ends, and what it says, as far as the world tells.
func TestChange(t *testing.T) {
	const (
		soon  = "It is so once the pull request is merged, its image built, and this machine rebooted.\n"
		later = "bkt: warning: done here and in the journal, and not in a pull request\nhint: bkt local commit\n"
	)
	here := func(kind, rest string) string {
		return "bkt-local [change] " + rest + "\nbkt-local [run] [--subsystem] [" + kind + "] [--] [bkt-apply] [--wish] [TMP/wish]\n"
	}
	const fetched, made, listed, sent = "bkt-pr [--fetch]\n", "bkt-cfgen\n", "bkt-pr [--list]\n", "bkt-pr [--format] [text] [--document] [TMP/pr]\n"
	asked := func(rest string) string { return "bkt-local [change] " + rest + "\n" + made + listed }
	noted := func(only string) string { return "bkt-local [commit] [--only] [" + only + "]\n" + made + listed }
	cleared := func(ids string) string { return "bkt-local [clear] [-]\n  < PR of FILES of JOURNAL " + ids + "\n" }
	for _, c := range []struct {
		name, args string
		world      string // NAME=TEXT
		calls      string
		out, errs  string
		code       int
	}{
		{"what was done here is the journal's to tell", "dnf install htop", "journal=dnf:htop",
			here("dnf", "[add] [dnf] [htop]") + fetched + noted("dnf:htop") + noted("dnf:htop") + sent + cleared("dnf:htop"), "created FILES of JOURNAL dnf:htop\n", "", 0},
		{"what was here already is put into the manifests", "dnf -y install htop", "",
			"", "", "bkt: error: 'bkt dnf' is install, remove, copr or sync\nhint: bkt help\n", 2},
		{"what was here already", "dnf install -y htop", "",
			here("dnf", "[add] [dnf] [htop]") + fetched + noted("dnf:htop") + asked("[add] [dnf] [htop]") + asked("[add] [dnf] [htop]") + sent, "created FILES of WISH add dnf htop\n", "", 0},
		{"what is in the manifests already", "dnf install htop", "known=add dnf htop",
			here("dnf", "[add] [dnf] [htop]") + fetched + noted("dnf:htop") + asked("[add] [dnf] [htop]"), "Nothing new to put into a pull request.\n", "", 0},
		{"some of each", "dnf install htop jq nano", "journal=dnf:jq",
			here("dnf", "[add] [dnf] [htop jq nano]") + fetched + noted("dnf:htop") + asked("[add] [dnf] [htop]") + noted("dnf:jq") + noted("dnf:nano") + asked("[add] [dnf] [nano]") +
				noted("dnf:jq") + sent + cleared("dnf:jq") + asked("[add] [dnf] [htop nano]") + sent, "created FILES of JOURNAL dnf:jq\ncreated FILES of WISH add dnf htop\n", "", 0},
		{"here alone", "dnf install --local htop", "", here("dnf", "[add] [dnf] [htop]"), "", "", 0},
		{"here alone, where that cannot be", "dnf install --local htop", "here=1", here("dnf", "[add] [dnf] [htop]"), "", "bkt: error: not done on this machine\nhint: bkt help\n", 1},
		{"the pull request alone", "dnf install --pr-only htop", "", fetched + asked("[add] [dnf] [htop]") + asked("[add] [dnf] [htop]") + sent, "created FILES of WISH add dnf htop\n", "", 0},
		{"as typed, and done", "dnf --here -y install htop", "", here("dnf", "[add] [dnf] [htop]"), "", "", 0},
		{"as typed, and not to be had here", "dnf --here install htop", "here=1",
			here("dnf", "[add] [dnf] [htop]") + fetched + asked("[add] [dnf] [htop]") + asked("[add] [dnf] [htop]") + sent, "created FILES of WISH add dnf htop\n", soon, 0},
		{"a tool fails", "dnf install htop", "here=2", here("dnf", "[add] [dnf] [htop]"), "", "", 2},
		{"somebody else is at it", "dnf install htop", "here=75", here("dnf", "[add] [dnf] [htop]"), "", "", 75},
		{"no remote", "dnf install htop", "FETCH=75", here("dnf", "[add] [dnf] [htop]") + fetched, "", later, 75},
		{"no remote, and nothing done", "dnf install --pr-only htop", "FETCH=75", fetched, "", "", 75},
		{"a pull request that fails", "dnf install htop", "journal=dnf:htop PR=1",
			here("dnf", "[add] [dnf] [htop]") + fetched + noted("dnf:htop") + noted("dnf:htop") + sent, "created FILES of JOURNAL dnf:htop\n", later, 1},
		{"pushed in part", "dnf install htop", "journal=dnf:htop PR=3",
			here("dnf", "[add] [dnf] [htop]") + fetched + noted("dnf:htop") + noted("dnf:htop") + sent + cleared("dnf:htop"), "created FILES of JOURNAL dnf:htop\n", "", 3},
		{"out of the layers", "dnf remove htop", "journal=dnf:htop",
			here("dnf", "[remove] [dnf] [htop]") + fetched + noted("dnf:htop") + noted("dnf:htop") + sent + cleared("dnf:htop"), "created FILES of JOURNAL dnf:htop\n", "", 0},
		{"out of the manifests", "dnf remove htop", "here=1",
			here("dnf", "[remove] [dnf] [htop]") + fetched + asked("[remove] [dnf] [htop]") + asked("[remove] [dnf] [htop]") + sent, "created FILES of WISH remove dnf htop\n", soon, 0},
		{"out of the base", "dnf rm firefox", "here=1 known=remove-dnf-firefox",
			here("dnf", "[remove] [dnf] [firefox]") + fetched + asked("[remove] [dnf] [firefox]") + asked("[add] [dnf] [firefox] [mode=remove]") + sent, "created FILES of WISH add dnf firefox mode=remove\n", soon, 0},

		{"a project", "dnf copr enable atim/starship --local", "", here("copr", "[add] [copr] [atim/starship]"), "", "", 0},
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
		{"a setting to nothing", "gsetting set org.x key", "", "", "", "bkt: error: 'bkt gsetting' takes 3 words here, not 2\nhint: bkt help\n", 2},
		{"a shim", "shim add --local podman docker", "", here("shim", "[add] [shim] [podman docker]"), "", "", 0},
		{"a shim for another", "shim add --host podman --local docker", "", here("shim", "[add] [shim] [docker] [host=podman]"), "", "", 0},
		{"a shim goes", "shim remove --local docker", "", here("shim", "[remove] [shim] [docker]"), "", "", 0},
		{"an argument", "admin kargs add rd.driver.blacklist=nouveau", "here=1",
			here("karg", "[add] [karg] [rd.driver.blacklist=nouveau]") + fetched + asked("[add] [karg] [rd.driver.blacklist=nouveau]") + asked("[add] [karg] [rd.driver.blacklist=nouveau]") + sent,
			"created FILES of WISH add karg rd.driver.blacklist=nouveau\n", soon, 0},
		{"an argument goes", "admin kargs remove nosmt --local", "", here("karg", "[remove] [karg] [nosmt]"), "", "", 0},
		{"a unit", "admin systemd enable my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=enabled] [scope=system]"), "", "", 0},
		{"a unit, not", "admin systemd disable my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=disabled] [scope=system]"), "", "", 0},
		{"a unit, never", "admin systemd mask --user my-service.service --local", "", here("systemd", "[add] [systemd] [my-service.service] [state=masked] [scope=user]"), "", "", 0},

		{"nothing", "dnf install", "", "", "", "bkt: error: what? nothing is named\nhint: bkt help\n", 2},
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
	changerIn(t, func(t *testing.T, w *world, sh string) {
		out, errs, code := w.run(sh, "local", "commit", "--repo", "a b", "--only", "dnf")
		const want = "bkt-pr [--fetch] [--repo=a b]\nbkt-local [commit] [--repo=a b] [--only] [dnf]\nbkt-cfgen [--repo=a b]\nbkt-pr [--list]\n" +
			"bkt-pr [--format] [text] [--document] [TMP/pr] [--repo=a b]\nbkt-local [clear] [-]\n  < PR of FILES\n"
		if out != "created FILES\n" || errs != "" || code != 0 || w.noted() != want {
			t.Errorf("%d, %q, %q, calls\n%swant\n%s", code, out, errs, w.noted(), want)
		}
	})
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
