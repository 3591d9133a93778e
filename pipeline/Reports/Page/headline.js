// What it comes to, in one sentence, and the file to take.

function headline(report) {
  const { text, choice } = report;
  const title = h("h1", {}, sentence(report));
  const best = choice.best && report.versions.find(version => version.name === choice.best.version);
  return h("header", { class: "headline" },
    h("p", { class: "kicker" }, h("img", { src: link(report.sprite), alt: "", class: "mascot" }), h("span", {}, report.name), h("span", { class: "quiet" }, sayText(text.profileOf, { profile: report.profile }))),
    title,
    best?.lora && recommended(report, best));
}

function sentence(report) {
  const { text, choice } = report;
  const { best, rival } = choice;
  if (!choice.mascot) return text.cannotTell;
  if (!best) return text.noneLearned;
  const of = { best: h("strong", {}, stepName(report, best)), rival: rival && h("strong", {}, stepName(report, rival)) };
  if (!rival) return say(text.onlyOne, { ...of, why: why(report, best, null) });
  if (same(best, rival)) return say(text.noBetter, of);
  // What is not known to be more than chance beats nothing; a saved step is compared at its seed alone.
  const known = best.step !== undefined ? text.aheadAtSeed : { true: text.better, false: text.perhapsBetter }[choice.beyond_noise] ?? text.ahead;
  return say(known, { ...of, seed: report.seeds[0], why: why(report, best, rival) });
}

const same = (a, b) => a.mascot === b.mascot && a.harm === b.harm && a.background === b.background;

// The figures in which the two differ; where they do not, the one figure.
function why(report, best, rival) {
  const { text, choice } = report;
  const pairs = [[choice.mascot, best.mascot, rival?.mascot], ["background_recall", best.background, rival?.background]];
  if (choice.harm !== "background_recall") pairs.push([choice.harm, best.harm, rival?.harm]);
  const isSame = ([measure, value, other]) => show(measure, other) === show(measure, value);
  // Where they differ first; two are enough for a headline.
  const told = pairs.filter(([, value]) => isNumber(value)).sort((a, b) => isSame(a) - isSame(b)).slice(0, 2).map(pair => {
    const [measure, value, other] = pair;
    const sentences = text.because[measure] ?? text.because.other;
    const values = { value: show(measure, value), other: show(measure, other), measure: fullName(report, measure) };
    return sayText(!isNumber(other) ? sentences.one : isSame(pair) ? sentences.same : sentences.two, values);
  });
  return told.join(text.joinClauses);
}

function recommended(report, version) {
  const { text, choice } = report;
  const { best } = choice;
  const file = fileOf(version, best);
  const figures = [[choice.mascot, best.mascot], ["background_recall", best.background], ...(choice.harm === "background_recall" ? [] : [[choice.harm, best.harm]])]
    .filter(([, value]) => isNumber(value));
  return h("div", { class: "recommended" },
    h("div", { class: "file" },
      h("p", { class: "label" }, text.take),
      h("p", { class: "path" }, h("code", {}, placeOf(report, file))),
      h("p", { class: "quiet" }, sayText(text.useWith, { word: report.trigger_word, strength: report.sampling.multiplier }), ` ${bytes((savedAt(version, best) ?? version.lora).bytes)}.`),
      best.step !== undefined && h("p", { class: "quiet" }, sayText(text.measuredAtSeed, { seed: report.seeds[0] }))),
    h("dl", { class: "keyfigures" }, figures.map(([measure, value]) =>
      h("div", {}, h("dt", {}, fullName(report, measure)), h("dd", {}, show(measure, value))))));
}

// What a version saved at a step; nothing for its own file.
const savedAt = (version, point) => version.steps?.find(saved => saved.step === point.step);

const fileOf = (version, point) => savedAt(version, point)?.lora ?? version.lora.file;
