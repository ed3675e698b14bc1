//go:build system

package system

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bkt/test/imagetree"
	"bkt/test/real"
	"bkt/test/real/flatpakrepo"
	"bkt/test/real/machine"
)

// images is a machine that boots images of the example distribution, one deployment each, and
// what its tools were asked for at the boot.
type images struct {
	*machine.Machine
	signed *flatpakrepo.Signed
	shelf  string // the images' files; in the machine at imagesAt
	n      int
}

const (
	imagesAt = "/run/stand/images"
	// httpRemote is where the signed repository is once somebody listens.
	httpRemote = "http://127.0.0.4:8080/signed"
)

// standTools are the programs that bkt-apply may start: each notes its call, and does as the file
// of its name in /var/stand/ says, or else as the real one.
const standTools = `mkdir -p /var/stand/bin
for tool in flatpak rpm-ostree systemctl rpm dnf dnf5 gsettings dconf bootc; do
	printf '%s\n' '#!/bin/sh' "echo \"$tool \$*\" >>/var/stand/calls" \
		"[ ! -x /var/stand/$tool ] || . /var/stand/$tool" \
		"PATH=/usr/local/bin:/usr/bin; exec $tool \"\$@\"" >/var/stand/bin/$tool
	chmod 0755 /var/stand/bin/$tool
done
: >/var/stand/calls
chmod 0666 /var/stand/calls`

// hurry is a drop-in of the test: short pauses, and the tools that note.
const hurry = `[Service]
RestartSec=1s
RestartSteps=3
RestartMaxDelaySec=8s
RuntimeMaxSec=%s
Environment=PATH=/var/stand/bin:/usr/local/bin:/usr/bin
`

func newImages(t *testing.T) *images {
	t.Helper()
	w := &images{shelf: t.TempDir()}
	dir := t.TempDir()
	w.signed = flatpakrepo.Build(t, t.TempDir(), "Plain",
		flatpakrepo.App{ID: "org.test.Hello"}, flatpakrepo.App{ID: "org.test.World"}).Sign(t, dir, "Signed")
	w.Machine = machine.BootAtomic(t, dir+":"+flatpakAt, w.shelf+":"+imagesAt)
	w.Exec(t, "sh", "-ec", standTools)
	return w
}

// remote is the signed repository in a manifest.
func (w *images) remote(url, scope string) string {
	return fmt.Sprintf(`{"name": "signed", "url": %q, "scope": %q, "gpg_key": %q}`, url, scope, w.signed.Key)
}

// apps is a manifest's list of apps, each "scope id".
func apps(list ...string) string {
	var out []string
	for _, l := range list {
		scope, id, _ := strings.Cut(l, " ")
		out = append(out, fmt.Sprintf(`{"id": %q, "remote": "signed", "scope": %q}`, id, scope))
	}
	return `{"apps": [` + strings.Join(out, ", ") + `]}`
}

// content is what an image of the distribution has.
type content struct {
	manifests map[string]string
	limit     string // how long the service may run, "5min" if it is empty
	owner     int    // of the manifests
}

// deploy makes an image and its deployment, which boots next. Each is a day younger than the one before.
func (w *images) deploy(t *testing.T, i content) {
	t.Helper()
	w.n++
	name := strconv.Itoa(w.n)
	tree, dir := t.TempDir(), filepath.Join(w.shelf, name)
	for file, text := range i.manifests {
		real.Write(t, filepath.Join(tree, "manifests", file), text+"\n", 0o644)
	}
	project, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	imagetree.Build(t, imagetree.Source{Project: project, Programs: bin, Tree: tree,
		Commit: strings.Repeat(name, 40), Date: "2030-01-0" + name + "T00:00:00Z"}, dir)
	limit := i.limit
	if limit == "" {
		limit = "5min"
	}
	for _, service := range []string{"system/bootc-apply", "user/bootc-bootstrap"} {
		real.Write(t, filepath.Join(dir, "usr/lib/systemd", service+".service.d/hurry.conf"), fmt.Sprintf(hurry, limit), 0o644)
	}
	real.Write(t, filepath.Join(dir, "usr/lib/systemd/user/session.target"), "[Unit]\nBindsTo=graphical-session.target\n", 0o644)
	real.Write(t, filepath.Join(dir, "usr/lib/systemd/system/wanted.service"),
		"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n", 0o644)
	if i.owner != 0 {
		if err := os.Chown(filepath.Join(dir, "usr/share/bkt/manifests/flatpak-apps.json"), i.owner, i.owner); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(dir, "etc"), filepath.Join(dir, "usr/etc")); err != nil {
		t.Fatal(err)
	}
	w.Exec(t, "sh", "-ec", `ostree commit --repo=/ostree/repo -b image/$1 --tree=ref=fedora/42/x86_64/silverblue --tree=dir=`+imagesAt+`/$1 \
		--add-metadata-string=version=42.$1 >/dev/null
		ostree admin deploy --os=fedora image/$1 >/dev/null`, "sh", name)
}

