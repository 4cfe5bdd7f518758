// One report: the page on the left, its fields on the right, everything by keyboard.

import { drawCard, drawList, worst } from "./card.js";
import { Edit } from "./edit.js";
import { post, say, warn, word } from "./talk.js";
import { View } from "./view.js";

const TAKE_EVERY = 30_000; // milliseconds; the server keeps a report for 120 s after the last time
const LESSER = 3; // severity from which flags may be accepted all at once

const data = JSON.parse(document.getElementById("data").textContent);
const query = document.getElementById("main").dataset.query;
const filter = Object.fromEntries(new URLSearchParams(query).entries());
const list = document.getElementById("list");
const card = document.getElementById("card");
let fields = data.fields.map(known);
let chosen = null;
let busy = false;
let following; // the next report, once it was asked for

const view = new View(document.getElementById("view"), data.view, picked);
const edit = new Edit(document.getElementById("edit"), saveTyped);

function known(field) {
  return { ...field, open: field.flags.some((flag) => flag.open) };
}

const current = () => fields.find((field) => field.path === chosen);
const toReview = () => fields.filter((field) => field.open);

// What is open, worst first; with what was just decided where it stood, so that "next" knows where to go on.
let chosenRank = 9;
function inOrder(also) {
  const rank = (field) => (field.path === also ? chosenRank : worst(field));
  return fields.filter((field) => field.open || field.path === also).sort((one, other) => rank(one) - rank(other));
}

function choose(path, { focus = true, closer = false } = {}) {
  const field = fields.find((one) => one.path === path);
  if (field === undefined) return;
  chosen = path;
  chosenRank = worst(field);
  edit.form.hidden = true;
  draw();
  view.choose(field, closer);
  card.scrollTop = 0;
  if (focus) card.focus({ preventScroll: false });
}

function draw() {
  const field = current();
  if (field !== undefined) drawCard(field);
  drawList(list, fields, chosen, (path) => choose(path));
  view.setFields(fields);
  const readOnly = data.taken_by !== null;
  const notice = field?.kind === "notice";
  const allowed = {
    accept: field !== undefined,
    proposal: field?.proposal != null,
    edit: field !== undefined && !notice,
    unreadable: field !== undefined && !notice,
    note: field !== undefined,
    undo: true,
    confirm: field?.decision != null && !field.decision.mine && field.confirmed === null && field.state !== "stale",
  };
  for (const button of document.querySelectorAll("#actions button")) {
    const what = button.dataset.do;
    button.disabled = readOnly || !allowed[what];
    if (what === "confirm") button.hidden = !data.four_eyes && field?.state !== "waiting";
    if (what === "proposal") button.hidden = field?.proposal == null;
  }
  document.getElementById("accept-rest").disabled = readOnly || lesser().length === 0;
  tellLeft(data.left);
}

function tellLeft(left) {
  data.left = left;
  document.getElementById("left").textContent = word("left-here", { here: left.here, reports: left.reports });
}

function picked(paths) {
  if (paths.length === 0) return;
  const at = paths.indexOf(chosen);
  choose(paths[(at + 1) % paths.length]);
}

// --- deciding

async function decide(decisions, said) {
  if (busy || data.taken_by !== null) return word("read-only", { reviewer: data.taken_by ?? "" });
  busy = true;
  try {
    const told = await post("/api/decide", { report: data.report, decisions });
    for (const changed of told.fields) {
      const at = fields.findIndex((field) => field.path === changed.path);
      // Where the record knows no place, the page was told one with the whole report.
      const { page, box } = at < 0 ? changed : fields[at];
      if (at >= 0) fields[at] = known({ ...changed, page: changed.page ?? page, box: changed.box ?? box });
    }
    remember(decisions, told.numbers);
    tellLeft(told.left);
    say(said ?? word("saved", { here: told.left.here }));
    return null;
  } catch (error) {
    warn(error.message);
    return error.message;
  } finally {
    busy = false;
  }
}

const machine = (field) => field.machine.value;

async function settle(action, text) {
  const field = current();
  if (field === undefined) return null;
  const problem = await decide([{ field: field.path, action, text: text ?? "", machine: machine(field) }]);
  if (problem === null) next(field.path);
  return problem;
}

async function saveTyped(what, text) {
  if (what === "correct") return settle("correct", text);
  const field = current();
  const problem = await decide([{ field: field.path, action: "note", note: text, machine: machine(field) }], word("noted"));
  if (problem === null) choose(field.path);
  return problem;
}

