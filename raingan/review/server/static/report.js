// One report: the page on the left, its fields on the right, everything by keyboard.

import { NONE, drawCard, drawList, worst } from "./card.js";
import { Edit } from "./edit.js";
import { listen, sure, wireClicks, wireSwitch } from "./keys.js";
import { Lease } from "./lease.js";
import { get, post, say, warn, word } from "./talk.js";
import { View } from "./view.js";

const LESSER = 3; // severity from which flags may be accepted all at once
const REMEMBERED = 500; // decisions of this browser that can be taken back one after the other
const NARROW = window.matchMedia("(max-width: 900px), (max-height: 480px)"); // as in review.css

const data = JSON.parse(document.getElementById("data").textContent);
const query = document.getElementById("main").dataset.query;
const filter = Object.fromEntries(new URLSearchParams(query).entries());
const card = document.getElementById("card");
let fields = data.fields.map(known);
let chosen = null;
let busy = false;
let refusedAs = null; // code of why the last decisions were not kept
let following; // the next report, once it was asked for

const view = new View(document.getElementById("view"), data.view, (path) => choose(path));
const edit = new Edit(document.getElementById("edit"), data.report, saveTyped);
const lease = new Lease(data.report, data.taken_by, {
  changed: (takenBy) => (takenBy === null ? refresh() : draw()), // it may have been decided meanwhile
  lost: refresh,
});

function known(field) {
  // What waits for a second person is nothing for the first.
  const waits = field.state === "waiting" && field.decision?.mine;
  return { ...field, todo: !waits && field.flags.some((flag) => flag.open) };
}

const named = (path) => fields.find((field) => field.path === path);
const current = () => named(chosen);
const machine = (field) => field.machine.value;
const toReview = () => fields.filter((field) => field.todo).sort((one, other) => worst(one) - worst(other));

function choose(path, { focus = true, closer = false } = {}) {
  const field = named(path);
  if (field === undefined) return;
  chosen = path;
  chosenRank = field.todo ? worst(field) : NONE;
  edit.hide();
  draw();
  view.choose(field, closer);
  card.scrollTop = 0;
  if (focus) card.focus();
  if (NARROW.matches) view.place.scrollIntoView({ block: "start" });
  if (field.todo && toReview().length === 1) soon();
}

function draw() {
  const field = current();
  if (field !== undefined) drawCard(field, view.knows(field));
  drawList(document.getElementById("list"), fields, chosen, choose);
  view.setFields(fields);
  const readOnly = lease.takenBy !== null;
  const valued = field !== undefined && field.kind !== "notice";
  const { decision = null, confirmed = null, proposal = null } = field ?? {};
  const allowed = {
    accept: field !== undefined,
    proposal: proposal !== null,
    edit: valued,
    unreadable: valued,
    note: field !== undefined,
    undo: true,
    confirm: decision !== null && !decision.mine && confirmed === null && field.state !== "stale",
  };
  for (const button of document.querySelectorAll("#actions button")) {
    const what = button.dataset.do;
    button.disabled = readOnly || !allowed[what];
    if (what === "confirm") button.hidden = !data.four_eyes && field?.state !== "waiting";
    if (what === "proposal") button.hidden = proposal === null;
  }
  document.getElementById("accept-rest").disabled = readOnly || lesser().length === 0;
  document.getElementById("taken").textContent = readOnly ? readOnlyText() : "";
  tellLeft(data.left);
}

// Flags left for who looks; the server counts those that wait for a second person too.
const here = () => toReview().reduce((sum, field) => sum + field.flags.filter((flag) => flag.open).length, 0);

function tellLeft(left) {
  data.left = left;
  document.getElementById("left").textContent = word("left-here", { here: here(), reports: left.reports });
}

const readOnlyText = () =>
  word(lease.takenBy === data.reviewer ? "read-only-own" : "read-only", { reviewer: lease.takenBy });

// Get what the server knows now; what is chosen, and what is being typed, stays.
async function refresh(said = word("refreshed")) {
  try {
    const told = await get(`/api/report/${data.report}`);
    lease.takenBy = told.taken_by;
    fields = told.fields.map(known);
    data.left = told.left;
    if (current() === undefined) choose((toReview()[0] ?? fields[0])?.path);
    else draw();
    if (said) say(said);
  } catch (error) {
    warn(error.message, error.code);
  }
}

// --- deciding

// Send decisions; returns null, or why they were not kept, which was told by then.
async function decide(decisions, said) {
  const hindered = lease.takenBy !== null ? readOnlyText() : busy ? word("wait") : null;
  if (hindered !== null) {
    warn(hindered);
    return hindered;
  }
  busy = true;
  refusedAs = null;
  try {
    const told = await post("/api/decide", { report: data.report, decisions });
    told.fields.forEach(renew);
    remember(decisions, told.numbers);
    tellLeft(told.left);
    say(said ?? word("saved", { here: here() }));
    return null;
  } catch (error) {
    refusedAs = error.code;
    if (error.code === "changed") await refresh(null);
    if (error.code === "taken") await lease.take();
    warn(error.message, error.code);
    return error.message;
  } finally {
    busy = false;
  }
}

