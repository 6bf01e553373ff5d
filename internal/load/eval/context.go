package eval

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"
)

// NewContext returns a CUE context in which embedding files fails. CUE always enables
// embedding; a second injection of the same kind that returns an error makes it fail.
// Attributes that embed are findings and removed before; this is a second line of defence.
func NewContext() *cue.Context {
	return cuecontext.New(cuecontext.WithInjection(refuse(cuecontext.Injection.InjectorForInstance)))
}

// refuse returns an injection that always fails. CUE's types for it are internal, so they are
// inferred from a function that uses them.
func refuse[Runtime, Injector any](func(cuecontext.Injection, *build.Instance, Runtime) (Injector, errors.Error)) refusal[Runtime, Injector] {
	return refusal[Runtime, Injector]{}
}

type refusal[Runtime, Injector any] struct{}

// Kind implements [cuecontext.Injection].
func (refusal[Runtime, Injector]) Kind() string { return "embed" }

// InjectorForInstance implements [cuecontext.Injection].
func (refusal[Runtime, Injector]) InjectorForInstance(*build.Instance, Runtime) (none Injector, err errors.Error) {
	return none, errors.Newf(token.NoPos, "embedding is disabled")
}
