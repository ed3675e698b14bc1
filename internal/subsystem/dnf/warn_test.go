package dnf

import (
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

func TestWarn(t *testing.T) {
	m := subsystem.Manifests{Items: map[string][]doc.Item{
		"copr": {{ID: "atim/starship"}, {ID: "@dev/tools"}, {ID: "a/off", Attrs: doc.Attrs{}.Set("enabled", false)}},
	}}
	for repo, warned := range map[string]bool{
		"":       false,
		"chrome": true,
		"copr:copr.fedorainfracloud.org:atim:starship":   false,
		"copr:copr.fedorainfracloud.org:group_dev:tools": false,
		"copr:copr.fedorainfracloud.org:a:off":           true,
		"copr:copr.fedorainfracloud.org:atim:other":      true,
	} {
		a := doc.Attrs{}.Set("mode", "install")
		if repo != "" {
			a.Set("repo", repo)
		}
		got := Subsystem{}.Warn(doc.Item{Subsystem: "dnf", ID: "x", Attrs: a}, m)
		if (got != "") != warned {
			t.Errorf("%q: %q", repo, got)
		}
	}
}
