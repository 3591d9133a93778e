// What was learned from: pictures with their captions, tags by frequency, what was left out, and the sizes.

function data(report) {
  const { text } = report;
  if (report.datasets.length === 0) return null;
  return section("data", text.dataTitle, text.dataLead,
    report.datasets.map(dataset => datasetPart(report, dataset)),
    tagsPart(report),
    rulesPart(report),
    bucketsPart(report));
}

function datasetPart(report, dataset) {
  const { text } = report;
  const learners = report.versions.filter(version => version.datasets.includes(dataset.key));
  const shown = dataset.shown.length < dataset.count ? sayText(text.shownOf, { shown: dataset.shown.length, count: dataset.count }) : sayText(dataset.count === 1 ? text.onePicture : text.pictures, { count: dataset.count });
  const fromSprite = dataset.source !== "folder" && dataset.source !== "regularisation";
  return h("div", { class: "dataset" },
    h("h3", {}, dataset.key, h("span", { class: "quiet" }, ` ${text.sources[dataset.source] ?? dataset.source}, ${shown}`)),
    h("p", { class: "learners" }, text.learnedBy, learners.map(version => badge(report, version.name))),
    h("div", { class: "contact" },
      fromSprite && h("figure", { class: "sprite" }, h("img", { src: link(report.sprite), alt: text.spriteAlt }), h("figcaption", { "aria-hidden": "true" }, "→")),
      h("div", { class: "scroller sheet", role: "group", "aria-label": sayText(text.pictureSheet, { dataset: dataset.key }), tabindex: "0" }, h("ul", {}, dataset.shown.map(shown => h("li", {},
        h("img", { src: link(shown.file), alt: shown.name, loading: "lazy", decoding: "async" }),
        h("p", { class: "caption" }, shown.caption ?? h("em", {}, text.noCaption))))))));
}

function tagsPart(report) {
  const { text } = report;
  // Versions that learned from one folder count the same tags.
  const folders = new Map();
  for (const version of report.versions) {
    for (const folder of version.lora?.folders ?? []) {
      const key = JSON.stringify(folder);
      if (!folders.has(key)) folders.set(key, { folder, versions: [] });
      folders.get(key).versions.push(version.name);
    }
  }
  if (folders.size === 0) return null;
  return h("div", {}, h("h3", {}, text.tagsTitle),
    h("div", { class: "folders" }, [...folders.values()].map(({ folder, versions }) => h("div", {},
      h("p", {}, h("code", {}, folder.name), h("span", { class: "quiet" }, ` ${sayText(text.folderSays, { pictures: folder.pictures, repeats: folder.repeats })}`), h("span", { class: "learners" }, versions.map(version => badge(report, version)))),
      bars(folder.tags.slice(0, TAGS_FIRST), folder.tags[0]?.count),
      folder.tags.length > TAGS_FIRST && h("details", {}, h("summary", {}, sayText(text.moreTags, { count: folder.tags.length })), bars(folder.tags.slice(TAGS_FIRST), folder.tags[0].count))))));
}

const TAGS_FIRST = 16;

const bars = (tags, most) => h("ol", { class: "bars" }, tags.map(tag => h("li", {},
  h("span", { class: "tag" }, tag.tag), h("span", { class: "bar", style: `--share: ${tag.count / Math.max(1, most)}`, "aria-hidden": "true" }), h("span", { class: "count" }, `${tag.count}`))));

function rulesPart(report) {
  const { text, tags } = report;
  const lists = [[text.excluded, tags.exclude], [text.replaced, tags.replace.map(({ key, value }) => `${key} → ${value}`)], [text.added, tags.extra]].filter(([, list]) => list.length > 0);
  return h("div", {}, h("h3", {}, text.rulesTitle),
    h("p", { class: "quiet" }, sayText(text.thresholds, { general: tags.general_threshold, character: tags.character_threshold })),
    h("dl", { class: "rules" }, lists.map(([name, list]) => [h("dt", {}, name), h("dd", {}, h("ul", { class: "chips" }, list.map(tag => h("li", {}, tag))))])));
}

function bucketsPart(report) {
  const { text } = report;
  const versions = report.versions.filter(version => version.lora?.buckets?.length > 0);
  if (versions.length === 0) return null;
  return h("div", {}, h("h3", {}, text.bucketsTitle), versions.map(version => h("p", {}, badge(report, version.name), " ",
    version.lora.buckets.map(bucket => `${bucket.width} × ${bucket.height}: ${bucket.count}`).join(" · "))));
}