// restart boots what boots next.
func (w *images) restart(t *testing.T) {
	t.Helper()
	w.Exec(t, "sh", "-c", ": >/var/stand/calls")
	w.Reboot(t)
}

// unit is what systemd says of a unit, as root or as an account.
func unit(run func(argv ...string) (string, string, error), name string) map[string]string {
	out, _, _ := run("systemctl", "show", name, "-p",
		"ActiveState,SubState,Result,ExecMainStatus,NRestarts,ConditionResult,ConditionTimestampMonotonic,RestartUSecNext,LoadState,InvocationID")
	got := map[string]string{}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		got[key] = value
	}
	return got
}

func (w *images) userctl(argv ...string) (string, string, error) {
	if argv[0] == "systemctl" {
		argv = append([]string{"systemctl", "--user"}, argv[1:]...)
	}
	return w.TryUser(argv...)
}

// reaches waits until the boot's service is in a state, and ends the test where it never is.
func (w *images) reaches(t *testing.T, what string, ok func(u map[string]string) bool) map[string]string {
	t.Helper()
	var u map[string]string
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if u = unit(w.Try, "bootc-apply.service"); ok(u) {
			return u
		}
		if n, _ := strconv.Atoi(u["NRestarts"]); n > 20 || failed(u) {
			break
		}
	}
	t.Fatalf("the service never is %s: %v\n%s", what, u, w.journal(t))
	return nil
}

func succeeded(u map[string]string) bool {
	return u["ActiveState"] == "active" && u["SubState"] == "exited" && u["Result"] == "success"
}

func failed(u map[string]string) bool {
	return u["ActiveState"] == "failed" && u["SubState"] == "failed"
}

func (w *images) journal(t *testing.T) string {
	t.Helper()
	return w.Exec(t, "journalctl", "--no-pager", "-b", "-o", "cat", "-u", "bootc-apply.service")
}

// installed are the apps of an installation.
func (w *images) installed(t *testing.T, scope string) []string {
	t.Helper()
	run := w.Exec
	if scope == "user" {
		run = w.User
	}
	return strings.Fields(run(t, "/usr/bin/flatpak", "list", "--"+scope, "--app", "--columns=application"))
}

// asked are the calls of tools since the boot began.
func (w *images) asked(t *testing.T) []string {
	t.Helper()
	return strings.FieldsFunc(w.Exec(t, "cat", "/var/stand/calls"), func(r rune) bool { return r == '\n' })
}

// marked says whether the system's marker names what is booted.
func (w *images) marked(t *testing.T) bool {
	t.Helper()
	mark, _, _ := w.Try("cat", "/var/lib/bkt/last-applied-deployment")
	booted := ""
	for line := range strings.Lines(w.Exec(t, "ostree", "admin", "status")) {
		if rest, ok := strings.CutPrefix(line, "* fedora "); ok {
			booted = strings.Fields(rest)[0]
		}
	}
	if booted == "" {
		t.Fatal("no deployment is booted")
	}
	return strings.TrimSpace(mark) == booted
}

// owned are the items that the system's record says bkt brought.
func (w *images) owned(t *testing.T) []string {
	t.Helper()
	var r struct {
		Subsystems map[string][]struct {
			ID    string
			Owned bool
		}
	}
	if err := json.Unmarshal([]byte(w.Exec(t, "cat", "/var/lib/bkt/applied.json")), &r); err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for name, lines := range r.Subsystems {
		for _, l := range lines {
			if l.Owned {
				out = append(out, name+" "+l.ID)
			}
		}
	}
	return out
}
