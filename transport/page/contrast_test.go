package page_test

// contrast fails the test if a visible text stands out too little from its ground: below 4.5 to 1, as WCAG AA has it.
// Text on a button that cannot be pressed need not, by the same rules.
func (b *tab) contrast() {
	b.t.Helper()
	if weak := b.value(contrastJS); weak != "" {
		b.t.Errorf("too little contrast:\n%s", weak)
	}
}

const contrastJS = `(() => {
	const parse = (c) => c.match(/[\d.]+/g).map(Number);
	const light = (c) => {
		const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = parse(getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const weak = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest(':disabled')) continue;
		const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
		const ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) weak.push(ratio.toFixed(2) + ' ' + e.outerHTML);
	}
	return weak.join('\n');
})()`
