package dnf

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

const (
	askStatus = "rpm-ostree status --json --sysroot=ROOT"
	askRPM    = "rpm --root=ROOT --dbpath=/usr/lib/sysimage/rpm -qa --nodigest --nosignature --qf " + rpmFormat
	askDNF    = " -q -C --disablerepo=* --installroot=ROOT repoquery --userinstalled --qf " + queryFormat
	rpmdb     = "usr/lib/sysimage/rpm/rpmdb.sqlite"
	booted    = "run/ostree-booted"
)

func askDB(db string) string {
	return "rpm --dbpath=ROOT/" + db + " -qa --nodigest --nosignature --qf " + rpmFormat
}

// lines is a finding as text, so that a table can say what it wants.
func lines(f subsystem.Found) (items, unmanaged, present string) {
	attrs := func(a doc.Attrs) (s string) {
		for _, n := range a.Names() {
			s += " " + n + "=" + strings.Trim(string(a[n]), `"`)
		}
		return s
	}
	var i, u, p []string
	for _, x := range f.Items {
		i = append(i, x.ID+attrs(x.Attrs))
	}
	for _, x := range f.Unmanaged {
		u = append(u, x.ID+": "+x.Reason)
	}
	for _, x := range f.Present {
		p = append(p, x.ID+attrs(x.Attrs))
	}
	return strings.Join(i, "\n"), strings.Join(u, "\n"), strings.Join(p, "\n")
}

const rpmPresent = "bar\nfoo\nloc\nqux\nvim-enhanced\neditor by=vim-enhanced\nvim by=vim-enhanced"

func deployments(l ...string) string { return `{"deployments": [` + strings.Join(l, ",") + `]}` }

