// Numbers, measures and versions, as all parts of the page name and colour them.

// Whether more of it is better. What is not here is shown without a judgement.
const BETTER = {
  background_recall: 1, mascot_presence: 1, mascot_similarity: 1, prompt_tags: 1, diversity: 1, mascot_score: 1,
  flat_background: -1, near_white_border: -1, leakage: -1, drift: -1, uninvited: -1, memorised: -1,
  "embedding.mascot_similarity": 1, "embedding.drift": -1, "embedding.diversity": 1,
};

// Shares of pictures are told in percent; the others as numbers.
const SHARES = new Set(["background_recall", "mascot_presence", "flat_background", "near_white_border", "uninvited", "prompt_tags"]);

// A colour and a shape each, told apart by any eye (Okabe and Ito 2008); the base model is grey. Where colours come round again, they have other shapes.
const SHAPES = ["circle", "square", "triangle", "diamond", "cross", "down", "bar", "star"];

function styleOf(report) {
  const styles = {};
  report.versions.forEach((version, i) => {
    const [turn, place] = [Math.floor((i - 1) / SHAPES.length), (i - 1) % SHAPES.length];
    styles[version.name] = { color: i === 0 ? "var(--v-base)" : `var(--v-${place + 1})`, shape: i === 0 ? "ring" : SHAPES[(place + turn) % SHAPES.length], dash: turn > 0 ? "5 3" : null };
  });
  return styles;
}

function shape(kind, x, y, size, attributes = {}) {
  const s = size, points = list => svg("polygon", { points: list.map(([a, b]) => `${x + a * s},${y + b * s}`).join(" "), ...attributes });
  switch (kind) {
    case "square": return points([[-.85, -.85], [.85, -.85], [.85, .85], [-.85, .85]]);
    case "triangle": return points([[0, -1.1], [1, .8], [-1, .8]]);
    case "down": return points([[0, 1.1], [1, -.8], [-1, -.8]]);
    case "diamond": return points([[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]]);
    case "bar": return points([[-1.2, -.5], [1.2, -.5], [1.2, .5], [-1.2, .5]]);
    case "cross": return points([[-.4, -1.1], [.4, -1.1], [.4, -.4], [1.1, -.4], [1.1, .4], [.4, .4], [.4, 1.1], [-.4, 1.1], [-.4, .4], [-1.1, .4], [-1.1, -.4], [-.4, -.4]]);
    case "star": return points([...Array(10).keys()].map(i => [Math.sin(i * Math.PI / 5) * (i % 2 ? .5 : 1.25), -Math.cos(i * Math.PI / 5) * (i % 2 ? .5 : 1.25)]));
    default: return svg("circle", { cx: x, cy: y, r: s * .95, ...attributes, ...(kind === "ring" ? { fill: "var(--surface)", stroke: attributes.fill, "stroke-width": 2 } : {}) });
  }
}

// A version's sign beside its name.
function badge(report, name) {
  const style = report.styles[name];
  return h("span", { class: "version" },
    svg("svg", { class: "sign", viewBox: "-8 -8 16 16", "aria-hidden": "true" }, shape(style.shape, 0, 0, 5.5, { fill: style.color })),
    h("span", {}, breakable(nameOf(report, name))));
}

const nameOf = (report, name) => name === report.versions[0].name ? report.text.noLora : name;

const stepName = (report, point) => point.step === undefined ? nameOf(report, point.version) : sayText(report.text.atStep, { version: point.version, step: point.step });

// The same, as short as a plot has it.
const pointName = (report, point) => point.step === undefined ? nameOf(report, point.version) : `${point.version} @ ${point.step}`;

// A measure's name where pixels' and an encoder's could be taken for each other.
const fullName = (report, measure) => {
  const name = report.text.measures[measure]?.name ?? measure;
  return measure.startsWith("embedding.") ? sayText(report.text.inEmbedding, { measure: name }) : name;
};

const isNumber = value => typeof value === "number" && Number.isFinite(value);

const percent = value => `${Math.round(value * 100)}%`;

function show(measure, value) {
  if (!isNumber(value)) return "–";
  return SHARES.has(measure) ? percent(value) : value.toFixed(2).replace("-", "−");
}

// As many digits as it takes to be none of nothing.
function signed(measure, value) {
  const size = Math.abs(value) * (SHARES.has(measure) ? 100 : 1), usual = SHARES.has(measure) ? 0 : 2;
  const digits = [usual, usual + 1, usual + 2].find(digits => Number(size.toFixed(digits)) !== 0) ?? usual + 2;
  return (value > 0 ? "+" : value < 0 ? "−" : "±") + size.toFixed(digits);
}

function figureOf(figures, measure) {
  return measure.split(".").reduce((at, name) => at?.[name], figures);
}

// Three digits, as axes have them.
function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return (size >= 1e4 || size < 1e-3 ? value.toExponential(0).replace("e+", "e") : `${Number(value.toPrecision(3))}`).replace("-", "−");
}

// The page says where a file is as far as the run beside it does.
const placeOf = (report, file) => report.run?.artifacts ? `${report.run.artifacts}/${file}` : file;

function bytes(length) {
  return length < 1 << 20 ? `${Math.max(1, Math.round(length / 1024))} KiB` : `${(length / (1 << 20)).toFixed(1)} MiB`;
}

function duration(seconds) {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
