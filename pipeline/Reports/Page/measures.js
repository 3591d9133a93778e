// Figures with their intervals. What differs from the base model by more than chance is coloured, and marked for eyes that see no colour.

function measures(report) {
  const { text, evaluation } = report;
  if (!evaluation?.versions) return null;
  const figures = name => evaluation.versions[name];
  const versions = report.versions.filter(version => figures(version.name));
  const told = Object.keys(text.measures).filter(measure => versions.some(version => isNumber(figureOf(figures(version.name), measure)) || evaluation.reasons?.[version.name]?.[measure]));
  if (told.length === 0) return null;
  const intervals = versions.some(version => Object.keys(evaluation.intervals?.[version.name] ?? {}).length > 0);
  const compared = versions.some(version => Object.keys(evaluation.differences?.[version.name] ?? {}).length > 0);
  const rows = own => told.filter(measure => measure.startsWith("embedding.") === own).map(measure => h("tr", {},
    h("th", { scope: "row" }, h("span", { class: "measure" }, text.measures[measure].name, h("span", { class: "direction", "aria-hidden": "true" }, { 1: " ↑", "-1": " ↓" }[BETTER[measure]] ?? "")), h("span", { class: "quiet says" }, text.measures[measure].says)),
    versions.map((version, i) => cell(report, version.name, measure, i))));
  const pictures = figures(versions[0].name)?.pictures;
  const sinceThen = versions.some(version => told.some(measure => {
    const [now, then] = [figures(version.name), report.accepted?.[version.name] ?? {}].map(of => figureOf(of, measure));
    return isNumber(now) && isNumber(then) && now !== then;
  }));
  const table = (caption, content) => content.length > 0 && scroller(caption, h("table", { class: "figures measures" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, text.measure), versions.map(version => h("th", { scope: "col" }, badge(report, version.name))))),
    h("tbody", {}, content)));
  const inEmbedding = rows(true);
  return section("measures", text.measuresTitle,
    [sayText(text.measuresLead, { pictures: pictures ?? "–" }), intervals && text.intervalsLead, compared && text.differencesLead, report.accepted && (sinceThen ? text.acceptedLead : text.acceptedSame)].filter(Boolean).join(text.joinSentences),
    evaluation.mascot?.can_be_told === false && h("p", { class: "note warning" }, sayText(text.mascotUntold, { reason: evaluation.mascot.reason ?? "" })),
    table(text.measuresTitle, rows(false)),
    inEmbedding.length > 0 && [h("h3", {}, text.embeddingTitle), table(text.embeddingTitle, inEmbedding)],
    byBackground(report, versions));
}

function cell(report, version, measure, column) {
  const { text, evaluation } = report;
  const value = figureOf(evaluation.versions[version], measure);
  const reason = evaluation.reasons?.[version]?.[measure];
  if (!isNumber(value)) return h("td", {}, h("span", { class: "value" }, "–"), reason && h("span", { class: "quiet says" }, reason));
  const interval = evaluation.intervals?.[version]?.[measure];
  const change = column > 0 && evaluation.differences?.[version]?.[measure];
  const earlier = sinceAccepted(value, figureOf(report.accepted?.[version] ?? {}, measure), interval);
  return h("td", {},
    h("span", { class: "value" }, show(measure, value)),
    Array.isArray(interval) && h("span", { class: "interval quiet" }, `${show(measure, interval[0])} – ${show(measure, interval[1])}`),
    change && difference(report, measure, change, text.againstNone, ""),
    earlier && difference(report, measure, earlier, text.againstAccepted, ` ${text.sinceAccepted}`));
}

// Beyond noise where the accepted figure lies outside of the interval of now; without an interval nobody knows.
const sinceAccepted = (value, accepted, interval) => isNumber(accepted)
  && { difference: value - accepted, beyond_noise: Array.isArray(interval) && (accepted < interval[0] || accepted > interval[1]) };

function difference(report, measure, change, against, suffix) {
  if (!isNumber(change.difference) || Math.abs(change.difference) < 1e-9) return null;
  const { text } = report;
  const sign = Math.sign(change.difference) * (BETTER[measure] ?? 0);
  const judged = change.beyond_noise ? { 1: "better", "-1": "worse" }[sign] ?? "other" : "noise";
  return h("span", { class: `difference ${judged}`, title: against },
    { better: "▲ ", worse: "▼ ", other: "◆ ", noise: "" }[judged], signed(measure, change.difference), suffix,
    h("span", { class: "unseen" }, ` ${against}, ${text.judged[judged]}`));
}

// The share of pictures with the background and with the mascot, by what the prompt asked for.
function byBackground(report, versions) {
  const { text, evaluation } = report;
  const kinds = Object.keys(evaluation.backgrounds ?? {});
  if (kinds.length < 2) return null;
  const shown = ["background_recall", "mascot_presence"].filter(measure => kinds.some(kind => versions.some(version => isNumber(evaluation.backgrounds[kind]?.[version.name]?.[measure]))));
  if (shown.length === 0) return null;
  return h("details", {}, h("summary", {}, text.byBackground),
    shown.map(measure => [h("h3", {}, text.measures[measure].name),
      scroller(text.measures[measure].name, h("table", { class: "figures" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, text.background), versions.map(version => h("th", { scope: "col" }, badge(report, version.name))))),
        h("tbody", {}, kinds.map(kind => h("tr", {}, h("th", { scope: "row" }, kind),
          versions.map(version => h("td", {}, show(measure, evaluation.backgrounds[kind]?.[version.name]?.[measure]))))))))]));
}
