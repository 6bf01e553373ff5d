// Draws a Mermaid diagram in a browser, as on a page of a code host, and measures the result:
// [Drawing] in mermaid.go. Lengths are in pixels of the page.
mermaid.initialize({ startOnLoad: false });

// elements are those of which Mermaid makes a flowchart.
const elements = new Set(
  ("g style title desc defs marker path rect circle polygon ellipse line filter feDropShadow linearGradient stop " +
    "foreignObject div span p br b i text tspan").split(" "),
);

async function draw(text) {
  const page = document.getElementById("page");
  page.innerHTML = (await mermaid.render("diagram", text)).svg;
  const svg = page.querySelector("svg");
  const rect = (element) => {
    const r = element.getBoundingClientRect();
    return { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
  };
  const scale = (element) => element.getScreenCTM().a;
  // Of a label, only the text counts, not what is around a box or behind a label.
  const words = (label) => {
    const range = document.createRange();
    range.selectNodeContents(label);
    return rect(range);
  };
  let letters = Infinity;
  const sized = (label) => {
    letters = Math.min(letters, parseFloat(getComputedStyle(label).fontSize) * scale(label.closest("foreignObject") ?? label));
    return words(label);
  };
  const boxes = [...svg.querySelectorAll("g.node")].map((node) => ({
    text: node.textContent.trim(),
    box: rect(node.querySelector(":scope > rect, :scope > polygon, :scope > path, :scope > circle, :scope > g") ?? node),
    words: sized(node.querySelector(".nodeLabel")),
  }));
  const labels = [...svg.querySelectorAll(".edgeLabel foreignObject .edgeLabel")]
    .filter((label) => label.textContent.trim())
    .map((label) => ({ text: label.textContent.trim(), words: sized(label) }));
  const inside = (p, r, by) => p.x > r.left + by && p.x < r.right - by && p.y > r.top + by && p.y < r.bottom - by;
  const overlap = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;

  const faults = [];
  const paths = [...svg.querySelectorAll("path.flowchart-link")];
  for (const path of paths) {
    const matrix = path.getScreenCTM();
    const at = (length) => path.getPointAtLength(length).matrixTransform(matrix);
    const total = path.getTotalLength();
    const ends = [at(0), at(total)];
    const points = []; // kept, because the browser walks along the arrow to find each of them
    for (let length = 0; length <= total; length += 2) points.push(at(length));
    for (const b of boxes) {
      // An arrow touches the boxes that it joins, but not their text.
      const own = ends.some((p) => inside(p, b.box, -9));
      if (points.some((p) => (own ? inside(p, b.words, 1) : inside(p, b.box, 1)))) faults.push(`arrow ${path.id} passes through ${b.text}`);
    }
  }
  for (const [i, a] of labels.entries()) {
    for (const b of [...labels.slice(i + 1), ...boxes]) {
      if (overlap(a.words, b.box ?? b.words)) faults.push(`label ${a.text} is on ${b.text}`);
    }
  }
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      if (overlap(a.box, b.box)) faults.push(`box ${a.text} is on ${b.text}`);
    }
    const w = a.words, r = a.box;
    if (w.left < r.left || w.right > r.right || w.top < r.top || w.bottom > r.bottom) faults.push(`text leaves its box: ${a.text}`);
  }
  const foreign = [];
  for (const element of svg.querySelectorAll("*")) {
    if (!elements.has(element.localName)) foreign.push(`<${element.localName}>`);
    for (const { localName: name, value } of element.attributes) {
      if (name.startsWith("on") || name === "href" || name === "src") foreign.push(`${element.localName} ${name}=${value}`);
    }
  }
  const size = rect(svg);
  return {
    letters,
    width: size.right - size.left,
    height: size.bottom - size.top,
    full: svg.viewBox.baseVal.width,
    boxes: boxes.length,
    arrows: paths.length,
    texts: [...boxes, ...labels].map((x) => x.text),
    foreign,
    faults,
  };
}
