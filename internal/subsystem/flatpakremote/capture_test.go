package flatpakremote

import (
	"encoding/base64"
	"errors"
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

var listing = []string{"flatpak", "remotes", "--show-disabled", "--columns=name,url,filter,collection,subset,priority,options,title"}

// prints is flatpak, listing its remotes.
func prints(t *testing.T, stdout string, options ...string) fake.Tool {
	return fake.Prints(t, stdout, "", append(slices.Clone(listing), options...)...)
}

// machine has both installations, and a remote of the image's.
func machine(t *testing.T) (h *host.Host, dir string) {
	dir = t.TempDir()
	for path, name := range map[string]string{
		"/sys/repo/config": "system.config", "/user/repo/config": "user.config",
		"/user/repo/signed.trustedkeys.gpg": "signed.trustedkeys.gpg", "/sys/repo/shipped.trustedkeys.gpg": "signed.trustedkeys.gpg",
		"/etc/remotes.d/shipped.flatpakrepo": "shipped.flatpakrepo", "/etc/remotes.d/README": "user.config",
	} {
		fake.Write(t, dir+path, fake.Fixture(t, name))
	}
	return &host.Host{Env: map[string]string{"FLATPAK_SYSTEM_DIR": dir + "/sys", "FLATPAK_USER_DIR": dir + "/user",
		"FLATPAK_CONFIG_DIR": dir + "/etc", "FLATPAK_DATA_DIR": dir + "/share"}}, dir
}

// key is the key of the fixtures, as it was exported.
func key(t testing.TB) string {
	return base64.StdEncoding.EncodeToString([]byte(fake.Fixture(t, "exported.gpg")))
}

func remote(scope, name, url string) doc.Item {
	return doc.Item{Subsystem: "flatpak-remote", Scope: scope, ID: name, Attrs: doc.Attrs{}.Set("url", url)}
}

func with(i doc.Item, attr string, v any) doc.Item {
	i.Attrs.Set(attr, v)
	return i
}

func TestCapture(t *testing.T) {
	h, _ := machine(t)
	h.Runner = prints(t, fake.Fixture(t, "remotes.txt"))
	got, err := Subsystem{}.Capture(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	shipped := with(with(remote("", "", "https://dl.example.test/repo"), "filtered", true), "gpg_key", key(t))
	want := subsystem.Found{
		Items: []doc.Item{
			with(remote("system", "filt", "file:///srv/repo"), "filtered", true),
			remote("system", "flathub", "https://dl.flathub.org/repo"),
			remote("system", "local", "file:///srv/repo"),
			remote("user", "second", "file:///srv/repo2"),
			remote("user", "local", "file:///srv/repo"),
			with(with(remote("user", "signed", "https://signed.example.test/repo"), "filtered", true), "gpg_key", key(t)),
		},
		Unmanaged: []doc.Unmanaged{
			{Subsystem: "flatpak-remote", Scope: "user", ID: "off", Reason: "disabled here"},
			{Subsystem: "flatpak-remote", Scope: "user", ID: "world-origin",
				Reason: "made by flatpak for one app of a bundle or a .flatpakref"},
		},
		Present: []doc.Present{{Scope: "system", ID: "shipped", Attrs: shipped.Attrs}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCaptureImageRemotes(t *testing.T) {
	const row = "shipped\thttps://elsewhere.example.test/repo/\t-\t-\t-\t1\tsystem\t-\n"
	t.Run("of another url", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = prints(t, row)
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Items) != 1 || len(got.Present) != 1 ||
			got.Items[0].Attrs.String("url") != "https://elsewhere.example.test/repo" ||
			got.Present[0].Attrs.String("url") != "https://dl.example.test/repo" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("of the same name in the user's installation", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = prints(t, strings.Replace(row, "\tsystem", "\tuser", 1))
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Items) != 1 || got.Present != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("that somebody took away", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = prints(t, "\n")
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || !reflect.DeepEqual(got, subsystem.Found{}) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("the site's file before the distribution's", func(t *testing.T) {
		h, dir := machine(t)
		fake.Write(t, dir+"/share/remotes.d/shipped.flatpakrepo", "[Flatpak Repo]\nUrl=https://third.example.test/\n")
		fake.Write(t, dir+"/share/remotes.d/other.flatpakrepo", "[Flatpak Repo]\nUrl=https://elsewhere.example.test/repo\n")
		h.Runner = prints(t, row+strings.Replace(row, "shipped", "other", 1))
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Present) != 2 || len(got.Items) != 1 || got.Present[0].Attrs.String("url") != "https://dl.example.test/repo" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("a broken file", func(t *testing.T) {
		h, dir := machine(t)
		fake.Write(t, dir+"/etc/remotes.d/bad.flatpakrepo", "nothing\n")
		h.Runner = prints(t, row)
		if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "bad.flatpakrepo: line 1: ") {
			t.Errorf("got %v", err)
		}
	})
}

func TestCaptureUnmanaged(t *testing.T) {
	for row, want := range map[string]string{
		"third\tfile:///srv/repo\t-\t-\t-\t1\tsystem (extra),no-gpg-verify\tLocal test\n": "in another installation, system (extra)",
		"hidden\thttps://ada:secret@example.test/\t-\t-\t-\t1\tuser\t-\n":                 "the url of example.test holds a user name or a password",
		"empty\t\t-\t-\t-\t1\tuser\t-\n":                                                  `url "" is not http, https, oci+https or file`,
		"é\thttps://example.test/\t-\t-\t-\t1\tuser\t-\n":                                 "its name is not plain ASCII",
	} {
		h, _ := machine(t)
		h.Runner = prints(t, row)
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Items) != 0 || len(got.Unmanaged) != 1 || got.Unmanaged[0].Reason != want {
			t.Errorf("%q: got %+v, %v, want %q", row, got, err, want)
		}
	}
	h, _ := machine(t)
	h.Runner = prints(t, "my-origin\thttps://example.test/\t-\t-\t-\t1\tuser\tMine\twith a tab\n")
	got, err := Subsystem{}.Capture(t.Context(), h)
	if err != nil || len(got.Items) != 1 {
		t.Errorf("a name of one's own: got %+v, %v", got, err)
	}
}

func TestCaptureInstallations(t *testing.T) {
	t.Run("no flatpak", func(t *testing.T) {
		h, _ := machine(t)
		h.Runner = fake.Tool{}
		if _, err := (Subsystem{}).Capture(t.Context(), h); !errors.Is(err, subsystem.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("none is there", func(t *testing.T) {
		h := &host.Host{Env: map[string]string{"FLATPAK_SYSTEM_DIR": t.TempDir(), "FLATPAK_CONFIG_DIR": t.TempDir(), "FLATPAK_DATA_DIR": t.TempDir()}}
		h.Runner = fake.Idle(t, "flatpak")
		if got, err := (Subsystem{}).Capture(t.Context(), h); err != nil || !reflect.DeepEqual(got, subsystem.Found{}) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("the user's alone, so that no line says which", func(t *testing.T) {
		h, dir := machine(t)
		h.Env["FLATPAK_SYSTEM_DIR"] = dir + "/nothing"
		h.Runner = prints(t, fake.Fixture(t, "remotes-user.txt"), "--user")
		got, err := Subsystem{}.Capture(t.Context(), h)
		if err != nil || len(got.Items) != 3 || len(got.Unmanaged) != 2 || got.Items[2].Scope != "user" || got.Items[2].ID != "signed" {
			t.Errorf("got %+v, %v", got, err)
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
	fake.Write(t, dir+"/user/repo/signed.trustedkeys.gpg", "not a key")
	h.Runner = prints(t, fake.Fixture(t, "remotes.txt"))
	if _, err := (Subsystem{}).Capture(t.Context(), h); err == nil || !strings.Contains(err.Error(), "signed.trustedkeys.gpg: it is not OpenPGP") {
		t.Errorf("got %v", err)
	}
}
