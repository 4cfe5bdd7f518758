// The form under the chosen field: a new value, checked as it is typed, or a note.

import { make, post, word } from "./talk.js";

const PAUSE = 80; // milliseconds after the last key
const SHORT = 60; // characters that fit a line

export class Edit {
  // `save(what, text)` keeps a value ("correct") or a note ("note"); it answers whether that worked.
  constructor(form, save) {
    this.form = form;
    this.save = save;
    this.says = document.getElementById("edit-says");
    form.addEventListener("submit", (event) => this.submitted(event));
    document.getElementById("edit-cancel").addEventListener("click", () => this.close());
    form.addEventListener("keydown", (event) => this.typed(event));
  }

  get isOpen() {
    return !this.form.hidden;
  }

  open(what, field) {
    this.what = what;
    this.field = field;
    this.valid = what === "note";
    const text = what === "note" ? "" : (field.shown ?? "");
    this.input = what === "note" ? make("textarea") : inputFor(field, text);
    this.input.id = "edit-text";
    this.input.setAttribute("aria-describedby", "edit-says");
    if (this.input.tagName !== "SELECT") this.input.value = text;
    document.getElementById("edit-label").textContent = `${word(what === "note" ? "new-note" : "new-value")} – ${field.name}`;
    document.getElementById("edit-slot").replaceChildren(this.input);
    this.tell("", "");
    this.form.hidden = false;
    this.input.focus();
    this.input.select?.();
    this.input.addEventListener("input", () => this.checkSoon());
    if (what !== "note" && text) this.check();
    this.form.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (!this.isOpen) return;
    this.form.hidden = true;
    clearTimeout(this.timer);
    document.getElementById("card").focus();
  }

  checkSoon() {
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
    if (this.what !== "note") await this.check();
    if (!this.valid) return this.input.focus();
    const problem = await this.save(this.what, this.input.value);
    if (problem === null) this.form.hidden = true;
    else this.tell(problem, "bad"); // what was typed stays
  }

  typed(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
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
