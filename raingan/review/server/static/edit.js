// The form under the chosen field: a new value, checked as it is typed, or a note.

import { make, post, say, word } from "./talk.js";

const PAUSE = 80; // milliseconds after the last key
const SHORT = 60; // characters that fit a line

export class Edit {
  // `save(what, path, text)` keeps a value ("correct") or a note ("note"); it answers why not, or null.
  constructor(form, report, save) {
    Object.assign(this, { form, report, save });
    this.says = document.getElementById("edit-says");
    form.addEventListener("submit", (event) => this.submitted(event));
    document.getElementById("edit-cancel").addEventListener("click", () => this.cancel());
    form.addEventListener("keydown", (event) => this.typed(event));
  }

  get isOpen() {
    return !this.form.hidden;
  }

  // What is typed and not saved is found again, also after another field was chosen or the page was loaded anew.
  get draft() {
    return `draft ${this.report} ${this.field.path} ${this.what}`;
  }

  open(what, field) {
    this.what = what;
    this.field = field;
    this.valid = what === "note";
    const kept = sessionStorage.getItem(this.draft);
    const text = kept ?? (what === "note" ? "" : (field.shown ?? ""));
    this.input = what === "note" ? make("textarea", { rows: 2, lang: "th" }) : inputFor(field, text);
    this.input.id = "edit-text";
    this.input.setAttribute("aria-describedby", "edit-says");
    if (this.input.tagName !== "SELECT") this.input.value = text;
    else if (kept !== null) this.input.value = kept;
    document.getElementById("edit-label").textContent = `${word(what === "note" ? "new-note" : "new-value")} – ${field.name}`;
    document.getElementById("edit-slot").replaceChildren(this.input);
    this.tell("", "");
    this.form.hidden = false;
    this.input.focus();
    this.input.select?.();
    this.input.addEventListener("input", () => this.changed());
    if (what !== "note" && text) this.check();
    if (kept !== null) say(word("draft-back"));
    this.form.scrollIntoView({ block: "nearest" });
  }

  // Put the form away; what was typed is kept.
  hide() {
    clearTimeout(this.timer);
    this.form.hidden = true;
  }

  cancel() {
    if (!this.isOpen) return;
    sessionStorage.removeItem(this.draft);
    this.hide();
    document.getElementById("card").focus();
  }

  changed() {
    sessionStorage.setItem(this.draft, this.input.value);
    this.valid = this.what === "note";
    clearTimeout(this.timer);
    if (this.what !== "note") this.timer = setTimeout(() => this.check(), PAUSE);
  }

  async check() {
    const { field } = this;
    const text = this.input.value;
    try {
      const told = await post("/api/check", { kind: field.kind, text, choices: field.choices });
      if (text !== this.input.value || field !== this.field) return; // typed on meanwhile
      this.valid = told.message === null;
      this.tell(told.message ?? (told.shown === text ? "" : word("means", { shown: told.shown })), this.valid ? "good" : "bad");
    } catch (error) {
      this.tell(error.message, "bad");
    }
  }

  tell(text, kind) {
    this.says.className = `says ${kind}`;
    this.says.textContent = text;
    this.input.setAttribute("aria-invalid", String(kind === "bad"));
  }

  async submitted(event) {
    event.preventDefault();
    clearTimeout(this.timer);
    const { draft, field, what } = this;
    if (what !== "note") await this.check();
    if (!this.valid || (what === "note" && this.input.value.trim() === "")) return this.input.focus();
    const problem = await this.save(what, field.path, this.input.value);
    if (problem === null) sessionStorage.removeItem(draft);
    else this.tell(problem, "bad"); // what was typed stays
  }

  typed(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === this.input) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }
}

function inputFor(field, text) {
  if (field.kind === "choice") {
    const options = field.choices.map((choice) => make("option", { value: choice.value, selected: choice.value === field.value }, choice.name));
    return make("select", { lang: "th" }, ...options);
  }
  if (field.kind === "text" && (text.length > SHORT || text.includes("\n"))) return make("textarea", { lang: "th", rows: 5 });
  return make("input", { type: "text", lang: "th", autocomplete: "off", spellcheck: "false" });
}
