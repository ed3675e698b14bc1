package compare

import (
	"bkt/internal/diff"
	"bkt/internal/doc"
	"bkt/internal/manifest"
)

// Met says of items whether they are here, and as they would have to be if the manifests named
// them: the same comparison as for the manifests' own.
func (in Input) Met(items []doc.Item) func(doc.Key) bool {
	asked := map[string][]doc.Item{}
	for _, i := range items {
		asked[i.Subsystem] = append(asked[i.Subsystem], i)
	}
	views := Input{Manifests: Of(asked, &manifest.Policy{}), State: in.State, List: in.List}.views()
	return func(k doc.Key) bool {
		v := views[k.Subsystem]
		if v == nil {
			return false
		}
		v.proof = true // what is absent is not met, whether or not that can be told
		if _, here := v.has(k); !here {
			return false
		}
		f := v.facts(k)
		class := diff.Classify(f)
		return f.Have.There() && f.Have.Attrs().Satisfies(f.Want.Attrs()) || // whatever the next image has
			class == diff.InSync || class == doc.Redundant
	}
}
