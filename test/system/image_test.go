//go:build system

package system

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
	"bkt/test/real/machine"
	"bkt/test/real/rpmrepo"
)

//go:embed image
var image string

// plan is what the image is to have, beside the distribution's htop.
const plan = `{"kind": "bkt.changes/v1", "host": {"hostname": "x"}, "subsystems": {}, "changes": [
	{"action": "add", "subsystem": "dnf", "id": "neovim", "have": {"mode": "install"}},
	{"action": "add", "subsystem": "dnf", "id": "telemetry", "have": {"mode": "exclude"}},
	{"action": "add", "subsystem": "dnf", "id": "gnome-maps", "have": {"mode": "remove"}},
	{"action": "add", "subsystem": "shim", "id": "docker", "have": {"host": "docker"}},
	{"action": "add", "subsystem": "shim", "id": "podman", "have": {"host": "podman-remote"}}]}`

// TestSystemImage builds the Containerfile that bkt-cfgen wrote, for real.
func TestSystemImage(t *testing.T) {
	t.Parallel()
	store := machine.Images(t)
	rpms := rpmrepo.Build(t, t.TempDir(), rpmrepo.Package{Name: "htop", Requires: []string{"lib"}}, rpmrepo.Package{Name: "lib"},
		rpmrepo.Package{Name: "neovim", Recommends: []string{"telemetry", "runtime"}},
		rpmrepo.Package{Name: "telemetry"}, rpmrepo.Package{Name: "runtime"})
	remote := gitremote.New(t)
	tree := remote.Clone(t, remote.URL())
	work := t.TempDir()
	env := append(real.Env(work), "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	real.Write(t, filepath.Join(work, "plan"), plan, 0o644)
	real.Output(t, tree, env, "sh", "-ec", `bkt-cfgen --init --write >/dev/null; bkt-cfgen --write <"$1" >/dev/null; bkt-cfgen --check`, "sh", filepath.Join(work, "plan"))
	containerfile, err := os.ReadFile(filepath.Join(tree, "Containerfile"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the Containerfile:\n%s", containerfile)

	out, log, err := real.Try(tree, env, "unshare", "--mount", "--propagation", "private", "bash", "-c", image, "image", tree, store, rpms.Dir, work)
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, log)
	}
	if !strings.Contains(log, "Checks passed: stand-in") {
		t.Errorf("the last line of the Containerfile did not run:\n%s", log)
	}
	facts := strings.Split(strings.TrimSpace(out), "\n")
	same(t, "packages", pick(facts, "rpm "), []string{"base-tools", "firefox", "htop", "lib", "neovim", "runtime"})
	same(t, "label", pick(facts, "label "), []string{"0123abc"})
	same(t, "shim run as a new account", pick(facts, "ran "), []string{"/usr/bin/podman-remote ps -a"})
	same(t, "links", pick(facts, "link /etc/skel/.local/"), []string{"bin/docker ../toolbox/shims/docker", "bin/podman ../toolbox/shims/podman"})
	same(t, "shims", pick(facts, "file /etc/skel/.local/"), []string{"toolbox/shims/docker 755 0:0", "toolbox/shims/podman 755 0:0"})
	want := []string{"repo.json 644 0:0", "source.json 644 0:0"}
	for _, path := range matches(t, tree, "manifests/*.json") {
		want = append(want, path+" 644 0:0")
	}
	same(t, "/usr/share/bkt", pick(facts, "file /usr/share/bkt/"), want)

	for _, path := range append(matches(t, tree, "manifests/*.json"), "repo.json") {
		equal(t, filepath.Join(work, "bkt", path), filepath.Join(tree, path))
	}
	for _, path := range matches(t, tree, "generated/shims/*") {
		equal(t, filepath.Join(work, "shims", filepath.Base(path)), filepath.Join(tree, path))
	}
	source, err := os.ReadFile(filepath.Join(work, "bkt", "source.json"))
	if err != nil || string(source) != `{"commit": "0123abc", "date": "2026-01-02"}`+"\n" {
		t.Errorf("source.json = %q, %v", source, err)
	}
}

// pick is the rest of the lines that begin so.
func pick(lines []string, prefix string) []string {
	var out []string
	for _, line := range lines {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			out = append(out, rest)
		}
	}
	return out
}

// matches are the files of a tree, relative to it; there must be some.
func matches(t *testing.T, tree, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(tree, pattern))
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: nothing, %v", pattern, err)
	}
	for i, path := range list {
		list[i] = strings.TrimPrefix(path, tree+"/")
	}
	return list
}

func equal(t *testing.T, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Error(err)
		return
	}
	if b, err := os.ReadFile(want); err != nil || string(a) != string(b) {
		t.Errorf("%s is not %s: %v", got, want, err)
	}
}
