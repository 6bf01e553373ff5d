package diff

import "slices"

// A User is a kind of user for whom a change can be breaking.
type User string

// Users of portspec's outputs and specs.
const (
	Firewall User = "firewall" // firewall administrators
	Go       User = "go"       // programs that use the generated packages
	Ansible  User = "ansible"  // playbooks that use the generated variables
	Docs     User = "docs"     // links to the generated pages
	Sites    User = "sites"    // sites that use the products
)

// Users lists all users.
var Users = []User{Firewall, Go, Ansible, Docs, Sites}

// A Breaking is a row of the table of breaking changes: a kind of change, for whom it is
// breaking, and why.
type Breaking struct {
	Users  []User
	What   string
	Why    string
	action func(*Action) bool // exactly one of the first three is set, unless error is
	change func(*Change) bool
	site   func(*SiteChange) bool
	error  bool // for a new contradiction
}

// Breakings is the table of breaking changes.
var Breakings = []Breaking{
	{
		Users: []User{Firewall, Ansible}, What: "traffic that must be opened",
		Why:    "it is blocked until somebody opens it",
		action: func(a *Action) bool { return a.Class == MustOpen },
	},
	{
		Users: []User{Firewall, Ansible}, What: "traffic that has moved to other ports or ends",
		Why:    "the existing rule no longer fits",
		action: func(a *Action) bool { return a.Class == Moved },
	},
	{
		Users: []User{Firewall, Ansible}, What: "a condition that may hold in more cases",
		Why:    "traffic that was not needed may be needed now",
		action: func(a *Action) bool { return a.Class == Condition && a.Effect != "narrower" },
	},
	{
		Users: []User{Go, Ansible, Docs, Sites}, What: "a product, shared service, component, listener, feature, choice or setting that is gone or renamed",
		Why: "constants, variables, links and sites that name it break",
		change: func(c *Change) bool {
			return vanishes(c) && slices.Contains([]string{"product", "service", "component", "listener", "feature", "choice", "setting"}, c.What)
		},
	},
	{
		Users: []User{Go, Ansible, Docs}, What: "a flow or rule that is gone or renamed",
		Why:    "tables, variables and links that name it break",
		change: func(c *Change) bool { return vanishes(c) && (c.What == "flow" || c.What == "rule") },
	},
	{
		Users: []User{Go, Ansible}, What: "changed ports or transports of a listener",
		Why: "programs keep the old constant until they are rebuilt, and it may now be a list",
		change: func(c *Change) bool {
			return c.What == "listener" && c.Kind == Changed &&
				slices.Contains([]string{"ports", "one_of", "fallback", "offset", "dynamic", "count", "per", "transports"}, c.Field)
		},
	},
	{
		Users: []User{Firewall, Ansible, Sites}, What: "a new feature, choice or setting, or a changed default, `several`, `needs`, `min` or `max` of one",
		Why:    "sites that rely on defaults get different flows, or have to decide",
		change: func(c *Change) bool { return c.Class == Decision && c.Kind != Removed },
	},
	{
		Users: []User{Firewall, Sites}, What: "a changed rule for components on one host",
		Why:    "ports of shared hosts move, or the components can no longer share one",
		change: func(c *Change) bool { return c.Class == Sharing },
	},
	{
		Users: []User{Firewall, Ansible}, What: "with `--site`, a new or changed rule of a host, except for what may be closed",
		Why:  "the host's firewall does not let it through",
		site: func(c *SiteChange) bool { return c.Class != MayClose },
	},
	{
		Users: slices.Clone(Users), What: "a new contradiction",
		Why:   "nothing is generated from contradictory specs",
		error: true,
	},
}

func vanishes(c *Change) bool { return c.Kind == Removed || c.Kind == Renamed }

func (a *Action) breaks() []User {
	return broken(func(b Breaking) bool { return b.action != nil && b.action(a) })
}

func (c *Change) breaks() []User {
	return broken(func(b Breaking) bool { return b.change != nil && b.change(c) })
}

func (c *SiteChange) breaks() []User {
	return broken(func(b Breaking) bool { return b.site != nil && b.site(c) })
}

// broken returns the users of those rows of the table that apply.
func broken(applies func(Breaking) bool) []User {
	var users []User
	for _, b := range Breakings {
		if applies(b) {
			users = append(users, b.Users...)
		}
	}
	return sortedUsers(users)
}

func sortedUsers(users []User) []User {
	slices.Sort(users)
	return slices.Compact(users)
}

// Breaks lists the users for whom a change is breaking.
func (c *Changes) Breaks() []User {
	var users []User
	for _, a := range c.Actions {
		users = append(users, a.Breaks...)
	}
	for _, x := range c.Changes {
		users = append(users, x.Breaks...)
	}
	for _, x := range c.Site {
		users = append(users, x.Breaks...)
	}
	if len(c.Contradictions) > 0 {
		users = append(users, broken(func(b Breaking) bool { return b.error })...)
	}
	return sortedUsers(users)
}
