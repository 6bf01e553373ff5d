package cli

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/readers"
)

// TestWorkflow checks the workflows and the action that they use with actionlint.
func TestWorkflow(t *testing.T) {
	root := mustAbs(t, "../..")
	files, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yml"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	readers.Run(t, root, readers.Tool(t, "actionlint"), files...)
	for _, name := range append(files, filepath.Join(root, "action.yml")) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, used := range regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(string(data), -1) {
			if !strings.HasPrefix(used[1], "./") && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(used[1]) {
				t.Errorf("%s uses %s; name a commit, because tags can be moved", filepath.Base(name), used[1])
			}
		}
	}
}

// A step is a step of a composite action.
type step struct {
	ID, Name, If, Uses, Shell, Run string
	Env                            map[string]string
}

// readAction reads action.yml.
func readAction(t *testing.T) (inputs map[string]string, steps []step) {
	t.Helper()
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Description, Default string }
		Runs   struct{ Steps []step }
	}
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	inputs = make(map[string]string)
	for name, in := range action.Inputs {
		inputs[name] = in.Default
	}
	return inputs, action.Runs.Steps
}

// TestActionToken checks that the job's token is out of reach for files of a pull request: a
// step either has the token, or runs a program that reads such files.
func TestActionToken(t *testing.T) {
	with, without := 0, 0
	ours := regexp.MustCompile(`(?m)^.*(\bportspec (vet|generate|review|diff|flows|resolve|explain)\b|\$CLEAN|portspec-bin).*$`)
	_, steps := readAction(t)
	for _, s := range steps {
		if s.Run == "" {
			continue
		}
		token := false
		for _, value := range s.Env {
			token = token || strings.Contains(value, "github.token") || strings.Contains(value, "secrets.")
		}
		runs := ours.FindString(s.Run)
		switch {
		case token && runs != "":
			t.Errorf("step %q has the token and runs %s", s.Name, runs)
		case token:
			with++
		case runs != "":
			without++
			if s.Name != "Install portspec" && !strings.Contains(s.Run, `bash "$CLEAN" portspec `) {
				t.Errorf("step %q runs portspec in the environment of the job", s.Name)
			}
		}
	}
	if with != 2 || without != 4 {
		t.Errorf("%d steps have the token, %d run portspec", with, without)
	}
}

// TestActionEnvironment checks that secrets in a job's environment are hidden, and the files by
// which a step affects later ones.
func TestActionEnvironment(t *testing.T) {
	for _, name := range []string{
		"GH_TOKEN", "GITHUB_TOKEN", "TOKEN", "DEPLOY_KEY", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN",
		"GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "BASH_ENV", "LD_PRELOAD",
	} {
		t.Setenv(name, "/sentinel/"+name)
	}
	t.Setenv("HOME", "/a b/$(id)")
	out, err := exec.Command("bash", "../../.github/action/clean.sh", "env").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "sentinel") || !strings.Contains(string(out), "HOME=/a b/$(id)\n") || !strings.Contains(string(out), "PATH=") {
		t.Errorf("the environment is\n%s", out)
	}
}

// withoutDebug has the go command link programs without data for debuggers, in half the time.
const withoutDebug = "-ldflags=-w"

