// The pictures of one point of the plane, and those of all saved steps at one prompt: each opens large.

const shot = (report, light, place) => {
  const shown = pictureOf(report, place.version, place.prompt, place.seed, place.step);
  return shown && h("button", { type: "button", class: "cell", onclick: () => light.open(place) }, picture(report, shown.file, altOf(report, shown)));
};

// All prompts of a version or of a saved step, of the first seed.
function pointPictures(report, light) {
  const { text } = report;
  const title = h("h3", {}), row = h("tr");
  const table = h("table", { class: "grid", style: `--columns: ${report.prompts.length}` },
    h("thead", {}, h("tr", {}, report.prompts.map(prompt => h("th", { scope: "col" }, h("span", {}, breakable(prompt.kind)))))),
    h("tbody", {}, row));
  const show = point => {
    const version = report.versions.findIndex(version => version.name === point.version);
    title.textContent = sayText(text.pointPictures, { point: pointName(report, point), seed: report.seeds[0] });
    row.replaceChildren(...report.prompts.map((_, prompt) => h("td", {}, shot(report, light, { version, prompt, seed: 0, step: point.step }))));
  };
  return { element: h("div", { class: "of-point", "aria-live": "polite" }, title, scroller(text.picturesOfPoint, table, "wide")), show };
}

// A row a version, a column a saved step, its own file last.
function stepStrip(report, light) {
  const { text } = report;
  const versions = report.versions.map((version, i) => ({ version, i })).filter(({ version }) => version.steps?.length > 0);
  if (versions.length === 0) return null;
  const steps = [...new Set(versions.flatMap(({ version }) => version.steps.map(saved => saved.step)))].sort((a, b) => a - b);
  const body = h("tbody");
  const draw = prompt => body.replaceChildren(...versions.map(({ version, i }) => h("tr", {},
    h("th", { scope: "row" }, badge(report, version.name)),
    [...steps, undefined].map(step => h("td", {}, shot(report, light, { version: i, prompt, seed: 0, step }))))));
  draw(0);
  return [
    h("h3", {}, text.stepsTitle),
    h("p", { class: "lead" }, sayText(text.stepsLead, { seed: report.seeds[0] })),
    report.prompts.length > 1 && picker(text.prompt, report.prompts.map((prompt, i) => ({ value: `${i}`, label: prompt.kind })), "0", value => draw(Number(value))),
    scroller(text.stepsTitle, h("table", { class: "grid strip", style: `--columns: ${steps.length + 1}` },
      h("thead", {}, h("tr", {}, h("td", {}), steps.map(step => h("th", { scope: "col" }, `${step}`)), h("th", { scope: "col" }, text.end))), body), "wide")];
}
