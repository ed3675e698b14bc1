package applied

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// load reads a file of ours into v; false where there is none. Errors say where.
func load(h *host.Host, path string, v any) (bool, error) {
	b, err := h.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return false, doc.Locate(path, b, err)
	}
	return true, nil
}

// encode is what a file of ours says, named in an error by its last name.
func encode(path string, v any) ([]byte, error) {
	b, err := json.Marshal(v, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return append(b, '\n'), nil
}

// MakeDir makes the folder of a scope's files; all may read the system's. Only its owner can.
func MakeDir(h *host.Host, scope string) error {
	mode, _ := permissions(scope)
	return h.MkdirAll(Dir(h, scope), mode)
}

// permissions are those of a scope's folder and of its files.
func permissions(scope string) (dir, file fs.FileMode) {
	if scope == doc.System {
		return 0o755, 0o644
	}
	return 0o700, 0o600
}
