// Before and after: two versions at one prompt and seed, one over the other, with a line between that mouse, finger and arrow keys move.

function slider(report) {
  const { text } = report;
  const names = report.versions.map((version, i) => ({ value: `${i}`, label: nameOf(report, version.name) }));
  const best = report.versions.findIndex(version => version.name === report.choice.best?.version);
  const rival = report.versions.findIndex(version => version.name === report.choice.rival?.version);
  const state = { a: rival > 0 ? rival : 0, b: best > 0 ? best : report.versions.length - 1, prompt: 0, seed: 0 };
  const before = h("img", { class: "before", alt: "" }), after = h("img", { class: "after", alt: "" });
  const left = h("span", { class: "side left" }), right = h("span", { class: "side right" });
  const range = h("input", { type: "range", min: "0", max: "100", value: "50", step: "1", "aria-label": text.slide, oninput: () => place() });
  const stage = h("div", { class: "comparison" + (report.resolution < 256 ? " small" : "") }, before, after, h("span", { class: "line", "aria-hidden": "true" }), left, right, range);

  const place = () => stage.style.setProperty("--at", `${range.value}%`);

  function draw() {
    for (const [image, label, version] of [[before, left, state.a], [after, right, state.b]]) {
      const shown = pictureOf(report, version, state.prompt, state.seed);
      image.src = link(shown.file);
      image.alt = altOf(report, shown);
      label.textContent = nameOf(report, shown.version);
    }
    prompt.textContent = report.prompts[state.prompt].prompt;
  }

  const set = name => value => { state[name] = Number(value); draw(); };
  const prompt = h("p", { class: "quiet prompt" });
  const controls = h("div", { class: "controls" },
    picker(text.left, names, `${state.a}`, set("a")),
    picker(text.right, names, `${state.b}`, set("b")),
    picker(text.prompt, report.prompts.map((prompt, i) => ({ value: `${i}`, label: prompt.kind })), "0", set("prompt")),
    picker(text.seed, report.seeds.map((seed, i) => ({ value: `${i}`, label: `${seed}` })), "0", set("seed")),
    prompt);
  draw();
  place();
  return section("compare", text.compareTitle, text.compareLead, h("div", { class: "side-by-side" }, stage, controls));
}
