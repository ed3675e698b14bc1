package host

import (
	"encoding/binary"
	"strings"
)

// backing is the folder of the running deployment as OSTree notes it in /run/ostree-booted,
// which older ones leave empty: a dictionary {name: variant}, in the bytes of GVariant, of which
// backing-root-device-inode holds (device, inode).
func backing(b []byte) (node, bool) {
	entries, ok := parts(b)
	if !ok {
		return node{}, false
	}
	for _, e := range entries {
		// the name, a 0, the value where the next eight bytes begin, and where the name ends
		size := offsetSize(len(e))
		end := offset(e, len(e)-size, size)
		if end < 1 || round(end) > len(e)-size || string(e[:end]) != "backing-root-device-inode\x00" {
			continue
		}
		value, ok := strings.CutSuffix(string(e[round(end):len(e)-size]), "\x00(tt)")
		if !ok || len(value) != 16 {
			return node{}, false
		}
		return node{binary.NativeEndian.Uint64([]byte(value[:8])), binary.NativeEndian.Uint64([]byte(value[8:]))}, true
	}
	return node{}, false
}

// parts cuts an array of entries whose ends stand behind it; each begins at the next eight bytes.
func parts(b []byte) (out [][]byte, ok bool) {
	size := offsetSize(len(b))
	ends := offset(b, len(b)-size, size) // those of all begin where the last entry ends
	if ends < 0 || ends > len(b) || (len(b)-ends)%size != 0 {
		return nil, false
	}
	begin := 0
	for at := ends; at < len(b); at += size {
		begin = round(begin)
		end := offset(b, at, size)
		if end < begin || end > ends {
			return nil, false
		}
		out = append(out, b[begin:end])
		begin = end
	}
	return out, true
}

// offset reads the number of so many bytes at a place, always with the lowest first; -1 where
// there is none.
func offset(b []byte, at, size int) int {
	if at < 0 || at+size > len(b) {
		return -1
	}
	n := 0
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | int(b[at+i])
	}
	return n
}

// offsetSize is how many bytes each offset of a container takes: as many as its length needs.
func offsetSize(length int) int {
	switch {
	case length < 1<<8:
		return 1
	case length < 1<<16:
		return 2
	}
	return 4
}

func round(n int) int { return (n + 7) &^ 7 }
