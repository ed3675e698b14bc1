package containerfile

import (
	"slices"
)

// Insert adds a section to the last stage, set off by blank lines; nothing else changes but that a last line without an
// ending gets one. It goes before the first section of the last stage that comes later in order, else before the final
// `RUN bootc container lint` and the comment on top of it, else to the end; never before a section that comes earlier in order.
// The body is taken as Replace takes it.
func (f *File) Insert(name, body string, order []string) error {
	switch rank := slices.Index(order, name); {
	case !slices.Contains(f.known, name) || rank < 0:
		return f.refuse(0, "unknown section %s", name)
	case slices.Contains(f.Names(), name):
		return f.refuse(0, "section %s is there already", name)
	case len(f.lastStage()) == 0:
		return f.refuse(0, "no FROM, so no place for section %s", name)
	default:
		at := f.place(order[:rank], order[rank+1:])
		next, err := f.put(at, startMarker(name)+"\n"+plain(body)+endMarker(name)+"\n")
		if err != nil {
			return f.refuse(0, "text for section %s does not stand alone: %s", name, first(err).Msg)
		}
		if len(next.sections) != len(f.sections)+1 || next.stages() != f.stages() {
			return f.refuse(0, "text for section %s does not stand alone", name)
		}
		*f = *next
		return nil
	}
}

// InsertBefore adds a text of whole comments and instructions outside the sections: before the first section of the last
// stage, or where Insert would put one if there is none.
func (f *File) InsertBefore(text string) error {
	stage := f.lastStage()
	if len(stage) == 0 {
		return f.refuse(0, "no FROM, so no place for an instruction")
	}
	at := f.place(nil, f.Names())
	next, err := f.put(at, plain(text))
	if err != nil {
		return f.refuse(0, "text does not stand alone: %s", first(err).Msg)
	}
	added := len(scan([]byte(text)).statements)
	if !slices.Equal(next.Names(), f.Names()) || next.stages() != f.stages() || len(next.statements) != len(f.statements)+added {
		return f.refuse(0, "text does not stand alone")
	}
	*f = *next
	return nil
}

// place is the index of the line before which something is added that must follow the sections named before, if it can, and
// precede those named after; len(f.lines) is the end of the file.
func (f *File) place(before, after []string) int {
	stage := f.lastStage()
	low := stage[0].Line
	for _, s := range f.sections {
		if slices.Contains(before, s.name) && s.end >= low {
			low = s.end + 1
		}
	}
	for _, s := range f.sections {
		if slices.Contains(after, s.name) && s.start >= low {
			return f.withComments(s.start)
		}
	}
	for _, in := range slices.Backward(stage) {
		if isLint(in) && in.Section == "" && in.Line > low {
			return f.withComments(in.Line - 1)
		}
	}
	return len(f.lines)
}

// withComments goes up from a line to the first of the comments that stand directly on top of it.
func (f *File) withComments(i int) int {
	for i > 0 && f.lines[i-1].kind == comment && !f.marked(i-1) {
		i--
	}
	return i
}

func (f *File) marked(line int) bool {
	return slices.ContainsFunc(f.sections, func(s section) bool { return s.start <= line && line <= s.end })
}

// put adds a plain text before a line, with the file's line endings and a blank line on both sides.
func (f *File) put(at int, text string) (*File, error) {
	offset := len(f.data)
	if at < len(f.lines) {
		offset = f.lines[at].start
		if f.lines[at].kind != blank {
			text += "\n"
		}
	}
	if at > 0 && f.lines[at-1].kind != blank {
		text = "\n" + text
	}
	if at > 0 && offset == len(f.data) && offset > 0 && f.data[offset-1] != '\n' {
		text = "\n" + text
	}
	return f.splice(offset, offset, ended(text, f.ending(0)))
}
