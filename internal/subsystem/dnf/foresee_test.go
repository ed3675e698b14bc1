package dnf

import (
	"testing"

	"bkt/internal/subsystem"
)

var _ subsystem.Foreseer = Subsystem{}

// What is foreseen is what Do does: the same hosts as in TestDoOnAnImage.
func TestForesee(t *testing.T) {
	const ask = "rpm-ostree status --json"
	list := reads("rpm-ostree db list sb", "ostree commit: x (sb)\n htop-3-1.fc42.x86_64\n")
	for _, c := range []struct {
		name  string
		env   string
		tasks []subsystem.Task
		calls []call
		how   string
		waits string // of htop
	}{
		{"layered already", "", tasks(subsystem.Install, Install, "htop"), []call{reads(ask, deployments(layered))}, "layered, from now on", ""},
		{"a clean bootc host", "", tasks(subsystem.Install, Install, "htop"), []call{reads(ask, deployments(clean)), reads("dnf5 --version", dnf5Good)},
			"installed until the next reboot; the image brings it from then on", ""},
		{"an update is staged", "", tasks(subsystem.Install, Install, "htop", "jq"), []call{reads(ask, deployments(update, layered)), list},
			"layered, and here after a reboot: an update is staged, and nothing goes live beside it", "it comes with the image that is staged: reboot"},
		{"nothing can come", "pr", tasks(subsystem.Install, Install, "htop"), []call{reads(ask, deployments(clean))}, "layered, from now on", "BKT_DNF is pr: it comes with the image"},
		{"out of the layers", "", tasks(subsystem.Remove, Install, "htop"), nil, "taken from the layers, from the next boot on", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			how, waits, err := Subsystem{}.Foresee(t.Context(), playing(t, c.env, nil, c.calls...), around(true, nil, nil), c.tasks)
			if err != nil || how != c.how || waits[c.tasks[0].Item.Key()] != c.waits {
				t.Errorf("%q, want %q; %q, want %q; %v", how, c.how, waits, c.waits, err)
			}
		})
	}
	how, waits, err := Subsystem{}.Foresee(t.Context(), playing(t, "", nil), around(false, nil, nil), tasks(subsystem.Install, Install, "htop"))
	if how != "" || waits != nil || err != nil {
		t.Errorf("package mode: %q, %q, %v", how, waits, err)
	}
}
