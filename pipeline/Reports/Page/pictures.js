// Sample pictures by version, prompt and seed.

// Of a saved step there is the first seed alone.
function pictureOf(report, version, prompt, seed, step) {
  const of = report.versions[version];
  const picture = step === undefined ? of.pictures[prompt * report.seeds.length + seed] : of.steps?.find(saved => saved.step === step)?.pictures[prompt];
  return picture && { ...picture, version: of.name, step, prompt: report.prompts[prompt], seed: report.seeds[seed] };
}

const altOf = (report, picture) => sayText(report.text.pictureOf, { version: stepName(report, picture), kind: picture.prompt.kind, seed: picture.seed });

function picture(report, file, alt, name = "") {
  return h("img", { src: link(file), alt, class: name, loading: "lazy", decoding: "async", width: report.resolution, height: report.resolution });
}
