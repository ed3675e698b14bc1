package forge

import (
	"strings"
	"testing"
)

// One process reads what there is, says what there is not, and finds ancestors.
func TestObjects(t *testing.T) {
	w := seeded(t)
	first := w.git(w.remote, "rev-parse", "main")
	w.commit("main", "second", map[string]string{"README.md": strings.Repeat("large ", 100_000)})
	second := w.git(w.remote, "rev-parse", "main")
	w.commit("side", "other", map[string]string{"README.md": "side\n"})
	g := openGit(w.h, w.remote)
	o, err := g.objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := o.get(second, second+":README.md", first+":README.md")
	if err != nil || l[0].kind != "commit" || l[0].id != second || len(l[1].data) != 600_000 || string(l[2].data) != "one\n" {
		t.Errorf("%+v, %v", l, err)
	}
	for _, c := range []struct {
		from, ancestor string
		want           bool
	}{{second, first, true}, {first, second, false}, {second, second, false}} {
		if got, err := o.descends(c.from, c.ancestor); err != nil || got != c.want {
			t.Errorf("%s from %s: %v, %v", short(c.from), short(c.ancestor), got, err)
		}
	}
	if _, err := o.get("x\ny"); err == nil || err.Error() != `'"x\ny"' is not the name of an object` {
		t.Errorf("two names in one: %v", err)
	}
	if _, err := o.get(strings.Repeat("0", 40)); err == nil || !strings.HasSuffix(err.Error(), " missing'") {
		t.Errorf("no such object: %v", err)
	}
	o.close()
}

// A process that ends says why, and nobody waits for it.
func TestObjectsOfNothing(t *testing.T) {
	w := newWorld(t)
	o, err := (&git{h: w.h, dir: w.dir, bare: true}).objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = o.get("HEAD"); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Error(err)
	}
	o.close()
}

// A name that does not reach git is an error, and nobody waits for its answer.
func TestObjectsUnasked(t *testing.T) {
	w := seeded(t)
	o, err := openGit(w.h, w.remote).objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.in.Close()
	if _, err := o.get("main"); err == nil || !strings.Contains(err.Error(), "git cat-file: ") {
		t.Error(err)
	}
	o.close()
}

func TestParents(t *testing.T) {
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	text := "tree " + a + "\nparent " + a + "\nparent " + b + "\nauthor x\n\nparent " + strings.Repeat("c", 40) + "\n"
	if got := parents([]byte(text)); strings.Join(got, " ") != a+" "+b {
		t.Errorf("%v", got)
	}
}
