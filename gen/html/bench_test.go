package html_test

import (
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// BenchmarkExplorer opens the explorer with 1,000 products and more than 40,000 flows. It
// measures the time to load and to first paint, the time of a keystroke in plain scans of
// the same texts, the rows in the page, and the memory of its scripts.
func BenchmarkExplorer(b *testing.B) {
	dir := manyFlows(b)
	for b.Loop() {
		p := readers.Open(b, readers.View{})
		p.Go(dir, "explorer.html", "")
		var seen struct{ Load, Paint, Rows float64 }
		p.Eval(`new Promise((done) => new PerformanceObserver((list) => {
			const paint = list.getEntriesByName("first-contentful-paint")[0];
			if (paint) done({
				Load: performance.getEntriesByType("navigation")[0].loadEventEnd, Paint: paint.startTime,
				Rows: document.querySelectorAll(".list tbody tr").length,
			});
		}).observe({ type: "paint", buffered: true }))`, &seen)
		p.Eval("gc()", nil)
		memory := p.Metrics()["JSHeapUsedSize"]
		var times struct{ Key, Scan float64 }
		p.Eval("("+keystrokes+")(30)", &times)
		b.ReportMetric(seen.Load, "ms-to-load")
		b.ReportMetric(seen.Paint, "ms-to-paint")
		b.ReportMetric(times.Key/times.Scan, "scans/key")
		b.ReportMetric(seen.Rows, "rows")
		b.ReportMetric(memory/1e6, "MB")
	}
}
