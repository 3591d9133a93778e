// What each step of the trainings was like, all versions on one axis.

const PLOTS = [
  { id: "loss", raw: "loss", line: "loss_average" },
  { id: "grad_norm", raw: "grad_norm", log: true },
  { id: "lr", line: "lr_unet" },
  { id: "val_subject", line: "loss/val_subject", dots: true, star: true },
  { id: "val_background", line: "loss/val_background", dots: true, star: true },
  { id: "val", line: "loss/val", dots: true, star: true, unless: "loss/val_subject" },
];

function curves(report) {
  const { text } = report;
  const trained = report.versions.filter(version => version.curves && Object.keys(version.curves.series).length > 0);
  if (trained.length === 0) return null;
  const hidden = new Set();
  const has = name => trained.some(version => version.curves.series[name]?.length > 0);
  const figures = PLOTS.filter(spec => has(spec.line ?? spec.raw) && !(spec.unless && has(spec.unless))).map(spec => {
    const figure = plot(`${text.plots[spec.id].name}. ${text.plots[spec.id].says}`, 250, (width, height) => drawCurves(report, trained.filter(version => !hidden.has(version.name)), spec, width, height));
    return { ...figure, spec };
  });
  const toggle = (version, event) => {
    const isShown = hidden.delete(version.name) || !hidden.add(version.name);
    event.currentTarget.setAttribute("aria-pressed", `${isShown}`);
    figures.forEach(figure => figure.redraw());
  };
  const broken = trained.filter(version => version.curves.not_finite > 0);
  return section("curves", text.curvesTitle, text.curvesLead,
    h("div", { class: "legend", role: "group", "aria-label": text.versionsShown },
      trained.map(version => h("button", { type: "button", "aria-pressed": "true", onclick: event => toggle(version, event) }, badge(report, version.name)))),
    h("div", { class: "plots" }, figures.map(({ element, spec }) => h("figure", {}, h("figcaption", {}, h("strong", {}, text.plots[spec.id].name), h("span", { class: "quiet" }, text.plots[spec.id].says)), element))),
    broken.map(version => h("p", { class: "note" }, sayText(text.notFinite, { version: version.name, count: version.curves.not_finite }))),
    watched(report));
}

// As far as both go.
const isSame = (a, b) => a.slice(0, b.length).every(([step, value], i) => step === b[i][0] && value === b[i][1]);

function drawCurves(report, versions, spec, width, height) {
  const lines = versions.flatMap(version => [[spec.raw, "raw"], [spec.line, "line"]]
    .map(([name, kind]) => ({ version, kind: kind === "raw" && !spec.line ? "only" : kind, points: (version.curves.series[name] ?? []).filter(([, value]) => !spec.log || value === null || value > 0) }))
    .filter(line => line.points.some(([, value]) => value !== null)));
  if (lines.length === 0) return [svg("text", { x: width / 2, y: height / 2, class: "tick middle" }, "–")];
  // Of lines that are the same, the later ones leave gaps, in which the earlier ones are seen.
  lines.forEach((line, i) => line.above = lines.slice(0, i).filter(other => other.kind === line.kind && isSame(other.points, line.points)).length);
  const values = lines.flatMap(line => line.points.map(([, value]) => value)).filter(value => value !== null);
  const low = Math.min(...values), high = Math.max(...values);
  const x = scale(0, Math.max(...versions.map(version => version.curves.steps)), PLOT.left, width - PLOT.right, { count: width < 420 ? 4 : 6 });
  const y = spec.log ? scale(low, high, height - PLOT.bottom, PLOT.top + 6, { log: true }) : scale(Math.min(0, low), high, height - PLOT.bottom, PLOT.top + 6, { count: 4 });
  return [
    axes(x, y, width, height, { xLabel: report.text.step }),
    lines.map(({ version, kind, points, above }) => {
      const { color, dash, shape: sign } = report.styles[version.name];
      return [svg("path", { d: path(points, x, y), class: `curve ${kind}`, stroke: color, "stroke-dasharray": above > 0 ? `${Math.max(4, 14 - above * 5)} ${above * 8}` : dash }),
        spec.dots && points.filter(([, value]) => value !== null).map(([step, value]) => shape(sign, x(step), y(value), 2.6, { fill: color }))];
    }),
    spec.star && lines.map(({ version, points }) => {
      const step = version.kept?.kept_step, point = points.find(([at]) => at === step);
      return point && point[1] !== null && svg("g", {}, svg("title", {}, sayText(report.text.keptStep, { version: version.name, step })),
        svg("text", { x: x(step), y: y(point[1]) + 7, class: "kept", fill: report.styles[version.name].color }, "★"));
    })];
}

// Pictures that were drawn between the steps: a row a version, a column a step.
function watched(report) {
  const { text } = report;
  const versions = report.versions.filter(version => version.watched?.length > 0);
  if (versions.length === 0) return null;
  const names = [...new Set(versions.flatMap(version => version.watched.map(shown => shown.name)))];
  const steps = [...new Set(versions.flatMap(version => version.watched.map(shown => shown.step)))].sort((a, b) => a - b);
  const body = h("tbody");
  const draw = name => body.replaceChildren(...versions.map(version => h("tr", {},
    h("th", { scope: "row" }, badge(report, version.name)),
    steps.map(step => {
      const shown = version.watched.find(shown => shown.step === step && shown.name === name);
      return h("td", {}, shown && picture(report, shown.file, sayText(text.watchedAlt, { version: version.name, step, name })));
    }))));
  draw(names[0]);
  return [
    h("h3", {}, text.watchedTitle),
    h("p", { class: "lead" }, text.watchedLead),
    names.length > 1 && picker(text.prompt, names.map(name => ({ value: name, label: name.replace(/_\d+$/, "") })), names[0], draw),
    scroller(text.watchedTitle, h("table", { class: "grid strip", style: `--columns: ${steps.length}` },
      h("thead", {}, h("tr", {}, h("td", {}), steps.map(step => h("th", { scope: "col" }, `${step}`)))), body), "wide")];
}
