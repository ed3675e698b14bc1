// Package systemd_test checks the units as systemd reads them; test/system boots them.
package systemd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/ini.v1"

	"bkt/test/real"
)

// units are the files, and how their programs are called.
var units = map[string]string{
	"system/bootc-apply.service":   "/usr/bin/bkt-apply --manifests /usr/share/bkt/manifests --once --yes --scope system",
	"user/bootc-bootstrap.service": "/usr/bin/bkt-apply --manifests /usr/share/bkt/manifests --once --yes --scope user",
}

// load reads a unit: the values of each key, by section.
func load(t *testing.T, path string) map[string]map[string][]string {
	t.Helper()
	f, err := ini.LoadSources(ini.LoadOptions{AllowShadows: true, AllowDuplicateShadowValues: true, IgnoreInlineComment: true, KeyValueDelimiters: "="}, path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string][]string{}
	for _, s := range f.Sections() {
		out[s.Name()] = map[string][]string{}
		for _, k := range s.Keys() {
			out[s.Name()][k.Name()] = k.ValueWithShadows()
		}
	}
	return out
}

// What the design fixes: when they run, for whom, and what comes after a failure.
func TestContract(t *testing.T) {
	all, err := filepath.Glob("*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		want := map[string][]string{
			"Unit.Documentation":               {"man:bkt-apply(1)"},
			"Unit.ConditionPathExists":         {"/run/ostree-booted", "/usr/share/bkt/manifests"},
			"Unit.ConditionKernelCommandLine":  {"!rd.live.image"},
			"Unit.StartLimitIntervalSec":       {"0"},
			"Service.ExecStart":                {units[name]},
			"Service.Type":                     {"exec"},
			"Service.Restart":                  {"on-failure"},
			"Service.RestartForceExitStatus":   {"75"},
			"Service.RestartPreventExitStatus": {"2 3"},
			"Service.RuntimeMaxSec":            {"4h"},
			"Service.RestartSec":               {"30s"},
			"Service.RestartSteps":             {"8"},
			"Service.RestartMaxDelaySec":       {"1h"},
		}
		switch name {
		case "system/bootc-apply.service":
			want["Unit.Wants"], want["Unit.After"] = []string{"network-online.target"}, []string{"network-online.target"}
			want["Service.RemainAfterExit"] = []string{"yes"}
			want["Service.StateDirectory"] = []string{"bkt"}
			want["Install.WantedBy"] = []string{"multi-user.target"}
		case "user/bootc-bootstrap.service":
			want["Unit.ConditionUser"] = []string{"!@system"}
			want["Unit.ConditionPathExists"] = append(want["Unit.ConditionPathExists"], "%h/.config/bkt/consent")
			want["Unit.After"], want["Install.WantedBy"] = []string{"graphical-session.target"}, []string{"graphical-session.target"}
			want["Service.ProtectHome"], want["Unit.Wants"] = nil, nil // it acts in the home; a user's manager has no network target
		default:
			t.Errorf("%s: no unit is called so", name)
		}
		got := load(t, name)
		for key, values := range want {
			section, key, _ := strings.Cut(key, ".")
			if !slices.Equal(got[section][key], values) {
				t.Errorf("%s: [%s] %s=%q, want %q", name, section, key, got[section][key], values)
			}
		}
	}
	if len(all) != len(units) {
		t.Errorf("units %q", all)
	}
}

// newer are keys that a systemd before 254 does not know; it says so and goes on.
var newer = regexp.MustCompile(`(?m)^\S+:\d+: Unknown key( name)? '(RestartSteps|RestartMaxDelaySec)' in section '?\[?Service\]?'?, ignoring\.\n`)

// systemd has nothing to say about them.
func TestVerify(t *testing.T) {
	real.Need(t, "systemd-analyze")
	root := t.TempDir()
	real.Write(t, filepath.Join(root, "usr/bin/bkt-apply"), "", 0o755)
	if err := os.CopyFS(filepath.Join(root, "usr/lib/systemd"), os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(real.Output(t, "", os.Environ(), "systemd-analyze", "--version"), " (")
	version, err := strconv.Atoi(strings.TrimPrefix(first, "systemd "))
	if err != nil {
		t.Fatal(err)
	}
	for name := range units {
		scope := "--" + filepath.Dir(name)
		args := []string{"verify", "--recursive-errors=no", "--man=no", scope, "--root=" + root, filepath.Base(name)}
		if scope == "--user" { // takes no --root: a program that is there stands in for ours
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			unit := filepath.Join(root, filepath.Base(name))
			real.Write(t, unit, strings.ReplaceAll(string(b), "/usr/bin/bkt-apply", filepath.Join(root, "usr/bin/bkt-apply")), 0o644)
			args = []string{"verify", "--recursive-errors=no", "--man=no", scope, unit}
		}
		c := exec.Command("systemd-analyze", args...)
		c.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
		out, err := c.CombinedOutput()
		text := string(out)
		if version < 254 {
			if err != nil && len(newer.FindAllString(text, -1)) == 2 {
				err = nil
			}
			text = newer.ReplaceAllString(text, "")
		}
		if err != nil || strings.TrimSpace(text) != "" {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// exposure is what systemd makes of root's service, in tenths: no more than this, whichever systemd asks.
const exposure = 80

func TestExposure(t *testing.T) {
	out, err := exec.Command("systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold="+strconv.Itoa(exposure),
		"system/bootc-apply.service").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Overall exposure level for bootc-apply.service") {
		t.Errorf("%v\n%s", err, out)
	}
}
