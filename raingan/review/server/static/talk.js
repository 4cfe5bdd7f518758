// Words of the page, and questions to the server.

const table = JSON.parse(document.getElementById("words").textContent);

export function word(key, values = {}) {
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

// Make an element: texts are always set as text, never as markup.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Raingan": "1" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused("no-answer", word("program-gone"));
  }
  return heard(answer);
}

export async function get(path) {
  const answer = await fetch(path).catch(() => {
    throw new Refused("no-answer", word("program-gone"));
  });
  return heard(answer);
}

async function heard(answer) {
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told.error ?? "no-answer", told.message ?? word("program-gone"));
  if (warned === "no-answer") warn(""); // it answers again
  return told;
}

// Say how a step went: to the eye, and to screen readers as it comes.
export function say(text) {
  put("said", text);
  warn("");
}

// Tell what went wrong and what to do; it stays until the next step goes well.
let warned = "";
export function warn(text, code = "") {
  warned = code;
  put("alert", text);
}

function put(id, text) {
  const place = document.getElementById(id);
  // The same words once more are another text: else a screen reader keeps silent.
  place.textContent = text && place.textContent === text ? `${text}\u00a0` : text;
}

// A moment as the reviewer's own clock showed it, in the Buddhist era: "2026-11-23T10:14:05+07:00" -> "23/11/2569 10:14".
export function moment(at) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(at);
  return found === null ? at : `${Number(found[3])}/${Number(found[2])}/${Number(found[1]) + 543} ${found[4]}`;
}

export function severity(level, text = word(`severity-${level}`)) {
  const mark = make("span", { class: "mark", "aria-hidden": "true" });
  return make("span", { class: `severity s${level}` }, mark, text);
}
