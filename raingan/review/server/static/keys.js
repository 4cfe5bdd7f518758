// Keys by their place on the board, so that they work with a Thai layout too; and the buttons that do the same.

const WITH_SHIFT = new Set(["KeyA", "Slash", "Equal"]);
const OFF = "off"; // single keys disturb whoever steers the computer by voice

// `does` maps codes of keys to what they do; those in `repeats` go on while the key is held down.
export function listen(does, repeats) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
    if (localStorage.getItem("keys") === OFF && !event.code.startsWith("Page")) return;
    // Arrows scroll what is made for it, where that has the focus.
    if (event.code.startsWith("Arrow") && event.target.closest(".view, .rolls")) return;
    const code = event.key === "?" ? "Slash" : event.code; // which stands elsewhere on some boards
    if (does[code] === undefined || (event.shiftKey && !WITH_SHIFT.has(code))) return;
    event.preventDefault();
    if (event.repeat && !repeats.has(code)) return; // a key held down must not decide what nobody has seen
    does[code](event);
  });
}

export function wireClicks(does) {
  for (const [id, act] of Object.entries(does)) document.getElementById(id).addEventListener("click", () => act());
}

export function wireSwitch(box) {
  box.checked = localStorage.getItem("keys") !== OFF;
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : OFF));
}

// Ask before much is done at once.
export function sure(question) {
  const dialog = document.getElementById("sure");
  document.getElementById("sure-text").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  document.getElementById("sure-yes").focus();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}
