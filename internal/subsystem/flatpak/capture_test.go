package flatpak

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

var listing = []string{"flatpak", "list", "--app", "--columns=application,branch,arch,origin,installation,active,ref"}

// machine has the recorded configurations of both installations, in folders named by the environment.
func machine(t *testing.T) (h *host.Host, dir string) {
	dir = t.TempDir()
	fake.Write(t, dir+"/sys/repo/config", fake.Fixture(t, "system.config"))
	fake.Write(t, dir+"/user/repo/config", fake.Fixture(t, "user.config"))
	return &host.Host{Env: map[string]string{"FLATPAK_SYSTEM_DIR": dir + "/sys", "FLATPAK_USER_DIR": dir + "/user"}}, dir
}

// deploy makes the folders of an application.
func deploy(t *testing.T, installation, id, branch string) {
	t.Helper()
	app := filepath.Join(installation, "app", id)
	fake.Write(t, filepath.Join(app, "x86_64", branch, "0a92", "metadata"), "")
	_ = os.Remove(filepath.Join(app, "current"))
	if err := os.Symlink("x86_64/"+branch, filepath.Join(app, "current")); err != nil {
		t.Fatal(err)
	}
}

func app(scope, id, remote, branch string, overrides ...string) doc.Item {
	a := doc.Attrs{}.Set("remote", remote).Set("branch", branch)
	if overrides != nil {
		a.Set("overrides", overrides)
	}
	return doc.Item{Subsystem: "flatpak", Scope: scope, ID: id, Attrs: a}
}

