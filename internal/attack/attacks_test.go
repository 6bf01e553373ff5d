//go:build unix

package attack_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"syscall"
)

// An attack is something hostile that a pull request may add to a repository.
type attack struct {
	name string
	make func(*rand.Rand, *repository)
}

var attacks = []attack{
	{"embed", embed},
	{"embed elsewhere", embedElsewhere},
	{"linked source", linkedSource},
	{"linked folder", linkedFolder},
	{"linked import", linkedImport},
	{"linked site", linkedSite},
	{"linked configuration", linkedConfiguration},
	{"linked module", linkedModule},
	{"special file", specialFile},
	{"swapped source", swappedSource},
	{"swapped output", swappedOutput},
	{"linked output", linkedOutput},
	{"hard link", hardLink},
	{"temporary name", temporaryName},
	{"manifest", hostileManifest},
	{"edited output", editedOutput},
	{"broken manifest", brokenManifest},
	{"configuration", hostileConfiguration},
	{"text", hostileText},
	{"name", hostileName},
	{"syntax", hostileSyntax},
	{"site text", hostileSite},
	{"hidden file", hiddenFile},
}

// one returns a random element of a list.
func one[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// place returns a random target for a link in a folder at that depth.
func place(r *rand.Rand, repo *repository, depth int) string {
	up := strings.Repeat("../", depth)
	return one(r,
		"/proc/self/environ", "/proc/self/fd/0", "/dev/zero", "/etc/passwd",
		up+".git/config", up+".git/HEAD", up+"../outside/secret.txt", up+"../outside/x.cue",
		repo.top+"/outside/secret.txt", repo.top+"/outside/site.yaml", up+"../outside/missing", up+"../outside",
	)
}

// computed are CUE expressions for a text in forms that masks for secrets do not know.
var computed = []string{
	"hex.Encode(secret)", "base64.Encode(null, secret)", `strings.Join(strings.Split(secret, ""), ",")`,
	`strings.ToUpper(secret)`, "secret", `hex.Encode(strings.Join(strings.Split(secret, "\u0000"), " "))`,
}

// embed reads a file with CUE's own features.
func embed(r *rand.Rand, repo *repository) {
	repo.link(place(r, repo, 1), "example/env.txt")
	head := one(r, "@extern(embed)\n\n", "@extern(\"embed\")\n", "// c\n@extern(embed)\n")
	attribute := one(r,
		"@embed(file=env.txt,type=text)", "@embed(file=\"env.txt\", type=text)", "@embed(glob=*.txt,type=text)",
		"@embed(file=../.git/config,type=text)", "@embed(file=env.txt,type=binary)", "@embed(glob=../.git/*,type=text)",
	)
	value := "string " + attribute
	if strings.Contains(attribute, "glob") {
		value = "[string]: string " + attribute
		if r.IntN(2) == 0 {
			value = "_ " + attribute
		}
	}
	write(repo.path("example/embedded.cue"), head+`package example

import (
	"encoding/hex"
	"encoding/base64"
	"strings"
)

_used: [hex.Encode(""), base64.Encode(null, ""), strings.ToUpper("")]
secret: `+value+`
product: description: `+one(r, computed...)+"\n")
}

// embedElsewhere does so in less obvious places.
func embedElsewhere(r *rand.Rand, repo *repository) {
	text := "@extern(embed)\n\npackage other\n\nsecret: string @embed(file=env.txt,type=text)\n"
	dir := one(r, "other", "cue.mod/pkg/example.org/other", "cue.mod/usr/example.org/other", "cue.mod/gen/example.org/other", "_other", ".other")
	repo.link(place(r, repo, strings.Count(dir, "/")+1), dir+"/env.txt")
	write(repo.path(dir+"/x.cue"), text)
	from := "example.com/specs/" + dir
	if rest, in := strings.CutPrefix(dir, "cue.mod/"); in {
		from = rest[4:]
	}
	write(repo.path("example/uses.cue"), "package example\n\nimport o \""+from+":other\"\n\nproduct: description: o.secret\n")
	if r.IntN(3) == 0 {
		write(repo.path("portspec.cue"), "@extern(embed)\n\nversion: 1\nspecs: string @embed(file=example/env.txt,type=text)\n")
	}
	if r.IntN(3) == 0 {
		write(repo.path("example/dump_tool.cue"), "package example\n\nimport \"tool/exec\"\n\ncommand: x: exec.Run & {cmd: \"touch PWNED\"}\n")
	}
}

func linkedSource(r *rand.Rand, repo *repository) {
	repo.link(place(r, repo, 1), one(r, "example/linked.cue", "example/product.cue", "linked.cue", "example/data.json"))
}

func linkedFolder(r *rand.Rand, repo *repository) {
	repo.link(one(r, "../outside/pkg", "../outside", repo.top+"/outside/pkg", ".git", "/proc/self", "example", "."), one(r, "linked", "products", "aa/bb"))
}

func linkedImport(r *rand.Rand, repo *repository) {
	name := one(r, "pkg", "cue.mod/pkg/example.org/pkg", "cue.mod/usr/example.org/pkg")
	repo.link(one(r, repo.top+"/outside/pkg", strings.Repeat("../", strings.Count(name, "/")+1)+"outside/pkg"), name)
	from := "example.com/specs/pkg"
	if strings.HasPrefix(name, "cue.mod") {
		from = "example.org/pkg"
	}
	write(repo.path("example/imports.cue"), "package example\n\nimport \""+from+"\"\n\nproduct: description: pkg.secret\n")
}

// linkedSite makes the site in the configuration a link.
func linkedSite(r *rand.Rand, repo *repository) {
	name := one(r, "sites/x.yaml", "sites/x.json", "sites/x")
	repo.link(one(r, "../../outside/site.yaml", repo.top+"/outside/site.json", "../../outside/pkg", "../.git/config", "/proc/self/environ", "missing"), name)
	if r.IntN(4) == 0 {
		name = one(r, "../outside/site.yaml", repo.top+"/outside/site.yaml", "sites/../../outside/site.yaml", ".git/config")
	}
	write(repo.path("portspec.yaml"), fmt.Sprintf("version: 1\nsites: [%q]\n", name))
}

func linkedConfiguration(r *rand.Rand, repo *repository) {
	repo.link(one(r, "../outside/portspec.yaml", "../outside/secret.txt", ".git/config", "/proc/self/environ", "/dev/zero", "missing"),
		one(r, "portspec.yaml", "portspec.cue", "portspec.yml"))
}

func linkedModule(r *rand.Rand, repo *repository) {
	name := one(r, "cue.mod/module.cue", "cue.mod/local-module.cue", "cue.mod", "cue.mod/pkg")
	repo.link(one(r, "../../outside/module.cue", repo.top+"/outside/module.cue", "../outside", "../.git/config", "/proc/self/environ"), name)
}

// specialFile adds a file that blocks its reader, or never ends.
func specialFile(r *rand.Rand, repo *repository) {
	name := repo.path(one(r, "example/pipe.cue", "pipe.cue", "portspec.yaml", "portspec.cue", "out/.portspec.json", ".portspec.json", "out/markdown/index.md", "cue.mod/local-module.cue"))
	if repo.inGit(name) {
		return
	}
	_ = os.Remove(name)
	_ = syscall.Mkfifo(name, 0o666)
}

func swappedSource(r *rand.Rand, repo *repository) {
	name := one(r, "example/x.cue", "example/product.cue", "portspec.yaml")
	other := path.Join(path.Dir(name), "other.txt")
	repo.link(place(r, repo, strings.Count(name, "/")), other)
	repo.swap = append(repo.swap, swap{name, other})
}

func swappedOutput(r *rand.Rand, repo *repository) {
	name := one(r, "out/markdown", "out/go", "out/markdown/products", "made/markdown", "src")
	repo.link(one(r, repo.top+"/outside", strings.Repeat("../", strings.Count(name, "/"))+".git/hooks"), name+"-other")
	repo.swap = append(repo.swap, swap{name, name + "-other"})
}

func linkedOutput(r *rand.Rand, repo *repository) {
	name := one(r, "out", "out/markdown", "out/markdown/products", "out/go", "made", "network/ansible", "src/ports_gen.go", "ports", "out/markdown/index.md",
		"out/.portspec.json", ".portspec.json", "out/go/example/example.go", "new.yaml", "cue.mod/pkg/github.com")
	up := strings.Repeat("../", strings.Count(name, "/"))
	repo.link(one(r, up+"../outside", up+".git", up+".git/hooks", up+".git/hooks/pre-commit", up+"../outside/victim.txt", up+"../outside/new.txt",
		up+".github/workflows", up+".github/workflows/new", up+"src/main.go", up+"README.md", repo.top+"/outside/.bashrc", up+"src"), name)
}

// hardLink makes an output a hard link to another file.
func hardLink(r *rand.Rand, repo *repository) {
	name := repo.path(one(r, "out/markdown/index.md", "out/.portspec.json", "src/ports_gen.go", "new.yaml", "made/.portspec.json", "out/go/example/example.go"))
	if repo.inGit(name) {
		return
	}
	_ = os.MkdirAll(path.Dir(name), 0o777)
	_ = os.Remove(name)
	_ = os.Link(one(r, repo.top+"/outside/victim.txt", repo.path("src/main.go"), repo.path(".git/HEAD")), name)
}

// temporaryName guesses the names of files that are being written.
func temporaryName(r *rand.Rand, repo *repository) {
	for _, dir := range []string{"", "out/", "out/markdown/", "src/", "made/", "example/", "out/go/example/"} {
		for _, name := range []string{".portspec.json", "index.md", "ports_gen.go", "example.go", "product.cue"} {
			if r.IntN(3) > 0 {
				up := strings.Repeat("../", strings.Count(dir, "/"))
				repo.link(one(r, up+".git/hooks/pre-commit", repo.top+"/outside/victim.txt", up+"src/main.go"), dir+".portspec-tmp-"+name)
			}
		}
	}
}

// hostileManifest claims files that portspec did not write.
func hostileManifest(r *rand.Rand, repo *repository) {
	in := one(r, "", "out/", "made/")
	up := strings.Repeat("../", strings.Count(in, "/"))
	files := make(map[string][]string)
	for _, name := range []string{".git/HEAD", ".git/hooks/pre-commit", "src/main.go", "README.md", ".github/workflows/ci", "notes/index.md", "example/product.cue", "cue.mod/module.cue", "site.yaml"} {
		data, err := os.ReadFile(repo.path(name))
		if err != nil || r.IntN(2) == 0 {
			continue
		}
		for _, claimed := range []string{up + name, name, "markdown/../" + up + name, "./" + up + name, "markdown/" + up + "../" + name, strings.ToUpper(name), repo.path(name)} {
			if r.IntN(2) == 0 {
				files[claimed] = []string{sum(data)}
			}
		}
	}
	victim, _ := os.ReadFile(repo.top + "/outside/victim.txt")
	files[up+"../outside/victim.txt"] = []string{sum(victim)}
	m := map[string]any{"version": 1, "files": files}
	if r.IntN(2) == 0 {
		m["config"] = one(r, "portspec.yaml", "../outside/portspec.yaml", "")
	}
	data, _ := json.Marshal(m)
	repo.put(in+".portspec.json", string(data))
	if in == "" && r.IntN(2) == 0 {
		write(repo.path("portspec.yaml"), "version: 1\ngenerate: [{target: markdown, out: "+one(r, "src", "notes", "docs", ".")+"}]\n")
		repo.outs = append(repo.outs, "src", "notes", "docs", "index.md", "products", "services", "sites", "sharing.md")
	}
}

// editedOutput edits an output and lists it in the manifest with its new hash: it must be
// neither deleted nor overwritten.
func editedOutput(r *rand.Rand, repo *repository) {
	regular := func(name string) bool {
		info, err := os.Lstat(repo.path(name))
		return err == nil && info.Mode().IsRegular() && !repo.inGit(repo.path(name))
	}
	name := one(r, "out/markdown/index.md", "out/mermaid/example.mmd", "out/go/example/flows.go", "out/ansible/vars/example.yml")
	const manifest = "out/.portspec.json"
	if !regular(name) || !regular(manifest) {
		return
	}
	text, _ := os.ReadFile(repo.path(name))
	old, _ := os.ReadFile(repo.path(manifest))
	var m struct {
		Version int                 `json:"version"`
		Files   map[string][]string `json:"files"`
	}
	if json.Unmarshal(old, &m) != nil || m.Files == nil {
		return
	}
	if r.IntN(2) == 0 { // an output that is no longer generated
		name = path.Join(path.Dir(name), "gone"+path.Ext(name))
	}
	data := append(text, one(r, "\n", "# edited\n", "<!-- edited -->\n")...)
	write(repo.path(name), string(data))
	m.Files[strings.TrimPrefix(name, "out/")] = []string{sum(data)}
	listed, _ := json.Marshal(m)
	write(repo.path(manifest), string(listed))
	repo.edited = append(repo.edited, name)
}

func brokenManifest(r *rand.Rand, repo *repository) {
	repo.put(one(r, "out/.portspec.json", ".portspec.json"), one(r,
		"", "{", "[]", "null", `{"version": 99}`, `{"version": 1, "files": []}`, `{"version": 1, "files": {"\u0000": ["x"], "\n::error::x": ["x"], "\u001b[2J": ["x"]}}`,
		`{"version": 1, "files": {"`+strings.Repeat("a/", 5000)+`": ["x"]}}`, strings.Repeat("[", 100_000), `{"version": 1, "files": {"markdown/index.md": null}}`,
	))
}

// put replaces a file, unless other attacks have replaced its folder.
func (r *repository) put(name, text string) {
	file := r.path(name)
	if r.inGit(file) {
		return
	}
	write(file, text)
}

func hostileConfiguration(r *rand.Rand, repo *repository) {
	var entries []string
	for range 1 + r.IntN(3) {
		out := one(r, "docs", ".git", ".git/hooks", ".GIT/hooks", ".github/workflows", ".GitHub", "CUE.MOD", "cue.mod/pkg", "m/$(touch PWNED)", "../outside", "../outside/x",
			repo.top+"/outside", "docs/../../outside", ".", "example", "src", "git~1", ".git /x", ".git./x", ".git::$INDEX_ALLOCATION", "aux", "docs/con.md", "a\\b", "docs/\n::error::x",
			"docs/\u202ex", "src/main.go", "x_gen.go", "src/ports_gen.go", "linked/docs", "docs ", "~/x", ".husky", ".vscode")
		target := one(r, "markdown", "mermaid", "ansible", "go")
		entry := map[string]any{"target": target, "out": out}
		if target == "go" && strings.HasSuffix(out, ".go") {
			entry["products"] = []string{"example"}
		}
		data, _ := json.Marshal(entry)
		entries = append(entries, string(data))
	}
	specs := one(r, "", "", "specs: ../outside\n", "specs: linked\n", "specs: .git\n", "specs: /\n")
	_ = os.Remove(repo.path("portspec.yaml"))
	write(repo.path("portspec.yaml"), "version: 1\n"+specs+"generate:\n  - "+strings.Join(entries, "\n  - ")+"\n")
	repo.outs = append(repo.outs, "docs", "src/ports_gen.go", "x_gen.go", "m/$(touch PWNED)", "markdown", "index.md")
}

// hostile are texts with a meaning for a terminal, a log or a reader.
var hostile = []string{
	"\\u001b[2J\\u001b]0;owned\\u0007", "\\n::error file=x::owned\\n", "\\n::add-mask::x", "##[group]x", "\\u202egnp.exe", "\\u200b=HYPERLINK(1)", "=cmd|' /C calc'!A0", "\\u009b31m",
	"\\r\\n::set-output name=x::y", "@octocat #1", "</td><script>alert(1)</script>", "\\u2028::debug::x", "`$(touch PWNED)`", "\\ufeff@SUM(1)", "\\uff1d1+1", "{{ lookup('env','PATH') }}",
}

func hostileText(r *rand.Rand, repo *repository) {
	write(repo.path("example/hostile.cue"), fmt.Sprintf("package example\n\nproduct: {\n\tcomponents: rogue: {name: \"R%s\", description: \"%s\"}\n\tflows: rogue: {from: [\"rogue\"], to: %s: [\"api\"], purpose: \"P%s\", cite: [\"example/ports/%s\"]}\n}\n",
		one(r, hostile...), one(r, hostile...), one(r, "server", "servr", `"se`+one(r, hostile...)+`"`), one(r, hostile...), one(r, "1", one(r, hostile...))))
}

// hostileName adds files and folders with hostile names.
func hostileName(r *rand.Rand, repo *repository) {
	name := one(r, "\x1b[31mx", "a\n::error::owned", "##[group]x", "\u202ex", "-rf", "$(touch PWNED)", "x\xffy", "`id`", "a b", "con", "x\u200b")
	repo.put(one(r, "example/"+name+".cue", name+"/x.cue"), "package example\n\nproduct: nonsense: 1\n")
	repo.put("out/markdown/"+name, "left over\n")
}

func hostileSyntax(r *rand.Rand, repo *repository) {
	write(repo.path("example/syntax.cue"), "package example\n\n"+one(r,
		"x: \"\x1b[2J\n", "\u202e: 1\n", "x: 1 1 ::error::owned\n", "product: \"a\\u001b\": 1\n", "import \"\\u001b[2J\"\n", "import \"../../outside/pkg\"\n", "import \"/etc\"\n",
		"product: id: \"aux\"\n", "product: id: \"../x\"\n", "x: {"+strings.Repeat("a: {", 3000)+"\n", "\x00", "product: description: 1\n::error::owned\n",
	))
}

func hostileSite(r *rand.Rand, repo *repository) {
	text := one(r, strings.Replace(site, "attacked", "\"a\\e[2J\"", 1), strings.Replace(site, "one:", "\"../one\":", 1), "a: &a [x]\nb: *a\n", "<<: {site: x}\n", "!!binary x: y\n",
		"site: x\nsite: \u202ey\n", "\x1b: x\n", strings.Replace(site, "10.0.0.1", "10.0.0.1\\n::error::x", 1), strings.Repeat("[", 20_000))
	_ = os.Remove(repo.path("site.yaml"))
	repo.put("site.yaml", text)
}

// hiddenFile adds files as editors leave them.
func hiddenFile(r *rand.Rand, repo *repository) {
	repo.link(one(r, "user@host.1234", "../../outside/x.cue"), one(r, "example/.#product.cue", ".#portspec.yaml", "example/.hidden.cue"))
}
