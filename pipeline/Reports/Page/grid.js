// Rows: versions, the base model first. Columns: prompts. One seed at a time.

function grid(report, light) {
  const { text } = report;
  let seed = 0;
  const body = h("tbody");

  function draw() {
    body.replaceChildren(...report.versions.map((version, row) => h("tr", {},
      h("th", { scope: "row" }, badge(report, version.name)),
      report.prompts.map((_, column) => {
        const shown = pictureOf(report, row, column, seed);
        return h("td", {}, shown && h("button", { type: "button", class: "cell", onclick: () => light.open({ version: row, prompt: column, seed }) }, picture(report, shown.file, altOf(report, shown))));
      }))));
  }

  draw();
  const table = h("table", { class: "grid", style: `--columns: ${report.prompts.length}` },
    h("thead", {}, h("tr", {}, h("td", {}), report.prompts.map(prompt => h("th", { scope: "col" }, h("span", {}, breakable(prompt.kind)))))),
    body);
  const seeds = report.seeds.length > 1
    && choice(text.seed, report.seeds.map((value, i) => ({ value: `${i}`, label: `${value}` })), "0", value => { seed = Number(value); draw(); });
  const { sampler, steps, guidance, negative_prompt } = report.sampling;
  return section("grid", text.gridTitle, text.gridLead, seeds, scroller(text.gridTitle, table, "wide"),
    h("p", { class: "quiet note" }, sayText(text.drawnWith, { sampler, steps, guidance }), negative_prompt ? sayText(text.negative, { prompt: negative_prompt }) : ""));
}
