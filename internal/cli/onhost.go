package cli

import (
	"fmt"

	"bkt/internal/host"
	"bkt/internal/run"
)

// OnHost refuses a container, where everything would look uninstalled, and hints at the
// command line that runs the program on the host.
func OnHost(h *host.Host, program string, args []string) error {
	name := h.Container()
	if name == "" {
		return nil
	}
	argv := []string{"flatpak-spawn", "--host", program}
	if h.Getenv("CONTAINER_ID") != "" {
		argv = []string{"distrobox-host-exec", program}
	}
	return Hint(fmt.Errorf("this is %s, not the machine", name), run.Quote(append(argv, args...)))
}