function renew(changed) {
  const at = fields.findIndex((field) => field.path === changed.path);
  if (at < 0) return;
  // Where the record knows no place, the page was told one with the whole report.
  const { page, box } = fields[at];
  fields[at] = known({ ...changed, page: changed.page ?? page, box: changed.box ?? box });
}

async function settle(action, more = {}) {
  const field = current();
  if (field === undefined) return null;
  const problem = await decide([{ field: field.path, action, machine: machine(field), ...more }]);
  if (problem !== null) return problem;
  if (field.todo) goOn(field.path);
  else choose(field.path);
  return null;
}

async function saveTyped(what, path, text) {
  if (what === "correct") return settle("correct", { text });
  const problem = await decide([{ field: path, action: "note", note: text, machine: machine(named(path)) }], word("noted"));
  if (problem === null) choose(path);
  return problem;
}

const does = {
  accept: () => settle("accept"),
  proposal: () => settle("correct", { text: current().proposal.shown }),
  edit: () => edit.open("correct", current()),
  unreadable: () => settle("unreadable"),
  note: () => edit.open("note", current()),
  confirm: () => settle("confirm", { about: current().decision.number }),
  undo,
};

function press(what) {
  const button = document.querySelector(`#actions [data-do="${what}"]`);
  if (!button.disabled) return does[what]();
  const why = { proposal: "no-proposal", confirm: "nothing-to-confirm", edit: "no-value-here", unreadable: "no-value-here" };
  say(lease.takenBy !== null ? readOnlyText() : word(why[what] ?? "nothing-left"));
}

// What this browser did, so that it can be taken back also after going on to the next report.
const done = () => JSON.parse(sessionStorage.getItem("done") ?? "[]");
const keepDone = (steps) => sessionStorage.setItem("done", JSON.stringify(steps.slice(-REMEMBERED)));

function remember(decisions, numbers) {
  const steps = decisions.map(({ field, action }, index) => ({
    report: data.report,
    field,
    action,
    number: numbers[index],
    batch: numbers[0], // what was done at once is taken back at once
  }));
  keepDone([...done(), ...steps.filter((step) => step.action !== "undo")]);
}

async function undo() {
  const last = done().at(-1) ?? ownDecision();
  if (last === null) return say(word("nothing-to-undo"));
  if (last.report !== data.report) {
    leave(word("undo-elsewhere"));
    return go(last.report);
  }
  const together = done().filter((step) => step.batch === last.batch && step.report === last.report);
  const steps = together.length > 0 ? together : [last];
  const problem = await decide(
    steps.map(({ field, number }) => ({ field, action: "undo", about: number })),
    word("undone"),
  );
  // What cannot be taken back, because somebody decided anew, must not stand in the way of what can.
  if (problem === null || refusedAs === "changed") keepDone(done().filter((step) => step.batch !== last.batch));
  if (problem === null) choose(last.field);
}

function ownDecision() {
  const field = current();
  return field?.decision?.mine ? { report: data.report, field: field.path, number: field.decision.number } : null;
}

const lesser = () => toReview().filter((field) => worst(field) >= LESSER && field.decision === null);

async function acceptRest() {
  if (lease.takenBy !== null) return say(readOnlyText());
  const rest = lesser();
  if (rest.length === 0 || !(await sure(word("accept-rest-sure", { count: rest.length })))) return;
  const problem = await decide(rest.map((field) => ({ field: field.path, action: "accept", machine: machine(field) })));
  if (problem === null && !current().todo) goOn(chosen);
}

// --- going on

// What is to be looked at, worst first; with what was just decided where it stood, so that "next" knows where to go on.
let chosenRank = NONE;
function inOrder(also) {
  const rank = (field) => (field.path === also ? chosenRank : worst(field));
  return fields.filter((field) => field.todo || field.path === also).sort((one, other) => rank(one) - rank(other));
}

// After a decision: what is left below, else what was passed over, else the next report.
function goOn(after) {
  const order = inOrder(after);
  const at = order.findIndex((field) => field.path === after);
  const next = [...order.slice(at + 1), ...order.slice(0, at)].find((field) => field.todo);
  if (next === undefined) nextReport(word("report-done"));
  else choose(next.path);
}

function move(step) {
  const order = inOrder(chosen);
  const at = chosenRank === NONE ? -1 : order.findIndex((field) => field.path === chosen);
  const todo = order.filter((field) => field.todo);
  if (step < 0) return choose((order.slice(0, Math.max(at, 0)).findLast((field) => field.todo) ?? todo.at(-1))?.path);
  const next = order.slice(at + 1).find((field) => field.todo);
  return next === undefined ? nextReport() : choose(next.path);
}

