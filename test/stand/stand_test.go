package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// empty makes TMPDIR a folder that must be empty again at the end.
func empty(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Cleanup(func() {
		left, err := os.ReadDir(tmp)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// The stage is what its usage says, and nothing of it is left.
func TestStageWorksAndLeavesNothing(t *testing.T) {
	empty(t)
	seen := filepath.Join(t.TempDir(), "seen")
	script := `set -e
[ "$PWD" = "$STAGE/work" ]
dnf -q -y install htop && [ "$(rpm -qa)" = htop-1.0-1.noarch ]
flatpak remote-add --user --from demo "$apps"
flatpak install --user -y --noninteractive demo org.demo.Notes >/dev/null
[ "$(flatpak list --app --columns=application)" = org.demo.Notes ]
[ -e "$machine/usr/share/rpmrepo/htop" ] && [ -e "$machine/$HOME" ]
: >"$1"; exit 7`
	if status := play([]string{"sh", "-c", script, "sh", seen}, nil); status != 7 {
		t.Errorf("exit status = %d, want the script's 7", status)
	}
	if _, err := os.Stat(seen); err != nil {
		t.Error(err)
	}
}

func TestSignalEndsTheBuilding(t *testing.T) {
	empty(t)
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGINT
	if status := play([]string{"sh", "-c", "exit 7"}, signals); status != 130 {
		t.Errorf("exit status = %d, want 130", status)
	}
}

func TestSignalReachesTheCommand(t *testing.T) {
	empty(t)
	signals := make(chan os.Signal)
	fifo := filepath.Join(t.TempDir(), "ready")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = os.ReadFile(fifo) // ends when the command is there
		signals <- syscall.SIGTERM
	}()
	script := `trap 'exit 9' TERM; : >"$1"; while :; do sleep 0.05; done`
	if status := play([]string{"sh", "-c", script, "sh", fifo}, signals); status != 9 {
		t.Errorf("exit status = %d, want the trap's 9", status)
	}
}
