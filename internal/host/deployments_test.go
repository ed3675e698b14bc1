package host

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// answers is a Runner that gives one answer per call and fails the test on one call too many.
type answers struct {
	t    *testing.T
	want []string
	list []answer
}

type answer struct {
	out, stderr string
	err         error
}

func (a *answers) Look(name string) (string, error) { return "/usr/bin/" + name, nil }

func (a *answers) Run(_ context.Context, c run.Cmd) (run.Result, error) {
	a.t.Helper()
	if !reflect.DeepEqual(c.Argv, a.want) || c.Effect != run.Reads {
		a.t.Errorf("unexpected call %q, effect %d", c.Argv, c.Effect)
	}
	if len(a.list) == 0 {
		a.t.Fatalf("one call too many: %q", c.Argv)
	}
	n := a.list[0]
	a.list = a.list[1:]
	if n.err != nil || n.stderr != "" {
		return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: n.stderr, Err: n.err}
	}
	return run.Result{Stdout: []byte(n.out)}, nil
}

func workstation(t testing.TB) []byte {
	b, err := os.ReadFile("testdata/rpm-ostree-status-workstation.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseDeploymentsOfARealHost(t *testing.T) {
	d, err := ParseDeployments(workstation(t))
	if err != nil {
		t.Fatal(err)
	}
	b := d.Booted()
	if len(d.List) != 2 || b != &d.List[0] || d.Live() != nil || d.Staged() != nil {
		t.Errorf("deployments: %d, booted %s, live %v, staged %v", len(d.List), b.Checksum, d.Live(), d.Staged())
	}
	if len(b.RequestedPackages) != 16 || b.RequestedPackages[0] != "xsel" || len(b.Packages) != 16 {
		t.Errorf("requests: %q, active %q", b.RequestedPackages, b.Packages)
	}
	if want := []string{"rpm-ostree-2021.1-2.fc33.x86_64", "rpm-ostree-libs-2021.1-2.fc33.x86_64"}; !reflect.DeepEqual(b.LocalReplacements, want) {
		t.Errorf("replacements: %q", b.LocalReplacements)
	}
	if !b.Layered() || b.Open() || !b.Requests() || b.Base() != "229387d3c0bb8ad698228ca5702eca72aed8b298a7c800be1dc72bab160a9f7f" {
		t.Errorf("layered %v, open %v, requests %v, base %s", b.Layered(), b.Open(), b.Requests(), b.Base())
	}
	want := &doc.Image{
		Ref: "fedora/33/x86_64/silverblue", Version: "33.21", Layered: true,
		Checksum: "63335a77f9853618ba1a5f139c5805e82176a2a040ef5e34d7402e12263af5bb",
	}
	if got := d.Image(); !reflect.DeepEqual(got, want) {
		t.Errorf("image %+v, want %+v", got, want)
	}
}

func TestDeploymentsAroundTheBooted(t *testing.T) {
	d, err := ParseDeployments([]byte(`{"deployments": [
		{"checksum": "s", "staged": true, "booted": false, "version": "43.2"},
		{"checksum": "l", "booted": false, "staged": false},
		{"checksum": "b", "booted": true, "staged": false, "unlocked": "transient", "live-replaced": "l", "osname": "o", "serial": 1,
		 "container-image-reference": "ostree-image-signed:docker://ghcr.io/ada/os:stable", "origin": "x",
		 "container-image-reference-digest": "sha256:77", "version": "43.1"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	b := d.Booted()
	if b.Checksum != "b" || d.Live().Checksum != "l" || d.Staged().Checksum != "s" {
		t.Errorf("booted %v, live %v, staged %v", b, d.Live(), d.Staged())
	}
	if !b.Open() || b.Layered() || b.Requests() || b.Base() != "b" {
		t.Errorf("open %v, layered %v, requests %v, base %s", b.Open(), b.Layered(), b.Requests(), b.Base())
	}
	want := doc.Image{
		Ref: "ostree-image-signed:docker://ghcr.io/ada/os:stable", Digest: "sha256:77", Version: "43.1", Checksum: "b", Staged: "43.2",
	}
	if got := *d.Image(); !reflect.DeepEqual(got, want) {
		t.Errorf("image %+v", got)
	}
}

func TestOpen(t *testing.T) {
	sum := "x"
	for _, c := range []struct {
		d    Deployment
		want bool
	}{
		{Deployment{}, false},
		{Deployment{Unlocked: "none"}, false},
		{Deployment{Unlocked: "development"}, true},
		{Deployment{Unlocked: "hotfix"}, true},
		{Deployment{Unlocked: "transient"}, true},
		{Deployment{Unlocked: "none", LiveReplaced: &sum}, true},
		{Deployment{Unlocked: "none", LiveInProgress: &sum}, true},
	} {
		if got := c.d.Open(); got != c.want {
			t.Errorf("%+v: open %v", c.d, got)
		}
	}
}

func TestParseDeploymentsRefuses(t *testing.T) {
	for in, want := range map[string]string{
		``:                                     "rpm-ostree status:1:1",
		`[]`:                                   "does not belong here",
		`{}`:                                   "0 booted deployments, not one",
		`{"deployments": null}`:                "0 booted deployments, not one",
		`{"deployments": [{"checksum": "a"}]}`: "0 booted deployments, not one",
		`{"deployments": [{"checksum": "a", "booted": true}, {"checksum": "b", "booted": true}]}`: "2 booted deployments, not one",
		`{"deployments": [{"booted": true}]}`:                                                     "deployment 0 has no checksum",
		`{"deployments": [{"checksum": "a", "booted": "yes"}]}`:                                   "/deployments/0/booted",
		`{"deployments": [{"checksum": "a", "booted": true, "requested-packages": "htop"}]}`:      "/deployments/0/requested-packages",
	} {
		d, err := ParseDeployments([]byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, error %v; want %q", in, d, err, want)
		}
	}
}

func TestDeploymentsAreAskedForOnce(t *testing.T) {
	a := &answers{t: t, want: []string{"rpm-ostree", "status", "--json"}, list: []answer{
		{stderr: "error: Transaction in progress"}, {out: string(workstation(t))},
	}}
	h := &Host{Runner: a}
	for range 3 {
		d, err := h.Deployments(t.Context())
		if err != nil || d.Booted().Version != "33.21" {
			t.Fatalf("%v, %v", d, err)
		}
	}
	if len(a.list) != 0 {
		t.Errorf("a busy daemon was not asked again")
	}
}

func TestDeploymentsOfAnotherTree(t *testing.T) {
	a := &answers{t: t, want: []string{"rpm-ostree", "status", "--json", "--sysroot=/mnt"}, list: []answer{{out: string(workstation(t))}}}
	if _, err := (&Host{Runner: a, Root: "/mnt"}).Deployments(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestDeploymentsThatAreNone(t *testing.T) {
	for _, c := range []struct {
		a    answer
		want error
	}{
		{answer{stderr: "error: This system was not booted via libostree."}, ErrNotDeployed},
		{answer{err: run.ErrNotFound}, run.ErrNotFound},
		{answer{err: run.ErrTimeout}, run.ErrTimeout},
	} {
		h := &Host{Runner: &answers{t: t, want: []string{"rpm-ostree", "status", "--json"}, list: []answer{c.a}}}
		if d, err := h.Deployments(t.Context()); d != nil || !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, %v", c.a, d, err)
		}
	}
}

func TestDeploymentsGiveUpWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	h := &Host{Runner: &answers{t: t, want: []string{"rpm-ostree", "status", "--json"}, list: []answer{{stderr: "busy"}}}}
	if _, err := h.Deployments(ctx); err == nil {
		t.Error("no error")
	}
}

func FuzzParseDeployments(f *testing.F) {
	f.Add(workstation(f))
	f.Add([]byte(`{"deployments": [{"checksum": "a", "booted": true, "live-replaced": "a"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDeployments(b)
		if (d == nil) == (err == nil) {
			t.Fatalf("%v and %v", d, err)
		}
		if err != nil {
			return
		}
		if !d.Booted().Booted || d.Booted().Base() == "" {
			t.Error("what is booted is not")
		}
		for _, o := range []*Deployment{d.Live(), d.Staged()} {
			if o != nil && o.Booted {
				t.Error("what is to come is booted")
			}
		}
		if d.Image().Checksum == "" {
			t.Error("an image without checksum")
		}
	})
}
