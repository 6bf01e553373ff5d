package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// An answer is what a command printed, and how it ended.
type answer struct {
	Out, Log []byte
	Status   int
}

// endings are the errors with which a command ends after it has printed an answer.
var endings = map[int]error{statusFine: nil, statusFindings: errFindings, statusFailed: errReported}

// answered prints what a command about a site prints, which is cached until a file of the
// workspace, the site or the day changes: reading a large site takes many times as long as
// answering a question about it. What is asked are the flags and arguments that matter.
// Run reports whether the answer may be cached.
func (w *workspace) answered(cmd *cobra.Command, asked []string, run func(out, log io.Writer) (cacheable bool, err error)) error {
	store := w.Store()
	defer store.Close()
	if store == nil || w.Site == "" {
		_, err := run(cmd.OutOrStdout(), cmd.ErrOrStderr())
		return err
	}
	key, keep := w.AnswerKey(asked...)
	if keep {
		var a answer
		if data, ok := store.Get(key); ok && json.Unmarshal(data, &a) == nil {
			return a.print(cmd)
		}
	}
	var out, log bytes.Buffer
	cacheable, err := run(&out, &log)
	a := answer{Out: out.Bytes(), Log: log.Bytes(), Status: statusFine}
	switch {
	case errors.Is(err, errFindings):
		a.Status = statusFindings
	case errors.Is(err, errReported):
		a.Status = statusFailed
	case err != nil:
		return err
	}
	if keep && cacheable {
		if data, err := json.Marshal(a); err == nil {
			store.Put(key, data)
		}
	}
	return a.print(cmd)
}

func (a answer) print(cmd *cobra.Command) error {
	if _, err := cmd.OutOrStdout().Write(a.Out); err != nil {
		return err
	}
	if _, err := cmd.ErrOrStderr().Write(a.Log); err != nil {
		return err
	}
	return endings[a.Status]
}
