// The right side: the chosen field with all that helps to judge it, and the list of all fields.

import { make, moment, severity, word } from "./talk.js";

const GROUPS = ["notice", "indicator", "target", "actual", "quarters", "sections", "dates", "orders", "quantities"];
const LONG = 60; // characters from which a value is a text, not a figure

export const NONE = 9; // severity of a field without open flags: stands after every other

// Severity of the worst open flag.
export const worst = (field) => Math.min(NONE, ...field.flags.filter((flag) => flag.open).map((flag) => flag.severity));

// `placed`: whether its place in the file is known.
export function drawCard(field, placed) {
  document.getElementById("card-name").textContent = field.name;
  const state = document.getElementById("card-state");
  state.className = `state ${field.state}`;
  state.textContent = word(`state-${field.state}`);
  document.getElementById("card-flags").replaceChildren(...field.flags.map(flagRow));
  document.getElementById("card-facts").replaceChildren(...facts(field, placed));
  document.getElementById("accept-name").textContent = word(accepting(field));
  document.getElementById("proposal-value").textContent = field.proposal === null ? "" : field.proposal.shown;
}

// What is told of the whole report is no value that could be right.
const accepting = (field) => (field.kind === "notice" ? "acknowledge" : "accept");

function flagRow(flag) {
  const row = make("p", { class: flag.open ? "flag" : "flag done" }, severity(flag.severity), make("span", {}, flag.message));
  if (flag.picture !== null) row.append(make("img", { src: flag.picture, alt: word("line-picture") }));
  return row;
}

function facts(field, placed) {
  const rows = [];
  const add = (name, content, kind = "") => {
    if (content === null || content === undefined || content === "") return;
    const scrolls = typeof content === "string" && content.length > 4 * LONG;
    // What scrolls has to be reachable by key.
    const attributes = { class: "rolls", tabindex: "0", role: "group", "aria-label": word(name) };
    const inner = scrolls ? make("div", attributes, content) : content;
    rows.push(make("dt", {}, word(name)), make("dd", { class: kind, lang: "th" }, inner));
  };
  const length = (field.shown ?? "").length;
  if (field.kind !== "notice") {
    add("value", field.shown || word("value-unknown"), length > LONG ? "value long" : "value");
    if (field.machine.value !== field.value) add("machine", field.machine.shown || word("value-unknown"));
    if (field.printed !== field.shown) add("printed", field.printed, "printed");
  }
  for (const flag of field.flags) {
    if (flag.read !== field.printed) add("read", flag.read);
    add("others", flag.others);
  }
  if (field.kind !== "notice" && !placed) add("place", word("no-place"));
  if (field.confidence !== null) add("confidence", `${Math.floor(field.confidence * 1000) / 10} %`);
  if (field.decision !== null) add("decision", decided(field));
  for (const note of field.notes) add("notes", `${note.note} (${word("said-by", told(note))})`);
  return rows;
}

function decided(field) {
  const { decision, confirmed } = field;
  const value = decision.action === "correct" ? ` ${decision.shown}` : "";
  const parts = [`${word(decision.action === "accept" ? accepting(field) : `said-${decision.action}`)}${value} ${word("said-by", told(decision))}`];
  if (confirmed !== null) parts.push(word("confirmed-by", told(confirmed)));
  if (decision.note) parts.push(decision.note);
  return parts.join(" · ");
}

const told = (who) => ({ reviewer: who.reviewer, at: moment(who.at) });

// --- the list

const rank = (field) => (field.todo ? worst(field) : NONE);

export function drawList(place, fields, chosen, choose) {
  const flagged = fields.filter((field) => field.flags.length > 0 || field.decision !== null);
  const others = fields.filter((field) => !flagged.includes(field));
  const wasOpen = place.querySelector("details")?.open ?? false;
  const shows = wasOpen || others.some((field) => field.path === chosen);
  const rest = make("details", { open: shows }, make("summary", {}, `${word("other-fields")} (${others.length})`));
  for (const group of GROUPS) {
    const own = others.filter((field) => field.group === group);
    if (own.length === 0) continue;
    rest.append(make("h3", {}, word(`group-${group}`)), ...own.map((field) => item(field, chosen, choose)));
  }
  const head = make("h3", {}, `${word("flagged-fields")} (${flagged.length})`);
  flagged.sort((one, other) => rank(one) - rank(other));
  place.replaceChildren(head, ...flagged.map((field) => item(field, chosen, choose)), rest);
}

function item(field, chosen, choose) {
  const ticks = { settled: "✓", waiting: "…" };
  const tick = () => make("span", { class: "tick", "aria-hidden": "true" }, ticks[field.state] ?? "");
  const mark = field.todo ? severity(worst(field), "") : tick();
  const state = field.state === "clear" ? "" : word(`state-${field.state}`);
  const spoken = field.todo ? word(`severity-${worst(field)}`) : state;
  const row = make(
    "button",
    { type: "button", class: "item", "aria-current": field.path === chosen ? "true" : null, "data-path": field.path },
    mark,
    make("span", { class: "what" }, field.name),
    make("span", { class: "shown", lang: "th" }, field.shown || (field.kind === "notice" ? "" : word("value-unknown"))),
    make("span", { class: "small" }, spoken),
  );
  row.addEventListener("click", () => choose(field.path));
  return row;
}
