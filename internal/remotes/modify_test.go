package remotes

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/test/fake"
)

// TestAModifyThatFailsKeepsTheKeys: without them nothing would come from the remote any more, and what happened would
// look like somebody's wish.
func TestAModifyThatFailsKeepsTheKeys(t *testing.T) {
	packet := []byte{0x98, 2, 4, 1} // a public key of two bytes
	for _, old := range []string{"old", ""} {
		h := &host.Host{Root: t.TempDir(), Env: map[string]string{"HOME": "/home/ada", "TMPDIR": t.TempDir()}}
		ring := h.Path(filepath.Join(h.FlatpakDir("user"), "repo", "x.trustedkeys.gpg"))
		if err := os.MkdirAll(filepath.Dir(ring), 0o755); err != nil {
			t.Fatal(err)
		}
		if old != "" {
			if err := os.WriteFile(ring, []byte(old), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		seen := "not called"
		h.Runner = fake.Tool{Name: "flatpak", Do: func(c run.Cmd) (run.Result, error) {
			b, _ := os.ReadFile(ring)
			seen = string(b)
			return run.Result{Code: 1}, &run.Error{Argv: c.Argv, Code: 1, Stderr: "error: no"}
		}}
		err := Modify(t.Context(), h, Remote{Name: "x", Scope: "user", URL: "https://x.test/repo", Key: EncodeKeys(packet)})
		b, rerr := os.ReadFile(ring)
		if err == nil || seen != "" || string(b) != old || errors.Is(rerr, os.ErrNotExist) != (old == "") {
			t.Errorf("%q: %v; flatpak saw %q, and %q is left, %v", old, err, seen, b, rerr)
		}
	}
}