const does = {
  accept: () => settle("accept"),
  proposal: () => (current()?.proposal ? settle("correct", current().proposal.shown) : say(word("no-proposal"))),
  edit: () => (current()?.kind === "notice" ? say(word("no-value-here")) : edit.open("correct", current())),
  unreadable: () => (current()?.kind === "notice" ? say(word("no-value-here")) : settle("unreadable")),
  note: () => edit.open("note", current()),
  undo,
  confirm: async () => {
    const field = current();
    if (!field?.decision) return say(word("nothing-to-confirm"));
    const about = field.decision.number;
    const problem = await decide([{ field: field.path, action: "confirm", about, machine: machine(field) }]);
    if (problem === null) next(field.path);
  },
};

// What this browser did, so that it can be taken back also after going on to the next report.
function remember(decisions, numbers) {
  const done = JSON.parse(sessionStorage.getItem("done") ?? "[]");
  decisions.forEach((decision, index) => {
    if (decision.action === "undo") return;
    done.push({ report: data.report, field: decision.field, number: numbers[index] });
  });
  sessionStorage.setItem("done", JSON.stringify(done.slice(-500)));
}

async function undo() {
  const done = JSON.parse(sessionStorage.getItem("done") ?? "[]");
  const last = done.at(-1);
  if (last === undefined) return say(word("nothing-to-undo"));
  if (last.report !== data.report) {
    leave(word("undo-elsewhere"));
    return go(last.report);
  }
  sessionStorage.setItem("done", JSON.stringify(done.slice(0, -1)));
  const field = fields.find((one) => one.path === last.field);
  if (field === undefined) return say(word("nothing-to-undo"));
  const problem = await decide([{ field: last.field, action: "undo", about: last.number, machine: machine(field) }], word("undone"));
  if (problem === null) choose(last.field);
}

const lesser = () => toReview().filter((field) => worst(field) >= LESSER && field.decision === null);

async function acceptRest() {
  const rest = lesser();
  if (rest.length === 0 || !(await sure(word("accept-rest-sure", { count: rest.length })))) return;
  const problem = await decide(rest.map((field) => ({ field: field.path, action: "accept", machine: machine(field) })));
  if (problem === null) next(chosen);
}

function sure(question) {
  const dialog = document.getElementById("sure");
  document.getElementById("sure-text").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  document.getElementById("sure-yes").focus();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

// --- going on

function next(after, step = 1) {
  const order = inOrder(after);
  const open = order.filter((field) => field.open);
  if (open.length === 0) {
    if (step < 0) return;
    nextReport(word("report-done"));
    return;
  }
  const at = order.findIndex((field) => field.path === after);
  for (let way = 1; way <= order.length; way += 1) {
    const field = order[(((at + step * way) % order.length) + order.length) % order.length];
    if (field.open) {
      choose(field.path);
      if (open.length <= 1) soon();
      return;
    }
  }
}

// Fetch what comes next while the last field is looked at.
function soon() {
  if (following !== undefined || data.taken_by !== null) return;
  following = post("/api/next", { after: data.report, ...filter }).then(async ({ report }) => {
    if (report === null || report === data.report) return null;
    const told = await fetch(`/api/report/${report}`).then((answer) => answer.json());
    const first = told.fields?.filter((field) => field.flags.some((flag) => flag.open)).sort((a, b) => worst(a) - worst(b))[0];
    const sheet = told.view?.sheets.find((one) => one.number === first?.page) ?? told.view?.sheets[0];
    if (sheet) new Image().src = `${sheet.picture}?width=${view.loaded || 1200}`;
    return report;
  });
  following.catch(() => (following = undefined));
}

async function nextReport(said) {
  try {
    soon();
    let report = following === undefined ? null : await following;
    following = undefined;
    if (report === null) ({ report } = await post("/api/next", { after: data.report, ...filter }));
    if (report === null || (report === data.report && toReview().length === 0)) {
      leave(word("all-done"));
      location.assign(`/${query ? `?${query}` : ""}`);
      return;
    }
    if (report === data.report) return next(chosen);
    leave(said ?? "");
    go(report);
  } catch (error) {
    following = undefined;
    warn(error.message);
  }
}

function leave(said) {
  if (said) sessionStorage.setItem("said", said);
}

function go(report) {
  location.assign(`/report/${report}${query ? `?${query}` : ""}`);
}

// --- keys: by their place on the board, so that they work with a Thai layout too

const keys = {
  KeyJ: () => next(chosen),
  ArrowDown: () => next(chosen),
  KeyK: () => next(chosen, -1),
  ArrowUp: () => next(chosen, -1),
  KeyA: (event) => (event.shiftKey ? acceptRest() : press("accept")),
  KeyP: () => press("proposal"),
  KeyE: () => press("edit"),
  KeyU: () => press("unreadable"),
  KeyM: () => press("note"),
  KeyZ: () => press("undo"),
  KeyC: () => press("confirm"),
  KeyN: () => nextReport(),
  KeyQ: () => document.getElementById("to-queue").click(),
  KeyF: () => current() && choose(chosen, { closer: true }),
  KeyR: () => view.turn(),
  PageDown: () => view.hasPages && view.go(1),
  PageUp: () => view.hasPages && view.go(-1),
  Equal: () => view.zoomBy(1.25),
  NumpadAdd: () => view.zoomBy(1.25),
  Minus: () => view.zoomBy(0.8),
  NumpadSubtract: () => view.zoomBy(0.8),
  Digit0: () => view.zoomBy(0),
  Numpad0: () => view.zoomBy(0),
  Slash: (event) => event.shiftKey && help(),
};

function press(what) {
  const button = document.querySelector(`#actions [data-do="${what}"]`);
  if (button.disabled) {
    const why = { proposal: "no-proposal", confirm: "nothing-to-confirm", edit: "no-value-here", unreadable: "no-value-here" }[what];
    say(data.taken_by !== null ? word("read-only", { reviewer: data.taken_by }) : word(why ?? "nothing-to-undo"));
    return;
  }
  does[what]();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea, summary")) return;
  if (localStorage.getItem("keys") === "off" && !event.code.startsWith("Page")) return;
  // Arrows scroll what is made for it, where that has the focus.
  if (event.code.startsWith("Arrow") && event.target.closest(".view, .rolls")) return;
  const does = keys[event.code];
  if (does === undefined || (event.shiftKey && !["KeyA", "Slash", "Equal"].includes(event.code))) return;
  event.preventDefault();
  does(event);
});

