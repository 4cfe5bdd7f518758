// The left side: the report's page with the places of its fields, or the lines of a file without pages.

import { make, word } from "./talk.js";

const STEPS = [800, 1200, 1600, 2400]; // widths in pixels that the server draws
const CLOSEST = 6; // times the width of the view
const FARTHEST = 0.3;
const ROOM = 0.12; // of the view, kept around a box
const TEXT_PIXELS = 15; // size of letters in a file without pages
const STILL = 5; // pixels that a pointer may move and still mean one place

export class View {
  // `pick(path)` hears which field was read at a place that was chosen.
  constructor(place, told, pick) {
    this.place = place;
    this.told = told;
    this.pick = pick;
    this.zoom = 1;
    this.turns = new Map(told.sheets.map((sheet) => [sheet.number, sheet.turned]));
    this.page = told.sheets[0]?.number ?? null;
    this.fields = [];
    this.chosen = null;
    if (told.sheets.length) this.drawSheet();
    else this.drawLines();
    place.addEventListener("click", (event) => this.clicked(event));
    place.addEventListener("pointerdown", (event) => this.drag(event));
    place.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    new ResizeObserver(() => this.layOut()).observe(place);
  }

  get hasPages() {
    return this.told.sheets.length > 0;
  }

  get sheet() {
    return this.told.sheets.find((sheet) => sheet.number === this.page);
  }

  // Say whether a field's place can be shown.
  knows(field) {
    if (!this.hasPages) return this.told.lines.some((line) => line.fields.includes(field.path));
    return field.box !== null && this.told.sheets.some((sheet) => sheet.number === field.page);
  }

  // Show which fields there are and where they stand now.
  setFields(fields) {
    this.fields = fields;
    this.drawBoxes();
  }

  // Move to a field's place and mark it.
  choose(field, closer = false) {
    this.chosen = field.path;
    const known = this.told.sheets.some((sheet) => sheet.number === field.page);
    if (this.hasPages && known && field.page !== this.page) {
      this.page = field.page;
      this.drawSheet();
    }
    this.drawBoxes();
    const marked = this.place.querySelector(".chosen");
    if (marked === null) return;
    if (closer && this.hasPages && field.box !== null) this.zoomTo(field.box);
    this.bringIntoSight(this.place.querySelector(".chosen"));
  }

  bringIntoSight(element) {
    const inner = element.getBoundingClientRect();
    const outer = this.place.getBoundingClientRect();
    const down = inner.top - outer.top;
    const across = inner.left - outer.left;
    const spare = outer.height * ROOM;
    if (down < spare || down + inner.height > outer.height - spare) {
      this.place.scrollTop += down - Math.max((outer.height - inner.height) / 2, spare);
    }
    if (across < 0 || across + inner.width > outer.width) {
      this.place.scrollLeft += across - Math.max((outer.width - inner.width) / 2, 10);
    }
  }

  // --- pages

  drawSheet() {
    const sheet = this.sheet;
    this.picture = make("img", { alt: word("page-of", this.counted()), draggable: "false" });
    this.turner = make("div", { class: "turner" }, this.picture);
    const waiting = make("p", { class: "loading" }, word("page-loading"));
    this.paper = make("div", { class: "sheet" }, waiting, this.turner);
    this.picture.addEventListener("load", () => waiting.remove(), { once: true });
    this.loaded = 0;
    this.place.replaceChildren(this.paper);
    this.picture.addEventListener("error", () => this.failed());
    this.layOut();
    this.drawBoxes();
    this.place.scrollTop = 0;
    this.place.dispatchEvent(new CustomEvent("page", { detail: this.counted(), bubbles: true }));
    this.prefetch(sheet.number + 1);
  }

  counted() {
    const numbers = this.told.sheets.map((sheet) => sheet.number);
    return { page: numbers.indexOf(this.page) + 1, count: numbers.length };
  }

  // Tell why there is no picture: an <img> does not say.
  async failed() {
    const { picture } = this;
    const answer = await fetch(picture.src).catch(() => null);
    const page = answer === null ? null : new DOMParser().parseFromString(await answer.text(), "text/html");
    const why = page?.querySelector("p")?.textContent ?? word(answer === null ? "program-gone" : "no-view");
    if (picture === this.picture) this.place.replaceChildren(make("p", { class: "loading", role: "alert" }, why));
  }

