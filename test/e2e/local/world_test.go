package local

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bkt/test/pty"
	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/gitremote"
	"bkt/test/real/rpmrepo"
)

// world is a machine in package mode with a user, ada, at a terminal, and her distribution.
type world struct {
	t       *testing.T
	dir     string
	rpm     *rpmrepo.Root
	flatpak *flatpakrepo.Home
	remote  *gitremote.Remote
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), rpm: rpmrepo.NewRoot(t), flatpak: flatpakrepo.NewHome(t), remote: gitremote.NewFrom(t, distribution)}
	real.Output(t, "", os.Environ(), "cp", "-a", template.Dir+"/.", w.rpm.Dir)
	w.flatpak.Flatpak(t, "remote-add", "--user", "--no-gpg-verify", "flathub", apps.URL())
	repo := `{"owner": "ada", "name": "d", "url": "` + w.remote.URL() + `", "default_branch": "main"}` + "\n"
	w.remote.Commit(t, "main", "Where it lives", map[string]string{"repo.json": repo})
	for path, text := range map[string]string{
		"tools/rpm":  w.tool("rpm", "--root="+w.rpm.Dir),
		"tools/dnf":  w.tool("dnf", "--installroot="+w.rpm.Dir, "--releasever=42", "--disableplugin=local"),
		"tools/sudo": "#!/bin/sh\n[ \"$1\" != -v ] || exit 0\nwhile :; do case $1 in -*) shift ;; *) break ;; esac; done\nexec \"$@\"\n",
		"os-release": "ID=fedora\nVERSION_ID=42\nVARIANT_ID=workstation\n",
		"machine-id": "0123456789abcdef0123456789abcdef\n",
		"cmdline":    "BOOT_IMAGE=/vmlinuz root=UUID=1 ro\n",
		"boot_id":    "0f0e0d0c-0b0a-4908-8706-050403020100\n",
	} {
		real.Write(t, w.at(path), text, 0o755)
	}
	real.Write(t, w.home(".config/bkt/repo.json"), repo, 0o644)
	real.Write(t, w.home(".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.test\n", 0o644)
	return w
}

// tool is a script that runs a tool of the packages on this machine's root.
func (w *world) tool(name string, args ...string) string {
	home := filepath.Dir(w.rpm.Dir) + "/home"
	return "#!/bin/sh\nHOME=" + home + " exec unshare --map-root-user -- /usr/bin/" + name + " " + strings.Join(args, " ") + " \"$@\"\n"
}

func (w *world) at(path string) string   { return filepath.Join(w.dir, path) }
func (w *world) home(path string) string { return filepath.Join(w.flatpak.Dir, path) }

// command is a command on the machine.
func (w *world) command(argv ...string) *exec.Cmd {
	w.t.Helper()
	args := []string{"--die-with-parent", "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-uts", "--hostname", "desktop",
		"--ro-bind", "/usr", "/usr", "--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/var/tmp",
		"--bind", os.TempDir(), os.TempDir(), "--ro-bind", w.at("os-release"), "/usr/lib/os-release",
		"--ro-bind", w.at("machine-id"), "/etc/machine-id", "--ro-bind", w.at("cmdline"), "/proc/cmdline",
		"--ro-bind", w.at("boot_id"), "/proc/sys/kernel/random/boot_id",
		"--bind", w.rpm.Dir + "/etc/yum.repos.d", "/etc/yum.repos.d", "--clearenv", "--chdir", w.flatpak.Dir}
	for _, p := range []string{"/etc/alternatives", "/etc/ld.so.cache", "/etc/dnf", "/etc/rpm"} {
		args = append(args, "--ro-bind-try", p, p)
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		args = append(args, "--symlink", "usr/"+dir, "/"+dir)
	}
	path := []string{bin, w.at("tools"), "/usr/bin", "/bin", "/usr/sbin", "/sbin"}
	for _, kv := range append(slices.Clone(w.flatpak.Env), "TERM=dumb", "PATH="+strings.Join(path, ":")) {
		k, v, _ := strings.Cut(kv, "=")
		args = append(args, "--setenv", k, v)
	}
	ctx, stop := context.WithTimeout(w.t.Context(), 3*time.Minute)
	w.t.Cleanup(stop)
	return exec.CommandContext(ctx, "bwrap", append(args, argv...)...)
}

// types types lines in a shell at a terminal, with the hooks, and answers each question with
// yes. It gives what was seen.
func (w *world) types(sh string, lines ...string) string {
	w.t.Helper()
	asked := 0
	return w.talks(sh, func(seen string) string {
		if n := strings.Count(seen, "[Y/n"); n > asked {
			asked = n
			return "y\n"
		}
		return ""
	}, lines...)
}

// talks is the same with answers of the test's own.
func (w *world) talks(sh string, reply func(seen string) string, lines ...string) string {
	w.t.Helper()
	load := `eval "$(bkt-local init ` + sh + `)"`
	argv := map[string][]string{"bash": {"bash", "--norc", "-i"}, "zsh": {"zsh", "-f", "-i"}, "fish": {"fish", "--no-config", "-i"}}[sh]
	if sh == "fish" {
		load = `bkt-local init fish | source`
	}
	real.Write(w.t, w.home("typed"), strings.Join(append([]string{load}, lines...), "\n")+"\n", 0o644)
	screen, code := pty.Run(w.t, w.command(append(argv, "-c", `. ~/typed`)...), reply)
	if code != 0 {
		w.t.Errorf("%s: %q: %d\n%s", sh, lines, code, screen)
	}
	return screen
}

// entry is what a test wants to know of one in the journal.
type entry struct{ ID, Command, Subsystem, Action, Item, Scope string }

// journal is what the file holds, as `action subsystem item`.
func (w *world) journal() (items []string, entries []entry) {
	w.t.Helper()
	b, err := os.ReadFile(w.home(".local/share/bkt/ephemeral.json"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	var v struct{ Changes []entry }
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		w.t.Fatalf("%v in\n%s", err, b)
	}
	for _, e := range v.Changes {
		items = append(items, e.Action+" "+e.Subsystem+" "+e.Item)
	}
	return items, v.Changes
}

// branch is the newest pull request's.
func (w *world) branch() string {
	w.t.Helper()
	l := strings.Fields(w.remote.Git(w.t, "for-each-ref", "--sort=refname", "--format=%(refname:short)", "refs/heads/bkt"))
	if len(l) == 0 {
		return ""
	}
	return l[len(l)-1]
}

// show is a file of the pull request's branch.
func (w *world) show(path string) string {
	w.t.Helper()
	return w.remote.Git(w.t, "show", w.branch()+":"+path)
}
