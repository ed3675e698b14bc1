package applied

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"bkt/internal/host"
)

// markerName is the file that names the deployment that was applied whole.
const markerName = "last-applied-deployment"

// Marked says whether a scope's marker names a deployment.
func Marked(h *host.Host, scope, deployment string) (bool, error) {
	dir := Dir(h, scope)
	if dir == "" || deployment == "" {
		return false, nil
	}
	b, err := h.ReadFile(filepath.Join(dir, markerName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && strings.TrimSpace(string(b)) == deployment, err
}

// Mark writes that a deployment was applied whole.
func Mark(h *host.Host, scope, deployment string) error {
	dir := Dir(h, scope)
	if dir == "" {
		return errors.New("no home folder to keep the marker in: HOME is not set")
	}
	if err := MakeDir(h, scope); err != nil {
		return err
	}
	_, mode := permissions(scope)
	return h.WriteOwn(filepath.Join(dir, markerName), []byte(deployment+"\n"), mode)
}
