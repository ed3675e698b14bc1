package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The stage is what its usage says, and nothing of it is left.
func TestStageWorksAndLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	seen := filepath.Join(t.TempDir(), "seen")
	script := `set -e
dnf -q -y install htop && [ "$(rpm -qa)" = htop-1.0-1.noarch ]
flatpak remote-add --user --no-gpg-verify demo "$STAGE_FLATPAK"
flatpak install --user -y --noninteractive demo org.demo.Notes >/dev/null
[ "$(flatpak list --app --columns=application)" = org.demo.Notes ]
git clone -q "$STAGE_GIT" distro && [ -e distro/repo.json ]
[ -e "$STAGE_ROOT/usr/share/rpmrepo/htop" ]
: >"$1"; exit 7`
	if status := play([]string{"sh", "-c", script, "sh", seen}); status != 7 {
		t.Errorf("exit status = %d, want the script's 7", status)
	}
	if _, err := os.Stat(seen); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
