package apply

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// everything are the manifests of a distribution that names something of each kind. Of ten
// apps of ada's one is in no remote.
func everything(url string) map[string]string {
	var list []string
	for n := range 10 {
		list = append(list, fmt.Sprintf(`"id": "%s", "remote": "one", "scope": "user"`, app(n)))
	}
	list[3] += `, "overrides": ["--unshare=network"]`
	list = append(list, `"id": "org.test.App1", "remote": "one", "scope": "system"`, `"id": "org.test.App2", "remote": "one", "scope": "system"`)
	remote := func(scope string) string {
		return fmt.Sprintf(`"name": "one", "url": "%s/signed/", "scope": "%s", "gpg_key": "%s"`, url, scope, signed.Key)
	}
	return map[string]string{
		"external-repos.json":  manifest("repos", fmt.Sprintf(`"name": "tools", "baseurl": "%s/rpms", "gpg_key": "%[1]s/key"`, url)),
		"system-packages.json": `{"packages": ["htop", "neovim", "tmux"], "groups": [], "excluded": [], "copr_repos": []}` + "\n",
		"flatpak-remotes.json": manifest("remotes", remote("system"), remote("user")),
		"flatpak-apps.json":    manifest("apps", list...),
		"gsettings.json": manifest("settings", `"schema": "org.gnome.desktop.interface", "key": "clock-show-date", "value": "false"`,
			`"schema": "org.gnome.desktop.interface", "key": "color-scheme", "value": "'prefer-dark'"`),
		"host-shims.json":    manifest("shims", `"name": "podman"`),
		"system-config.json": `{"systemd": {"enable": ["backup.service", "fstrim.timer"], "user": {"enable": ["systemd-tmpfiles-clean.timer"]}}}` + "\n",
	}
}

// online is a server with everything that there is to install.
func online(t *testing.T) (*server, string) {
	t.Helper()
	dir := t.TempDir()
	for name, at := range map[string]string{"signed": signed.Dir, "rpms": rpms.Dir} {
		link(t, at, dir+"/"+name)
	}
	s := serve(t, dir)
	return s, "http://" + s.addr
}

// What the manifests name comes, but for what is in no remote; afterwards another look finds
// nothing but that, and another run does nothing at all.
func TestEverythingComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, url := online(t)
	w.wants(everything(url))

	sys := w.apply(root, 0)
	if sys.Counts.Done != 8 || sys.Counts.Failed != 0 {
		t.Errorf("root: %+v", sys)
	}
	own := w.apply(ada, 3)
	if own.Counts.Failed != 1 || own.Counts.Done != 14 {
		t.Errorf("ada: %+v", own)
	}
	for _, s := range own.Steps {
		if (s.Result == "failed") != (s.ID == app(9)) {
			t.Errorf("%+v", s)
		}
	}
	if got, want := w.drift(), []string{"missing flatpak@user " + app(9)}; !slices.Equal(got, want) {
		t.Errorf("drift: %q, want %q", got, want)
	}
	wantSystem := map[string]bool{"repo tools": true, "dnf htop": true, "dnf neovim": true, "dnf tmux": false, "flatpak-remote@system one": true,
		"flatpak@system org.test.App1": true, "flatpak@system org.test.App2": true, "systemd@system backup.service": true, "systemd@system fstrim.timer": true}
	if got := w.record(root); !maps.Equal(got, wantSystem) {
		t.Errorf("the system's record: %v", got)
	}
	if got := w.record(ada); len(got) != 14 || !got["flatpak@user "+app(3)] || got["flatpak@user "+app(9)] {
		t.Errorf("ada's record: %v", got)
	}
	if b, err := os.ReadFile(w.flatpakDir("user") + "/overrides/" + app(3)); err != nil || !strings.Contains(string(b), "shared=!network") {
		t.Errorf("the overrides of %s: %v\n%s", app(3), err, b)
	}

	w.wants(everythingBut(url, "flatpak-apps.json", app(9)))
	w.apply(root, 0) // notes that the manifests moved on
	w.apply(ada, 0)
	counting := w.counted("flatpak", "dnf", "rpm", "gsettings", "dconf", "systemctl", "curl", "gnome-extensions", "glib-compile-schemas")
	before := snapshot(t, w.all()...)
	for _, uid := range []int{root, ada} {
		if got := w.apply(uid, 0); len(got.Steps) > 0 {
			t.Errorf("again: %+v", got)
		}
		for tool, calls := range counting() {
			most := 1
			switch tool {
			case "flatpak":
				most = 2 // scopes
			case "systemctl":
				most = 0 // its files are read
			}
			if len(calls) > most {
				t.Errorf("%d processes of %s: %q", len(calls), tool, calls)
			}
		}
	}
	if got := differing(before, snapshot(t, w.all()...)); len(got) > 0 {
		t.Errorf("a run with nothing to do changed %q", got)
	}
}

