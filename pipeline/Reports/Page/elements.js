// Elements are made of tags, attributes and children. A text is always a text node: nothing that comes out of the data is HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

// A sentence of the tables with {names} in it; a name's value may be an element.
function say(sentence, values = {}) {
  const parts = sentence.split(/\{(\w+)\}/);
  return parts.map((part, i) => i % 2 ? values[part] ?? "" : part).filter(part => part !== "");
}

const sayText = (sentence, values) => say(sentence, values).join("");

// A tag or an option may be broken behind its underscores and points, and nowhere else.
const breakable = tag => tag.split(/(?<=[_.])/).flatMap((part, i) => i === 0 ? [part] : [h("wbr"), part]);

// A place in the report's folder as a link: names may hold anything that a file's name may.
const link = file => file.split("/").map(encodeURIComponent).join("/");

function section(id, title, lead, ...children) {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title),
    lead && h("p", { class: "lead" }, lead),
    ...children);
}

// What is wider than the window scrolls by itself, by keyboard too; the page never does.
const scroller = (label, child, name = "") => h("div", { class: `scroller ${name}`, role: "group", "aria-label": label, tabindex: "0" }, child);

// One of several; `chosen` hears which.
function choice(label, options, current, chosen) {
  const name = `choice-${choice.count = (choice.count ?? 0) + 1}`;
  return h("fieldset", { class: "choice" },
    h("legend", {}, label),
    options.map(option => h("label", {},
      h("input", { type: "radio", name, value: option.value, checked: option.value === current, onchange: () => chosen(option.value) }),
      h("span", {}, option.label))));
}

function picker(label, options, current, chosen) {
  const select = h("select", { onchange: event => chosen(event.target.value) },
    options.map(option => h("option", { value: option.value, selected: option.value === current }, option.label)));
  return h("label", { class: "picker" }, h("span", {}, label), select);
}