function help() {
  document.getElementById("help").showModal();
}

for (const button of document.querySelectorAll("#actions button")) {
  button.addEventListener("click", () => does[button.dataset.do]());
}
const clicks = {
  "next-flag": () => next(chosen),
  "previous-flag": () => next(chosen, -1),
  "next-report": () => nextReport(),
  "help-button": help,
  "help-close": () => document.getElementById("help").close(),
  "accept-rest": acceptRest,
  "page-previous": () => view.go(-1),
  "page-next": () => view.go(1),
  "zoom-in": () => view.zoomBy(1.25),
  "zoom-out": () => view.zoomBy(0.8),
  "zoom-fit": () => view.zoomBy(0),
  "zoom-box": keys.KeyF,
  turn: () => view.turn(),
  "sure-yes": () => document.getElementById("sure").close("yes"),
  "sure-no": () => document.getElementById("sure").close(""),
};
for (const [id, does] of Object.entries(clicks)) document.getElementById(id).addEventListener("click", () => does());

const keysOn = document.getElementById("keys-on");
keysOn.checked = localStorage.getItem("keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));

// --- the page's number, and who has the report

function tellPage({ page, count }) {
  document.getElementById("page-number").textContent = word("page-of", { page, count });
  document.getElementById("page-previous").disabled = page <= 1;
  document.getElementById("page-next").disabled = page >= count;
}
if (view.hasPages) tellPage(view.counted());
else document.querySelectorAll(".tools button").forEach((button) => (button.hidden = true));
document.getElementById("view").addEventListener("page", (event) => tellPage(event.detail));

async function take() {
  try {
    const told = await post("/api/take", { report: data.report });
    if (told.taken_by === data.taken_by) return;
    data.taken_by = told.taken_by;
    if (told.taken_by === null) return location.reload(); // it may have been decided meanwhile
    warn(word("read-only", { reviewer: told.taken_by }));
    draw();
  } catch (error) {
    warn(error.message);
  }
}
setInterval(take, TAKE_EVERY);
window.addEventListener("pagehide", () => {
  const told = new Blob([JSON.stringify({ report: data.report })], { type: "application/json" });
  navigator.sendBeacon("/api/release", told);
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

if (data.taken_by !== null) warn(word("read-only", { reviewer: data.taken_by }));
const kept = sessionStorage.getItem("said");
sessionStorage.removeItem("said");
const first = [...toReview()].sort((one, other) => worst(one) - worst(other))[0] ?? fields[0];
if (first !== undefined) choose(first.path);
else draw();
if (kept) say(kept);
document.documentElement.dataset.ready = "yes";
