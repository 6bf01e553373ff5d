package eval

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"
)

// NewContext is a context of CUE in which nothing can be embedded. That is always on
// in CUE. One more injection of its kind makes it fail, as the error of one is that of
// all. Attributes that would use it are findings, and taken out before; this is for
// one that is missed.
func NewContext() *cue.Context {
	return cuecontext.New(cuecontext.WithInjection(refuse(cuecontext.Injection.InjectorForInstance)))
}

// refuse is an injection that refuses. CUE's types for it are internal, so they are
// inferred from a function that has them.
func refuse[Runtime, Injector any](func(cuecontext.Injection, *build.Instance, Runtime) (Injector, errors.Error)) refusal[Runtime, Injector] {
	return refusal[Runtime, Injector]{}
}

type refusal[Runtime, Injector any] struct{}

// Kind implements [cuecontext.Injection].
func (refusal[Runtime, Injector]) Kind() string { return "embed" }

// InjectorForInstance implements [cuecontext.Injection].
func (refusal[Runtime, Injector]) InjectorForInstance(*build.Instance, Runtime) (none Injector, err errors.Error) {
	return none, errors.Newf(token.NoPos, "nothing is embedded")
}
