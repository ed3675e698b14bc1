package main

import (
	"testing"

	"bkt/internal/doc"
)

// What is done to the things is told, not what is done to their items.
func TestProgress(t *testing.T) {
	for _, c := range []struct {
		e                          doc.Effect
		count, scope, batch, words string
	}{
		{doc.Comes, "2 apps", "user", "from flathub", "installing 2 apps from flathub (user)"},
		{doc.Goes, "1 package", "", "out of the base", "removing 1 package out of the base"},
		{doc.Returns, "1 kernel argument", "", "rpm-ostree", "putting back 1 kernel argument rpm-ostree"},
		{doc.Alters, "1 setting", "", "", "setting 1 setting"},
	} {
		if got := progress(c.e, c.count, c.scope, c.batch); got != c.words {
			t.Errorf("%q, want %q", got, c.words)
		}
	}
}
