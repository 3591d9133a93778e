// The whole page out of its data alone. `run` is what the last run says of itself; a page without it shows the results.
function render(report, run) {
  const text = { en: TEXT_EN, ja: TEXT_JA }[report.language] ?? TEXT_EN;
  const view = { ...report, run, text, styles: styleOf(report) };
  const light = lightbox(view);
  const parts = [grid(view, light), slider(view), plane(view, light), curves(view), measures(view), data(view), settings(view), origins(view, run)].filter(part => part);
  const contents = h("nav", { "aria-label": text.contents }, h("ul", {}, parts.map(part => h("li", {}, h("a", { href: `#${part.id}` }, text.short[part.id])))));
  document.documentElement.lang = report.language;
  const best = report.choice.best;
  document.title = `${report.name}: ${best ? stepName(view, best) : text.title}`;
  document.getElementById("page").replaceChildren(headline(view), contents, ...parts, light.element);
}
