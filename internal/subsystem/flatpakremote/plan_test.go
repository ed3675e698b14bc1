package flatpakremote

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
	"bkt/internal/subsystem"
	"bkt/test/fake"
)

var (
	_ subsystem.Planner = Subsystem{}
	_ subsystem.Blocker = Subsystem{}
)

// calls is flatpak, noting how it is called and doing nothing.
func calls(into *[]string) fake.Tool {
	return fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
		*into = append(*into, strings.Join(c.Argv, " "))
		return run.Result{}, nil
	}}
}

func nowhere(string, string, string) (doc.Attrs, bool) { return nil, false }

func TestAKnownRemoteIsAddedFromItsFile(t *testing.T) {
	h, _ := machine(t)
	var got []string
	h.Runner = calls(&got)
	task := subsystem.Task{Verb: subsystem.Install, Item: remote("system", "hub", "https://dl.flathub.org/repo")}
	if err := (Subsystem{}).Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task}); err != nil {
		t.Fatal(err)
	}
	want := []string{"flatpak remote-add --system --if-not-exists hub https://dl.flathub.org/repo/flathub.flatpakrepo"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestADisabledRemoteStaysSo: it is there, and no item; to say that it was brought would be a lie.
func TestADisabledRemoteStaysSo(t *testing.T) {
	for text, want := range map[string]string{"xa.disable=true": "is disabled here", "xa.title=x": ""} {
		h, _ := machine(t)
		config := h.Path(h.FlatpakDir("system") + "/repo/config")
		if err := errors.Join(os.MkdirAll(filepath.Dir(config), 0o755), os.WriteFile(config, []byte("[remote \"hub\"]\n"+text+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
		var got []string
		h.Runner = calls(&got)
		task := subsystem.Task{Verb: subsystem.Install, Item: remote("system", "hub", "https://dl.flathub.org/repo")}
		err := Subsystem{}.Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%s: %v, called %q", text, err, got)
		}
	}
}

func TestAServerThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	for stderr, again := range map[string]bool{
		"error: Can't load uri https://x.test/x: While fetching https://x.test/x: [7] Couldn't connect to server": true,
		"error: GPG verification enabled, but no summary signatures found":                                        false,
	} {
		h, _ := machine(t)
		h.Runner = fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
			return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: stderr}
		}}
		task := subsystem.Task{Verb: subsystem.Install, Item: remote("system", "hub", "https://dl.flathub.org/repo")}
		err := Subsystem{}.Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task})
		if err == nil || errors.Is(err, subsystem.ErrTryAgain) != again || err.Error() != "flatpak remote-add: exit status 1: "+stderr {
			t.Errorf("%v", err)
		}
	}
}

func TestARemoteThatMovesToAKnownPlaceTakesItsKey(t *testing.T) {
	const file = "https://dl.flathub.org/repo/flathub.flatpakrepo"
	good := "[Flatpak Repo]\nUrl=https://dl.flathub.org/repo/\nGPGKey=" + key(t) + "\n"
	for name, c := range map[string]struct {
		text string
		err  error
		want string
	}{
		"good":          {text: good},
		"down":          {err: errors.New("no route"), want: "no route"},
		"another one's": {text: strings.Replace(good, "flathub.org", "example.test", 1), want: file + `: it is about "https://dl.example.test/repo"`},
		"without a key": {text: strings.Replace(good, "GPGKey=", "Key=", 1), want: file + ": GPGKey: it is empty"},
		"no key file":   {text: "<html>", want: file + ": line 1: "},
	} {
		h, dir := machine(t)
		var got []string
		h.Runner = calls(&got)
		h.Fetch = func(_ context.Context, url string, most int64) ([]byte, error) {
			if url != file || most < 10000 {
				t.Errorf("%s: got %s, %d bytes", name, url, most)
			}
			return []byte(c.text), c.err
		}
		task := subsystem.Task{Verb: subsystem.Set, Item: remote("user", "signed", "https://dl.flathub.org/repo"),
			Have: doc.Has(with(remote("user", "signed", "https://x.test"), "gpg_key", key(t)).Attrs)}
		task.Have.Attrs().Set("gpg_key", "another")
		err := Subsystem{}.Do(t.Context(), h, subsystem.View{Has: nowhere}, []subsystem.Task{task})
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) || len(got) > 0 || !h.Exists(dir+"/user/repo/signed.trustedkeys.gpg") {
				t.Errorf("%s: %v, %q, want %q", name, err, got, c.want)
			}
			continue
		}
		if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "flatpak remote-modify --user --gpg-verify --gpg-import=/") ||
			!strings.HasSuffix(got[0], " --url=https://dl.flathub.org/repo signed") || h.Exists(dir+"/user/repo/signed.trustedkeys.gpg") {
			t.Errorf("%s: %v, %q", name, err, got)
		}
	}
}

func TestBlocked(t *testing.T) {
	app := doc.Item{Subsystem: "flatpak", ID: "org.test.Hello", Scope: "user", Attrs: doc.Attrs{}.Set("remote", "x")}
	plain, keyed := remote("user", "x", "https://x.test"), with(remote("user", "x", "https://x.test"), "gpg_key", key(t))
	v := subsystem.View{Has: nowhere, Manifests: subsystem.Manifests{Items: map[string][]doc.Item{"flatpak": {app}}}}
	const keyless = "no gpg_key says what its apps are signed with"
	for name, c := range map[string]struct {
		class      string
		scope      string
		want, have doc.Side
		blocked    string
	}{
		"a key":                        {want: doc.Has(keyed.Attrs), have: doc.Absent()},
		"no key":                       {want: doc.Has(plain.Attrs), have: doc.Absent(), blocked: keyless},
		"known":                        {want: doc.Has(remote("", "", "https://dl.flathub.org/repo").Attrs), have: doc.Absent()},
		"moves, and keeps its key":     {want: doc.Has(plain.Attrs), have: doc.Has(keyed.Attrs)},
		"moves, and was not verified":  {want: doc.Has(plain.Attrs), have: doc.Has(plain.Attrs), blocked: keyless},
		"goes, and is used":            {class: doc.Dropped, want: doc.Absent(), have: doc.Has(plain.Attrs), blocked: "org.test.Hello comes from it"},
		"goes, and is used in another": {class: doc.Dropped, scope: "system", want: doc.Absent(), have: doc.Has(plain.Attrs)},
		"is the user's":                {class: doc.Uncaptured, want: doc.Absent(), have: doc.Has(plain.Attrs)},
	} {
		if c.scope == "" {
			c.scope = "user"
		}
		change := doc.Change{Subsystem: Name, ID: "x", Scope: c.scope, Class: c.class, Want: c.want, Have: c.have}
		if got := (Subsystem{}).Blocked(change, v); got != c.blocked {
			t.Errorf("%s: %q, want %q", name, got, c.blocked)
		}
	}
	// The other installation of the machine has it, with its key.
	v.Has = func(_, scope, _ string) (doc.Attrs, bool) { return keyed.Attrs, scope == "system" }
	change := doc.Change{Subsystem: Name, ID: "x", Scope: "user", Want: doc.Has(plain.Attrs), Have: doc.Absent()}
	if got := (Subsystem{}).Blocked(change, v); got != "" {
		t.Errorf("trusted by the other installation's key: %q", got)
	}
}
