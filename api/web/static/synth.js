// Keys, job progress, the key list. Everything here is a shortcut to what the page does without it.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const dialog = one("#keys");
  const off = "synth-keys-off";
  let cursor = -1;
  let going = false;

  const lettersOff = () => localStorage.getItem(off) === "yes";
  const visible = (element) => element.getClientRects().length > 0;
  const rows = () => all("[data-row]").filter(visible);

  function move(step) {
    const list = rows();
    if (!list.length) return;
    list.forEach((row) => row.classList.remove("cursor"));
    cursor = Math.min(Math.max(cursor + step, 0), list.length - 1);
    const row = list[cursor];
    row.classList.add("cursor");
    row.scrollIntoView({ block: "nearest" });
    const target = row.querySelector("[data-enter],[data-tick],[data-open],a,button");
    if (target) target.focus({ preventScroll: true });
  }

  function open(selector) {
    const row = rows()[cursor] || document;
    const link = row.querySelector(selector) || one(selector);
    if (link) link.click();
  }

  function tickNext() {
    const boxes = all("[data-tick]");
    const box = boxes.find((item) => !item.checked);
    if (!box) return;
    box.checked = true;
    count();
    const next = boxes.find((item) => !item.checked) || one("#approve button");
    if (next) next.focus();
    if (next) next.closest("[data-row],form").scrollIntoView({ block: "nearest" });
  }

  function count() {
    const boxes = all("[data-tick]");
    const words = one("[data-progress]");
    if (!boxes.length || !words) return;
    const done = boxes.filter((box) => box.checked).length;
    words.textContent = done === boxes.length
      ? "All evidence read." : `${done} of ${boxes.length} ticked; approving needs all.`;
  }

  function press(key) {
    const control = one(`[data-key="${key}"]`);
    if (!control) return false;
    if (control.tagName === "SUMMARY") {
      const box = control.parentElement;
      box.open = !box.open;
      const first = box.querySelector("form input:not([type=hidden]),form textarea");
      if (box.open && first) first.focus();
    } else {
      control.click();
    }
    return true;
  }

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: () => open("[data-open],[data-enter]"),
    y: tickNext,
    a: () => press("a"),
    r: () => press("r"),
    e: () => press("e"),
    "/": () => one("#find") && one("#find").focus(),
    "?": () => dialog && dialog.showModal(),
    g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
  };

  function typing(target) {
    return target.isContentEditable || target.closest("textarea,select,dialog[open]") ||
      (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && event.target.id === "find") event.target.blur();
      return;
    }
    if (lettersOff() && event.key !== "?") return;
    if (going) {
      going = false;
      const link = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  function follow(job) {
    if (job.dataset.final === "yes" || !window.EventSource) return;
    const source = new EventSource(`/v1/jobs/${encodeURIComponent(job.dataset.job)}/events`);
    const show = (event) => {
      let state;
      try { state = JSON.parse(event.data); } catch { return; }
      const bar = job.querySelector("[data-bar]");
      if (bar) { bar.max = state.total || 1; bar.value = state.done; }
      const words = job.querySelector("[data-done]");
      if (words) words.textContent = `${state.done} of ${state.total}`;
      const step = job.querySelector("[aria-current=step]");
      if (step && state.step && step.dataset.step !== state.step) reload();
    };
    const reload = () => { source.close(); location.reload(); };
    source.addEventListener("progress", show);
    source.addEventListener("done", reload);
    source.addEventListener("failed", reload);
    addEventListener("pagehide", () => source.close());
  }

  all("[data-job]").forEach(follow);
  all("[data-tick]").forEach((box) => box.addEventListener("change", count));
  all("[data-row]").forEach((row) => row.addEventListener("focusin", () => { cursor = rows().indexOf(row); }));
  const summary = one("[data-focus]");
  if (summary) summary.focus();
  const box = one("#keys-off");
  if (box) {
    box.checked = lettersOff();
    box.addEventListener("change", () => localStorage.setItem(off, box.checked ? "yes" : "no"));
  }
  count();
})();
