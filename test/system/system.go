// Package system tests the whole pipe where it is meant to run: in booted
// machines, as their user, against what was really installed there; and what a
// power cut, a full disk or a kill leaves of a distribution. It needs root.
package system
