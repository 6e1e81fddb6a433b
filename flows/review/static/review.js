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
      if (event.key === "n" || event.key === "p") at(`.pages [rel=${event.key === "n" ? "next" : "prev"}]`)?.click();
      if (event.key === "Enter" && !event.target.closest("a, button")) at("[data-row].here a")?.click();
    });
    return;
  }

  // ---- the page viewer ----
  const which = at("#which"), paper = at("#paper"), viewer = at("#viewer"), showing = at("#showing");
  const applicant = desk.dataset.applicant;
  const head = () => at(".head");
  let zoom = 1, shown = "", latest = 0;

  // Resolves to false where another page was asked for meanwhile: its marks must not land on this one.
  async function showPage(value) {
    const option = [...which.options].find((one) => one.value === value);
    const [file, page] = value.split("/"), look = head().dataset.look;
    if (option && which.value !== value) which.value = value;
    const turn = ++latest;
    if (shown === `${value} ${look}`) return true;
    shown = `${value} ${look}`;
    paper.replaceChildren();
    showing.textContent = "正在载入……";
    let problem = "";
    if (page === "body") {
      const answer = await fetch(`/typed/${file}?${look}`).catch(() => null);
      const text = answer && answer.ok ? await answer.text() : "";
      if (turn !== latest) return false;
      if (text) paper.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.children);
      else problem = "正文无法显示，请直接查看原件。";
    } else {
      const image = new Image();
      image.alt = option ? option.textContent.trim() : "原件";
      image.src = `/page/${file}/${page}.jpg?${look}`;
      paper.append(image);
      await image.decode().catch(() => { problem = "这一页无法显示，请直接查看原件。"; });
      if (turn !== latest) return false;
      if (problem) { image.remove(); shown = ""; }
    }
    showing.textContent = problem;
    viewer.scrollTo(0, 0);
    return true;
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
      // The smallest cell or paragraph that holds the text is the place it was read at.
      const squeezed = (text) => text.replace(/\s/g, ""), wanted = squeezed(raw);
      const holding = all(".word td, .word p", paper).filter((cell) => wanted && squeezed(cell.textContent).includes(wanted));
      target = holding.sort((one, other) => one.textContent.length - other.textContent.length)[0] || null;
      target?.classList.add("hit");
    }
    if (!target) return;
    // Only the viewer scrolls; the rest of the page stays where it is.
    const place = target.getBoundingClientRect(), frame = viewer.getBoundingClientRect();
    viewer.scrollBy(place.left + place.width / 2 - frame.left - frame.width / 2, place.top + place.height / 2 - frame.top - frame.height / 2);
  }
  async function show(element) {
    if (await showPage(element.dataset.show)) mark(element.dataset.box, element.dataset.raw);
  }
  function scale(factor) {
    zoom = Math.min(4, Math.max(0.4, zoom * factor));
    paper.style.width = `${zoom * 100}%`;
  }
  function turnPage(step) {
    // Two documents can share a page: go on to the next other one.
    let next = which.selectedIndex + step;
    while (which.options[next] && which.options[next].value === which.value) next += step;
    if (!which.options[next]) return;
    which.selectedIndex = next;
    showPage(which.value);
  }
  which.addEventListener("change", () => showPage(which.value));

  // A crop is the page's own image, moved: one download serves the page and all its crops. Only crops that come into sight are drawn.
  function drawClip(clip) {
    const [x0, y0, x1, y1] = clip.dataset.box.split(",").map(Number);
    const image = new Image();
    image.addEventListener("load", () => {
      const pad = 0.008, left = Math.max(0, x0 - pad), top = Math.max(0, y0 - pad);
      const width = Math.min(1, x1 + pad) - left, height = Math.min(1, y1 + pad) - top;
      const whole = Math.min((clip.clientWidth || 200) / width, image.naturalWidth * 1.4);
      const tall = whole * image.naturalHeight / image.naturalWidth;
      clip.style.height = `${Math.min(130, Math.max(24, height * tall))}px`;
      clip.style.backgroundImage = `url("${image.src}")`;
      clip.style.backgroundSize = `${whole}px ${tall}px`;
      clip.style.backgroundPosition = `${-left * whole}px ${-top * tall}px`;
    });
    image.src = clip.dataset.clip;
  }
  const inSight = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => {
    inSight.unobserve(one.target);
    drawClip(one.target);
  }), { root: at("#side"), rootMargin: "200px" });

  // ---- findings ----
  let here = 0;
  function moveTo(index, scroll = true) {
    const findings = all("[data-finding]");
    if (!findings.length) return false;
    here = Math.min(findings.length - 1, Math.max(0, index));
    findings.forEach((one, number) => one.classList.toggle("here", number === here));
    if (scroll) findings[here].scrollIntoView({ block: "nearest" });
    const first = at("[data-show][data-box]", findings[here]) || at("[data-show]", findings[here]);
    if (first) show(first);
    return Boolean(first);
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
    despite: () => { at("#despite").showModal(); at("#despite textarea").focus(); }, back: () => at("#despite").close(),
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
    if (event.ctrlKey || event.metaKey || event.altKey || at("dialog[open]")) return;
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

  function ready(scroll) {
    all(".clip[data-clip]").forEach((clip) => inSight.observe(clip));
    if (!moveTo(here, scroll) && which.options.length) showPage(which.value); // what may be seen of the page can have changed
  }
  document.body.addEventListener("htmx:afterSwap", () => { at("#despite").close(); ready(true); });
  const failed = (why) => () => { at("#said").textContent = `没有保存：${why}`; };
  document.body.addEventListener("htmx:responseError", failed("请刷新页面后重试。"));
  document.body.addEventListener("htmx:sendError", failed("连不上程序，请确认它还在运行。"));
  ready(false);

  // The hold on the dossier lasts while the page is open, and no longer.
  const signal = (what) => navigator.sendBeacon(`/dossier/${applicant}/${what}`, new URLSearchParams({ csrf: head().dataset.token }));
  setInterval(() => signal("here"), 60000);
  addEventListener("pagehide", () => signal("leave"));
})();
