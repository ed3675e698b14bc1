package e2e

import (
	"strings"
	"testing"

	"bkt/test/real"
	"bkt/test/real/gitremote"
)

// What was adopted is in sync. Capturing it again gives the same bytes, and adopting
// those changes none.
func TestAdopted(t *testing.T) {
	t.Parallel()
	m, _ := everything(t)
	remote := gitremote.New(t)
	m.checkout(t, remote, remote.URL())
	m.ends(t, 0, `bkt-capture --root "$R" >../state && bkt-cfgen --write <../state >/dev/null && bkt-cfgen --check`)
	once := snapshot(t, m.dir)
	m.inSync(t)
	again := m.ends(t, 0, `bkt-capture --root "$R" | tee ../again | bkt-cfgen --write && cmp ../state ../again`)
	if d := differing(once, snapshot(t, m.dir)); len(d) > 0 {
		t.Errorf("the second time changed %q", d)
	}
	if f := read[struct{ Files []struct{ Path string } }](t, again.out).Files; len(f) > 0 {
		t.Errorf("the second time gives %v", f)
	}
	m.ends(t, 0, `git add -A && git commit -q -m Adopted && bkt-cfgen --check --repo . && bkt-cfgen --sync | jq -e '.files == [] and .changes == []'`)
}

// A shim that bkt generated is captured as what it was generated from.
func TestShimThereAndBack(t *testing.T) {
	t.Parallel()
	m, remote := newMachine(t, "laptop"), gitremote.New(t)
	m.Env = append(m.Env, "ONLY=--only shim")
	m.checkout(t, remote, remote.URL())
	m.ends(t, 0, `echo '{"shims": [{"name": "docker", "host": "podman"}]}' >manifests/host-shims.json`)
	m.ends(t, 0, `bkt-cfgen --init --write >/dev/null && bkt-cfgen --check`) // the seed has no section for shims
	if d := m.drift(t); len(d) != 1 || d[0].Class != "missing" || d[0].ID != "docker" {
		t.Errorf("before it is there: %+v", d)
	}
	real.Write(t, m.home+"/.local/toolbox/shims/docker", m.read(t, "generated/shims/docker"), 0o755)
	m.ends(t, 0, `mkdir -p ~/.local/bin && ln -s ../toolbox/shims/docker ~/.local/bin/`)
	m.inSync(t)
	if s := m.read(t, "Containerfile"); !strings.Contains(s, "COPY --chmod=0755 generated/shims/") {
		t.Errorf("no shims in the image:\n%s", s)
	}
}
