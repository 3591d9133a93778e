// Every version and every saved step: how much of the mascot there is against what it does to the rest.

function plane(report, light) {
  const { text, choice } = report;
  if (choice.points.length < 2) return null;
  const mascot = fullName(report, choice.mascot);
  const harm = choice.harm === "background_recall" ? text.backgroundLost : fullName(report, choice.harm);
  const pictures = pointPictures(report, light);
  const marks = new Marks(report, pictures.show);
  const figure = plot(sayText(text.planeAlt, { mascot, harm }), 400, (width, height) => drawPlane(report, marks, width, height, mascot, harm), "group");
  marks.choose(marks.best ?? marks.points[0]);
  const points = [...choice.points].sort((a, b) => b.mascot - a.mascot || a.harm - b.harm);
  return section("best", text.planeTitle, [text.planeLead, choice.mascot.startsWith("embedding.") && text.planeEmbedded].filter(Boolean).join(text.joinSentences),
    h("p", { class: "verdict" }, verdict(report)),
    h("figure", {}, figure.element, h("figcaption", { class: "quiet" }, text.planeLegend, choice.points.some(point => point.step !== undefined) ? ` ${sayText(text.planeSteps, { seed: report.seeds[0] })}` : "")),
    pictures.element,
    h("details", {}, h("summary", {}, text.asTable),
      scroller(text.planeTitle, h("table", { class: "figures" },
        h("thead", {}, h("tr", {}, [text.version, mascot, harm, text.unbeaten].map(name => h("th", { scope: "col" }, name)))),
        h("tbody", {}, points.map(point => h("tr", {},
          h("th", { scope: "row" }, pointName(report, point)), h("td", {}, show(choice.mascot, point.mascot)), h("td", {}, show(choice.harm, point.harm)), h("td", {}, point.unbeaten ? "●" : ""))))))),
    stepStrip(report, light));
}

// The recommended file and why, in one sentence.
function verdict(report) {
  const { text, choice } = report;
  const version = report.versions.find(version => version.name === choice.best?.version);
  if (!version?.lora) return sentence(report);
  const unbeaten = choice.points.filter(point => point.unbeaten).length;
  return say(choice.best_of_unbeaten ? text.verdict : text.verdictAll, { file: h("code", {}, fileOf(version, choice.best).split("/").at(-1)), unbeaten, all: choice.points.length, why: why(report, choice.best, null), balance: text.balances[isNumber(choice.best.background) ? "both" : "other"] });
}

// The points as one of several to choose from: one stop of the Tab key, arrow keys go on from there in the order of versions and steps.
class Marks {
  constructor(report, chosen) {
    const { choice } = report;
    this.chosen = chosen;
    this.points = report.versions.flatMap(version => choice.points.filter(point => point.version === version.name).sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity)));
    this.best = this.points.find(point => point.version === choice.best?.version && point.step === choice.best.step);
    this.elements = new Map();
  }

  choose(point) {
    this.current = point;
    for (const [of, element] of this.elements) this.mark(of, element);
    this.chosen(point);
  }

  mark(point, element) {
    element.setAttribute("aria-checked", `${point === this.current}`);
    element.setAttribute("tabindex", point === this.current ? "0" : "-1");
  }

  press(event, point) {
    const at = this.points.indexOf(point), count = this.points.length;
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: count - 1, " ": at, Enter: at }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = this.points[(next + count) % count];
    this.choose(to);
    this.elements.get(to).focus();
  }

  draw(point, says, ...children) {
    const element = svg("g", { class: "point", role: "radio", "aria-label": says, onclick: () => this.choose(point), onkeydown: event => this.press(event, point) }, svg("title", {}, says), ...children);
    this.elements.set(point, element);
    this.mark(point, element);
  }

  // In the order in which the keys go through them, whatever the order in which they were drawn.
  group = label => svg("g", { role: "radiogroup", "aria-label": label }, this.points.map(point => this.elements.get(point)));
}

function drawPlane(report, marks, width, height, mascot, harm) {
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
  const reach = point => isBest(point) ? 14 : 7;
  const isBest = point => point === marks.best;
  const taken = choice.points.map(point => ({ x0: x(point.harm) - reach(point), x1: x(point.harm) + reach(point), y0: y(point.mascot) - reach(point), y1: y(point.mascot) + reach(point) }));
  const ways = report.versions.map(version => [version.name, choice.points.filter(point => point.version === version.name)
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity))]).filter(([, points]) => points.length > 1);
  // The recommended one first, so that it gets its label.
  const ordered = [...choice.points].sort((a, b) => isBest(b) - isBest(a) || (a.step === undefined ? 0 : 1) - (b.step === undefined ? 0 : 1));
  ordered.forEach(point => {
    const style = report.styles[point.version], px = x(point.harm), py = y(point.mascot), size = point.step === undefined ? 6.5 : 4;
    const name = pointName(report, point);
    marks.draw(point, `${name}: ${mascot} ${show(choice.mascot, point.mascot)}, ${harm} ${show(choice.harm, point.harm)}${point.unbeaten ? `, ${report.text.unbeaten}` : ""}`,
      svg("circle", { cx: px, cy: py, r: 11, class: "target" }),
      isBest(point) && svg("circle", { cx: px, cy: py, r: 13, class: "chosen" }),
      shape(style.shape, px, py, size, { fill: style.color, class: point.unbeaten ? "unbeaten" : "" }),
      label(name, px, py, width, height, taken, isBest(point)));
  });
  return [
    axes(x, y, width, height, { xLabel: `${harm} →`, yLabel: `↑ ${mascot}`, xFormat: format(choice.harm), yFormat: format(choice.mascot) }),
    steps.length > 1 && svg("path", { d: path(steps, x, y), class: "front" }),
    ways.map(([name, points]) => svg("path", { d: path(points.map(point => [point.harm, point.mascot]), x, y), class: "way", stroke: report.styles[name].color })),
    marks.group(sayText(report.text.planeAlt, { mascot, harm }))];
}

// A name beside its point where no other name is; none where there is no room.
function label(name, px, py, width, height, taken, bold) {
  const length = [...name].reduce((sum, letter) => sum + (letter > "\u2000" ? 13 : bold ? 8.6 : 7.8), 4), gap = bold ? 17 : 12;
  for (const dy of [4, 20, -12, 36, -28, 52, 68]) {
    for (const left of [false, true]) {
      const box = { x0: left ? px - gap - length : px + gap, y0: py + dy - 11 };
      box.x1 = box.x0 + length;
      box.y1 = box.y0 + 14;
      if (box.x0 < PLOT.left || box.x1 > width || box.y1 > height - PLOT.bottom || taken.some(other => box.x0 < other.x1 + 3 && other.x0 < box.x1 + 3 && box.y0 < other.y1 && other.y0 < box.y1)) continue;
      taken.push(box);
      return svg("text", { x: left ? px - gap : px + gap, y: py + dy, class: `name ${left ? "end" : ""} ${bold ? "bold" : ""}` }, name);
    }
  }
  return null;
}
