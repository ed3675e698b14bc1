package doc

// Ready is what Read does before it decodes so many bytes, for who decodes text of their own.
func Ready(n int) {
	if n > large {
		reserve(n)
	}
}