func TestCapture(t *testing.T) {
	h, dir := machine(t)
	h.Runner = fake.Prints(t, fake.Fixture(t, "list.txt"), "", listing...)
	deploy(t, dir+"/user", "org.test.Hello", "stable")
	deploy(t, dir+"/user", "org.test.Hello", "beta")
	fake.Write(t, dir+"/user/overrides/global", "[Context]\nshared=network;\n")
	fake.Write(t, dir+"/user/overrides/org.test.Gone", "not a key file")
	fake.Write(t, dir+"/sys/overrides/org.test.World", fake.Fixture(t, "overrides.system"))

	got, err := Subsystem{}.Capture(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	want := subsystem.Found{
		Items: []doc.Item{
			app("system", "org.test.Hello", "local", "stable"),
			app("system", "org.test.World", "local", "stable", "--env=A=b", "--nofilesystem=home"),
			app("user", "org.test.Hello", "second", "beta"),
		},
		Unmanaged: []doc.Unmanaged{
			{Subsystem: "flatpak", Scope: "user", ID: "org.test.Hello",
				Reason: "x86_64/stable stands beside x86_64/beta: a manifest holds one branch of an app"},
			{Subsystem: "flatpak", Scope: "user", ID: "org.test.World",
				Reason: "installed from a bundle or a .flatpakref, not from a remote"},
			{Subsystem: "flatpak", ID: "org.test.World", Reason: "in another installation, system (extra)"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCaptureTakesTheCurrentBranch(t *testing.T) {
	for _, current := range []string{"stable", "beta"} {
		h, dir := machine(t)
		h.Runner = fake.Prints(t, fake.Fixture(t, "list.txt"), "", listing...)
		deploy(t, dir+"/user", "org.test.Hello", current)
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		if b := got.Items[2].Attrs.String("branch"); got.Items[2].Scope != "user" || b != current {
			t.Errorf("with current → %s the item is %+v", current, got.Items[2])
		}
	}
}

func TestCapturePreinstalled(t *testing.T) {
	const row = "org.test.World\tstable\tx86_64\tlocal\tsystem\tebaa1f3a436f\torg.test.World/x86_64/stable\n"
	for _, overridden := range []bool{false, true} {
		h, dir := machine(t)
		fake.Write(t, dir+"/sys/repo/config", fake.Fixture(t, "preinstalled.config"))
		h.Runner = fake.Prints(t, row, "", listing...)
		want := subsystem.Found{Present: []doc.Present{{Scope: "system", ID: "org.test.World",
			Attrs: doc.Attrs{}.Set("remote", "local").Set("branch", "stable")}}}
		if overridden {
			fake.Write(t, dir+"/sys/overrides/org.test.World", fake.Fixture(t, "overrides.system"))
			want.Items = []doc.Item{app("system", "org.test.World", "local", "stable", "--env=A=b", "--nofilesystem=home")}
		}
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("overridden %v: got %+v, %v\nwant %+v", overridden, got, err, want)
		}
	}
}

func TestCaptureBroken(t *testing.T) {
	t.Run("flatpak says so", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = fake.Prints(t, fake.Fixture(t, "broken.txt"), fake.Fixture(t, "broken.stderr.txt"), listing...)
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || got.Partial != "broken deployment: org.test.Hello/x86_64/beta" || len(got.Items) != 3 {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("flatpak does not say so", func(t *testing.T) {
		h, dir := machine(t)
		h.Runner = fake.Prints(t, fake.Fixture(t, "broken.txt"), "", listing...)
		deploy(t, dir+"/user", "org.test.Hello", "beta")
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || got.Partial != "broken deployment: org.test.Hello/x86_64/beta" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("an empty folder is nothing", func(t *testing.T) {
		h, dir := machine(t)
		h.Runner = fake.Prints(t, fake.Fixture(t, "broken.txt"), "\nNote that the folders are not in the search path\n", listing...)
		if err := os.MkdirAll(dir+"/user/app/org.test.Gone/x86_64/stable", 0o755); err != nil {
			t.Fatal(err)
		}
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || got.Partial != "" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestCaptureInstallations(t *testing.T) {
	const none = "\n"
	t.Run("no flatpak", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = fake.Tool{}
		if _, err := (Subsystem{}).Capture(t.Context(), h); !errors.Is(err, subsystem.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("none is there", func(t *testing.T) {
		h := &host.Host{Env: map[string]string{"HOME": t.TempDir(), "FLATPAK_SYSTEM_DIR": t.TempDir()}}
		h.Runner = fake.Idle(t, "flatpak")
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || !reflect.DeepEqual(got, subsystem.Found{}) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("the user has none", func(t *testing.T) {
		h, dir := machine(t)
		h.Env["FLATPAK_USER_DIR"] = dir + "/nobody"
		h.Runner = fake.Prints(t, none, "", append(slices.Clone(listing), "--system")...)
		if got, err := (Subsystem{}).Capture(t.Context(), h); err != nil || got.Items != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("the system has none", func(t *testing.T) {
		h, dir := machine(t)
		h.Env = map[string]string{"XDG_DATA_HOME": dir + "/data", "FLATPAK_SYSTEM_DIR": dir + "/nothing"}
		fake.Write(t, dir+"/data/flatpak/repo/config", fake.Fixture(t, "user.config"))
		h.Runner = fake.Prints(t, none, "", append(slices.Clone(listing), "--user")...)
		if got, err := (Subsystem{}).Capture(t.Context(), h); err != nil || got.Items != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("another tree", func(t *testing.T) {
		root := t.TempDir()
		fake.Write(t, root+"/var/lib/flatpak/repo/config", fake.Fixture(t, "system.config"))
		fake.Write(t, root+"/home/ada/.local/share/flatpak/repo/config", fake.Fixture(t, "user.config"))
		h := &host.Host{Root: root, Env: map[string]string{"HOME": "/home/ada"}}
		var env []string
		h.Runner = fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
			if want := append(slices.Clone(listing), "--system", "--user"); !slices.Equal(c.Argv, want) {
				t.Errorf("called %q, want %q", c.Argv, want)
			}
			env = c.Env
			return run.Result{Stdout: []byte(fake.Fixture(t, "broken.txt"))}, nil
		}}
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Items) != 3 {
			t.Errorf("got %+v, %v", got, err)
		}
		want := []string{"FLATPAK_CONFIG_DIR=" + root + "/etc/flatpak", "FLATPAK_DATA_DIR=" + root + "/usr/share/flatpak",
			"FLATPAK_SYSTEM_DIR=" + root + "/var/lib/flatpak", "FLATPAK_USER_DIR=" + root + "/home/ada/.local/share/flatpak"}
		if !slices.Equal(env, want) {
			t.Errorf("environment %q, want %q", env, want)
		}
	})
}

func TestCaptureFails(t *testing.T) {
	h, dir := machine(t)
	refused := &run.Error{Argv: listing, Code: 1, Stderr: "error: While opening repository"}
	h.Runner = fake.Tool{Name: "flatpak", Do: func(run.Cmd) (run.Result, error) { return run.Result{Code: 1}, refused }}
	if _, err := (Subsystem{}).Capture(t.Context(), h); !errors.Is(err, refused) || errors.Is(err, subsystem.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	h.Runner = fake.Prints(t, "Application ID\tBranch\n", "", listing...)
	if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "line 1: 2 columns, not 7") {
		t.Errorf("got %v", err)
	}
	fake.Write(t, dir+"/user/overrides/org.test.Hello", "not a key file\n")
	h.Runner = fake.Prints(t, fake.Fixture(t, "list.txt"), "", listing...)
	if got, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "overrides/org.test.Hello: line 1: ") {
		t.Errorf("got %+v, %v", got, err)
	}
}
