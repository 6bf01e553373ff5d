package html

import (
	"embed"
	"io/fs"
	"path"

	"github.com/portspec/portspec/gen"
)

// esbuild bundles the sources in src and minifies them: the size of a page includes all that
// it loads.
//
//go:generate ../../internal/readers/node_modules/.bin/esbuild src/site.css src/explorer.css src/site.ts src/serve.ts src/explorer.ts src/icon.svg --loader:.svg=copy --bundle --minify --target=es2022 --charset=ascii --log-level=warning --outdir=assets

//go:embed assets/*
var assetFiles embed.FS

// reloading is a script that is added to site.js in a site that portspec serve serves.
const reloading, reloaded = "serve.js", "site.js"

// assets returns the style sheets and scripts of the site, with the header of generated files.
func assets(served bool) []gen.File {
	var files []gen.File
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		panic(err) // they are embedded
	}
	for _, e := range entries {
		data := asset(e.Name())
		switch {
		case e.Name() == reloading:
			continue
		case e.Name() == reloaded && served:
			data = append(data, asset(reloading)...)
		}
		begin, end := "// ", ""
		switch path.Ext(e.Name()) {
		case ".css":
			begin, end = "/* ", "*/\n" // the seal is between them
		case ".svg":
			begin, end = "<!-- ", "-->\n"
		}
		files = append(files, gen.File{Path: "assets/" + e.Name(), Data: append([]byte(begin+gen.Header+"\n"+end), data...)})
	}
	return files
}

func asset(name string) []byte {
	data, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return data
}
