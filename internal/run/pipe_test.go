package run

import (
	"strings"
	"testing"
)

// TestWhatIsInAPipeIsTaken: nobody has read when the wait is over, as on a busy machine, and
// somebody else keeps the pipe.
func TestWhatIsInAPipeIsTaken(t *testing.T) {
	var p pipe
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	defer p.w.Close()
	want := strings.Repeat("line\n", 10000)
	if _, err := p.w.WriteString(want); err != nil {
		t.Fatal(err)
	}
	p.done = make(chan struct{})
	close(p.done) // a reader that came to nothing
	p.rest()
	if got := string(p.end()); got != want {
		t.Errorf("%d bytes of %d", len(got), len(want))
	}
}

func TestMoreThanAPipeHolds(t *testing.T) {
	res, err := (&Exec{Env: env}).Run(t.Context(), sh("sleep 1000 & i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; echo $! >&2"))
	if err != nil || strings.Count(string(res.Stdout), "0123456789\n") != 20000 {
		t.Errorf("%d bytes, %v", len(res.Stdout), err)
	}
	kill := sh("kill " + strings.TrimSpace(string(res.Stderr)))
	if _, err := (&Exec{Env: env}).Run(t.Context(), kill); err != nil {
		t.Error(err)
	}
}
