package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

const secret = "package secret // SENTINEL\n"

// outside returns a workspace in a folder that also contains a secret.
func outside(t *testing.T) (root string) {
	t.Helper()
	top := t.TempDir()
	root = filepath.Join(top, "root")
	for name, text := range map[string]string{
		"secret.cue":                   secret,
		"secrets/s.cue":                secret,
		"root/.git/config":             secret,
		"root/.hidden.cue":             secret,
		"root/_lib/l.cue":              "package lib\n",
		"root/text.txt":                secret,
		"root/a/a.cue":                 "package a\n",
		"root/b/b.cue":                 "package b\n",
		"root/cue.mod/module.cue":      "module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n",
		"root/cue.mod/pkg/y.com/y.cue": "package y\n",
	} {
		write(t, filepath.Join(top, name), text)
	}
	return root
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, root, name, to string) {
	t.Helper()
	if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
		t.Skip(err) // on Windows, without the right
	}
}

// TestDoor opens names of all kinds. The target of a link that is not followed makes no
// difference.
func TestDoor(t *testing.T) {
	root := outside(t)
	for name, to := range map[string]string{
		"in.cue": "a/a.cue", "in": "a", "twice.cue": "in.cue", "through.cue": "in/a.cue", "up.cue": "a/../b/b.cue",
		"out.cue": "../secret.cue", "gone.cue": "../nothing.cue", "dangling.cue": "nothing.cue", "out": "../secrets",
		"absolute.cue": filepath.Join(root, "a/a.cue"), "device.cue": "/dev/zero", "self.cue": "self.cue",
		"back.cue": "../root/a/a.cue", "git.cue": ".git/config", "hidden.cue": ".hidden.cue", "a/up.cue": "../../secret.cue",
		"case.cue": ".GIT/config",
	} {
		link(t, root, name, to)
	}
	door, err := OpenDoor(root, Limits{File: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	for name, want := range map[string]error{
		"a/a.cue": nil, "in.cue": nil, "twice.cue": nil, "through.cue": nil, "in/a.cue": nil, "up.cue": nil,
		"out.cue": ErrLink, "gone.cue": ErrLink, "dangling.cue": ErrLink, "out/s.cue": ErrLink, "out/nothing.cue": ErrLink,
		"absolute.cue": ErrLink, "device.cue": ErrLink, "self.cue": ErrLink, "back.cue": ErrLink, "git.cue": ErrLink,
		"hidden.cue": ErrLink, "a/up.cue": ErrLink, "case.cue": ErrLink,
		".git/config": fs.ErrNotExist, "nothing": fs.ErrNotExist, "a/a.cue/x": fs.ErrNotExist,
		"../secret.cue": fs.ErrInvalid, "/etc/passwd": fs.ErrInvalid, "a": ErrIrregular, "text.txt": TooMuch("it is larger than 20B; raise --max-file-size if that is intended"),
	} {
		data, err := door.ReadFile(name)
		if !errors.Is(err, want) || err == nil && !strings.HasPrefix(string(data), "package ") {
			t.Errorf("%s: %q, %v, want %v", name, data, err, want)
		}
		if strings.Contains(fmt.Sprint(string(data), err), "SENTINEL") {
			t.Errorf("%s was read", name)
		}
	}
}

// TestTotal reads until the limit of all files is exceeded.
func TestTotal(t *testing.T) {
	door := OpenDoorFS(fstest.MapFS{"a": {Data: []byte("12345")}, "b": {Data: []byte("12345")}}, Limits{Total: 9})
	_, first := door.ReadFile("a")
	if _, second := door.ReadFile("b"); first != nil || !errors.As(second, new(errTotal)) {
		t.Error(first, second)
	}
}

// TestSwapped replaces files and folders by links while they are read: the targets are never
// read.
func TestSwapped(t *testing.T) {
	root := outside(t)
	stop := make(chan struct{})
	var swapping sync.WaitGroup
	for _, s := range [][3]string{{"a/a.cue", "package a\n", "../../secret.cue"}, {"b", "", "../secrets"}} {
		swapping.Go(func() {
			name := filepath.Join(root, s[0])
			kept, to := name+".kept", name+".link"
			link(t, root, s[0]+".link", s[2])
			for {
				select {
				case <-stop:
					return
				default:
				}
				_ = os.Rename(name, kept)
				_ = os.Rename(to, name)
				_ = os.Rename(name, to)
				_ = os.Rename(kept, name)
			}
		})
	}
	read := 0
	start := time.Now()
	for took := time.Since(start); took < time.Second || took < time.Minute && read == 0; took = time.Since(start) {
		s, _, err := Open(root, "", Limits{})
		if err != nil {
			continue
		}
		for _, name := range s.Names() {
			read++
			if strings.Contains(string(s.Source(name)), "SENTINEL") {
				t.Fatalf("%s was read", name)
			}
		}
	}
	close(stop)
	swapping.Wait()
	if read == 0 {
		t.Error("nothing was read")
	}
}

// TestSnapshot checks that a snapshot contains what CUE can evaluate, and no other files.
func TestSnapshot(t *testing.T) {
	root := outside(t)
	write(t, filepath.Join(root, "node_modules/n/n.cue"), "package n\n")
	write(t, filepath.Join(root, "c/c.cue"), "package c\nimport \"example.com/x/_lib:lib\"\nx: lib\n")
	write(t, filepath.Join(root, "c/.#c.cue"), "package\n")
	write(t, filepath.Join(root, "c/c_tool.cue"), "package c\n")
	write(t, filepath.Join(root, "c/data.json"), "{}\n")
	link(t, root, "linked", "a")
	link(t, root, "d.cue", "../secret.cue")
	link(t, root, "away", "../secrets")
	s, found, err := Open(root, "", Limits{})
	if err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	want := "_lib/l.cue a/a.cue b/b.cue c/c.cue cue.mod/module.cue cue.mod/pkg/y.com/y.cue"
	if got := strings.Join(s.Names(), " "); got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	if got := strings.Join(s.Dirs, " "); got != "./. ./a ./b ./c" {
		t.Errorf("folders %s", got)
	}
	var files []string
	for _, f := range s.Findings {
		files = append(files, f.Position.File+" "+string(f.Code))
	}
	if slices.Sort(files); strings.Join(files, ", ") != "away PS1012, d.cue PS1003" {
		t.Errorf("findings %v", s.Findings)
	}
	for name, there := range map[string]bool{
		"linked/a.cue": true, "linked": true, "a": true, ModulePath + "/schema/product.cue": true,
		"away": false, "away/s.cue": false, "d.cue": false, ".git/config": false, "text.txt": false, "c/data.json": false,
		"c/c_tool.cue": false, "node_modules/n/n.cue": false, "../secret.cue": false, "/etc/passwd": false,
		CopiedTo: false,
	} {
		if _, err := fs.Stat(s, name); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Open(name); (err == nil) != there {
			t.Errorf("%s opened: %v", name, err)
		}
	}
	// The snapshot does not change with the files.
	write(t, filepath.Join(root, "a/a.cue"), secret)
	if data, err := fs.ReadFile(s, "linked/a.cue"); err != nil || string(data) != "package a\n" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestUnfit finds attributes in all possible places, and removes them.
func TestUnfit(t *testing.T) {
	for text, want := range map[string]int{
		"@extern(embed)\npackage x\na: _ @embed(file=a.txt,type=text)\n": 2,
		"package x\n@extern(embed)\n":                                    1,
		"package x\na: {@embed(file=a.txt)}\n":                           1,
		"package x\na: [{b: c: 1 @embed(glob=x)}]\n":                     1,
		"package x\nif true {a: b @embed (file=x)\n}\n":                  1,
		"package x\nlet y = {@embed(file=a)}\na: y\n":                    1,
		"package x\n[string]: _ @extern(\"a.wasm\", abi=c)\n":            1,
		"package x\nimport \"tool/exec\"\n":                              1,
		"package x\nimport (\n\"strings\"\n t \"tool:tool\"\n)\n":        1,
		"package x\nimport \"\\u0074ool/http\"\n":                        1,
		"package x\n// @embed(file=a)\na: \"@extern(embed)\" @tag(a)\n":  0,
		"package x\na: \"tool/exec\"\n":                                  0,
	} {
		if got := unfit("x.cue", []byte(text), readHeader("x.cue", []byte(text)), true); len(got) != want {
			t.Errorf("%s: %v, want %d", text, got, want)
		}
	}
}

// TestTooDeep has endless folders and links.
func TestTooDeep(t *testing.T) {
	root := outside(t)
	write(t, filepath.Join(root, strings.Repeat("d/", maxDepth+5), "x.cue"), "package x\n")
	if _, _, err := Open(root, "", Limits{}); err == nil || !strings.Contains(err.Error(), "nested more than") {
		t.Error(err)
	}
}