func TestCapture(t *testing.T) {
	rpm, base := fixture(t, "rpm-qa.txt"), "N bash\nP bash\nP sh\nN vim-enhanced\nP vim\n"
	for _, c := range []struct {
		name                      string
		files                     []string
		calls                     map[string]string
		items, unmanaged, present string
	}{
		{
			name:    "package mode, dnf4",
			files:   []string{rpmdb},
			calls:   map[string]string{"dnf" + askDNF: fixture(t, "dnf4-userinstalled.txt"), askRPM: rpm},
			items:   "bar mode=install\nvim-enhanced mode=install",
			present: "foo\nloc\nqux\neditor by=vim-enhanced\nvim by=vim-enhanced", unmanaged: "loc: installed from a local rpm\nqux: not installed by dnf",
		},
		{
			name: "package mode, dnf5 first, groups, a repository of the user's",
			files: []string{
				rpmdb, "usr/lib/sysimage/libdnf5/groups.toml=" + fixture(t, "groups.toml"),
				"etc/yum.repos.d/mine.repo=# x\n[local]\nname=[no]\n", "etc/yum.repos.d/fedora.repo=[fedora]\n",
			},
			calls:   map[string]string{"dnf5" + askDNF: fixture(t, "dnf5-userinstalled.txt"), askRPM: rpm},
			items:   "@my-tools mode=install\nbar mode=install repo=local\nvim-enhanced mode=install repo=local",
			present: "foo\nloc\nqux\neditor by=vim-enhanced\nvim by=vim-enhanced", unmanaged: "loc: installed from a local rpm\nqux: not installed by dnf",
		},
		{
			name:    "package mode, no records",
			files:   []string{rpmdb},
			calls:   map[string]string{"dnf5" + askDNF: "bash\t<unknown>\tExternal User\nqux\t<unknown>\tExternal User\n", askRPM: base},
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:  "package mode, nothing there",
			files: []string{rpmdb},
			calls: map[string]string{"dnf" + askDNF: "", askRPM: ""},
		},
		{
			name:  "a real layered host, before containers: the copy of the base's database",
			files: []string{booted, baseDB + "/rpmdb.sqlite", "usr/share/rpm/rpmdb.sqlite"},
			calls: map[string]string{askStatus: fixture(t, "rpm-ostree-status-workstation.json"), askDB(baseDB): base},
			items: "fish mode=install\ngdb mode=install\ngit-evtag mode=install\nkrb5-workstation mode=install\nlibvirt mode=install\n" +
				"opensc mode=install\npcsc-lite-ccid mode=install\nqemu-kvm mode=install\nqemu-system-aarch64 mode=install\nstrace mode=install\n" +
				"tilix mode=install\ntmux mode=install\nvirt-manager mode=install\nxsel mode=install\nykclient mode=install\nykpers mode=install",
			unmanaged: "rpm-ostree: the image's package is replaced by a local rpm, rpm-ostree-2021.1-2.fc33.x86_64\n" +
				"rpm-ostree-libs: the image's package is replaced by a local rpm, rpm-ostree-libs-2021.1-2.fc33.x86_64",
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:  "layered, no copy of the base's database",
			files: []string{booted, rpmdb},
			calls: map[string]string{
				askStatus: deployments(`{"checksum": "c", "base-checksum": "b", "booted": true, "requested-packages": ["htop"]}`),
				"rpm-ostree db list --repo=ROOT/ostree/repo b": fixture(t, "db-list.txt"), askRPM: rpm,
			},
			items: "htop mode=install", present: "bash\nqemu-kvm\nvim-enhanced\neditor by=vim-enhanced\nvim by=vim-enhanced",
		},
		{
			name:  "layered on a container image, whose copy may be that of its own base",
			files: []string{booted, rpmdb, baseDB + "/rpmdb.sqlite"},
			calls: map[string]string{
				askStatus: deployments(`{"checksum": "c", "base-checksum": "b", "booted": true, "container-image-reference": "x", "requested-packages": ["htop"]}`),
				"rpm-ostree db list --repo=ROOT/ostree/repo b": fixture(t, "db-list.txt"), askRPM: base,
			},
			items: "htop mode=install", present: "bash\nqemu-kvm\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:  "layered on a container image, its base commit out of reach",
			files: []string{booted, baseDB + "/rpmdb.sqlite"},
			calls: map[string]string{
				askStatus: deployments(`{"checksum": "c", "base-checksum": "b", "booted": true, "container-image-reference": "x"}`),
				"rpm-ostree db list --repo=ROOT/ostree/repo b": "!error: opendir(/ostree/repo): Permission denied", askDB(baseDB): base,
			},
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:    "clean image, an old copy of another base beside its own database",
			files:   []string{booted, baseDB + "/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite"},
			calls:   map[string]string{askStatus: deployments(`{"checksum": "c", "booted": true}`), askDB("usr/lib/sysimage/rpm"): rpm},
			present: rpmPresent,
		},
		{
			name: "live, staged, removed and taken back: every request counts, each once",
			files: []string{
				booted, "usr/share/rpm/rpmdb.sqlite", "ostree/deploy/os/deploy/c.3/usr/share/rpm/rpmdb.sqlite",
			},
			calls: map[string]string{
				askStatus: deployments(
					`{"checksum": "s", "staged": true, "requested-packages": ["bash", "htop", "later", "live", "nano", "pkgconfig(foo)"], "requested-base-removals": ["firefox"]}`,
					`{"checksum": "l", "requested-packages": ["htop", "live"], "requested-local-packages": ["loc-1.0-1.noarch"]}`,
					`{"checksum": "c", "serial": 3, "osname": "os", "booted": true, "unlocked": "transient", "live-replaced": "l",
					  "requested-packages": ["bash", "pkgconfig(foo)", "taken"], "requested-base-removals": ["nano"],
					  "requested-base-remote-replacements": {"repo=updates": ["kernel-6.1-1.fc42.x86_64"]},
					  "requested-local-fileoverride-packages": ["over-1-1.noarch"]}`,
					`{"checksum": "old", "requested-packages": ["forgotten"]}`),
				askDB("ostree/deploy/os/deploy/c.3/usr/share/rpm"): base,
				"dnf5" + askDNF: "live\t<unknown>\tExternal User\nlive-dep\t<unknown>\tExternal User\nstrace\tfedora\tUser\nbash\tfedora\tUser\nhtop\tfedora\tUser\nmine\tlocal\tUser\n",
			},
			items: "bash mode=install\nfirefox mode=remove staged=true\nhtop mode=install\nlater mode=install staged=true\nlive mode=install\n" +
				"mine mode=install until=reboot\nnano mode=install staged=true\npkgconfig(foo) mode=install\nstrace mode=install until=reboot",
			unmanaged: "kernel: the image's package is replaced from a repository, kernel-6.1-1.fc42.x86_64\n" +
				"loc: layered from a local rpm, loc-1.0-1.noarch\nover: layered over the image's files from a local rpm, over-1-1.noarch",
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:  "what is live waits for the next boot, too, and is here already",
			files: []string{booted, "sysroot/ostree/deploy/os/deploy/c.0/usr/share/rpm/rpmdb.sqlite"},
			calls: map[string]string{
				askStatus: deployments(
					`{"checksum": "l", "staged": true, "requested-packages": ["htop"]}`,
					`{"checksum": "c", "osname": "os", "booted": true, "unlocked": "transient", "live-replaced": "l"}`),
				askDB("sysroot/ostree/deploy/os/deploy/c.0/usr/share/rpm"): base,
				"dnf5" + askDNF: "htop\t<unknown>\tExternal User\n",
			},
			items:   "htop mode=install",
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name: "unlocked, the deployment's own folder below /sysroot, a repository that the image lacks",
			files: []string{
				booted, "sysroot/ostree/deploy/os/deploy/c.0/usr/lib/sysimage/rpm/rpmdb.sqlite",
				"etc/yum.repos.d/mine.repo=[mine]\n", "etc/yum.repos.d/images.repo=[images]\n", "usr/etc/yum.repos.d/images.repo=[images]\n",
			},
			calls: map[string]string{
				askStatus: deployments(`{"checksum": "c", "osname": "os", "booted": true, "unlocked": "development"}`),
				askDB("sysroot/ostree/deploy/os/deploy/c.0/usr/lib/sysimage/rpm"): base,
				"dnf5" + askDNF: "a\tmine\tUser\nb\timages\tUser\n",
			},
			items:   "a mode=install repo=mine until=reboot\nb mode=install until=reboot",
			present: "bash\nvim-enhanced\nsh by=bash\nvim by=vim-enhanced",
		},
		{
			name:  "unlocked, and the deployment's folder closed to us",
			files: []string{booted, "usr/share/rpm/rpmdb.sqlite"},
			calls: map[string]string{
				askStatus: deployments(`{"checksum": "c", "osname": "os", "booted": true, "unlocked": "hotfix"}`),
				"rpm-ostree db list --repo=ROOT/ostree/repo c": fixture(t, "db-list.txt"),
			},
			present: "bash\nqemu-kvm\nvim-enhanced",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Subsystem{}.Capture(t.Context(), machine(t, c.calls, c.files...))
			if err != nil {
				t.Fatal(err)
			}
			items, unmanaged, present := lines(f)
			for _, x := range []struct{ what, got, want string }{
				{"items", items, c.items}, {"unmanaged", unmanaged, c.unmanaged}, {"present", present, c.present},
			} {
				if x.got != x.want {
					t.Errorf("%s:\n%s\nwant:\n%s", x.what, x.got, x.want)
				}
			}
			if f.Partial != "" || !slices.IsSortedFunc(f.Items, func(a, b doc.Item) int { return strings.Compare(a.ID, b.ID) }) {
				t.Error("partial, or not sorted")
			}
		})
	}
}

