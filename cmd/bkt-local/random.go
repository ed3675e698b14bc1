package main

import "math/rand/v2"

// random gives the bytes of an entry's id. Ids have to differ, and need not be secret; crypto/rand
// brings big numbers along, and is a thirtieth of the program.
type random struct{}

func (random) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return len(b), nil
}
