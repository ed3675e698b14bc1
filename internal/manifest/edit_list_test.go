package manifest

import (
	"fmt"
	"strings"
	"testing"
)

func TestEditAllAtOnce(t *testing.T) {
	before := open1(t, `{
  "apps": [
    {"id": "a", "remote": "r"},
    {"id": "b", "remote": "r"},
    "c",
    {"id": "d", "remote": "r"},
    {"id": "f", "remote": "r"}
  ],
  "kept": {}
}
`)
	after, err := before.Edit(Edit{
		List:    []string{"apps"},
		Remove:  []int{0, 3, 3},
		Replace: map[int]Value{2: Object(Field{"id", String("c")}, Field{"enabled", Bool(false)})},
		Set:     map[int][]Field{1: {{"remote", String("s")}, {"branch", String("beta")}}, 4: {{"remote", Value{}}}},
		Insert:  []Value{Object(Field{"id", String("g")}), Object(Field{"id", String("e")}), Object(Field{"id", String("e")}), Object(Field{"id", String("Z")})},
		SortKey: byID,
	})
	want := `{
  "apps": [
    {"id": "Z"},
    {"id": "b", "remote": "s", "branch": "beta"},
    {"id": "c", "enabled": false},
    {"id": "e"},
    {"id": "f"},
    {"id": "g"}
  ],
  "kept": {}
}
`
	if err != nil || string(after.Bytes()) != want {
		t.Errorf("%v\n%s", err, after.Bytes())
	}
}

func TestEditTakesAllAndPutsOthers(t *testing.T) {
	before := open1(t, "{\n  \"packages\": [\n    \"a\",\n    \"b\"\n  ]\n}\n")
	after, err := before.Edit(Edit{List: []string{"packages"}, Remove: []int{0, 1}, Insert: []Value{String("d"), String("c")}})
	if want := "{\n  \"packages\": [\n    \"c\",\n    \"d\"\n  ]\n}\n"; err != nil || string(after.Bytes()) != want {
		t.Errorf("%v\n%s", err, after.Bytes())
	}
}

func TestEditRefusesWhatIsNoValue(t *testing.T) {
	before := open1(t, apps)
	for name, edit := range map[string]Edit{
		"inserted":  {Insert: []Value{{}}},
		"not UTF-8": {Insert: []Value{String("\xff")}},
		"replaced":  {Replace: map[int]Value{0: String("\xff")}},
		"set":       {Set: map[int][]Field{0: {{"a", String("\xff")}}}},
		"name":      {Replace: map[int]Value{0: Object(Field{"\xff", String("a")})}},
		"set name":  {Set: map[int][]Field{0: {{"\xff", String("a")}}}},
	} {
		edit.List = []string{"apps"}
		after, err := before.Edit(edit)
		if err == nil {
			t.Errorf("%s: %s", name, after.Bytes())
		}
	}
}

// The belt: whatever the writer does, a result that says something else is no result.
func TestPutRefusesAnotherMeaning(t *testing.T) {
	before := open1(t, packages)
	list, _, _ := before.Value("packages")
	for text, want := range map[string]string{
		`["fish"]`:                       "it would change more than was asked for",
		`["fish", "htop", "zsh", "x"]`:   "it would change more than was asked for",
		`["fish", "htop", "zsh"`:         "it would break the file",
		`[], "groups": []`:               "it would break the file",
		`["fish", "htop", "zsh"], "": 1`: "it would change more than was asked for",
	} {
		if _, err := before.put([]string{"packages"}, text, *list.node); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if after, err := before.put([]string{"packages"}, `["fish", "htop", "zsh"]`, *list.node); err != nil || after == nil {
		t.Errorf("other white space alone: %v", err)
	}
}

// manyApps is a manifest with count apps, and the batch that doubles it.
func manyApps(count int, minified bool) (*File, Edit) {
	newline, indent := "\n", "      "
	if minified {
		newline, indent = "", ""
	}
	var b strings.Builder
	b.WriteString(`{"apps": [` + newline)
	edit := Edit{List: []string{"apps"}, SortKey: byID}
	for i := range count {
		if i > 0 {
			b.WriteString("," + newline)
		}
		fmt.Fprintf(&b, `{%[1]s%[2]s"id": "org.example.App%06[3]d",%[1]s%[2]s"remote": "flathub",%[1]s%[2]s"scope": "user"%[1]s}`, newline, indent, 2*i)
		edit.Insert = append(edit.Insert, Object(Field{"id", String(fmt.Sprintf("org.example.App%06d", 2*i+1))},
			Field{"remote", String("flathub")}, Field{"scope", String("user")}))
	}
	b.WriteString(newline + "]}\n")
	f, err := Open("manifests/flatpak-apps.json", []byte(b.String()))
	if err != nil {
		panic(err)
	}
	return f, edit
}

func TestManyInOnePass(t *testing.T) {
	for _, minified := range []bool{false, true} {
		before, edit := manyApps(500, minified)
		edit.Remove = []int{0}
		edit.Set = map[int][]Field{}
		for i := 1; i < 500; i += 2 {
			edit.Set[i] = []Field{{"branch", String("beta")}, {"overrides", Strings([]string{"x"})}}
		}
		after, err := before.Edit(edit)
		if err != nil {
			t.Fatal(err)
		}
		objects, _, err := after.Objects("apps")
		if err != nil || len(objects) != 999 {
			t.Fatalf("%d apps, %v", len(objects), err)
		}
		for i, object := range objects {
			if id := byID(object); id != fmt.Sprintf("org.example.App%06d", i+1) {
				t.Fatalf("app %d is %s", i, id)
			}
		}
	}
}

func BenchmarkInsert(b *testing.B) {
	for _, count := range []int{1_000, 10_000} {
		for _, minified := range []bool{false, true} {
			b.Run(fmt.Sprintf("apps=%d/minified=%v", count, minified), func(b *testing.B) {
				before, edit := manyApps(count, minified)
				b.SetBytes(int64(len(before.text)))
				for b.Loop() {
					if _, err := before.Edit(edit); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkSetField(b *testing.B) {
	for _, minified := range []bool{false, true} {
		b.Run(fmt.Sprintf("minified=%v", minified), func(b *testing.B) {
			before, edit := manyApps(10_000, minified)
			edit.Insert, edit.Set = nil, map[int][]Field{}
			for i := range 10_000 {
				edit.Set[i] = []Field{{"branch", String("beta")}, {"scope", String("system")}}
			}
			for b.Loop() {
				if _, err := before.Edit(edit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	before, _ := manyApps(10_000, false)
	data := before.Bytes()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Open("x.json", data); err != nil {
			b.Fatal(err)
		}
	}
}
