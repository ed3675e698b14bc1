package doc

// Effect is what a change does to the thing that its item stands for. Its action is about the
// entry: where an entry asks that something be absent, to add it takes something away.
type Effect int

// The effects.
const (
	Comes   Effect = iota // it was absent
	Returns               // it was asked to be absent, and is so no more
	Alters                // it gets another value
	Goes                  // it will be absent
)

// Plain is the effect of going from one side to the other where every item stands for something
// that is there.
func Plain(from, to Side) Effect {
	switch {
	case !to.There():
		return Goes
	case from.There():
		return Alters
	}
	return Comes
}
