package dnf

import (
	"context"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Foresee says how packages come to this machine, or go: what Do is about to choose.
func (Subsystem) Foresee(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) (string, map[doc.Key]string, error) {
	if v.Host.Image == nil || len(tasks) == 0 {
		return "", nil, nil
	}
	if tasks[0].Verb == subsystem.Remove {
		return "taken from the layers, from the next boot on", nil, nil
	}
	w, err := look(ctx, h)
	if err != nil {
		return "", nil, err
	}
	waits := map[doc.Key]string{}
	for _, t := range tasks {
		if why := w.obstacle(t); why != "" {
			waits[t.Item.Key()] = why
		}
	}
	return w.words(), waits, nil
}

// words say how long it lasts.
func (w way) words() string {
	switch {
	case w.how == untilReboot:
		return "installed until the next reboot; the image brings it from then on"
	case w.next:
		return "layered, and here after a reboot: an update is staged, and nothing goes live beside it"
	}
	return "layered, from now on"
}
