package schemas_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"bkt/internal/changelog"
	"bkt/internal/doc"
	"bkt/internal/forge"
	"bkt/internal/journal"
	"bkt/internal/manifest"
	"bkt/internal/registry"
	"bkt/internal/subsystem"
)

// TestExamples gives each example to its schema and to the code that reads such files: ok-*.json
// is for both to take, and bad-*.json for both to refuse.
func TestExamples(t *testing.T) {
	for _, name := range files(t) {
		stem := strings.TrimSuffix(name, ".json")
		schema := compile(t, name)
		count := map[bool]int{}
		for _, example := range examples(t, stem) {
			good := strings.HasPrefix(filepath.Base(example), "ok-")
			count[good]++
			b, err := os.ReadFile(example)
			if err != nil {
				t.Fatal(err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
			if err != nil {
				t.Fatalf("%s: %v", example, err)
			}
			if err := schema.Validate(v); (err == nil) != good {
				t.Errorf("%s: the schema says %v", example, err)
			}
			refused := 0
			for reader, read := range readers(name) {
				if err := read(b); err != nil {
					refused++
					if good {
						t.Errorf("%s: %s says %v", example, reader, err)
					}
				}
			}
			if !good && refused == 0 && len(readers(name)) > 0 {
				t.Errorf("%s: the code takes it", example)
			}
		}
		if count[true] == 0 || count[false] < 2 {
			t.Errorf("%s: %d good and %d bad examples", stem, count[true], count[false])
		}
	}
}

func examples(t *testing.T, stem string) []string {
	t.Helper()
	l, err := filepath.Glob(filepath.Join("testdata", stem, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// readers are the code that reads files of a schema, by name.
func readers(name string) map[string]func([]byte) error {
	out := map[string]func([]byte) error{}
	if d, ok := documents[name]; ok {
		out["doc.Read"] = func(b []byte) error {
			_, err := doc.Read("stdin", bytes.NewReader(b), fresh(d))
			return err
		}
	}
	switch name {
	case "policy.json":
		out["manifest"] = func(b []byte) error { _, err := manifest.ParsePolicy(name, b); return err }
	case "changelog.json":
		out["changelog"] = func(b []byte) error { _, err := changelog.Parse(name, b); return err }
	case "ephemeral.json":
		out["journal"] = func(b []byte) error { _, err := journal.Parse(name, b); return err }
	case "repo.json":
		out["forge"] = func(b []byte) error { _, err := forge.ParseRepo(name, b); return err }
	}
	for _, s := range registry.All() {
		if c, ok := s.(subsystem.Codec); ok && c.File() == name {
			out[s.Info().Name] = func(b []byte) error { _, err := c.Parse(name, b); return err }
		}
	}
	return out
}

// fresh is an empty document of the same kind.
func fresh(d doc.Document) doc.Document {
	switch d.(type) {
	case *doc.State:
		return &doc.State{}
	case *doc.Changes:
		return &doc.Changes{}
	case *doc.Files:
		return &doc.Files{}
	case *doc.Report:
		return &doc.Report{}
	}
	return &doc.PR{}
}

// TestEveryManifestHasASchema holds for each file that a subsystem reads.
func TestEveryManifestHasASchema(t *testing.T) {
	for _, s := range registry.All() {
		if c, ok := s.(subsystem.Codec); ok {
			if _, err := os.Stat(c.File()); err != nil {
				t.Errorf("%s: %v", s.Info().Name, err)
			}
		}
	}
}

// TestNewManifestsAreValid holds for what --init writes.
func TestNewManifestsAreValid(t *testing.T) {
	for _, s := range registry.All() {
		c, ok := s.(subsystem.Codec)
		if !ok {
			continue
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.New()))
		if err != nil {
			t.Fatal(err)
		}
		if err := compile(t, c.File()).Validate(v); err != nil {
			t.Errorf("%s: %v", s.Info().Name, err)
		}
	}
}
