package systemd

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
)

// row is a line of `systemctl list-unit-files --output=json`.
type row struct {
	Unit   string  `json:"unit_file"`
	State  string  `json:"state"`
	Preset *string `json:"preset"` // null where none applies: aliases, static and generated units
}

// parseList reads the list. Rows whose names are not valid are left out: nothing could be said
// of them. A list without a row, and one with rows of another shape, is an error.
func parseList(b []byte) ([]row, error) {
	var all []struct {
		Unit   *string `json:"unit_file"`
		State  *string `json:"state"`
		Preset *string `json:"preset"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, doc.Locate("systemctl list-unit-files", b, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("systemctl list-unit-files: no units")
	}
	out := make([]row, 0, len(all))
	for n, r := range all {
		if r.Unit == nil || r.State == nil {
			return nil, fmt.Errorf("systemctl list-unit-files: row %d has no unit_file or no state", n+1)
		}
		if validName(*r.Unit) == nil {
			out = append(out, row{*r.Unit, *r.State, r.Preset})
		}
	}
	return out, nil
}
