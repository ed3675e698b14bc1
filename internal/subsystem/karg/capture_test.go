package karg

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

// machine is a booted OSTree system with this command line and these files in kargs.d.
func machine(t *testing.T, r run.Runner, cmdline string, files map[string]string) *host.Host {
	h := &host.Host{Root: t.TempDir(), Runner: r}
	fake.Write(t, h.Path("/run/ostree-booted"), "")
	fake.Write(t, h.Path("/proc/cmdline"), cmdline)
	for name, text := range files {
		fake.Write(t, h.Path(filepath.Join("/usr/lib/bootc/kargs.d", name)), text)
	}
	return h
}

// told is what was found, in words.
func told(f subsystem.Found) string {
	var out []string
	for _, i := range f.Items {
		out = append(out, i.Attrs.String("mode")+" "+i.ID)
	}
	for _, p := range f.Present {
		out = append(out, "image "+p.Attrs.String("mode")+" "+p.ID)
	}
	for _, u := range f.Unmanaged {
		out = append(out, "unmanaged "+u.ID+": "+u.Reason)
	}
	return strings.Join(out, "; ")
}

// boot is what a real Bazzite is booted with, with other ids.
const boot = `BOOT_IMAGE=(hd0,gpt2)/ostree/default-1f/vmlinuz-6.17.7-ba06.fc43.x86_64 root=UUID=1-2 rootflags=subvol=root rw rhgb quiet ` +
	`rd.luks.uuid=luks-1 ostree=/ostree/boot.1/default/1f/0 bluetooth.disable_ertm=1 nosmt dyndbg="file a.c +p"` + "\n"

func status(fields string) string {
	return `{"deployments": [{"checksum": "c1", "booted": true` + fields + `}]}`
}

func TestCapture(t *testing.T) {
	ask := func(fields string) run.Runner {
		return fake.Tool{Name: "rpm-ostree", Do: func(c run.Cmd) (run.Result, error) {
			if got := strings.Join(c.Argv[:3], " "); got != "rpm-ostree status --json" || c.Effect != run.Reads {
				t.Errorf("called %q", c.Argv)
			}
			return run.Result{Stdout: []byte(status(fields))}, nil
		}}
	}
	image := map[string]string{
		"10-base.toml": "# Bazzite's\nkargs = [\"bluetooth.disable_ertm=1\", 'rhgb', \"amd.a=1 amd.b=2\"]\n", "90-arm.toml": "kargs = ['arm']\nmatch-architectures = ['none-such']\n",
		"README": "kargs",
	}
	for _, c := range []struct {
		name string
		h    *host.Host
		want string
	}{
		{"no image's arguments", machine(t, fake.Idle(t, "rpm-ostree"), boot, nil),
			`append bluetooth.disable_ertm=1; append dyndbg="file a.c +p"; append nosmt; image append quiet; image append rhgb`},
		{"all there", machine(t, fake.Idle(t, "rpm-ostree"), "amd.a=1 nosmt amd.b=2 nosmt bluetooth.disable_ertm=1 rhgb ro", image),
			"append nosmt; image append amd.a=1; image append amd.b=2; image append bluetooth.disable_ertm=1; image append rhgb"},
		{"deleted here", machine(t, ask(""), boot, image),
			`remove amd.a=1; remove amd.b=2; append dyndbg="file a.c +p"; append nosmt; image append amd.a=1; image append amd.b=2; image append bluetooth.disable_ertm=1; image append rhgb; image append quiet`},
		{"bootc without rpm-ostree", machine(t, fake.Tool{}, "amd.a=1", map[string]string{"a.toml": "kargs=['amd.a=1','b']"}), "remove b; image append amd.a=1; image append b"},
		{"layered: not applied yet", machine(t, ask(`, "base-checksum": "b1", "requested-packages": ["htop"]`), boot, image),
			`append dyndbg="file a.c +p"; append nosmt; image append bluetooth.disable_ertm=1; image append rhgb; image append quiet`},
		{"init's own", machine(t, fake.Idle(t, "rpm-ostree"), "a -b -- c root=1", nil), "append -b; append a"},
		{"odd", machine(t, fake.Idle(t, "rpm-ostree"), "a=\"b \xff\n", nil), "unmanaged a=\"b \ufffd: not a valid kernel argument"},
	} {
		f, err := Subsystem{}.Capture(t.Context(), c.h)
		if got := told(f); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v\nwant %s", c.name, got, err, c.want)
		}
		for _, i := range f.Items {
			if err := (Subsystem{}).Validate(i); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestCaptureInTrouble(t *testing.T) {
	plain := &host.Host{Root: t.TempDir()}
	if _, err := (Subsystem{}).Capture(t.Context(), plain); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("not an image-based system: %v", err)
	}
	fake.Write(t, plain.Path("/run/ostree-booted"), "")
	if _, err := (Subsystem{}).Capture(t.Context(), plain); !errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("no /proc: %v", err)
	}
	for want, h := range map[string]*host.Host{
		`/usr/lib/bootc/kargs.d/a.toml:2: unknown key "delete"`: machine(t, fake.Tool{}, "", map[string]string{"a.toml": "kargs=[]\ndelete = []\n"}),
		"rpm-ostree status": machine(t, fake.Tool{Name: "rpm-ostree", Do: func(c run.Cmd) (run.Result, error) {
			return run.Result{Stdout: []byte("[]")}, nil
		}}, "", map[string]string{"a.toml": "kargs=['x']"}),
	} {
		f, err := Subsystem{}.Capture(t.Context(), h)
		if err == nil || errors.Is(err, subsystem.ErrUnavailable) || !strings.Contains(err.Error(), want) || told(f) != "" {
			t.Errorf("got %v, %v, want %s", told(f), err, want)
		}
	}
}

