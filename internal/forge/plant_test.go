package forge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// garden lists a tree whose names sort otherwise as files than as folders.
func garden(t testing.TB) folders {
	t.Helper()
	x, y, z := BlobID([]byte("x\n")), BlobID([]byte("y\n")), BlobID([]byte("z\n"))
	list := fmt.Sprintf("100644 blob %[2]s\ta-b\x00100755 blob %[2]s\ta.b\x00040000 tree %040[1]d\ta\x00100644 blob %[3]s\ta/1\x00040000 tree %040[1]d\tb\x00100644 blob %[4]s\tb/2\x00", 0, y, x, z)
	f, err := parseFolders([]byte(list))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The ids are those that git write-tree gives.
func TestPlant(t *testing.T) {
	f := garden(t)
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
		if dirs, err := garden(t).plant(map[string]blob{path: {mode: "100644", id: BlobID(nil)}}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v", path, dirs, err)
		}
	}
}

func FuzzParseFolders(f *testing.F) {
	id := BlobID(nil)
	f.Add([]byte("100644 blob " + id + "\ta\x00040000 tree " + id + "\tb\x00160000 commit " + id + "\tb/c\x00"))
	f.Add([]byte("100644 blob " + id + "\tb/c\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseFolders(b)
		if err != nil {
			return
		}
		entries := 0
		for dir := range maps.Keys(l) {
			entries += len(l[dir])
			for name, e := range l[dir] {
				if name == "" || strings.Contains(name, "/") || !objectID(e.id) {
					t.Errorf("%q in %q: %+v", name, dir, e)
				}
			}
		}
		if entries > strings.Count(string(b), "\x00") {
			t.Errorf("%d entries of %q", entries, b)
		}
	})
}
