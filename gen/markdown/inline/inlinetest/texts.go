// Package inlinetest has texts for tests of whatever shows text of specs as Markdown.
package inlinetest

import "strings"

// Hostile are texts that could become something else in pages.
var Hostile = []string{
	"a | b || c \\| d",
	"`code` ``more`` ```\nfence\n```",
	"<script>alert(1)</script><img src=x onerror=alert(1)>",
	"<a id=\"flow-web\"></a><!-- x --> --> <![CDATA[x]]> <?x?>",
	"[x](javascript:alert(1)) ![x](https://x/y.png) [x][y] [x]: https://x [^1]",
	"https://evil.example/ http://evil.example www.evil.example ftp://x.y me@evil.example mailto:me@x.y <https://x.y>",
	"# heading\n## heading\nheading\n===\nheading\n---",
	"- item\n+ item\n* item\n1. item\n    code\n> quote\n\n***\n",
	"**strong** *em* __strong__ _em_ ~~gone~~ ==mark== ^sup^ x^2^ H~2~O",
	"{{ x }} {% x %} {# x #} ${x} $(x) $x$ $$x$$ {{< x >}} {{% x %}} {: #id .class }",
	"&lt;b&gt; &amp; &#60;b&#62; &copy &nbsp; &#x202e;",
	"\"quotes\" 'quotes' \\\"escaped\\\" \\",
	"a\r\nb\rc\u2028d\u2029e\vf\fg\u0085h",
	"שרת (10.1.1.11), خادم [2]", "right\u202eto\u202dleft\u2066x\u2069 zero\u200bwidth\u200d \ufeffmark \u00adsoft \U000e0041tag",
	"\x00\x01\x07\x08\x1b[31mred\x7f\u0080\u009f",
	"\xff\xfe\xc3\x28 not UTF-8",
	"%% comment */ /* // -- # ; rem ' !tag !!python/object:x *alias &anchor",
	"!!! note\n    x\n??? x\n\nTerm\n: definition\n\n[TOC]\n--8<-- \"x\"\n:smile: @user #1 GH-1",
	"(label)=", "import x from 'y'", "export const x = 1", "/// note\n    x\n///", ":::note\nx\n:::", "::leaf[x]{y=z} :text[x]{y=z}", "+++ {\"x\": 1}", "% comment",
	"{ref}`x` {doc}`x` |x| `x`_ .. note:: x", "\\\\server\\share C:\\.x \\- \\' \\`", "x {#id .class onclick=\"x\"} {: onclick=\"x\" } { #id }", "{{< ref \"x\" >}} {{%/* x */%}} {{- x -}}",
	"(c) (tm) 1/2 +/- --> =/= c/o 1st", "H~2~O ++x++ ^^x^^ ~~x~~ {++x++} {--x--} {>>x<<}",
	"| --- | --- |",
	"-", "=", "1.", "2)", "+", "#", ">", "|", "\\", "`", "~", ":", "a.", "&", "!", "[", "]", "_", "*", "http://", "www.", " \t\n",
	strings.Repeat("very long ", 100),
	strings.Repeat("unbroken", 100),
	strings.Repeat("[", 100) + strings.Repeat("*", 100) + strings.Repeat("`", 100),
}
