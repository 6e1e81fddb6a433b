// The review page's own behaviour: keys, the page viewer, crops. No inline script anywhere; the content security policy forbids it.
"use strict";
(() => {
  const at = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (element) => element && element.matches("input:not([type=hidden]), textarea, select");
  const desk = at(".desk");

  // ---- the queue ----
  function moveRow(step) {
    const rows = all("[data-row]");
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.classList.contains("here"));
    const next = Math.min(rows.length - 1, Math.max(0, now + step));
    rows.forEach((row, index) => row.classList.toggle("here", index === next));
    rows[next].scrollIntoView({ block: "nearest" });
  }
  all("[data-submit]").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
  if (!desk) {
    moveRow(1);
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "ArrowDown" || event.key === "j") { moveRow(1); event.preventDefault(); }
      if (event.key === "ArrowUp" || event.key === "k") { moveRow(-1); event.preventDefault(); }
      if (event.key === "Enter" && !event.target.closest("a, button")) at("[data-row].here a")?.click();
    });
    return;
  }

  // ---- the page viewer ----
  const which = at("#which"), paper = at("#paper"), viewer = at("#viewer"), showing = at("#showing");
  const applicant = desk.dataset.applicant;
  let zoom = 1, shown = "";

  async function showPage(value) {
    const option = [...which.options].find((one) => one.value === value);
    const [file, page] = value.split("/");
    if (option) which.value = value;
    if (shown !== value) {
      shown = value;
      paper.replaceChildren();
      if (page === "body") {
        const answer = await fetch(`/typed/${file}?applicant=${applicant}`);
        const word = new DOMParser().parseFromString(await answer.text(), "text/html").body;
        paper.replaceChildren(...word.children);
      } else {
        const image = new Image();
        image.alt = option ? option.textContent.trim() : "原件";
        showing.textContent = "正在载入……";
        image.addEventListener("load", () => { showing.textContent = ""; });
        image.addEventListener("error", () => { showing.textContent = "这一页无法显示，请直接查看原件。"; });
        image.src = `/page/${file}/${page}.jpg?applicant=${applicant}`;
        paper.append(image);
        await image.decode().catch(() => {});
      }
    }
  }
  function mark(box, raw) {
    all(".box", paper).forEach((one) => one.remove());
    all(".hit", paper).forEach((one) => one.classList.remove("hit"));
    let target = null;
    if (box) {
      const [x0, y0, x1, y1] = box.split(",").map(Number);
      target = document.createElement("div");
      target.className = "box";
      Object.assign(target.style, { left: `${x0 * 100 - 0.4}%`, top: `${y0 * 100 - 0.3}%`, width: `${(x1 - x0) * 100 + 0.8}%`, height: `${(y1 - y0) * 100 + 0.6}%` });
      paper.append(target);
    } else if (raw) {
      const wanted = raw.replace(/\s/g, "");
      target = all(".word td, .word p", paper).filter((cell) => cell.textContent.replace(/\s/g, "").includes(wanted)).at(-1) || null;
      target?.classList.add("hit");
    }
    target?.scrollIntoView({ block: "center", inline: "center" });
  }
  async function show(element) {
    await showPage(element.dataset.show);
    mark(element.dataset.box, element.dataset.raw);
  }
  function scale(factor) {
    zoom = Math.min(4, Math.max(0.4, zoom * factor));
    paper.style.width = `${zoom * 100}%`;
  }
  function turnPage(step) {
    const next = Math.min(which.options.length - 1, Math.max(0, which.selectedIndex + step));
    showPage(which.options[next].value);
  }
  which.addEventListener("change", () => showPage(which.value));

  // A crop is the page's own image, moved: one download serves the page and all its crops.
  function drawClips() {
    all(".clip[data-clip]").forEach((clip) => {
      const [x0, y0, x1, y1] = clip.dataset.box.split(",").map(Number);
      const image = new Image();
      image.addEventListener("load", () => {
        const pad = 0.008, left = Math.max(0, x0 - pad), top = Math.max(0, y0 - pad);
        const width = Math.min(1, x1 + pad) - left, height = Math.min(1, y1 + pad) - top;
        const shownWidth = clip.clientWidth || 200;
        const whole = Math.min(shownWidth / width, image.naturalWidth * 1.4);
        const tall = whole * image.naturalHeight / image.naturalWidth;
        clip.style.height = `${Math.min(130, Math.max(24, height * tall))}px`;
        clip.style.backgroundImage = `url("${image.src}")`;
        clip.style.backgroundSize = `${whole}px ${tall}px`;
        clip.style.backgroundPosition = `${-left * whole}px ${-top * tall}px`;
      });
      image.src = clip.dataset.clip;
      clip.removeAttribute("data-clip");
    });
  }

  // ---- findings ----
  let here = 0;
  function moveTo(index) {
    const findings = all("[data-finding]");
    if (!findings.length) return;
    here = Math.min(findings.length - 1, Math.max(0, index));
    findings.forEach((one, number) => one.classList.toggle("here", number === here));
    findings[here].scrollIntoView({ block: "nearest" });
    const first = at("[data-show]", findings[here]);
    if (first) show(first);
  }
  function edit(button) {
    const form = at("#edit"), [documentId, field, row] = button.dataset.edit.split("|");
    form.hidden = false;
    form.elements.document_id.value = documentId;
    form.elements.field.value = field;
    form.elements.row.value = row;
    form.elements.value.value = button.dataset.now;
    form.elements.value.focus();
    form.elements.value.select();
    const source = button.closest("tr, figure")?.querySelector("[data-show]");
    if (source) show(source);
  }
  const deeds = {
    "page-before": () => turnPage(-1), "page-after": () => turnPage(1), smaller: () => scale(0.8), larger: () => scale(1.25),
    keys: () => at("#keys").showModal(), cancel: () => { at("#edit").hidden = true; },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-show], [data-edit]");
    if (!button) return;
    if (button.dataset.do) deeds[button.dataset.do]();
    else if (button.dataset.edit) edit(button);
    else show(button);
  });
  function press(key) {
    const finding = all("[data-finding]")[here];
    const target = (key === "a" || key === "w") ? finding && at(`[data-key=${key}]`, finding) : at(`[data-key=${key}]`);
    if (!target) return false;
    if (target.matches("input")) target.focus(); else target.click();
    return true;
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { event.target.blur?.(); at("#edit").hidden = true; return; }
    if (typing(event.target)) {
      if (event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey) { event.preventDefault(); event.target.form.requestSubmit(); }
      return;
    }
    const finding = all("[data-finding]")[here];
    const keys = {
      j: () => moveTo(here + 1), k: () => moveTo(here - 1), "?": deeds.keys, "[": () => turnPage(-1), "]": () => turnPage(1), "+": deeds.larger,
      "=": deeds.larger, "-": deeds.smaller, c: () => { const button = finding && at("[data-edit]", finding); if (button) edit(button); },
    };
    if (keys[event.key]) { keys[event.key](); event.preventDefault(); }
    else if ("awunpyr".includes(event.key) && press(event.key)) event.preventDefault();
  });

  function ready() { drawClips(); moveTo(here); }
  document.body.addEventListener("htmx:afterSwap", ready);
  document.body.addEventListener("htmx:responseError", () => { at("#said").textContent = "没有保存：请刷新页面后重试。"; });
  document.body.addEventListener("htmx:sendError", () => { at("#said").textContent = "没有保存：连不上程序，请确认它还在运行。"; });
  if (which.options.length) showPage(which.value);
  ready();
  setInterval(() => fetch(`/dossier/${applicant}/here`), 60000); // keeps the hold on the dossier while the page is open
})();
