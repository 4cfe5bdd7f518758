// The queue: start, who is reviewing, another browser.

import { listen } from "./keys.js";
import { post, say, warn, word } from "./talk.js";

const main = document.getElementById("main");
const start = document.getElementById("start");

function filter() {
  const query = new URLSearchParams(main.dataset.query);
  return Object.fromEntries(query.entries());
}

async function begin() {
  const { report } = await post("/api/next", { after: null, ...filter() });
  if (report === null) return say(word("nothing-left"));
  location.assign(`/report/${report}${main.dataset.query ? `?${main.dataset.query}` : ""}`);
}

start.addEventListener("click", () => begin().catch((error) => warn(error.message, error.code)));

// From one report of the list to the next; Enter opens it, as any link.
function step(way) {
  const links = [...main.querySelectorAll("tbody a")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + way, 0), links.length - 1)]?.focus();
}

listen(
  {
    KeyN: () => start.disabled || start.click(),
    KeyJ: () => step(1),
    ArrowDown: () => step(1),
    KeyK: () => step(-1),
    ArrowUp: () => step(-1),
  },
  new Set(["KeyJ", "KeyK", "ArrowDown", "ArrowUp"]),
);

document.getElementById("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = new FormData(event.target);
  try {
    await post("/api/settings", { reviewer: told.get("reviewer"), language: told.get("language") });
    location.reload();
  } catch (error) {
    warn(error.message, error.code);
  }
});

document.getElementById("invite").addEventListener("click", async () => {
  try {
    const { address, minutes } = await post("/api/invite", {});
    const field = document.getElementById("invited-address");
    field.value = address;
    field.labels[0].textContent = word("invited", { minutes });
    document.getElementById("invited").hidden = false;
    field.focus();
    field.select();
  } catch (error) {
    warn(error.message, error.code);
  }
});

// Coming back from a report by the browser's own button would show the queue as it was.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
if (sessionStorage.getItem("said")) {
  say(sessionStorage.getItem("said"));
  sessionStorage.removeItem("said");
}
