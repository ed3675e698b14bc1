package repo_test

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/repo"
	"bkt/test/real/rpmrepo"
)

// TestDoWithRealDNF: the real dnf reads what is written, finds the packages, and wants their signatures.
func TestDoWithRealDNF(t *testing.T) {
	rpms := rpmrepo.Build(t, t.TempDir(), rpmrepo.Package{Name: "htop"})
	root := rpmrepo.NewRoot(t)
	h := &host.Host{Root: root.Dir}
	i := doc.Item{Subsystem: repo.Name, ID: "my.repo:1", Attrs: doc.Attrs{}.Set("baseurl", rpms.URL()).Set("gpg_key", "https://key.invalid/k.asc").Set("display_name", "Mine = [x] # y")}
	task := subsystem.Task{Item: i, Have: doc.Absent()}
	if err := (repo.Subsystem{}).Do(t.Context(), h, subsystem.View{}, []subsystem.Task{task}); err != nil {
		t.Fatal(err)
	}
	got := root.DNF(t, "repoquery", "--available", "--qf", "%{name} %{reponame}")
	if strings.TrimSpace(got) != "htop my.repo:1" {
		t.Errorf("%q", got)
	}
	if got := root.DNF(t, "repolist", "-v"); !strings.Contains(got, "Mine = [x] # y") {
		t.Errorf("the name is lost:\n%s", got)
	}
	f, err := repo.Subsystem{}.Capture(t.Context(), h)
	if err != nil || len(f.Unmanaged) != 1 || f.Unmanaged[0].Reason != "its packages are in a folder of this machine" {
		t.Errorf("%v, %v", f, err)
	}
	task.Verb = subsystem.Remove
	if err := (repo.Subsystem{}).Do(t.Context(), h, subsystem.View{}, []subsystem.Task{task}); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(root.DNF(t, "repolist")); got != "" {
		t.Errorf("after removal: %q", got)
	}
}