  layOut() {
    if (!this.paper?.isConnected) return;
    if (!this.hasPages) {
      this.paper.style.fontSize = `${this.zoom * TEXT_PIXELS}px`;
      return;
    }
    const { width, height } = this.sheet;
    const turn = this.turns.get(this.page);
    const lying = turn % 180 !== 0;
    const room = Math.max(this.place.clientWidth - 20, 120);
    const scale = (room / (lying ? height : width)) * this.zoom;
    const [across, down] = [width * scale, height * scale];
    const [outerAcross, outerDown] = lying ? [down, across] : [across, down];
    Object.assign(this.paper.style, { width: `${outerAcross}px`, height: `${outerDown}px` });
    const moved = { 0: [0, 0], 90: [outerAcross, 0], 180: [outerAcross, outerDown], 270: [0, outerDown] }[turn];
    Object.assign(this.turner.style, {
      width: `${across}px`,
      height: `${down}px`,
      transform: `translate(${moved[0]}px, ${moved[1]}px) rotate(${turn}deg)`,
    });
    this.load(across * window.devicePixelRatio);
  }

  load(pixels) {
    const width = STEPS.find((step) => step >= pixels) ?? STEPS.at(-1);
    if (width <= this.loaded) return;
    this.loaded = width;
    const source = `${this.sheet.picture}?width=${width}`;
    if (!this.picture.src) {
      this.picture.src = source;
      return;
    }
    const finer = new Image(); // the coarser one stays until the finer one is there
    const { picture } = this;
    finer.addEventListener("load", () => picture === this.picture && (picture.src = source));
    finer.src = source;
  }

  // Have the browser fetch the page of another report that will be shown next.
  fetchSoon(sheets, number) {
    const sheet = sheets.find((one) => one.number === number) ?? sheets[0];
    if (sheet !== undefined) new Image().src = `${sheet.picture}?width=${this.loaded || STEPS[1]}`;
  }

  prefetch(number) {
    const next = this.told.sheets.find((sheet) => sheet.number === number);
    if (next === undefined) return;
    this.picture.addEventListener("load", () => (new Image().src = `${next.picture}?width=${this.loaded}`), { once: true });
  }

  drawBoxes() {
    if (!this.hasPages) return this.markLines();
    if (!this.turner) return;
    this.turner.querySelectorAll(".box").forEach((box) => box.remove());
    const { width, height } = this.sheet;
    // Dates and figures of a section share its place: one box tells of all of them, the one that says most.
    const said = (field) => (field.path === this.chosen ? 3 : field.todo ? 2 : field.decision ? 1 : 0);
    const drawn = new Map();
    for (const field of this.fields) {
      if (field.page !== this.page || field.box === null) continue;
      const place = field.box.join();
      if (!drawn.has(place) || said(drawn.get(place)) < said(field)) drawn.set(place, field);
    }
    for (const field of drawn.values()) {
      const [x0, top, x1, bottom] = field.box;
      const kind = field.path === this.chosen ? "chosen" : field.todo ? "flagged" : field.decision ? "settled" : "";
      const box = make("div", { class: `box ${kind}`, "data-path": field.path, "aria-hidden": "true" });
      Object.assign(box.style, {
        left: `${(100 * x0) / width}%`,
        top: `${(100 * top) / height}%`,
        width: `${(100 * (x1 - x0)) / width}%`,
        height: `${(100 * (bottom - top)) / height}%`,
      });
      this.turner.append(box);
    }
  }

  go(step) {
    if (!this.hasPages) return this.place.scrollBy({ top: step * this.place.clientHeight * 0.85 });
    const numbers = this.told.sheets.map((sheet) => sheet.number);
    const next = numbers[numbers.indexOf(this.page) + step];
    if (next === undefined) return;
    this.page = next;
    this.drawSheet();
  }

