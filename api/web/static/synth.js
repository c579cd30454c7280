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

  function pick() {
    const row = rows()[cursor];
    const box = row && (row.querySelector("[data-pick]") || (row.closest(".choosable") || row).querySelector("[data-pick]"));
    if (!box) return;
    box.checked = !box.checked;
    countPicked();
  }

  function to(selector) {
    const field = one(selector);
    if (field) field.focus();
  }

  // Where there is a script, the bar for ticked rows stays out of the way until one is ticked.
  function countPicked() {
    all("[data-picked]").forEach((words) => {
      const bar = words.closest("form");
      const n = all(`[data-pick][form="${bar.id}"]:checked`).length;
      words.textContent = `${n} ${words.dataset.picked}${n === 1 ? "" : "s"} ticked:`;
      bar.classList.toggle("waits", n === 0);
      bar.classList.add("live");
    });
  }

  const map = one("#map");
  const whole = map && box(map);

  function box(svg) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    return { x, y, width, height };
  }

  function view(x, y, width) {
    const height = width * whole.height / whole.width;
    const keep = (at, room, size) => Math.min(Math.max(at, 0), room - size);
    map.setAttribute("viewBox", `${keep(x, whole.width, width)} ${keep(y, whole.height, height)} ${width} ${height}`);
  }

  function zoom(factor) {
    if (!map) return;
    const now = box(map);
    const width = factor ? Math.min(Math.max(now.width / factor, 60), whole.width) : whole.width;
    view(now.x + (now.width - width) / 2, now.y + (now.height - width * whole.height / whole.width) / 2, width);
  }

  const pans = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function pan(event) {
    const step = pans[event.key];
    if (!step) return;
    event.preventDefault();
    const now = box(map);
    view(now.x + step[0] * now.width / 6, now.y + step[1] * now.height / 6, now.width);
  }

  const placeOf = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());

  function readPlace(event) {
    if (event.target.closest("a")) return;
    const at = placeOf(event);
    drop("#area");
    mark(at);
    read({ x: at.x.toFixed(1), y: at.y.toFixed(1) });
  }

  async function read(wanted) {
    const address = new URL(location);
    ["done", "undo", "x", "y", "area", "corner"].forEach((name) => address.searchParams.delete(name));
    Object.entries(wanted).forEach(([name, value]) => address.searchParams.set(name, value));
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#here");
    if (!answer.ok || !there) { location.assign(address); return; }
    history.replaceState(null, "", address);
    one("#here").replaceWith(there);
    countPicked();
    there.scrollIntoView({ block: "nearest" });
  }

  function drop(selector) {
    const shape = one(selector);
    if (shape) shape.remove();
  }

  function shape(id, kind) {
    const found = one(`#${id}`) || map.appendChild(document.createElementNS(map.namespaceURI, kind));
    found.id = id;
    return found;
  }

  // Dragging draws round dots, with Shift a rectangle; by touch only while the button is pressed.
  let corners = [];
  let drew = false;

  function startArea(event) {
    drew = false;
    const may = event.pointerType === "mouse" || map.classList.contains("drawing");
    corners = may && event.button === 0 ? [placeOf(event)] : [];
  }

  function drawArea(event) {
    if (!corners.length) return;
    const at = placeOf(event);
    const last = corners[corners.length - 1];
    if (Math.hypot(at.x - last.x, at.y - last.y) < 6 * box(map).width / map.clientWidth) return;
    if (!drew) map.setPointerCapture(event.pointerId);
    drew = true;
    corners = event.shiftKey ? rectangle(corners[0], at) : [...corners, at];
    drop("#place");
    const outline = shape("area", "path");
    outline.setAttribute("class", "area");
    outline.setAttribute("d", `M${corners.map((one) => `${one.x.toFixed(1)} ${one.y.toFixed(1)}`).join("L")}Z`);
  }

  const rectangle = (from, to) => [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }, from].slice(0, 4);

  function endArea() {
    const step = Math.ceil(corners.length / 80);
    const kept = corners.filter((_, place) => place % step === 0);
    corners = [];
    if (!drew) return;
    if (kept.length < 3) { drop("#area"); return; }
    read({ area: kept.map((one) => `${one.x.toFixed(1)},${one.y.toFixed(1)}`).join(",") });
  }

  function stopArea() {
    corners = [];
    drop("#area");
  }

  function mark(at) {
    const ring = shape("place", "circle");
    ring.setAttribute("cx", at.x);
    ring.setAttribute("cy", at.y);
    ring.setAttribute("r", 14);
  }

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: () => open("[data-open],[data-enter]"),
    y: tickNext,
    a: () => press("a"),
    r: () => press("r"),
    e: () => press("e"),
    u: () => press("u"),
    z: () => press("z"),
    x: pick,
    m: () => to("[data-merge]"),
    s: () => to("[data-split]"),
    "+": () => zoom(1.5),
    "-": () => zoom(1 / 1.5),
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

  // Taking a large file in takes a minute: say that it goes on, and for how long it has.
  function slow(form) {
    const begun = Date.now();
    const file = form.querySelector("input[type=file]").files[0];
    const size = `${file.name}, ${Math.max(1, Math.round(file.size / 1048576))} MiB`;
    const words = form.querySelector("[data-slow-words]");
    const tell = () => {
      words.textContent = `Reading ${size}: ${Math.round((Date.now() - begun) / 1000)} seconds so far. Stay on this page; 50 MiB take about a minute.`;
    };
    form.querySelector("[data-slow-shown]").hidden = false;
    form.querySelector("button").disabled = true;
    tell();
    setInterval(tell, 1000);
  }

  // What was typed comes back when a form is refused: a page that says why has no text of its own.
  const typed = "synth-typed";
  function keepTyped(event) {
    const form = event.target;
    if (form.method !== "post" || !form.elements.csrf_token) return;
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
    sessionStorage.setItem(typed, JSON.stringify({ action: form.getAttribute("action"), fields }));
  }

  function restoreTyped() {
    const kept = JSON.parse(sessionStorage.getItem(typed) || "null");
    sessionStorage.removeItem(typed);
    if (!kept || !one("[data-focus]") || kept.action !== location.pathname) return;
    const form = all("form").find((item) => item.getAttribute("action") === kept.action
      && kept.fields.every(([name]) => item.elements.namedItem(name)));
    if (!form) return;
    [...form.elements].forEach((field) => {
      const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length && field.type !== "hidden" && field.tagName !== "BUTTON") field.value = values[0];
    });
    for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    one("[data-focus]").scrollIntoView({ block: "nearest" });
  }

  if (map) {
    map.setAttribute("tabindex", "0");
    map.addEventListener("click", (event) => {
      if (drew) { event.preventDefault(); drew = false; } else { readPlace(event); }
    });
    map.addEventListener("pointerdown", startArea);
    map.addEventListener("pointermove", drawArea);
    map.addEventListener("pointerup", endArea);
    map.addEventListener("pointercancel", stopArea);
    map.addEventListener("dragstart", (event) => event.preventDefault());
    one("#draw").addEventListener("click", (event) => {
      event.currentTarget.setAttribute("aria-pressed", String(map.classList.toggle("drawing")));
    });
    map.addEventListener("keydown", pan);
    all(".map-tools").forEach((tools) => { tools.hidden = false; });
    all("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoom(Number(button.dataset.zoom))));
  }
  document.addEventListener("change", (event) => { if (event.target.matches("[data-pick]")) countPicked(); });
  countPicked();
  all("[data-job]").forEach(follow);
  all("[data-slow]").forEach((form) => form.addEventListener("submit", () => slow(form)));
  all("[data-tick]").forEach((box) => box.addEventListener("change", count));
  all("[data-row]").forEach((row) => row.addEventListener("focusin", () => { cursor = rows().indexOf(row); }));
  document.addEventListener("submit", keepTyped);
  restoreTyped();
  const summary = one("[data-focus]");
  if (summary) summary.focus();
  const letters = one("#keys-off");
  if (letters) {
    letters.checked = lettersOff();
    letters.addEventListener("change", () => localStorage.setItem(off, letters.checked ? "yes" : "no"));
  }
  count();
})();
