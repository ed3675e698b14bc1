package render

import "bkt/internal/doc"

// effect is what a change does on its way from one side to the other.
func (n Names) effect(c doc.Change, from, to doc.Side) doc.Effect {
	if n.Effect == nil {
		return doc.Plain(from, to)
	}
	return n.Effect(c.Subsystem, from, to)
}

// row is a change on its way from one side to the other.
func (n Names) row(c doc.Change, from, to doc.Side) row {
	e := n.effect(c, from, to)
	return row{sign: sign(e), noun: Printable(n.Noun(c.Subsystem)), name: Printable(c.ID), detail: Printable(n.words(e, c, from, to))}
}

// sign marks an effect at the beginning of a row.
func sign(e doc.Effect) string {
	switch e {
	case doc.Alters:
		return "~"
	case doc.Goes:
		return "-"
	}
	return "+"
}

// words are what there is to say of an effect.
func (n Names) words(e doc.Effect, c doc.Change, from, to doc.Side) string {
	item := func(s doc.Side) doc.Item {
		return doc.Item{Subsystem: c.Subsystem, Scope: c.Scope, ID: c.ID, Attrs: s.Attrs()}
	}
	switch {
	case e == doc.Alters && !to.There():
		return n.Rest(item(to))
	case e == doc.Alters:
		return Differences(from, to)
	case e == doc.Returns:
		return "no longer " + n.Describe(item(from))
	case !to.There():
		return n.Describe(item(from))
	}
	return n.Describe(item(to))
}
