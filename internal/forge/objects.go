package forge

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// readTimeout is how long a repository may take to be read; nobody is waited for meanwhile.
const readTimeout = 5 * time.Minute

// objects reads a repository's objects through one git process, which waits for their names.
type objects struct {
	in     *os.File
	out    *bufio.Reader
	answer *os.File
	done   chan error // how the process ended
}

// object is one object of a repository.
type object struct {
	id, kind string
	size     int
	data     []byte // nil where it is larger than a document may be
}

// objects starts the process. It ends with close, or with ctx.
func (g *git) objects(ctx context.Context) (*objects, error) {
	names, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	answer, out, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, names.Close(), in.Close())
	}
	o := &objects{in: in, out: bufio.NewReader(answer), answer: answer, done: make(chan error, 1)}
	go func() {
		_, err := g.run(ctx, call{args: []string{"cat-file", "--batch"}, effect: run.Reads, stdin: names, stdout: out, timeout: readTimeout})
		names.Close()
		out.Close()
		o.done <- err
	}()
	return o, nil
}

// close ends the process, and waits for it.
func (o *objects) close() {
	o.in.Close()
	<-o.done
	o.answer.Close()
}

// get reads objects, in the order of their names.
func (o *objects) get(names ...string) ([]object, error) {
	for _, name := range names {
		if name == "" || strings.ContainsAny(name, "\n\x00") {
			return nil, fmt.Errorf("'%s' is not the name of an object", show(name))
		}
	}
	asked := make(chan error, 1)
	go func() { // while the answers are read: no pipe holds them all
		_, err := io.WriteString(o.in, strings.Join(names, "\n")+"\n")
		if err != nil {
			o.in.Close() // or git would wait for the rest
		}
		asked <- err
	}()
	out := make([]object, len(names))
	for i := range out {
		var err error
		if out[i], err = readObject(o.out); errors.Is(err, io.EOF) {
			ended := <-o.done
			if o.done <- ended; ended != nil {
				return nil, ended
			}
			return nil, fmt.Errorf("git cat-file: %w", cmp.Or(<-asked, err))
		} else if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
	}
	return out, nil
}

// readObject reads one answer of `git cat-file --batch`: id, type, size, newline, the bytes, newline.
func readObject(r *bufio.Reader) (object, error) {
	head, err := r.ReadSlice('\n')
	if err != nil {
		return object{}, fmt.Errorf("cut off: %w", err)
	}
	f := strings.Split(strings.TrimSuffix(string(head), "\n"), " ")
	odd := fmt.Errorf("unexpected answer '%s'", show(string(bytes.TrimSpace(head))))
	if len(f) != 3 || !objectID(f[0]) {
		return object{}, odd
	}
	o := object{id: f[0], kind: f[1]}
	if o.size, err = strconv.Atoi(f[2]); err != nil || o.size < 0 {
		return object{}, odd
	}
	if o.size > doc.Largest {
		_, err = r.Discard(o.size)
	} else {
		o.data = make([]byte, o.size)
		_, err = io.ReadFull(r, o.data)
	}
	if end, late := r.ReadByte(); err != nil || late != nil || end != '\n' {
		return object{}, errors.New("cut off")
	}
	return o, nil
}

// entry is one line of a git tree.
type entry struct{ mode, kind, id string }

// parseEntries reads a tree object, whose ids are width bytes long: mode, a blank, the name, NUL, the id.
func parseEntries(b []byte, width int) (map[string]entry, error) {
	out := map[string]entry{}
	for len(b) > 0 {
		head, rest, ok := bytes.Cut(b, []byte{0})
		mode, name, blank := strings.Cut(string(head), " ")
		if !ok || !blank || name == "" || strings.Contains(name, "/") || strings.Trim(mode, "01234567") != "" || len(rest) < width {
			return nil, fmt.Errorf("git tree: '%s' is not an entry of it", show(string(head)))
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("git tree: '%s' stands twice", show(name))
		}
		e := entry{mode, "blob", hex.EncodeToString(rest[:width])}
		switch mode {
		case "40000":
			e.mode, e.kind = "040000", "tree"
		case "160000":
			e.kind = "commit"
		}
		out[name], b = e, rest[width:]
	}
	return out, nil
}

// mostWalked is how many commits are looked at to find an ancestor.
const mostWalked = 200

// descends says whether one commit is among the nearest ancestors of another.
func (o *objects) descends(from, ancestor string) (bool, error) {
	seen := map[string]bool{from: true}
	for next := []string{from}; len(next) > 0 && len(seen) < mostWalked; {
		l, err := o.get(next...)
		if err != nil {
			return false, err
		}
		next = nil
		for _, c := range l {
			for _, id := range parents(c.data) {
				if id == ancestor {
					return true, nil
				}
				if !seen[id] {
					seen[id], next = true, append(next, id)
				}
			}
		}
	}
	return false, nil
}

// parents are the parents that a commit names.
func parents(commit []byte) (out []string) {
	for line := range bytes.Lines(commit) {
		id, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), "parent ")
		switch {
		case ok && objectID(id):
			out = append(out, id)
		case len(bytes.TrimSpace(line)) == 0:
			return out // the message
		}
	}
	return out
}
