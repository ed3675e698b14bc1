package systemd

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/test/fake"
	"bkt/test/real"
)

// row is a line of `systemctl list-unit-files --output=json`.
type row struct {
	Unit   string  `json:"unit_file"`
	State  string  `json:"state"`
	Preset *string `json:"preset"` // null of what no preset is for
}

// listed is what systemctl says of the unit files of a tree.
func listed(t *testing.T, root, scope string) (rows []row) {
	t.Helper()
	real.Need(t, "systemctl")
	argv := []string{"systemctl", "--root=" + root, "list-unit-files", "--output=json"}
	if scope == doc.User {
		argv = slices.Insert(argv, 1, "--global")
	}
	out := real.Output(t, root, real.Env("/"), argv...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return slices.DeleteFunc(rows, func(r row) bool { return validName(r.Unit) != nil })
}

// agree compares each unit's state and preset with systemctl's, and gives how many there are.
func agree(t *testing.T, root string) (n int) {
	t.Helper()
	h := &host.Host{Root: root}
	for _, scope := range []string{doc.System, doc.User} {
		u, err := readUnits(h, scope)
		if err != nil {
			t.Fatal(err)
		}
		p, err := readPresets(h, scope)
		if err != nil {
			t.Fatal(err)
		}
		left := maps.Clone(u.in)
		for _, r := range listed(t, root, scope) {
			n++
			delete(left, r.Unit)
			want := ""
			if slices.Contains(states(), r.State) {
				want = r.State
			}
			if got, err := u.state(r.Unit); !isTemplate(r.Unit) && (got != want || err != nil) {
				t.Errorf("%s %s: %q, %v, systemctl says %s", scope, r.Unit, got, err, r.State)
			}
			if r.Preset != nil && p.of(r.Unit)+"d" != *r.Preset {
				t.Errorf("%s %s: preset %sd, systemctl says %s", scope, r.Unit, p.of(r.Unit), *r.Preset)
			}
		}
		for id := range left {
			t.Errorf("%s %s: systemctl does not list it", scope, id)
		}
	}
	return n
}

// link makes a link in a tree.
func link(t *testing.T, root, name, to string) {
	t.Helper()
	p := filepath.Join(root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.Symlink(to, p)); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
}

// TestThisMachineLikeSystemctl takes the units of this machine's packages, and all that can be
// done to them in /etc.
func TestThisMachineLikeSystemctl(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"system", "user", "system-preset", "user-preset"} {
		if err := os.CopyFS(filepath.Join(root, "usr/lib/systemd", dir), os.DirFS("/usr/lib/systemd/"+dir)); err != nil {
			t.Fatal(err)
		}
	}
	if n := agree(t, root); n < 100 {
		t.Errorf("%d units: this is no machine with systemd", n)
	}
	for _, scope := range []string{"system", "user"} {
		l, err := os.ReadDir("/usr/lib/systemd/" + scope)
		if err != nil {
			t.Fatal(err)
		}
		for n, e := range l {
			if validName(e.Name()) == nil {
				change(t, root, scope, e.Name(), n)
			}
		}
	}
	fake.Write(t, filepath.Join(root, "etc/systemd/system-preset/50-mine.preset"), "enable s*\ndisable *.timer\ndisable [!a-m]*\n")
	agree(t, root)
}

// change does one of all things to a unit.
func change(t *testing.T, root, scope, id string, n int) {
	etc, lib := "/etc/systemd/"+scope+"/", "/usr/lib/systemd/"+scope+"/"
	switch n % 13 {
	case 0:
		link(t, root, etc+"multi-user.target.wants/"+id, lib+id)
	case 1:
		link(t, root, etc+id, "/dev/null")
	case 2:
		fake.Write(t, filepath.Join(root, etc+id), "")
	case 3:
		link(t, root, "/run/systemd/"+scope+"/"+id, "/dev/null")
	case 4:
		link(t, root, "/run/systemd/"+scope+"/a.target.requires/"+id, lib+id)
	case 5:
		link(t, root, etc+"other"+path.Ext(id), lib+id)
	case 6:
		fake.Write(t, filepath.Join(root, etc+id+".d/x.conf"), "[Install]\nWantedBy=x.target\n")
	case 7:
		fake.Write(t, filepath.Join(root, etc+id+".d/x.conf"), "[Install]\nWantedBy=\nRequiredBy=\nAlias=\nAlso=b.service\n")
	case 8:
		link(t, root, etc+id, lib+id)
	case 9:
		link(t, root, "/usr/local/lib/systemd/"+scope+"/"+id, "/opt/"+id)
		fake.Write(t, filepath.Join(root, "/opt/"+id), "[Install]\nWantedBy=x.target\n")
	case 10:
		link(t, root, etc+"m.wants/"+id, "/dev/null")
	}
}

