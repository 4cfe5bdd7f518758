// Who has the report: it is this page's while it is open, and anybody's afterwards.

import { post, warn } from "./talk.js";

const EVERY = 30_000; // milliseconds; the server keeps a report for 120 s after the last time
const LOST = 110_000; // milliseconds without an answer: somebody else may have had the report since

export class Lease {
  // `changed(takenBy)` hears when somebody else has it, or no longer has; `lost()` when it may have been another's.
  constructor(report, takenBy, { changed, lost }) {
    Object.assign(this, { report, takenBy, changed, lost });
    this.last = Date.now();
    this.also = new Set(); // reports taken beforehand
    setInterval(() => this.take(), EVERY);
    // A computer that slept, or a tab in the background, asks late.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.take());
    window.addEventListener("pagehide", () => this.letGo());
  }

  // Let others have it. A page that is left says so only when the next one has come: the queue has to hear it before.
  letGo() {
    [this.report, ...this.also].forEach(release);
  }

  async take() {
    try {
      const told = await post("/api/take", { report: this.report });
      const late = Date.now() - this.last > LOST;
      this.last = Date.now();
      if (told.taken_by !== this.takenBy) {
        this.takenBy = told.taken_by;
        this.changed(told.taken_by);
      } else if (late) this.lost();
    } catch (error) {
      warn(error.message, error.code);
    }
  }
}

function release(report) {
  navigator.sendBeacon("/api/release", new Blob([JSON.stringify({ report })], { type: "application/json" }));
}
