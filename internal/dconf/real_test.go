package dconf

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/test/real/session"
)

// TestSchemasAreThoseOfGSettings compares what is read from the sources of this machine's schemas with what gsettings
// says of the compiled ones.
func TestSchemasAreThoseOfGSettings(t *testing.T) {
	s := session.Start(t)
	h := &host.Host{Env: s.Vars, Runner: run.ReadOnly{Runner: &run.Exec{Env: s.Env()}}}
	all, err := Look(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(s.Run(t, "gsettings", "list-schemas", "--print-paths")) {
		id, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[id] = path
	}
	got := map[string]string{}
	var loose []string
	for id, sc := range all.schemas.byID {
		if sc.path != "" {
			got[id] = sc.path
		} else {
			loose = append(loose, id)
		}
	}
	if len(want) < 10 || !maps.Equal(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
	slices.Sort(loose)
	if want := strings.Fields(s.Run(t, "gsettings", "list-relocatable-schemas")); !slices.Equal(loose, slices.Sorted(slices.Values(want))) {
		t.Errorf("relocatable: %q\nwant\n%q", loose, want)
	}
	for id := range want {
		keys := strings.Fields(s.Run(t, "gsettings", "list-keys", id))
		slices.Sort(keys)
		if mine := slices.Sorted(maps.Keys(all.image[id])); !slices.Equal(mine, keys) {
			t.Errorf("%s: %q\nwant\n%q", id, mine, keys)
		}
		for _, k := range keys {
			if !all.schemas.hasKey(all.schemas.byID[id], k) {
				t.Errorf("%s: the source has no key %s", id, k)
			}
		}
	}
}