// Fetch what comes next while the last field is looked at.
function soon() {
  if (following !== undefined || lease.takenBy !== null) return;
  following = post("/api/next", { after: data.report, ...filter }).then(async ({ report }) => {
    if (report === null || report === data.report) return null;
    lease.also.add(report);
    const told = await get(`/api/report/${report}`);
    const first = told.fields.map(known).filter((field) => field.todo).sort((a, b) => worst(a) - worst(b))[0];
    view.fetchSoon(told.view.sheets, first?.page);
    return report;
  });
  following.catch(() => (following = undefined));
}

async function nextReport(said = "") {
  busy = true; // on the way to another report nothing is decided about this one
  try {
    let report = (await following) ?? null;
    following = undefined;
    if (report === null) ({ report } = await post("/api/next", { after: data.report, ...filter }));
    if (report !== null && report !== data.report) {
      leave(said);
      return go(report);
    }
    if (toReview().length > 0) {
      busy = false;
      choose(toReview()[0].path);
      return say(word("only-here"));
    }
    leave(word("all-done"));
    document.getElementById("to-queue").click();
  } catch (error) {
    busy = false;
    following = undefined;
    warn(error.message, error.code);
  }
}

function leave(said) {
  if (said) sessionStorage.setItem("said", said);
}

function go(report) {
  lease.also.delete(report);
  location.assign(`/report/${report}${query ? `?${query}` : ""}`);
}

// --- keys and buttons

const help = () => document.getElementById("help").showModal();
const closer = () => current() && choose(chosen, { closer: true });

listen(
  {
    KeyJ: () => move(1),
    ArrowDown: () => move(1),
    KeyK: () => move(-1),
    ArrowUp: () => move(-1),
    KeyA: (event) => (event.shiftKey ? acceptRest() : press("accept")),
    KeyP: () => press("proposal"),
    KeyE: () => press("edit"),
    KeyU: () => press("unreadable"),
    KeyM: () => press("note"),
    KeyZ: () => press("undo"),
    KeyC: () => press("confirm"),
    KeyN: () => nextReport(),
    KeyQ: () => document.getElementById("to-queue").click(),
    KeyF: closer,
    KeyR: () => view.turn(),
    PageDown: () => view.go(1),
    PageUp: () => view.go(-1),
    Equal: () => view.zoomBy(1.25),
    NumpadAdd: () => view.zoomBy(1.25),
    Minus: () => view.zoomBy(0.8),
    NumpadSubtract: () => view.zoomBy(0.8),
    Digit0: () => view.zoomBy(0),
    Numpad0: () => view.zoomBy(0),
    Slash: (event) => (event.shiftKey || event.key === "?") && help(),
  },
  new Set(["PageDown", "PageUp", "Equal", "NumpadAdd", "Minus", "NumpadSubtract"]),
);
for (const button of document.querySelectorAll("#actions button")) {
  button.addEventListener("click", () => does[button.dataset.do]());
}
wireClicks({
  "next-flag": () => move(1),
  "previous-flag": () => move(-1),
  "next-report": () => nextReport(),
  "help-button": help,
  "help-close": () => document.getElementById("help").close(),
  "accept-rest": acceptRest,
  "page-previous": () => view.go(-1),
  "page-next": () => view.go(1),
  "zoom-in": () => view.zoomBy(1.25),
  "zoom-out": () => view.zoomBy(0.8),
  "zoom-fit": () => view.zoomBy(0),
  "zoom-box": closer,
  turn: () => view.turn(),
  "sure-yes": () => document.getElementById("sure").close("yes"),
  "sure-no": () => document.getElementById("sure").close(""),
});
document.getElementById("to-queue").addEventListener("click", () => lease.letGo());
wireSwitch(document.getElementById("keys-on"));

function tellPage({ page, count }) {
  document.getElementById("page-number").textContent = word("page-of", { page, count });
  const ends = { "page-previous": page <= 1, "page-next": page >= count };
  for (const [id, atEnd] of Object.entries(ends)) {
    const button = document.getElementById(id);
    if (atEnd && document.activeElement === button) view.place.focus(); // a disabled button would lose the focus
    button.disabled = atEnd;
  }
}
if (view.hasPages) tellPage(view.counted());
else document.querySelectorAll(".paged").forEach((tool) => (tool.hidden = true));
view.place.addEventListener("page", (event) => tellPage(event.detail));

// Coming back by the browser's own button would show the report as it was.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

const kept = sessionStorage.getItem("said");
sessionStorage.removeItem("said");
const first = toReview()[0] ?? fields[0];
if (first !== undefined) choose(first.path);
else draw();
if (kept) say(kept);
document.documentElement.dataset.ready = "yes";
