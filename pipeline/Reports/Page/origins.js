// What the versions' settings differ in, what everything came from, and how to make it again.

function settings(report) {
  const { text } = report;
  const versions = report.versions.filter(version => Object.keys(version.settings).length > 0);
  const names = [...new Set(versions.flatMap(version => Object.keys(version.settings)))];
  if (versions.length < 2 || names.length === 0) return null;
  return section("settings", text.settingsTitle, text.settingsLead,
    scroller(text.settingsTitle, h("table", { class: "figures settings" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, text.option), versions.map(version => h("th", { scope: "col" }, badge(report, version.name))))),
      h("tbody", {}, names.map(name => h("tr", {}, h("th", { scope: "row" }, h("code", {}, breakable(name))),
        versions.map(version => h("td", {}, version.settings[name] || "–"))))))));
}

function origins(report, run) {
  const { text } = report;
  const made = report.versions.filter(version => version.lora);
  return section("origins", text.originsTitle, text.originsLead,
    commands(report, run),
    made.map(version => loraPart(report, version)),
    run && runPart(report, run));
}

function commands(report, run) {
  const { text } = report;
  const more = `${report.profile ? ` --profile=${report.profile}` : ""}${run?.plan && run.plan !== "lora.pipeline.yaml" ? ` --config=${quoted(run.plan)}` : ""}`;
  const best = report.choice.best?.version;
  const lines = [[text.commandAll, `./build.sh --target=Evaluate${more}`], [text.commandStatus, `./build.sh --target=Status${more}`]];
  if (best && report.versions.find(version => version.name === best)?.curves) lines.push([text.commandReproduce, `./build.sh --target=Reproduce --version=${best}${more}`]);
  return [h("h3", {}, text.commandsTitle), h("dl", { class: "commands" }, lines.map(([what, line]) => [h("dt", {}, what), h("dd", {}, h("code", {}, line))]))];
}

// As a shell takes it for one word.
const quoted = word => /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function loraPart(report, version) {
  const { text } = report;
  const { lora } = version;
  const row = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  return h("details", {}, h("summary", {}, badge(report, version.name), " ", h("code", {}, placeOf(report, lora.file)), " ", h("span", { class: "quiet" }, bytes(lora.bytes))),
    h("dl", { class: "details" },
      row("SHA-256", h("code", {}, lora.sha256)),
      row(text.fingerprint, lora.fingerprint && h("code", {}, lora.fingerprint)),
      row(text.programs, lora.versions && Object.entries(lora.versions).map(([name, value]) => `${name} ${value}`).join(", ")),
      row(text.madeOf, lora.origins?.length > 0 && [sayText(text.filesInAll, { count: lora.origin_count }),
        h("ul", { class: "hashes" }, lora.origins.map(({ key, value }) => h("li", {}, `${key} `, h("code", {}, value.slice(0, 16)))))])));
}

function runPart(report, run) {
  const { text } = report;
  const hasRemote = run.remote > 0; // a column of zeros for whoever has none says nothing
  return [h("h3", {}, text.runTitle),
    h("p", { class: "quiet" }, sayText(text.runSays, { when: new Date(run.finished).toLocaleString(report.language), time: duration(run.seconds), run: run.run, reused: run.reused }),
      hasRemote && [" ", sayText(text.runRemote, { remote: run.remote })]),
    scroller(text.runTitle, h("table", { class: "figures run" },
      h("thead", {}, h("tr", {}, [text.stage, text.ran, text.reused, ...(hasRemote ? [text.remote] : []), text.tookNow, text.tookOnce].map(name => h("th", { scope: "col" }, name)))),
      h("tbody", {}, run.stages.map(stage => h("tr", {}, h("th", { scope: "row" }, stage.stage),
        [stage.run, stage.reused, ...(hasRemote ? [stage.remote] : [])].map(count => h("td", {}, `${count}`)), h("td", {}, stage.run > 0 ? duration(stage.seconds) : "–"), h("td", {}, isNumber(stage.made_in_seconds) ? duration(stage.made_in_seconds) : "–")))))),
    run.environment && [h("h3", {}, text.environment), h("dl", { class: "details" }, Object.entries(run.environment).map(([name, value]) => [h("dt", {}, name), h("dd", {}, `${value}`)]))]];
}
