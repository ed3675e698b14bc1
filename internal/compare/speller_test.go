package compare

import (
	"strings"
	"testing"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// spelling is a fake whose values mean the same in upper and lower case.
type spelling struct{ fake }

func (spelling) Spell(want, have doc.Attrs) doc.Attrs {
	if a, b := want.String("v"), have.String("v"); strings.EqualFold(a, b) {
		return doc.Attrs{}.Set("v", b)
	}
	return want
}

// TestTwoSpellingsOfOneValue: whoever moved is found, however M spells what R and S have.
func TestTwoSpellingsOfOneValue(t *testing.T) {
	rec := func(want, have string) map[string]doc.Applied {
		return map[string]doc.Applied{"gsetting": noted("k", want, have, false)}
	}
	for _, c := range []struct {
		name string
		w    world
		want string
	}{
		{"S has nothing", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=ON"}}, ""},
		{"the image's", world{manifests: m("gsetting", wants("k=on")), present: []string{"gsetting:k=ON"}}, ""},
		{"beside another of the image", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=ON"}, present: []string{"gsetting:k=OFF"}}, ""},
		{"changed here", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=OFF"}, record: rec("ON", "ON")}, "update changed-here gsetting:k"},
		{"changed here, and S has M's", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=OFF"}, record: rec("on", "ON")}, "update changed-here gsetting:k"},
		{"changed there", world{manifests: m("gsetting", wants("k=off")), items: []string{"gsetting:k=ON"}, record: rec("on", "ON")}, "update changed-there gsetting:k"},
		{"S has M's for both", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=ON"}, record: rec("on", "on")}, ""},
		{"and was left", world{manifests: m("gsetting", wants("k=on")), items: []string{"gsetting:k=OFF"}, record: rec("on", "on")}, "update changed-here gsetting:k"},
		{"and M went on", world{manifests: m("gsetting", wants("k=up")), items: []string{"gsetting:k=ON"}, record: rec("on", "on")}, "update changed-there gsetting:k"},
		{"both", world{manifests: m("gsetting", wants("k=up")), items: []string{"gsetting:k=OFF"}, record: rec("on", "ON")}, "update conflict gsetting:k"},
	} {
		ms, err := Load(distribution(c.w.manifests), nil, spellers())
		if err != nil {
			t.Fatal(err)
		}
		got := told(Changes(Input{Manifests: ms, State: c.w.state(), List: spellers()}))
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func spellers() []subsystem.Subsystem {
	return []subsystem.Subsystem{spelling{fake{subsystem.Info{Name: "gsetting"}}}}
}
