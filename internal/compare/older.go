package compare

import (
	"context"

	"bkt/internal/doc"
	"bkt/internal/forge"
)

// Older says, by scope, whether a distribution is older than what was applied there last, or
// that it cannot be told. A scope without a record is not there: nothing was applied.
func Older(ctx context.Context, d *forge.Distribution, recorded map[string]doc.Origin) (map[string]bool, error) {
	out := map[string]bool{}
	for scope, from := range recorded {
		newer, err := d.Follows(ctx, from)
		if err != nil {
			return nil, err
		}
		if !newer {
			out[scope] = true
		}
	}
	return out, nil
}
