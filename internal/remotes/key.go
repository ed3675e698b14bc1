package remotes

import (
	"encoding/base64"
	"errors"
	"strings"
)

// Tags of packets (RFC 4880, 4.3).
const (
	publicKey = 6
	trust     = 12 // in a key ring, never in an exported key
)

// DecodeKeys reads a key as a manifest has it, base64, and gives the canonical ring.
func DecodeKeys(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return CanonicalKeys(b)
}

// EncodeKeys is the canonical ring as an attribute has it.
func EncodeKeys(ring []byte) string { return base64.StdEncoding.EncodeToString(ring) }

// CanonicalKeys is a ring of OpenPGP public keys without the trust packets that gpg adds to it, so that a remote's
// trustedkeys.gpg equals the key that it was added with.
func CanonicalKeys(b []byte) ([]byte, error) {
	var out []byte
	for first := true; len(b) > 0; first = false {
		tag, size, err := packet(b)
		if err != nil {
			return nil, err
		}
		if first && tag != publicKey {
			return nil, errors.New("it does not begin with a public key packet")
		}
		if tag != trust {
			out = append(out, b[:size]...)
		}
		b = b[size:]
	}
	if out == nil {
		return nil, errors.New("it is empty")
	}
	return out, nil
}

// packet gives the tag and the whole length of the first packet of b (RFC 4880, 4.2). Bodies in parts or without a
// length do not occur with keys.
func packet(b []byte) (tag byte, size int, err error) {
	var length []byte // big-endian
	var head, plus uint64
	b, whole := b[:min(len(b), 6)], uint64(len(b))
	at := func(from, to int) []byte { return b[min(from, len(b)):min(to, len(b))] }
	switch first := b[0]; {
	case first&0x80 == 0:
		return 0, 0, errors.New("it is not OpenPGP")
	case first&0x40 == 0:
		if first&3 == 3 {
			return 0, 0, errors.New("a packet has no length")
		}
		n := 1 << (first & 3)
		tag, length, head = first>>2&15, at(1, 1+n), uint64(1+n)
	default:
		tag = first & 63
		l := byte(0)
		if len(b) > 1 {
			l = b[1]
		}
		switch {
		case l < 192:
			length, head = at(1, 2), 2
		case l < 224:
			length, head, plus = append([]byte{l - 192}, at(2, 3)...), 3, 192
		case l == 255:
			length, head = at(2, 6), 6
		default:
			return 0, 0, errors.New("a packet has no length")
		}
	}
	body := plus
	for i, c := range length {
		body += uint64(c) << (8 * (len(length) - 1 - i))
	}
	if head+body > whole {
		return 0, 0, errors.New("it is cut off")
	}
	return tag, int(head + body), nil
}