// everythingBut is everything without the entries of a manifest that hold a text.
func everythingBut(url, file, text string) map[string]string {
	m := everything(url)
	m[file] = without(m[file], text)
	return m
}

// without is a manifest without the entries that hold a text.
func without(manifest, text string) string {
	const end = "}, {"
	list, last, _ := strings.Cut(manifest, "}]}")
	entries := slices.DeleteFunc(strings.Split(list, end), func(s string) bool { return strings.Contains(s, `"`+text+`"`) })
	return strings.Join(entries, end) + "}]}" + last
}

// What bkt brought goes when it is dropped, what was here before stays, what the user removed
// stays away, and older manifests take nothing back.
func TestWhatBktBroughtGoesAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, url := online(t)
	all := everythingBut(url, "flatpak-apps.json", app(9))
	w.wants(all)
	w.apply(root, 0)
	w.apply(ada, 0)
	first := w.git("rev-parse", "HEAD")

	w.ends(ada, 0, "flatpak uninstall --user -y --noninteractive "+app(5))
	w.ends(root, 0, "systemctl disable fstrim.timer")
	w.apply(root, 0)
	w.apply(ada, 0)
	want := []string{"removed-here flatpak@user " + app(5), "removed-here systemd@system fstrim.timer"}
	if got := w.drift(); !slices.Equal(got, want) {
		t.Errorf("what the user removed: %q, want %q", got, want)
	}

	fewer := maps.Clone(all)
	fewer["flatpak-apps.json"] = everythingBut(url, "flatpak-apps.json", app(4))["flatpak-apps.json"]
	fewer["flatpak-apps.json"] = without(fewer["flatpak-apps.json"], app(9))
	fewer["system-packages.json"] = `{"packages": ["neovim"], "groups": [], "excluded": [], "copr_repos": []}` + "\n"
	fewer["host-shims.json"] = manifest("shims")
	fewer["system-config.json"] = `{"systemd": {"enable": ["fstrim.timer"]}}` + "\n"
	w.wants(fewer)
	w.steps(w.apply(root, 0), "remove dnf htop")
	w.steps(w.apply(ada, 0), "remove flatpak "+app(4), "remove shim podman", "remove systemd systemd-tmpfiles-clean.timer")
	if got := strings.Fields(w.rpm.RPM(t, "-qa", "--qf", "%{NAME} ")); slices.Contains(got, "htop") || !slices.Contains(got, "tmux") {
		t.Errorf("packages: %q", got)
	}
	want = append([]string{"released dnf tmux"}, want...) // it was here before bkt
	if got := w.drift(); !slices.Equal(got, want) {
		t.Errorf("afterwards: %q, want %q", got, want)
	}

	w.git("checkout", "-q", first)
	back := w.ends(ada, 0, "bkt-apply --yes --only flatpak,shim")
	w.steps(read[report](t, back.out), "add flatpak "+app(4), "add shim podman")
	if !strings.Contains(back.err, "nothing is removed or set back") {
		t.Errorf("older manifests: %s", back.err)
	}
	w.git("checkout", "-q", "main")
	w.steps(w.apply(ada, 0))
	if got := w.ends(ada, 0, "flatpak list --user --app --columns=application").out; !strings.Contains(got, app(4)) {
		t.Errorf("what older manifests brought back was taken away: %q", got)
	}
}

// steps checks what a run did, as "action subsystem id".
func (w *world) steps(r report, want ...string) {
	w.t.Helper()
	var got []string
	for _, s := range r.Steps {
		line := s.Action + " " + s.Subsystem + " " + s.ID
		if s.Result != "done" {
			line += ": " + s.Result + ": " + s.Message
		}
		got = append(got, line)
	}
	if !slices.Equal(sorted(got), sorted(want)) {
		w.t.Errorf("steps: %q, want %q", got, want)
	}
}

func sorted(l []string) []string {
	l = slices.Clone(l)
	slices.Sort(l)
	return l
}

// Apps come from a remote that is here, whoever put it there: the distribution need not name it.
func TestRemoteThatNoManifestNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.flatpak.AddRepoFile(t, "user", "own", signed.RepoFile)
	w.wants(map[string]string{"flatpak-apps.json": manifest("apps", `"id": "`+app(0)+`", "remote": "own", "scope": "user"`)})
	w.steps(w.apply(ada, 0), "add flatpak "+app(0))
}