// TestAction runs the scripts of action.yml like GitHub, each in its own bash, on valid and
// invalid specs.
func TestAction(t *testing.T) {
	defaults, steps := readAction(t)
	for _, s := range steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %q has an expression in its script, which would be executed: use env", s.Name)
		}
	}
	bin, small := t.TempDir(), t.TempDir()
	starter(t, small)
	t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" "+withoutDebug)
	for _, test := range []struct {
		name   string
		inputs map[string]string
		spoil  [2]string // what is replaced in the spec, and by what; empty for valid specs and outputs
		fails  string    // name of the step that fails; "" for none
		says   string
	}{
		{name: "fine"},
		{name: "hostile", inputs: map[string]string{"directory": "$(touch pwned); `touch pwned`"}, fails: "Check specs", says: "no such file"},
		{name: "a flag", inputs: map[string]string{"targets": "--force go"}, fails: "Check outputs", says: "unknown target --force"},
		{
			name: "a finding", fails: "Check specs", says: "::error ",
			spoil: [2]string{"port: 7443", "port: 74430"},
		},
		{
			name: "stale", fails: "Check outputs", says: "out of date",
			spoil: [2]string{"description:", "description: \"Other.\" //"},
		},
		{
			name: "stale, not checked", inputs: map[string]string{"check-outputs": "false"},
			spoil: [2]string{"description:", "description: \"Other.\" //"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := mustAbs(t, "../..") // a workspace with several products and sites
			if test.name != "fine" {
				root = t.TempDir()
				noError(t, os.CopyFS(root, os.DirFS(small)))
			}
			if test.spoil[0] != "" {
				replaceIn(t, root+"/example/product.cue", test.spoil[0], test.spoil[1])
			}
			inputs := map[string]string{}
			maps.Copy(inputs, defaults)
			for name, value := range test.inputs {
				inputs[name] = value
			}
			failed, printed := "", ""
			for _, s := range steps {
				if s.Uses != "" || strings.Contains(s.If, "pull_request") || s.If != "" && inputs[strings.TrimPrefix(strings.TrimSuffix(s.If, " == 'true'"), "inputs.")] != "true" {
					continue
				}
				out, err := runStep(t, s, root, bin, inputs)
				printed += out
				if err != nil {
					failed = s.Name
					break
				}
			}
			if failed != test.fails || !strings.Contains(printed, test.says) {
				t.Errorf("step %q failed, want %q with %q in\n%s", failed, test.fails, test.says, printed)
			}
			if _, err := os.Stat(filepath.Join(root, "pwned")); err == nil {
				t.Error("an input was executed")
			}
		})
	}
}

