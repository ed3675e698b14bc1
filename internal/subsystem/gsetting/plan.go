package gsetting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/dconf"
	"bkt/internal/doc"
	"bkt/internal/gvariant"
	"bkt/internal/host"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Batch is none: one key that is refused must not stop the others.
func (Subsystem) Batch(subsystem.Task) string { return "" }

// Do sets or resets keys, and reads back what it set: without a session bus gsettings says that all is well, and
// keeps nothing.
func (Subsystem) Do(ctx context.Context, h *host.Host, _ subsystem.View, tasks []subsystem.Task) error {
	for _, t := range tasks {
		var err error
		if t.Verb == subsystem.Remove {
			err = reset(ctx, h, t)
		} else {
			err = set(ctx, h, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// set sets one key.
func set(ctx context.Context, h *host.Host, t subsystem.Task) error {
	schema, key := parts(t.Item.ID)
	v := t.Item.Attrs.String(value)
	if v == "" {
		return fmt.Errorf("no value for %s", t.Item.ID)
	}
	tool := gsettings(h, t)
	if err := change(ctx, h, append(tool, "set", schema, key, v)); err != nil {
		return err
	}
	return h.Confirm(func() error {
		out, err := h.Read(ctx, append(tool, "get", schema, key)...)
		if err != nil {
			return err
		}
		if got := strings.TrimSpace(string(out)); !gvariant.Same(got, v) {
			return fmt.Errorf("gsettings set had no effect: it is still %s", got)
		}
		return nil
	})
}

// reset takes the user's value of one key away. A schema that is gone left a value that nobody reads.
func reset(ctx context.Context, h *host.Host, t subsystem.Task) error {
	schema, key := parts(t.Item.ID)
	return change(ctx, h, append(gsettings(h, t), "reset", schema, key))
}

// change runs gsettings. Of a value that it cannot read it says what is wrong first, and shows it then.
func change(ctx context.Context, h *host.Host, argv []string) error {
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: argv})
	var e *run.Error
	if errors.As(err, &e) && strings.HasSuffix(e.Stderr, "^") {
		first, _, _ := strings.Cut(e.Stderr, "\n")
		return fmt.Errorf("gsettings does not take the value: %s", strings.TrimSuffix(first, ":"))
	}
	return err
}

// gsettings is the tool, with the folder of the schemas of the extension that brings this one.
func gsettings(h *host.Host, t subsystem.Task) []string {
	uuid := t.Have.Attrs().String(from)
	if uuid == "" && !t.Have.There() {
		uuid = t.Item.Attrs.String(from)
	}
	tool := []string{"gsettings"}
	if schema, _ := parts(t.Item.ID); uuid != "" || !t.Have.There() {
		if dir := dconf.SchemaDir(h, schema, uuid); dir != "" {
			tool = append(tool, "--schemadir", h.Path(dir))
		}
	}
	return slices.Clip(tool)
}

// Blocked sees keys that this machine does not have, and those that its image locks.
func (Subsystem) Blocked(c doc.Change, v subsystem.View) string {
	have, ok := v.Has(Name, "", c.ID)
	schema, key := parts(c.ID)
	switch {
	case have.Bool(locked, false):
		return "locked by the image"
	case leftOut().has(schema, key):
		return "left to each machine"
	case ok || strings.Contains(schema, ":") || c.Want.Known() && !c.Want.There():
		return ""
	case comes(c.Want.Attrs().String(from), v):
		return "" // with an extension, which is brought before
	}
	return fmt.Sprintf("no schema %s with %s here", schema, key)
}

// extension is the subsystem of what may bring a schema.
const extension = "extension"

// On names the extensions.
func (Subsystem) On() []string { return []string{extension} }

// comes says whether an extension that is wanted, and not here yet, may bring a schema.
func comes(uuid string, v subsystem.View) bool {
	for _, i := range v.Manifests.Items[extension] {
		if uuid != "" && i.ID != uuid || !i.Attrs.Bool("enabled", true) {
			continue
		}
		if _, here := v.Has(extension, "", i.ID); !here {
			return true
		}
	}
	return false
}
