package remotes

import (
	"errors"
	"fmt"
	"testing"

	"bkt/internal/run"
)

func TestDown(t *testing.T) {
	for text, want := range map[string]bool{
		"error: Unable to load summary from remote down: While fetching http://127.0.0.1:1/x/summary.idx: [7] Couldn't connect to server":                   true,
		"error: Can't load uri http://127.0.0.1:18766/x.flatpakrepo: While fetching http://127.0.0.1:18766/x.flatpakrepo: [7] Couldn't connect to server\n": true,
		"error: Unable to load summary from remote flathub: Error resolving “dl.flathub.org”: Temporary failure in name resolution":                         true,
		"error: Nothing matches org.test.Gone in remote a": false,
		"error: Unable to load summary from remote wrong: Signature made Mon Nov 23 00:43:02 2026 using RSA key ID 1FFE2906887BCB70\nCan't check signature: public key not found": false,
		"error: While fetching https://x.test/summary: Server returned status 404: Not Found":                                                                                     false,
		`error: Remote "nope" not found in the user installation`:                                                                                                                 false,
	} {
		err := fmt.Errorf("x: %w", &run.Error{Argv: []string{"flatpak"}, Code: 1, Stderr: text})
		if got := Down(err); got != want {
			t.Errorf("%v: %s", got, text)
		}
	}
	if !Down(&run.Error{Argv: []string{"curl", "-q"}, Code: 6, Stderr: "curl: (6) Could not resolve host: x"}) || Down(&run.Error{Argv: []string{"curl"}, Code: -1, Err: run.ErrNotFound}) {
		t.Error("of curl")
	}
	if !Down(&run.Error{Err: run.ErrTimeout}) || Down(&run.Error{Err: run.ErrNotFound}) || Down(errors.New("[7] Couldn't connect")) || Down(nil) {
		t.Error("of what is no exit status")
	}
}
