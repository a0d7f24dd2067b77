// The data in the page -> the list of cases, folded by object, and a sheet with the wire of the case one clicks on.
// Texts of the log only ever become text nodes.
"use strict";
(() => {
  const log = JSON.parse(document.getElementById("log").textContent);
  const explorer = document.getElementById("explorer");
  const STEP = 200; // rows drawn at a time
  const WORDS = { p: "passed", f: "failed", s: "skipped", "-": "not tried" };
  const SIGNS = { p: "✓", f: "✗", s: "–", "-": "" };

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  function theme() {
    const button = document.getElementById("theme");
    const order = ["auto", "light", "dark"];
    let now = "auto";
    try { now = localStorage.getItem("sqlacc-theme") || "auto"; } catch { /* a page without storage */ }
    function apply() {
      if (now === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = now;
      button.textContent = `Theme: ${now}`;
    }
    button.hidden = false;
    button.addEventListener("click", () => {
      now = order[(order.indexOf(now) + 1) % order.length];
      try { localStorage.setItem("sqlacc-theme", now); } catch { /* the choice lasts as long as the page */ }
      apply();
    });
    apply();
  }

  // --- which cases are wanted ---------------------------------------------------------------------------------------

  const cases = log.cases.map(([id, subject, mark, verdicts, details]) => {
    const messages = verdicts.includes("f") || verdicts.includes("s") ? Object.values(details).map((d) => d.message) : [];
    return { id, subject, mark, verdicts, details, text: [id, ...messages].join("\n").toLowerCase() };
  });
  const groups = new Map();
  for (const one of cases) {
    if (!groups.has(one.subject)) groups.set(one.subject, []);
    groups.get(one.subject).push(one);
  }
  const anyBad = cases.some((one) => one.verdicts.includes("f"));
  const wanted = { text: "", verdict: anyBad ? "f" : "", language: -1 };
  const open = new Set();

  function fits(one) {
    const verdicts = wanted.language < 0 ? one.verdicts : one.verdicts[wanted.language];
    if (wanted.language >= 0 && verdicts === "-") return false;
    if (wanted.verdict && !verdicts.includes(wanted.verdict)) return false;
    return wanted.text.split(/\s+/).every((word) => one.text.includes(word));
  }

  // --- the list -----------------------------------------------------------------------------------------------------

  const list = make("div", { id: "list" });
  const count = make("output", { "aria-live": "polite" });

  function tools() {
    const search = make("input", {
      type: "search", placeholder: "Search cases and messages ( / )", "aria-label": "Search cases and messages",
      oninput: () => { wanted.text = search.value.trim().toLowerCase(); draw(); },
    });
    const verdict = make("select", {
      "aria-label": "Verdict", onchange: () => { wanted.verdict = verdict.value; draw(); },
    }, ...[["", "All verdicts"], ["f", "Failed"], ["s", "Skipped"], ["p", "Passed"]].map(([value, words]) =>
      make("option", { value, selected: value === wanted.verdict }, words)));
    const language = make("select", {
      "aria-label": "Language", onchange: () => { wanted.language = Number(language.value); draw(); },
    }, make("option", { value: "-1" }, "All languages"),
      ...log.languages.map((title, index) => make("option", { value: String(index) }, title)));
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
      if (event.key === "/" && !typing && !sheet.open) { event.preventDefault(); search.focus(); }
    });
    const above = head("");
    above.setAttribute("aria-hidden", "true");
    return make("div", { class: "top" }, make("div", { class: "bar-tools", role: "search" }, search, verdict, language, count), above);
  }

  function draw() {
    const parts = [];
    let total = 0;
    const found = [...groups].map(([subject, all]) => [subject, all, all.filter(fits)]).filter(([, , some]) => some.length);
    for (const [, , some] of found) total += some.length;
    const narrowed = Boolean(wanted.text || wanted.verdict);
    for (const [subject, all, some] of found) {
      parts.push(group(subject, all, some, open.has(subject) || (narrowed && total <= STEP)));
    }
    count.textContent = `${total.toLocaleString("en")} of ${cases.length.toLocaleString("en")} cases`;
    list.replaceChildren(...(parts.length ? parts : [make("p", { class: "quiet" }, "No case fits.")]));
  }

  function group(subject, all, some, isOpen) {
    const rows = make("div", { class: "rows", role: "table", "aria-label": subject, hidden: !isOpen });
    const counts = log.languages.map((title, index) => {
      const tried = all.filter((one) => one.verdicts[index] !== "-");
      const bad = tried.filter((one) => one.verdicts[index] === "f").length;
      const label = make("span", {}, title);
      if (!tried.length) return make("span", { class: "count" }, label);
      return make("span", { class: `count ${bad ? "bad" : "good"}` }, label, bad ? `✗ ${bad}/${tried.length}` : `✓ ${tried.length}`);
    });
    const button = make("button", {
      type: "button", class: "row", "aria-expanded": String(isOpen),
      onclick: () => {
        const now = button.getAttribute("aria-expanded") !== "true";
        button.setAttribute("aria-expanded", String(now));
        rows.hidden = !now;
        if (now) open.add(subject); else open.delete(subject);
        if (now && !rows.childElementCount) fill(rows, some, 0);
      },
    }, make("span", { class: "name" }, `${subject} `, make("span", { class: "quiet" }, String(some.length))), ...counts);
    if (isOpen) fill(rows, some, 0);
    return make("section", { class: "group" }, make("h3", {}, button), rows);
  }

  function fill(rows, some, from) {
    if (!from) rows.append(head("hidden"));
    rows.append(...some.slice(from, from + STEP).map(row));
    const left = some.length - from - STEP;
    if (left > 0) {
      const more = make("button", {
        type: "button", class: "more",
        onclick: () => {
          const last = more.previousElementSibling;
          more.remove();
          fill(rows, some, from + STEP);
          last.nextElementSibling?.querySelector("button")?.focus();
        },
      }, `Show ${Math.min(STEP, left)} more of ${left}`);
      rows.append(more);
    }
  }

  function head(css) {
    const names = log.languages.map((title) => make("span", { role: "columnheader" }, title));
    return make("div", { class: `row head ${css}`, role: "row" }, make("span", { role: "columnheader", class: "name" }, "Case"), ...names);
  }

  function row(one) {
    const name = one.id.slice(one.subject.length + 1);
    const cells = log.languages.map((title, index) => {
      const verdict = one.verdicts[index];
      if (verdict === "-") return make("span", { role: "cell" });
      const label = `${title}: ${WORDS[verdict]}`;
      const button = make("button", {
        type: "button", class: "cell", "data-verdict": verdict, "aria-label": `${label}, show ${name}`, title: label,
        onclick: () => show(one, index),
      }, make("span", { "aria-hidden": "true" }, title), SIGNS[verdict]);
      return make("span", { role: "cell" }, button);
    });
    return make("div", { class: "row", role: "row" },
      make("span", { class: "name", role: "rowheader" }, `${one.mark} ${name}`), ...cells);
  }

  // Up and down in a column of cells, left and right in a row; tab works as everywhere.
  list.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".cell");
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!cell || !step) return;
    const place = cell.closest(".row");
    const index = [...place.children].indexOf(cell.parentElement);
    const all = [...list.querySelectorAll(".rows:not([hidden]) .row:not(.head)")];
    const target = all[all.indexOf(place) + step[0]]?.children[index + step[1]]?.querySelector(".cell");
    if (target) { event.preventDefault(); target.focus(); }
  });

  // --- the sheet of one case ----------------------------------------------------------------------------------------

  const title = make("h2", { id: "sheet-title" });
  const tabs = make("div", { role: "tablist", "aria-label": "Languages" });
  const panel = make("div", { role: "tabpanel", tabindex: "0" });
  const sheet = make("dialog", { "aria-labelledby": "sheet-title", onclose: () => history.replaceState(null, "", "#") },
    make("div", { class: "sheet-head" }, title, make("button", { type: "button", onclick: () => sheet.close() }, "Close")),
    make("div", { class: "sheet-body" }, tabs, panel));
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

  function show(one, index) {
    title.textContent = one.id;
    const tried = log.languages.map((name, number) => [name, number]).filter(([, number]) => one.verdicts[number] !== "-");
    tabs.replaceChildren(...tried.map(([name, number]) => make("button", {
      type: "button", role: "tab", id: `tab-${number}`, "aria-selected": String(number === index),
      tabindex: number === index ? "0" : "-1", onclick: () => show(one, number),
      onkeydown: (event) => {
        const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        const next = move && tried[(tried.findIndex(([, n]) => n === number) + move + tried.length) % tried.length];
        if (next) { show(one, next[1]); document.getElementById(`tab-${next[1]}`).focus(); }
      },
    }, `${name} ${SIGNS[one.verdicts[number]]}`)));
    panel.setAttribute("aria-labelledby", `tab-${index}`);
    const language = log.languages[index];
    const told = one.details[language] ?? one.details[""];
    panel.replaceChildren(...(told ? about(`${language}/${one.id}`, one.verdicts[index], told) : []));
    history.replaceState(null, "", `#${encodeURIComponent(`${language}/${one.id}`)}`);
    if (!sheet.open) sheet.showModal();
    sheet.scrollTop = 0;
  }

  function about(id, verdict, told) {
    const css = { p: "good", f: "bad", s: "skipped" }[verdict];
    const parts = [make("p", { class: "message" }, make("b", { class: css }, WORDS[verdict]), told.message ? `: ${told.message}` : "")];
    if (told.place) parts.push(make("p", { class: "quiet" }, `In the spec: ${told.place}`));
    const command = `sqlacc verify --replay '${id}'`;
    const copy = make("button", { type: "button", onclick: () => copied(copy, command) }, "Copy");
    parts.push(make("p", { class: "replay" }, "Again, with requests as curl: ", make("code", {}, command), copy));
    if (told.differences?.length) parts.push(differences(told.differences));
    const whole = told.wire.filter((one) => typeof one !== "string");
    const brief = told.wire.filter((one) => typeof one === "string");
    if (told.wire.length) parts.push(make("h3", {}, `On the wire (${told.wire.length})`));
    if (brief.length) parts.push(make("pre", { class: "body" }, brief.join("\n")));
    if (brief.length && verdict === "f" && log.cut) {
      parts.push(make("p", { class: "quiet" }, "Too many cases failed to keep the bodies of all of them here; the log has them."));
    }
    parts.push(...whole.map((one, number) => exchange(one, number, number === whole.length - 1)));
    for (const [op, answer] of told.said ?? []) {
      parts.push(make("details", {}, make("summary", {}, `What the client made of ${op}`), body(answer)));
    }
    return parts;
  }

  async function copied(button, text) {
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
    catch { button.textContent = "Not allowed here"; }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }

  function differences(found) {
    const rows = found.map(([path, expected, received]) => make("tr", {},
      make("th", { scope: "row", class: "mono" }, path),
      make("td", { class: "mono good", "data-label": "expected" }, expected),
      make("td", { class: "mono bad", "data-label": "received" }, received)));
    const head = ["Where", "Expected", "Received"].map((words) => make("th", { scope: "col" }, words));
    return make("table", { class: "differences" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  }

  // Open are the last one, where a case ends, and those that differ; what came before led there.
  function exchange(one, number, last) {
    const differs = [...one.sent, ...one.answer].some(([, , kind]) => kind);
    const headers = make("details", {}, make("summary", { class: "quiet" }, "Headers"), make("pre", { class: "body" }, one.headers));
    return make("details", { class: "exchange", open: last || differs },
      make("summary", { class: "mono" }, `${number + 1}. ${one.request} → ${one.status}`),
      make("div", { class: "sides" },
        make("div", {}, make("h4", {}, "Sent"), body(one.sent), headers),
        make("div", {}, make("h4", {}, "Answered"), body(one.answer))));
  }

  function body(lines) {
    if (!lines.length) return make("p", { class: "quiet" }, "No body.");
    const shown = lines.map(([depth, text, kind, expected]) => {
      const sign = { wrong: "≠ ", missing: "+ ", extra: "- " }[kind] ?? "  ";
      const line = make("div", { class: kind }, `${sign}${"  ".repeat(depth)}${text}`);
      if (kind === "missing") line.append(make("em", {}, "  expected, and missing"));
      if (kind === "extra") line.append(make("em", {}, "  not expected"));
      if (kind === "wrong" && expected) line.append(make("em", {}, `  expected ${expected}`));
      return line;
    });
    return make("div", { class: "body mono" }, ...shown);
  }

  // --- go -----------------------------------------------------------------------------------------------------------

  explorer.style.setProperty("--languages", String(log.languages.length));
  explorer.append(tools(), list);
  document.body.append(sheet);
  theme();
  draw();
  const [language, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  const linked = cases.find((one) => one.id === rest.join("/"));
  const index = log.languages.findIndex((name) => name === language);
  if (linked && index >= 0) show(linked, index);
})();
