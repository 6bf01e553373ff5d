package request

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A Use is a permit as a reason for asking.
type Use struct {
	Permit    *model.Permit
	Through   string // the gateways on the way, or ""
	Condition string // when it is needed; "" for always
}

// UseOf returns a permit as a use.
func UseOf(p *model.Permit) *Use {
	return &Use{p, describe.PermitThrough(p), describe.PermitCondition(p)}
}

// Optional reports whether the product works without the flow.
func (u *Use) Optional() bool { return u.Permit.Connection.Flow.Optional }

// Flow returns the name of the flow: "igel-ums/console".
func (u *Use) Flow() string {
	return u.Permit.Connection.Product.ID + "/" + u.Permit.Connection.Flow.ID
}

// Purpose returns what the flow is for, and which part of the flow the permit is.
func (u *Use) Purpose() string { return describe.PermitPurpose(u.Permit) }

// key distinguishes uses of the same flow in different permits.
func (u *Use) key() string {
	return fmt.Sprintf("%q", []string{u.Flow(), u.Permit.Back, u.Through, u.Condition})
}

// isOptional reports whether all uses are optional.
func isOptional(uses []*Use) bool {
	return !slices.ContainsFunc(uses, func(u *Use) bool { return !u.Optional() })
}

// purposes lists what something is for, without repeats. If only some of the uses are
// optional, these are marked.
func purposes(uses []*Use) []string {
	var all []string
	for _, u := range uses {
		words := u.Purpose()
		if u.Optional() && !isOptional(uses) {
			words += " (optional)"
		}
		if !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return all
}

// conditions lists when something is needed; nothing if one of the uses always needs it.
func conditions(uses []*Use) []string {
	var all []string
	for _, u := range uses {
		if u.Condition == "" && (!u.Optional() || isOptional(uses)) {
			return nil
		}
		if u.Condition != "" && !slices.Contains(all, u.Condition) {
			all = append(all, u.Condition)
		}
	}
	return all
}

func flows(uses []*Use) []string {
	var all []string
	for _, u := range uses {
		all = append(all, u.Flow())
	}
	slices.Sort(all)
	return slices.Compact(all)
}
