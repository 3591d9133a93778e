// Every version and every saved step: how much of the mascot there is against what it does to the rest.

function plane(report) {
  const { text, choice } = report;
  if (choice.points.length < 2) return null;
  const mascot = text.measures[choice.mascot]?.name ?? choice.mascot;
  const harm = choice.harm === "background_recall" ? text.backgroundLost : text.measures[choice.harm]?.name ?? choice.harm;
  const figure = plot(sayText(text.planeAlt, { mascot, harm }), 400, (width, height) => drawPlane(report, width, height, mascot, harm));
  const points = [...choice.points].sort((a, b) => b.mascot - a.mascot || a.harm - b.harm);
  return section("best", text.planeTitle, text.planeLead,
    h("p", { class: "verdict" }, verdict(report)),
    h("figure", {}, figure.element, h("figcaption", { class: "quiet" }, text.planeLegend)),
    h("details", {}, h("summary", {}, text.asTable),
      scroller(text.planeTitle, h("table", { class: "figures" },
        h("thead", {}, h("tr", {}, [text.version, mascot, harm, text.unbeaten].map(name => h("th", { scope: "col" }, name)))),
        h("tbody", {}, points.map(point => h("tr", {},
          h("th", { scope: "row" }, stepName(report, point)), h("td", {}, show(choice.mascot, point.mascot)), h("td", {}, show(choice.harm, point.harm)), h("td", {}, point.unbeaten ? "●" : ""))))))));
}

// The recommended file and why, in one sentence.
function verdict(report) {
  const { text, choice } = report;
  const version = report.versions.find(version => version.name === choice.best?.version);
  if (!version?.lora) return sentence(report);
  const unbeaten = choice.points.filter(point => point.unbeaten).length;
  return say(text.verdict, { file: h("code", {}, fileOf(version, choice.best).split("/").at(-1)), unbeaten, all: choice.points.length, why: why(report, choice.best, null) });
}

function drawPlane(report, width, height, mascot, harm) {
  const { choice } = report;
  const highest = Math.max(...choice.points.map(point => point.harm), .05);
  const x = scale(-highest * .06, highest * 1.12, PLOT.left, width - PLOT.right, { count: width < 500 ? 4 : 6 });
  const y = scale(-.06, 1.1, height - PLOT.bottom, PLOT.top + 14);
  x.ticks = x.ticks.filter(tick => tick >= 0);
  y.ticks = [0, .2, .4, .6, .8, 1];
  const format = measure => value => SHARES.has(measure) ? percent(value) : short(value);
  const front = choice.points.filter(point => point.unbeaten).sort((a, b) => a.harm - b.harm || a.mascot - b.mascot);
  const steps = front.flatMap((point, i) => i === 0 ? [[point.harm, point.mascot]] : [[point.harm, front[i - 1].mascot], [point.harm, point.mascot]]);
  // No name on a mark.
  const taken = choice.points.map(point => ({ x0: x(point.harm) - 6, x1: x(point.harm) + 6, y0: y(point.mascot) - 6, y1: y(point.mascot) + 6 }));
  const ways = report.versions.map(version => [version.name, choice.points.filter(point => point.version === version.name)
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity))]).filter(([, points]) => points.length > 1);
  const isBest = point => choice.best && point.version === choice.best.version && point.step === choice.best.step;
  // The recommended one first, so that it gets its label.
  const ordered = [...choice.points].sort((a, b) => isBest(b) - isBest(a) || (a.step === undefined ? 0 : 1) - (b.step === undefined ? 0 : 1));
  return [
    axes(x, y, width, height, { xLabel: `${harm} →`, yLabel: `↑ ${mascot}`, xFormat: format(choice.harm), yFormat: format(choice.mascot) }),
    steps.length > 1 && svg("path", { d: path(steps, x, y), class: "front" }),
    ways.map(([name, points]) => svg("path", { d: path(points.map(point => [point.harm, point.mascot]), x, y), class: "way", stroke: report.styles[name].color })),
    ordered.map(point => {
      const style = report.styles[point.version], px = x(point.harm), py = y(point.mascot), size = point.step === undefined ? 6.5 : 4;
      const name = stepName(report, point);
      return svg("g", { class: "point" }, svg("title", {}, `${name}: ${show(choice.mascot, point.mascot)}, ${show(choice.harm, point.harm)}`),
        isBest(point) && svg("circle", { cx: px, cy: py, r: 13, class: "chosen" }),
        shape(style.shape, px, py, size, { fill: style.color, class: point.unbeaten ? "unbeaten" : "" }),
        (point.step === undefined || isBest(point)) && label(name, px, py, width, taken, isBest(point)));
    })];
}

// A name beside its point where no other name is; none where there is no room.
function label(name, px, py, width, taken, bold) {
  const length = [...name].reduce((sum, letter) => sum + (letter > "\u2000" ? 13 : 7), 0);
  for (const dy of [4, 20, -12, 36, -28, 52, 68]) {
    for (const left of [false, true]) {
      const box = { x0: left ? px - 12 - length : px + 12, y0: py + dy - 11 };
      box.x1 = box.x0 + length;
      box.y1 = box.y0 + 14;
      if (box.x0 < PLOT.left || box.x1 > width || taken.some(other => box.x0 < other.x1 && other.x0 < box.x1 && box.y0 < other.y1 && other.y0 < box.y1)) continue;
      taken.push(box);
      return svg("text", { x: left ? px - 12 : px + 12, y: py + dy, class: `name ${left ? "end" : ""} ${bold ? "bold" : ""}` }, name);
    }
  }
  return null;
}