func TestCaptureThatKnowsNothing(t *testing.T) {
	clean := deployments(`{"checksum": "c", "booted": true}`)
	for _, c := range []struct {
		name        string
		files       []string
		calls       map[string]string
		unavailable bool
		want        string
	}{
		{"no tool", nil, nil, true, "neither dnf5 nor dnf is installed"},
		{"no rpm-ostree", []string{booted}, nil, true, "rpm-ostree is not installed"},
		{"not its machine", []string{booted}, map[string]string{askStatus: "!error: This system was not booted via libostree."}, true, "not booted via libostree"},
		{"status is odd", []string{booted}, map[string]string{askStatus: "[]"}, false, "rpm-ostree status:1:"},
		{"dnf fails", []string{rpmdb}, map[string]string{"dnf" + askDNF: "!Error: rpmdb open failed", askRPM: ""}, false, "rpmdb open failed"},
		{"rpm fails", []string{rpmdb}, map[string]string{"dnf" + askDNF: "", askRPM: "!error: cannot open Packages database"}, false, "cannot open Packages database"},
		{"no rpm", []string{rpmdb}, map[string]string{"dnf" + askDNF: ""}, false, "command not found"},
		{"dnf is odd", []string{rpmdb}, map[string]string{"dnf" + askDNF: "htop\n", askRPM: ""}, false, `unexpected line "htop"`},
		{"rpm is odd", []string{rpmdb}, map[string]string{"dnf" + askDNF: "", askRPM: "htop\n"}, false, `unexpected line "htop\n"`},
		{
			"groups are odd", []string{rpmdb, "usr/lib/sysimage/libdnf5/groups.toml=version = \"2.0\"\n"},
			map[string]string{"dnf" + askDNF: "", askRPM: ""}, false, "groups.toml: not of version 1.0",
		},
		{
			"an empty image", []string{booted, "usr/share/rpm/rpmdb.sqlite"},
			map[string]string{askStatus: clean, askDB("usr/share/rpm"): ""}, false, "no packages",
		},
		{
			"no database at all", []string{booted},
			map[string]string{askStatus: clean, "rpm-ostree db list --repo=ROOT/ostree/repo c": "!error: no such commit"}, false, "no such commit",
		},
		{
			"an empty commit", []string{booted},
			map[string]string{askStatus: clean, "rpm-ostree db list --repo=ROOT/ostree/repo c": "ostree commit: c\n"}, false, "no packages",
		},
		{
			"dnf5 fails on an open deployment", []string{booted, "ostree/deploy/os/deploy/c.0/usr/share/rpm/rpmdb.sqlite"},
			map[string]string{
				askStatus: deployments(`{"checksum": "c", "osname": "os", "booted": true, "unlocked": "transient"}`),
				askDB("ostree/deploy/os/deploy/c.0/usr/share/rpm"): "N bash\n", "dnf5" + askDNF: "!boom",
			}, false, "boom",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Subsystem{}.Capture(t.Context(), machine(t, c.calls, c.files...))
			if err == nil || errors.Is(err, subsystem.ErrUnavailable) != c.unavailable || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v; want %q, unavailable %v", err, c.want, c.unavailable)
			}
			if len(f.Items)+len(f.Present)+len(f.Unmanaged) != 0 {
				t.Errorf("found %+v", f)
			}
		})
	}
}

// rpm and dnf would make a database in the tree, so that neither may be called.
func TestATreeWithoutADatabaseIsLeftAsItIs(t *testing.T) {
	h := machine(t, nil, "var/lib/rpm/.rpm.lock")
	h.Runner = installedTools{h.Runner}
	_, err := Subsystem{}.Capture(t.Context(), h)
	if !errors.Is(err, subsystem.ErrUnavailable) || err.Error() != "no rpm database" {
		t.Errorf("error %v", err)
	}
}

// installedTools finds every tool, and knows no call.
type installedTools struct{ run.Runner }

func (installedTools) Look(name string) (string, error) { return "/usr/bin/" + name, nil }
