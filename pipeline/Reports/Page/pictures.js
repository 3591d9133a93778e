// Sample pictures by version, prompt and seed.

function pictureOf(report, version, prompt, seed) {
  const of = report.versions[version];
  const number = prompt * report.seeds.length + seed;
  const picture = of.pictures[number];
  return picture && { ...picture, version: of.name, prompt: report.prompts[prompt], seed: report.seeds[seed] };
}

const altOf = (report, picture) => sayText(report.text.pictureOf, { version: nameOf(report, picture.version), kind: picture.prompt.kind, seed: picture.seed });

function picture(report, file, alt, name = "") {
  return h("img", { src: link(file), alt, class: name, loading: "lazy", decoding: "async", width: report.resolution, height: report.resolution });
}