  // Zoom, 0 for the width of the view; the point under `at` (pixels in the view, else its middle) stays where it is.
  zoomBy(factor, at = [this.place.clientWidth / 2, this.place.clientHeight / 2]) {
    const { place, paper } = this;
    if (!paper?.isConnected) return;
    const share = [(place.scrollLeft + at[0] - paper.offsetLeft) / paper.offsetWidth];
    share.push((place.scrollTop + at[1] - paper.offsetTop) / paper.offsetHeight);
    this.zoom = factor === 0 ? 1 : Math.min(Math.max(this.zoom * factor, FARTHEST), CLOSEST);
    this.layOut();
    place.scrollLeft = share[0] * paper.offsetWidth + paper.offsetLeft - at[0];
    place.scrollTop = share[1] * paper.offsetHeight + paper.offsetTop - at[1];
  }

  zoomTo(box) {
    const { width, height } = this.sheet;
    const lying = this.turns.get(this.page) % 180 !== 0;
    const share = lying ? (box[3] - box[1]) / height : (box[2] - box[0]) / width;
    this.zoom = Math.min(Math.max(0.85 / Math.max(share, 0.05), 1), CLOSEST);
    this.layOut();
  }

  turn() {
    if (!this.hasPages) return;
    this.turns.set(this.page, (this.turns.get(this.page) + 90) % 360);
    this.layOut();
    const marked = this.place.querySelector(".chosen");
    if (marked !== null) this.bringIntoSight(marked);
  }

  wheeled(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const { left, top } = this.place.getBoundingClientRect();
    this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, [event.clientX - left, event.clientY - top]);
  }

  // Move a page with the mouse; fingers scroll it without us, and on lines a mouse marks text.
  drag(start) {
    if (!this.hasPages || start.button !== 0 || start.pointerType !== "mouse") return;
    const { place } = this;
    const from = [place.scrollLeft, place.scrollTop];
    const move = (event) => {
      const moved = [event.clientX - start.clientX, event.clientY - start.clientY];
      if (Math.hypot(...moved) > STILL) place.classList.add("dragged");
      if (place.classList.contains("dragged")) place.scrollTo(from[0] - moved[0], from[1] - moved[1]);
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      setTimeout(() => place.classList.remove("dragged")); // after the click, which means nothing then
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end, { once: true });
    window.addEventListener("pointercancel", end, { once: true });
  }

  clicked(event) {
    if (this.place.classList.contains("dragged") || String(window.getSelection())) return;
    const paths = this.fieldsAt(event);
    const again = this.last && Math.hypot(event.clientX - this.last.x, event.clientY - this.last.y) < STILL;
    this.last = { x: event.clientX, y: event.clientY };
    if (paths.length) this.pick(paths[again ? (paths.indexOf(this.chosen) + 1) % paths.length : 0]);
  }

  // What was read at a place, the smallest first.
  fieldsAt(event) {
    const line = event.target.closest(".lines p");
    if (line !== null) return this.told.lines[Number(line.dataset.line)].fields;
    const under = [...this.place.querySelectorAll(".box")].filter((box) => {
      const { left, right, top, bottom } = box.getBoundingClientRect();
      return event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    });
    const area = (box) => box.offsetWidth * box.offsetHeight;
    under.sort((one, other) => area(one) - area(other));
    // One box stands for all fields of its place, and was drawn for the one that says most.
    return under.flatMap((box) => {
      const place = this.fields.find((field) => field.path === box.dataset.path).box.join();
      const own = this.fields.filter((field) => field.page === this.page && field.box?.join() === place);
      return own.map((field) => field.path).sort((path) => (path === box.dataset.path ? -1 : 0));
    });
  }

  // --- lines

  drawLines() {
    const { lines, error } = this.told;
    if (error !== null || lines.length === 0) {
      this.place.replaceChildren(make("p", { class: "loading" }, error ?? word("no-view")));
      return;
    }
    const rows = lines.map((line, index) => make("p", { "data-line": index }, line.text));
    this.place.setAttribute("aria-label", word("text-view"));
    this.paper = make("div", { class: "lines", lang: "th" }, ...rows);
    this.place.replaceChildren(this.paper);
  }

  markLines() {
    const open = new Set(this.fields.filter((field) => field.todo).map((field) => field.path));
    this.place.querySelectorAll(".lines p").forEach((row, index) => {
      const { fields } = this.told.lines[index];
      row.classList.toggle("has", fields.length > 0);
      row.classList.toggle("flagged", fields.some((path) => open.has(path)));
      row.classList.toggle("chosen", fields.includes(this.chosen));
    });
  }
}
