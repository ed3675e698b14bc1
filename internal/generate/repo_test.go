package generate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/generate"
	"bkt/internal/host"
	"bkt/internal/registry"
	"bkt/internal/subsystem/repo"
	"bkt/test/fake"
)

const reposSection = "# === EXTERNAL_REPOS (managed by bkt) ===\n# No external repositories configured\n# === END EXTERNAL_REPOS ===\n\n"

// vendors are the repositories of a machine with these fixtures, as changes, and their packages.
func vendors(t *testing.T) []doc.Change {
	h := &host.Host{Root: t.TempDir()}
	fake.Write(t, h.Path("/run/ostree-booted"), "")
	for _, name := range []string{"vscode.repo", "google-chrome.repo", "1password.repo"} {
		b, err := os.ReadFile(filepath.Join("../subsystem/repo/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		fake.Write(t, h.Path("/etc/yum.repos.d/"+name), string(b))
	}
	f, err := repo.Subsystem{}.Capture(t.Context(), h)
	if err != nil || len(f.Items) != 3 {
		t.Fatal(err, f)
	}
	var out []doc.Change
	for _, i := range f.Items {
		out = append(out, doc.Change{Action: doc.Add, Subsystem: i.Subsystem, ID: i.ID, Want: doc.Absent(), Have: doc.Has(i.Attrs)})
	}
	for id, from := range map[string]string{"code": "code", "google-chrome-stable": "google-chrome", "1password": "1password", "odd": "elsewhere"} {
		out = append(out, doc.Change{Action: doc.Add, Subsystem: "dnf", ID: id, Want: doc.Absent(), Have: doc.Has(doc.Attrs{}.Set("mode", "install").Set("repo", from))})
	}
	return out
}

// TestFirstPullRequestOfARealHost: code, Chrome and 1Password come with their repositories.
func TestFirstPullRequestOfARealHost(t *testing.T) {
	src := tree(map[string]string{
		"manifests/external-repos.json": "{\n  \"repos\": []\n}\n",
		"Containerfile":                 strings.Replace(string(tree(nil)["Containerfile"].Data), "FROM base\n\n", "FROM base\n\n"+reposSection, 1),
	})
	res, err := generate.Replay(generate.Source{FS: src}, vendors(t), generate.Options{List: registry.All()})
	if err != nil {
		t.Fatal(err)
	}
	after := with(src, res.Files)
	for path, want := range map[string]string{
		"Containerfile": "FROM base\n\n# === EXTERNAL_REPOS (managed by bkt) ===\nCOPY generated/yum.repos.d/ /etc/yum.repos.d/\n# === END EXTERNAL_REPOS ===\n\n" +
			"# === COPR_REPOS (managed by bkt) ===\n# No COPR repositories configured\n# === END COPR_REPOS ===\n\n" +
			"# === SYSTEM_PACKAGES (managed by bkt) ===\nRUN dnf install -y \\\n    1password \\\n    code \\\n    google-chrome-stable \\\n    htop \\\n    odd \\\n    && dnf clean all\n# === END SYSTEM_PACKAGES ===\n\n" +
			"# === HOST_SHIMS (managed by bkt) ===\n# No host shims configured\n# === END HOST_SHIMS ===\n\nRUN bootc container lint\n",
		"generated/yum.repos.d/1password.repo": "# Managed by bkt: manifests/external-repos.json\n[1password]\nname=1Password Stable Channel\n" +
			"baseurl=https://downloads.1password.com/linux/rpm/stable/$basearch\nenabled=1\ngpgcheck=1\ngpgkey=https://downloads.1password.com/linux/keys/1password.asc\n",
		"generated/yum.repos.d/code.repo": "# Managed by bkt: manifests/external-repos.json\n[code]\nname=Visual Studio Code\n" +
			"baseurl=https://packages.microsoft.com/yumrepos/vscode\nenabled=1\ngpgcheck=1\ngpgkey=https://packages.microsoft.com/keys/microsoft.asc\n",
		"generated/yum.repos.d/google-chrome.repo": "# Managed by bkt: manifests/external-repos.json\n[google-chrome]\nname=google-chrome\n" +
			"baseurl=https://dl.google.com/linux/chrome/rpm/stable/x86_64\nenabled=1\ngpgcheck=1\ngpgkey=https://dl.google.com/linux/linux_signing_key.pub\n",
	} {
		f, ok := after[path]
		if !ok || string(f.Data) != want {
			t.Errorf("%s: %v", path, f)
		}
	}
	var odd, opt, option bool
	for _, w := range res.Warnings {
		odd = odd || strings.HasPrefix(w, "package odd comes from the repository 'elsewhere'")
		opt = opt || strings.Contains(w, "installs into /opt")
		option = option || strings.HasPrefix(w, "repository 1password: the machine also has repo_gpgcheck")
	}
	if !odd || !opt || !option || len(res.Warnings) != 4 { // and no section MANIFESTS
		t.Errorf("warnings\n%s", strings.Join(res.Warnings, "\n"))
	}
	again, err := generate.Replay(generate.Source{FS: after}, vendors(t), generate.Options{List: registry.All()})
	if err != nil || len(again.Files) != 0 {
		t.Errorf("a second time: %v, %v", again, err)
	}
}

// TestKeyOfTheDistribution: the build copies the key, so git must have it.
func TestKeyOfTheDistribution(t *testing.T) {
	files := map[string]string{
		"manifests/external-repos.json": "{\n  \"repos\": [\n    {\"name\": \"x\", \"baseurl\": \"https://x.example/\", \"gpg_key\": \"keys/x.asc\"}\n  ]\n}\n",
		"Containerfile":                 "FROM base\n" + reposSection,
	}
	run := func(edits map[string]string, ignored ...string) (*generate.Result, error) {
		var asked []string
		src := generate.Source{FS: tree(edits), Ignored: func(paths []string) ([]string, error) {
			asked = append(asked, paths...)
			return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return !slices.Contains(ignored, p) }), nil
		}}
		return generate.Replay(src, nil, generate.Options{List: registry.All()})
	}
	if res, err := run(files); err == nil || err.Error() != "Containerfile:4: copies 'keys/x.asc', which does not exist" {
		t.Errorf("no key: %v, %v", res, err)
	}
	files["keys/x.asc"] = "KEY"
	res, err := run(files)
	if err != nil {
		t.Fatal(err)
	}
	want := "COPY generated/yum.repos.d/ /etc/yum.repos.d/\nCOPY keys/x.asc /etc/pki/rpm-gpg/bkt/keys/x.asc\n"
	if got := string(with(tree(files), res.Files)["Containerfile"].Data); !strings.Contains(got, want) {
		t.Errorf("%s", got)
	}
	if res, err := run(files, "keys/x.asc"); err == nil || err.Error() != "'keys/x.asc' is ignored by git: the image's build would lack it" {
		t.Errorf("an ignored key: %v, %v", res, err)
	}
	for _, f := range res.Files {
		files[f.Path] = *f.Content
	}
	if res, err := run(files, "keys/x.asc"); err == nil {
		t.Errorf("an ignored key, with nothing to write: %v", res)
	}
}