// TestActionReviews runs the steps for a pull request in a shallow clone, as in a workflow.
func TestActionReviews(t *testing.T) {
	_, steps := readAction(t)
	origin, clone, bin := t.TempDir(), filepath.Join(t.TempDir(), "clone"), t.TempDir()
	starter(t, origin)
	git := func(dir string, args ...string) {
		readers.Run(t, dir, "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	}
	git(origin, "init", "-q", "-b", "main")
	git(origin, "add", "-A")
	git(origin, "commit", "-qm", "one")
	git(origin, "checkout", "-qb", "edit")
	replaceIn(t, origin+"/example/product.cue", "port: 7443", "port: 7444")
	git(origin, "commit", "-qam", "two")
	git(origin, "clone", "-q", "--depth=1", "--branch=edit", "file://"+origin, clone)

	// After the first run, there are comments, two of which are the action's.
	gh := `#!/bin/sh
echo "$@" >> "$RUNNER_TEMP/gh"
[ -z "$GH_BREAKS" ] || exit 1
case "$*" in
*--paginate*) [ ! -e "$RUNNER_TEMP/commented" ] || printf '41\n42\n' ;;
*) touch "$RUNNER_TEMP/commented" ;;
esac
`
	noError(t, os.MkdirAll(bin+"/portspec-bin", 0o777))
	noError(t, os.WriteFile(bin+"/portspec-bin/gh", []byte(gh), 0o777))
	noError(t, os.Symlink(built(t), bin+"/portspec-bin/portspec")) // TestAction installs it
	inputs := map[string]string{
		"directory": ".", "comment": "true", "github.base_ref": "main",
		"github.event.pull_request.number": "7", "github.token": "none", "github.repository": "a/b",
		"github.server_url": "https://github.com", "runner.temp": bin,
	}
	review := func() (printed string) {
		for _, s := range steps {
			if strings.Contains(s.If, "pull_request") {
				out, err := runStep(t, s, clone, bin, inputs)
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				printed += out
				if s.ID != "" {
					outputs, _ := os.ReadFile(bin + "/output")
					for _, o := range regexp.MustCompile(`(?m)^(\w+)=(.*)$`).FindAllStringSubmatch(string(outputs), -1) {
						inputs["steps."+s.ID+".outputs."+o[1]] = o[2]
					}
				}
			}
		}
		return printed
	}
	review()
	summary, _ := os.ReadFile(bin + "/summary")
	for _, want := range []string{"1 moved; breaking for ", "tcp 7443 → 7444"} {
		if !strings.Contains(string(summary), want) {
			t.Errorf("no %q in the summary\n%s", want, summary)
		}
	}
	calls, _ := os.ReadFile(bin + "/gh")
	if want := "pr comment 7 --body-file " + bin + "/portspec-comment.md\n"; !strings.HasSuffix(string(calls), want) {
		t.Errorf("gh was called with %s", calls)
	}
	if text, _ := os.ReadFile(bin + "/portspec-comment.md"); !strings.HasPrefix(string(text), "<!-- portspec review -->\n") || len(text) > 65_536 {
		t.Errorf("the comment of %d bytes has no marker or is too long:\n%.200s", len(text), text)
	}
	review()
	calls, _ = os.ReadFile(bin + "/gh")
	if want := "api --method PATCH repos/{owner}/{repo}/issues/comments/41 --field body=@" + bin + "/portspec-comment.md\n"; !strings.HasSuffix(string(calls), want) {
		t.Errorf("gh was then called with %s", calls)
	}
	// A pull request from a fork must not comment, which is not its author's fault.
	t.Setenv("GH_BREAKS", "1")
	if printed := review(); !strings.Contains(printed, "::warning title=portspec::No comment") {
		t.Errorf("the missing comment was not reported:\n%s", printed)
	}
}

var expression = regexp.MustCompile(`\$\{\{ ([a-z_.-]+) \}\}`)

// runStep runs the script of a step with the environment that GitHub provides.
func runStep(t *testing.T, s step, root, temp string, inputs map[string]string) (string, error) {
	t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = root
	cmd.Env = append(os.Environ(),
		"RUNNER_TEMP="+temp, "GITHUB_PATH="+temp+"/path", "GITHUB_OUTPUT="+temp+"/output", "GITHUB_STEP_SUMMARY="+temp+"/summary",
		"PATH="+temp+"/portspec-bin:"+os.Getenv("PATH"))
	for name, value := range s.Env {
		cmd.Env = append(cmd.Env, name+"="+expression.ReplaceAllStringFunc(value, func(e string) string {
			name := expression.FindStringSubmatch(e)[1]
			if name == "github.action_path" {
				return mustAbs(t, "../..")
			}
			value, ok := inputs[strings.TrimPrefix(name, "inputs.")]
			if !ok {
				t.Fatalf("step %q uses %s, which is not defined", s.Name, name)
			}
			return value
		}))
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func replaceIn(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("no %q in %s: %v", old, name, err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestPreCommit has pre-commit install the hooks, and run them on a repository without and with
// findings.
func TestPreCommit(t *testing.T) {
	root := t.TempDir()
	t.Setenv("PRE_COMMIT_HOME", t.TempDir())
	// pre-commit has its own GOPATH. The modules of the current one need not be downloaded,
	// and with -trimpath packages that were already built are used, main among them if it
	// does not name a commit.
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOMODCACHE", strings.TrimSpace(string(modules)))
	t.Setenv("GOFLAGS", "-trimpath -buildvcs=false "+withoutDebug)
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} {
		t.Setenv(name, "")
		_ = os.Unsetenv(name)
	}
	starter(t, root)
	hooks, commit := committed(t, mustAbs(t, "../.."))
	write(t, root, ".pre-commit-config.yaml", "repos:\n  - repo: "+hooks+"\n    rev: "+commit+"\n    hooks: [{id: portspec-vet}, {id: portspec-fmt}, {id: portspec-generate}]\n")
	readers.Run(t, root, "git", "init", "-q")
	readers.Run(t, root, "git", "add", "-A")
	run := func() (string, error) {
		return readers.Try(t, root, "pre-commit", "run", "--all-files", "--color=never")
	}
	if out, err := run(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	replaceIn(t, root+"/example/product.cue", "port: 7443", "port:    74430")
	readers.Run(t, root, "git", "add", "-A")
	out, err := run()
	for _, want := range []string{"PS2001", "files were modified by this hook", "hook id: portspec-generate"} {
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("%v, no %q in\n%s", err, want, out)
		}
	}
}

// starter writes what portspec init writes, and its outputs.
func starter(t *testing.T, dir string) {
	t.Helper()
	if out, status := portspec("init", dir); status != statusFine {
		t.Fatal(out)
	}
	generateIn(t, dir)
}

// committed returns a repository with a commit of all files of another one, as they are now. It
// borrows the objects that the other one has.
func committed(t *testing.T, of string) (repository, commit string) {
	t.Helper()
	repository = t.TempDir()
	readers.Run(t, repository, "git", "clone", "-q", "--shared", "--no-checkout", of, ".")
	readers.Run(t, repository, "git", "--work-tree", of, "add", "-A")
	readers.Run(t, repository, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "now")
	return repository, strings.TrimSpace(readers.Run(t, repository, "git", "rev-parse", "HEAD"))
}
