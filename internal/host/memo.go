package host

import "sync"

// memo remembers answers that cost a process, by name.
type memo struct {
	sync.Mutex
	answers map[string]*once[any]
}

// Memo gives what ask gave when it was first called for this name, however many collectors
// want to know.
func Memo[T any](h *Host, name string, ask func() (T, error)) (T, error) {
	h.memo.Lock()
	if h.memo.answers == nil {
		h.memo.answers = map[string]*once[any]{}
	}
	o := h.memo.answers[name]
	if o == nil {
		o = &once[any]{}
		h.memo.answers[name] = o
	}
	h.memo.Unlock()
	o.Do(func() { o.v, o.err = ask() })
	v, _ := o.v.(T)
	return v, o.err
}

func (m *memo) forget() {
	m.Lock()
	defer m.Unlock()
	m.answers = nil
}
