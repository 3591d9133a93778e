// Axes and lines in SVG, drawn at the width that there is, so that text keeps its size. Drawn anew when that changes.

const PLOT = { left: 52, right: 14, top: 12, bottom: 34 };

// Draws into a figure as wide as its place.
function plot(label, height, draw, role = "img") {
  const holder = h("div", { class: "plot", style: `min-height: ${height}px` });
  let width = 0;
  const redraw = () => {
    if (width > 0) holder.replaceChildren(svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role, "aria-label": label }, draw(width, height)));
  };
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width) return;
    width = now;
    redraw();
  }).observe(holder);
  return { element: holder, redraw };
}

function linearTicks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function logTicks(low, high) {
  const ticks = [], from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high)), stride = Math.ceil((to - from) / 6);
  for (let i = from; i <= to; i += stride) if (10 ** i >= low * .999 && 10 ** i <= high * 1.001) ticks.push(10 ** i);
  if (ticks.length >= 2) return ticks;
  return [1, 2, 5].flatMap(n => [...Array(to - from + 1).keys()].map(i => n * 10 ** (from + i))).filter(n => n >= low * .999 && n <= high * 1.001).sort((a, b) => a - b);
}

// A scale of values to pixels, with its ticks.
function scale(low, high, from, to, { log = false, count = 5 } = {}) {
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - Math.max(.5, Math.abs(low) * .1), high + Math.max(.5, Math.abs(high) * .1)];
  const at = log ? value => Math.log10(value) : value => value;
  const map = value => from + (at(value) - at(low)) / (at(high) - at(low)) * (to - from);
  map.ticks = log ? logTicks(low, high) : linearTicks(low, high, count);
  map.low = low;
  map.high = high;
  return map;
}

function axes(x, y, width, height, { xLabel, yLabel, xFormat = short, yFormat = short } = {}) {
  const bottom = height - PLOT.bottom;
  return [
    y.ticks.map(tick => [
      svg("line", { x1: PLOT.left, x2: width - PLOT.right, y1: y(tick), y2: y(tick), class: "gridline" }),
      svg("text", { x: PLOT.left - 8, y: y(tick) + 4, class: "tick end" }, yFormat(tick))]),
    x.ticks.map(tick => svg("text", { x: x(tick), y: bottom + 17, class: "tick middle" }, xFormat(tick))),
    svg("line", { x1: PLOT.left, x2: width - PLOT.right, y1: bottom, y2: bottom, class: "axis" }),
    xLabel && svg("text", { x: width - PLOT.right, y: height - 3, class: "tick end" }, xLabel),
    yLabel && svg("text", { x: 2, y: 10, class: "tick" }, yLabel)];
}

// A line through points of which some may be missing.
function path(points, x, y) {
  let text = "", pen = "M";
  for (const [step, value] of points) {
    if (value === null) { pen = "M"; continue; }
    text += `${pen}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  return text;
}