// TestRandomTreesLikeSystemctl builds trees of few names in which everything meets everything.
func TestRandomTreesLikeSystemctl(t *testing.T) {
	for seed := range uint64(50) {
		root := t.TempDir()
		log := grown(t, root, dice{rand.New(rand.NewPCG(seed, 1))})
		if agree(t, root); t.Failed() {
			t.Fatalf("seed %d\n%s", seed, log)
		}
	}
}

// grown makes a tree of some forty files, and tells which.
func grown(t *testing.T, root string, d dice) (log string) {
	for _, scope := range []string{"system", "user"} {
		fake.Write(t, filepath.Join(root, "usr/lib/systemd", scope, "m.target"), "[Unit]\n") // without one systemctl fails
	}
	for range 40 {
		at, what := d.file()
		p := filepath.Join(root, at)
		to, isLink := strings.CutPrefix(what, "-> ")
		if isLink && path.Base(to) == path.Base(at) && !strings.HasPrefix(at, "/etc/") {
			continue // behind the unit's file nothing follows such a link, though systemctl counts it
		}
		if _, err := os.Lstat(p); err == nil {
			continue
		}
		if isLink {
			link(t, root, at, to)
		} else {
			fake.Write(t, p, what)
		}
		log += fmt.Sprintf("%s: %q\n", at, what)
	}
	return log
}

// dice makes up parts of a tree.
type dice struct{ *rand.Rand }

func (d dice) one(l ...string) string { return l[d.IntN(len(l))] }

func (d dice) name() string {
	return d.one("a", "b", "c", "d", "e", "x@", "x@1", "x@2", "y@", "y@1") + d.one(".service", ".service", ".service", ".target", ".socket")
}

func (d dice) top() string {
	return d.one("/etc", "/etc", "/run", "/usr/local/lib", "/usr/lib", "/usr/lib", "/usr/lib") + "/systemd/"
}

func (d dice) dir() string { return d.top() + d.one("system/", "system/", "user/") }

// file is where a file lies, and its text or, behind an arrow, where it leads.
func (d dice) file() (at, what string) {
	switch d.IntN(10) {
	case 0, 1, 2:
		return d.dir() + d.name(), d.unit()
	case 3:
		return d.dir() + d.name() + ".d/" + d.one("1", "2") + ".conf", "[Install]\n" + d.one("WantedBy=m.target", "WantedBy=", "Alias="+d.name(), "Also=a.service") + "\n"
	case 4, 5:
		return d.dir() + "m.target" + d.one(".wants/", ".requires/", ".other/") + d.name(), "-> " + d.one("/dev/null", d.dir()+d.name())
	case 6:
		return d.dir() + d.name(), "-> " + d.one("/dev/null", "../../../dev/null", "/opt/"+d.name(), d.name())
	case 7:
		return d.dir() + d.name(), "-> " + d.dir() + d.name()
	case 8:
		return "/opt/" + d.name(), d.one("[Install]\nWantedBy=m.target\n", "-> /opt/"+d.name(), "")
	}
	return d.top() + d.one("system", "user") + "-preset/" + d.one("1", "2", "3") + ".preset",
		d.one("enable ", "disable ") + d.one("*", "a*", "?.service", "[ab].*", "[!ab].*", "x@.service 1", "x@1.service", d.name()) + "\ndisable " + d.name() + "\n"
}

// unit is a unit's text.
func (d dice) unit() string {
	text := d.one("", "[Service]\nExecStart=/bin/true\n")
	for range d.IntN(3) {
		text += d.one("[Install]\nWantedBy=m.target\n", "[Install]\nAlias="+d.name()+" "+d.name()+"\n", "[Install]\nAlso="+d.name()+"\n",
			"[Install]\n# x\nRequiredBy = \\\n ; y\n a.target b.target\n", "[Install]\nWantedBy=\nAlias=\n", "WantedBy=m.target\n", "[X-Install]\nWantedBy=m.target\n")
	}
	return text
}
