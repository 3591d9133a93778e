// One picture large, with everything that it says of itself. Arrow keys go to the neighbours: left and right the prompts, up and down the versions.

function lightbox(report) {
  const { text } = report;
  const box = h("dialog", { class: "lightbox", "aria-label": text.picture });
  let at = null;

  function go(change) {
    const next = { ...at, ...change };
    if (next.version < 0 || next.version >= report.versions.length || next.prompt < 0 || next.prompt >= report.prompts.length) return;
    open(next);
  }

  function open(place) {
    at = place;
    const shown = pictureOf(report, at.version, at.prompt, at.seed, at.step);
    const figures = at.step === undefined && report.evaluation?.samples?.find(sample => sample.version === shown.version && sample.kind === shown.prompt.kind && sample.seed === shown.seed);
    box.replaceChildren(
      h("div", { class: "stage" }, h("img", { src: link(shown.file), alt: altOf(report, shown), class: report.resolution < 256 ? "small" : "" })),
      h("div", { class: "facts" },
        h("p", { class: "what" }, badge(report, shown.version), at.step !== undefined && h("span", {}, `${text.step} ${at.step}`), h("span", {}, shown.prompt.kind), h("span", { class: "quiet" }, sayText(text.seedOf, { seed: shown.seed }))),
        siblings(report.versions.map((version, i) => ({ version: i, step: undefined, name: nameOf(report, version.name) }))),
        siblings((report.versions[at.version].steps ?? []).map(saved => ({ version: at.version, step: saved.step, seed: 0, name: `${text.step} ${saved.step}` }))),
        h("dl", { class: "details" },
          h("dt", {}, text.prompt), h("dd", {}, shown.prompt.prompt),
          h("dt", {}, text.seed), h("dd", {}, `${shown.seed}`),
          figures && sampleFigures(report, figures),
          h("dt", {}, text.file), h("dd", {}, h("code", {}, figures?.file ?? shown.file)),
          shown.infotext && [h("dt", {}, text.infotext), h("dd", {}, h("pre", { tabindex: "0" }, shown.infotext))]),
        h("p", { class: "buttons" },
          h("button", { type: "button", onclick: () => go({ prompt: at.prompt - 1 }), disabled: at.prompt === 0, "aria-label": text.previous }, "←"),
          h("button", { type: "button", onclick: () => go({ prompt: at.prompt + 1 }), disabled: at.prompt === report.prompts.length - 1, "aria-label": text.next }, "→"),
          h("button", { type: "button", class: "close", onclick: () => box.close() }, text.close))));
    if (!box.open) box.showModal();
    box.querySelector(".close").focus();
  }

  // The same prompt elsewhere.
  function siblings(places) {
    const shown = places.map(({ name, ...change }) => ({ name, change, of: pictureOf(report, change.version, at.prompt, change.seed ?? at.seed, change.step) })).filter(place => place.of);
    return shown.length > 0 && h("div", { class: "siblings" }, shown.map(({ name, change, of }) =>
      h("button", { type: "button", "aria-pressed": `${change.version === at.version && change.step === at.step}`, onclick: () => go(change) }, picture(report, of.file, ""), h("span", {}, name))));
  }

  box.addEventListener("keydown", event => {
    const changes = { ArrowLeft: { prompt: at.prompt - 1 }, ArrowRight: { prompt: at.prompt + 1 }, ArrowUp: { version: at.version - 1, step: undefined }, ArrowDown: { version: at.version + 1, step: undefined } };
    if (!changes[event.key] || event.target.tagName === "PRE") return;
    event.preventDefault();
    go(changes[event.key]);
  });
  box.addEventListener("click", event => event.target === box && box.close());
  return { element: box, open };
}

function sampleFigures(report, figures) {
  const told = Object.keys(report.text.measures).filter(measure => isNumber(figureOf(figures, measure)));
  return told.length > 0 && [h("dt", {}, report.text.figures),
    h("dd", {}, told.map(measure => `${fullName(report, measure)} ${SHARES.has(measure) && [0, 1].includes(figureOf(figures, measure)) ? report.text.yesNo[figureOf(figures, measure)] : show(measure, figureOf(figures, measure))}`).join(" · "))];
}