func TestParseFragment(t *testing.T) {
	for text, want := range map[string]string{
		`kargs = ["a", "b=c"]`: "a b=c",
		"# c\n\"kargs\"=[ 'a\\b' , # x\n\"\\u00e9\\\"\\\\\", ]# y":           `a\b é"\`,
		"kargs = []\r\nmatch-architectures = [\"x86_64\",\r\n'aarch64']\r\n": " | x86_64 aarch64",
		"match-architectures=[]\n\n'kargs' = ['']":                           " |",
	} {
		f, err := parseFragment([]byte(text))
		got := strings.Join(f.args, " ")
		if f.archs != nil {
			got = strings.TrimSuffix(got+" | "+strings.Join(f.archs, " "), " ")
		}
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                            `1: "kargs" is missing`,
		"kargs = 'a'":                 "1: kargs: not a list of strings",
		"kargs = ['a' 'b']":           "1: kargs: a list is not closed",
		"kargs = ['a'":                "1: kargs: a list is not closed",
		"\nkargs = ['a\n']":           "2: kargs: a control character in a string, or it is not closed",
		"kargs = [1]":                 "1: kargs: not a string",
		"kargs = ['a'] x = 1":         "1: kargs: something stands after the list",
		"kargs = ['a']\nkargs=[]":     `2: "kargs" stands twice`,
		"[kargs]\na = 1":              "1: no key",
		"kargs.x = ['a']":             "1: kargs: no = after the key",
		`kargs = ["\q"]`:              `1: kargs: "\\q" is no escape`,
		`kargs = ["\ud800"]`:          `1: kargs: "\\ud800" is no character`,
		`kargs = ["""a"""]`:           "1: kargs: a string over several lines",
		"kargs = [\"\xff\"]":          "1: not UTF-8",
		"Kargs = []":                  `1: unknown key "Kargs": bootc takes kargs and match-architectures`,
		"kargs = []\ndelete = ['a']":  `2: unknown key "delete": bootc takes kargs and match-architectures`,
		"kargs = [\n'a',\n'b',,\n]\n": "3: kargs: not a string",
	} {
		if f, err := parseFragment([]byte(text)); err == nil || err.Error() != want || f.args != nil {
			t.Errorf("%q: got %q, %v, want %s", text, f.args, err, want)
		}
	}
}

func TestArchitectures(t *testing.T) {
	f := fragment{archs: []string{"x86_64", "powerpc64", "s390x"}}
	for arch, want := range map[string]bool{"amd64": true, "arm64": false, "ppc64le": true, "s390x": true, "riscv64": false} {
		if f.on(arch) != want || !(fragment{}).on(arch) || (fragment{archs: []string{}}).on(arch) {
			t.Errorf("%s: %v", arch, f.on(arch))
		}
	}
}

// like is how bootc reads a file of kargs.d.
type like struct {
	Kargs              *[]string `toml:"kargs"`
	MatchArchitectures []string  `toml:"match-architectures"`
}

// bootcs reads TOML as bootc does: by a whole parser, refusing unknown keys.
func bootcs(text string) (like, error) {
	var v like
	err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(&v)
	if err == nil && v.Kargs == nil {
		err = errors.New("no kargs")
	}
	return v, err
}

// FuzzParseFragment holds the parser against a whole TOML parser: what it takes means the same there.
func FuzzParseFragment(f *testing.F) {
	for _, s := range []string{
		"kargs = [\"a\", 'b c']\nmatch-architectures = [\"x86_64\"]\n", "# x\n'kargs'=[\"\\u00e9\\\\\\\"\",]#", "kargs=[]\r\n", "kargs = [\"\\U0001F600\\t\"]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseFragment([]byte(text))
		if err != nil {
			return
		}
		want, err := bootcs(text)
		if err != nil {
			t.Fatalf("%q is taken, and bootc would not: %v", text, err)
		}
		if strings.Join(got.args, "\x00") != strings.Join(*want.Kargs, "\x00") || len(got.args) != len(*want.Kargs) ||
			strings.Join(got.archs, "\x00") != strings.Join(want.MatchArchitectures, "\x00") {
			t.Errorf("%q: got %v, want %v", text, got, *want.Kargs)
		}
	})
}
