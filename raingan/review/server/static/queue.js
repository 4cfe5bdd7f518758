// The queue: start, who is reviewing, another browser.

import { post, say, word } from "./talk.js";

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

start.addEventListener("click", () => begin().catch((error) => say(error.message)));

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.code === "KeyN" && localStorage.getItem("keys") !== "off" && !start.disabled) {
    event.preventDefault();
    start.click();
  }
});

document.getElementById("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = new FormData(event.target);
  try {
    await post("/api/settings", { reviewer: told.get("reviewer"), language: told.get("language") });
    location.reload();
  } catch (error) {
    say(error.message);
  }
});

document.getElementById("invite").addEventListener("click", async () => {
  try {
    const { address, minutes } = await post("/api/invite", {});
    say(`${word("invited", { minutes })}: ${address}`);
  } catch (error) {
    say(error.message);
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
