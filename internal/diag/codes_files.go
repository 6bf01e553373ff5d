package diag

const (
	Syntax          Code = "PS1001"
	UnknownImport   Code = "PS1002"
	Unreadable      Code = "PS1003"
	SameID          Code = "PS1004"
	NotUTF8         Code = "PS1005"
	NotOnePackage   Code = "PS1006"
	ModuleFile      Code = "PS1007"
	UnknownVersion  Code = "PS1008"
	ReadsMore       Code = "PS1011"
	LinkNotFollowed Code = "PS1012"
	ReleaseOrder    Code = "PS1013"
	NoFields        Code = "PS1009"
	NotPlainYAML    Code = "PS1010"
)

// fileCodes are about reading files and packages.
var fileCodes = []Explanation{
	{
		Code: Syntax, Severity: Error,
		Title: "A CUE file parses.",
		Why:   "A file that does not parse contributes nothing, and the rest of its package cannot be evaluated without it.",
		Fix:   "Look at the marked place: most often a quote, a brace or a colon is missing just before it. portspec fmt also reports where parsing fails.",
		Wrong: `name: "Tool`,
		Right: `name: "Tool"`,
	},
	{
		Code: UnknownImport, Severity: Error,
		Title: "Every import can be resolved.",
		Why:   "portspec downloads nothing: the meaning of a spec must not depend on the network.",
		Fix:   "Import github.com/portspec/portspec/schema and …/specs/services, which come with portspec, and packages of the workspace's own module. Copy what you need from other modules into a folder of the workspace.",
		Wrong: `import "github.com/portspec/portspec/schemata"`,
		Right: `import "github.com/portspec/portspec/schema"`,
	},
	{
		Code: Unreadable, Severity: Error,
		Title: "Every file can be read.",
		Why:   "The contents of an unreadable file are missing from every output.",
		Fix:   "The message gives the reason, such as a dangling link, a pipe or missing permissions.",
		Files: "-- gone.cue -> nowhere.cue --\n",
	},
	{
		Code: SameID, Severity: Error,
		Title: "A product's id and version are unique.",
		Why:   "Outputs, citations and sites refer to a release of a product by its id and version; with a duplicate, a reference would be ambiguous.",
		Fix:   "Give one of them another id or, if it is another release, its version.",
		Files: `-- again/again.cue --
package again

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "1", description: "A copy."
	sources: {}
	components: {}
}
`,
	},
	{
		Code: ReleaseOrder, Severity: Error,
		Title: "The releases of a product have an order.",
		Why:   "Outputs use the product's id alone for the newest release, and an upgrade goes from one release to the next. Which one is newer cannot be derived from version texts for every vendor.",
		Fix:   "In each release except the oldest, name the release before it: after: \"1\". If they are different products, give one of them another id.",
		Files: `-- again/again.cue --
package again

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "tool", name: "Tool", vendor: "Example", version: "2", description: "The next release."
	sources: {}
	components: {}
}
`,
	},
	{
		Code: NotUTF8, Severity: Error,
		Title: "Files are encoded in UTF-8.",
		Why:   "CUE requires UTF-8; in another encoding, text would be garbled.",
		Fix:   "Save the file as UTF-8.",
		Files: "-- latin1.cue --\n// Ger\xe4te\npackage tool\n",
	},
	{
		Code: NotOnePackage, Severity: Error,
		Title: "All files in a folder belong to one package.",
		Why:   "In CUE, a folder is a package; files without a package clause, or with a different one, are not part of it.",
		Fix:   "Give all files of the folder the same package clause, or move files of another package to a folder of their own.",
		Files: `-- wrong.cue --
package wrong
`,
	},
	{
		Code: ModuleFile, Severity: Error,
		Title: "cue.mod/module.cue is a valid CUE module file.",
		Why:   "It declares the workspace's module path and CUE language version; without it, no import can be resolved.",
		Fix:   "portspec init writes one that you can copy: a module path and a language version.",
		Files: `-- cue.mod/module.cue --
module: 3
`,
	},
	{
		Code: UnknownVersion, Severity: Error,
		Title: "The workspace requires a version of the schema that this portspec contains.",
		Why:   "The schema is built into portspec. Another version might accept different specs.",
		Fix:   "Use that version of portspec, or require the version that the message names.",
		Files: `-- cue.mod/module.cue --
module: "example.com/ports@v0"
language: version: "v0.17.0"
deps: "github.com/portspec/portspec@v0": v: "v0.99.0"
`,
	},
	{
		Code: ReadsMore, Severity: Error,
		Title: "A spec does not read files or run programs.",
		Why:   "Specs come from pull requests. CUE's @embed and @extern put other files and the results of other programs into a spec, and its tool/… packages exist for commands that run programs. With them, a stranger's spec could reveal files of the machine that reads it, and the findings would depend on more than the specs.",
		Fix:   "Write the values in the spec, or generate a CUE file from the other file and commit it.",
		Files: `-- embedded.cue --
@extern(embed)

package tool

product: description: string @embed(file=notes.txt,type=text)
-- notes.txt --
A tool.
`,
	},
	{
		Code: LinkNotFollowed, Severity: Warning,
		Title: "A symbolic link points into the workspace.",
		Why:   "portspec does not follow links that are dangling or that point outside the workspace or into an ignored folder. If the link was meant to add specs, they are missing.",
		Fix:   "Put the specs into the workspace, or keep the specs in a folder without the link and name that folder with specs: in portspec.yaml. Links whose names begin with a dot or an underscore are ignored.",
		Files: "-- more -> /srv/specs --\n",
	},
}

// siteFileCodes are about the syntax of sites and configurations. Their examples are pieces of a
// site in YAML.
var siteFileCodes = []Explanation{
	{
		Code: NoFields, Severity: Error,
		Title: "A site's or configuration's file parses.",
		Why:   "A file that does not parse contributes nothing, and half a site must not become half a set of firewall rules.",
		Fix:   "Look at the marked line and the one above: most often a colon, a bracket or a quote is missing, or there is a tab where YAML requires spaces.",
		Wrong: "site: [acme",
		Right: "site: acme",
	},
	{
		Code: NotPlainYAML, Severity: Error,
		Title: "The YAML of a site or a configuration is plain data.",
		Why:   "With anchors, a few lines can expand to billions; tags turn numbers into strings; and of two duplicate keys, YAML programs silently keep one. Without quotes, 0443 is 291 to some programs and 443 to others, 12.10 is 12.1, and on is true.",
		Fix:   "Write out what an alias stands for, remove tags and second documents, and write each key once. Write integers in plain digits, and quote strings that look like numbers.",
		Wrong: "desktops: &d {",
		Right: "desktops: {",
	},
}
