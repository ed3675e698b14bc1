package forge

import (
	"slices"
	"strings"
	"testing"
)

// garden lists a tree whose names sort otherwise as files than as folders.
func garden() folders {
	x, y, z := BlobID([]byte("x\n")), BlobID([]byte("y\n")), BlobID([]byte("z\n"))
	tree := entry{"040000", "tree", strings.Repeat("0", 40)}
	return folders{
		".": {"a-b": {"100644", "blob", y}, "a.b": {"100755", "blob", y}, "a": tree, "b": tree},
		"a": {"1": {"100644", "blob", x}}, "b": {"2": {"100644", "blob", z}},
	}
}

// The ids are those that git write-tree gives.
func TestPlant(t *testing.T) {
	f := garden()
	x, z := blob{mode: "100644", id: BlobID([]byte("x\n"))}, blob{mode: "100644", id: BlobID([]byte("z\n"))}
	dirs, err := f.plant(map[string]blob{"a/1": x, "b/2": z})
	if err != nil || !slices.Equal(dirs, []string{"a", "b", "."}) || f.id(".") != "b4937d3b3b6cb588ba02816983b5be3ece344bb0" {
		t.Errorf("%v, %v, %s", dirs, err, f.id("."))
	}
	dirs, err = f.plant(map[string]blob{"a/1": {}, "b/c/3": {mode: "100644", id: BlobID([]byte("new\n"))}})
	if err != nil || !slices.Equal(dirs, []string{"b/c", "b", "."}) || f.id(".") != "24c3c4287aaaf966db89c686b747156ae1402a3d" {
		t.Errorf("%v, %v, %s", dirs, err, f.id("."))
	}
	if _, there := f["."]["a"]; there {
		t.Error("an empty folder stays")
	}
	if dirs, err := f.plant(map[string]blob{"b/2": {}, "b/c/3": {}, "none/4": {}}); err != nil || !slices.Equal(dirs, []string{"."}) || len(f["."]) != 2 {
		t.Errorf("%v, %v, %v", dirs, err, f["."])
	}
}

func TestPlantRefuses(t *testing.T) {
	for path, want := range map[string]string{"a": "'a' is a tree", "a.b/x": "'a.b' is a blob, not a folder", "a/1/2/3": "'a/1' is a blob, not a folder"} {
		if dirs, err := garden().plant(map[string]blob{path: {mode: "100644", id: BlobID(nil)}}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v", path, dirs, err)
		}
	}
}
