// The controls of explore.ipynb, and what a click on the view below them does. The view itself is
// the HTML that a saved notebook keeps; here its pictures become parts of the page, its columns
// sort, and its marks and rows choose. Each panel is an output of its own, and tells by a mark which
// state it shows.

const LABELS = {
  since: "Stated from", as_of: "As of", sources: "Sources", beside: "Beside them", topic: "Topic", place: "Place", search: "Search",
  fact: "Fact", place_names: "Place names", picture: "Picture",
};
const PLAY_MS = 700;
const FIRST_ROWS = 30; // of a table, which its box has room for; the others follow
const REST_MS = 1500;
const HARMFUL = "script, foreignObject, iframe, image:not([href^='data:image/'])";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// A picture of the view as a part of the page: its links answer, and nothing in it runs. It has the
// form that the view has room for, which is told. The other one may come a second later.
function inline(shown) {
  const picture = shown.picture ?? shown;
  const box = shown.parentElement;
  const isNarrow = box.clientWidth < parseFloat(getComputedStyle(box.parentElement).getPropertyValue("--least"));
  const image = picture.querySelector("img") ?? picture;
  const narrow = picture.querySelector("source");
  const form = narrow ? (isNarrow ? "phone" : "desktop") : null;
  if (shown.isNarrow === isNarrow) return form;
  box.style = isNarrow ? "--least: 0px; --most: 30rem" : "";
  const address = isNarrow && narrow ? narrow.srcset : image.src;
  const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (svg.localName !== "svg") return form;
  for (const element of svg.querySelectorAll(HARMFUL)) element.remove();
  for (const element of svg.querySelectorAll("*"))
    for (const { name, value } of [...element.attributes])
      if (name.startsWith("on") || (name.endsWith("href") && !value.startsWith("#")))
        element.removeAttribute(name);
  // Its colours are those of the view; its letters come with it.
  const style = svg.querySelector("style");
  style.textContent = style.textContent.match(/@font-face\{[^}]*\}/g)?.join("") ?? "";
  svg.querySelector("defs style")?.remove();
  svg.style.strokeLinejoin = "round";
  svg.classList.add("dossier-svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", image.alt);
  shown.replaceWith(Object.assign(document.importNode(svg, true), { picture, isNarrow }));
  return form;
}

function render({ model, el }) {
  let shown = model.get("shown");
  let view = { ...shown.view };
  let turn = shown.turn;
  let form = "desktop"; // of the pictures on the screen
  let history = [view];
  let at = 0;
  let sorted = null; // the column that the facts stand in the order of, and which way
  let playing = null;

  // One change after another asks for one view; the kernel draws the last.
  function ask(next, keep = true) {
    view = next;
    turn += 1;
    if (keep) {
      history = [...history.slice(0, at + 1), view];
      at += 1;
    }
    model.set("asked", { turn, form, ...view });
    model.save_changes();
    paint();
  }
  const choose = (change) => {
    const next = { ...view, ...change };
    if (next.beside === next.sources) next.beside = "";
    // Of two days the one that was moved stays.
    if (next.since && next.as_of && next.since > next.as_of)
      next[change.since ? "as_of" : "since"] = change.since || change.as_of;
    ask(next);
  };
  const step = (by) => {
    at += by;
    ask(history[at], false);
  };

  const controls = {};
  const fields = make("div", { className: "fields" });
  for (const name of Object.keys(LABELS)) {
    const label = make("span", { textContent: LABELS[name] });
    if (name === "since" || name === "as_of") {
      const oninput = () => choose({ [name]: shown.choices[name][slider.value][1] });
      const slider = make("input", { type: "range", min: 0, step: 1, ariaLabel: LABELS[name], oninput });
      const day = make("output", { className: "day" });
      controls[name] = { slider, day };
      fields.append(make("div", { className: "wide" }, make("label", {}, label, slider), day));
    } else if (name === "search") {
      const about = { type: "search", placeholder: "words of a statement", ariaLabel: LABELS[name] };
      const input = make("input", { ...about, onchange: () => choose({ search: input.value }) });
      controls[name] = input;
      fields.append(make("label", {}, label, input));
    } else if (name === "picture") {
      const group = make("div", { className: "tabs", role: "group", ariaLabel: LABELS[name] });
      for (const [textContent, value] of shown.choices.picture)
        group.append(make("button", { type: "button", textContent, value, onclick: () => choose({ picture: value }) }));
      controls[name] = group;
      fields.append(group);
    } else {
      const select = make("select", { ariaLabel: LABELS[name], onchange: () => choose({ [name]: select.value }) });
      controls[name] = select;
      fields.append(make("label", {}, label, select));
    }
  }
  const play = make("button", { type: "button", onclick: () => (playing ? pause() : start()) });
  controls.as_of.day.after(play);
  const buttons = make("div", { className: "buttons" });
  const add = (textContent, onclick) => {
    const button = make("button", { type: "button", textContent, onclick });
    buttons.append(button);
    return button;
  };
  const undo = add("Undo", () => step(-1));
  const redo = add("Redo", () => step(1));
  add("Reset", () => ask({ ...shown.first, picture: view.picture }));
  add("Save as a report", () => model.send({ save: "report" }));
  add("Save the rows as CSV", () => model.send({ save: "rows" }));
  const status = make("p", { className: "status", role: "status" });
  const lines = make("pre", { tabIndex: 0 });
  const copied = make("details", {}, make("summary", { textContent: "This view as a line to copy" }), lines);
  el.classList.add("dossier-controls");
  el.append(fields, buttons, status, copied);

  const area = () => el.closest(".jp-OutputArea") ?? document;
  const panels = () => [...area().querySelectorAll(".dossier-view")];
  const isOld = ({ dataset }) => shown.turn !== turn || dataset.made !== shown.made[dataset.panel];
  const isBusy = () => shown.turn !== turn || panels().some(isOld);

  function fill(select, options, value) {
    const same = select.length === options.length &&
      options.every(([text, one], i) => select[i].text === text && select[i].value === one);
    if (!same) select.replaceChildren(...options.map(([text, one]) => new Option(text, one)));
    select.value = value;
  }

  function paint() {
    for (const name of ["since", "as_of"]) {
      const { slider, day } = controls[name];
      const days = shown.choices[name];
      slider.max = days.length - 1;
      slider.value = days.findIndex(([, value]) => value === view[name]);
      day.value = days[slider.value]?.[0] ?? "";
      slider.setAttribute("aria-valuetext", day.value);
    }
    play.textContent = playing ? "Stop" : "Play the days";
    for (const name of ["sources", "beside", "topic", "place", "place_names", "fact"])
      fill(controls[name], shown.choices[name], view[name]);
    controls.search.value = view.search;
    for (const button of controls.picture.children)
      button.setAttribute("aria-pressed", button.value === view.picture);
    undo.disabled = at === 0;
    redo.disabled = at === history.length - 1;
    lines.textContent = shown.lines.join("\n");
    for (const panel of panels()) {
      panel.classList.toggle("busy", isOld(panel));
      panel.setAttribute("aria-busy", isOld(panel));
    }
    area().querySelectorAll(".dossier-view[data-answers] table.facts").forEach(press);
    if (isBusy()) say({ text: "Computing …" });
    else say(model.get("status"));
  }

  function say({ text = "", path = "", link = "" }) {
    const parts = [text];
    if (path) {
      const { baseUrl } = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
      const folder = location.pathname.split("/tree/")[1]?.split("/").slice(0, -1) ?? [];
      const address = (baseUrl ?? "/") + ["files", ...folder, link].join("/");
      parts.push(link ? make("a", { href: address, target: "_blank", textContent: path }) : path);
    }
    status.replaceChildren(...parts);
  }

  function start() {
    const days = shown.choices.as_of;
    const go = () => {
      if (isBusy()) return; // a day is seen before the next one comes
      const next = days.findIndex(([, value]) => value === view.as_of) + 1;
      if (next >= days.length) return pause();
      choose({ as_of: days[next][1] });
    };
    playing = setInterval(go, PLAY_MS);
    if (view.as_of === "") choose({ as_of: view.since || days[0][1] });
    else go();
    paint();
  }
  function pause() {
    clearInterval(playing);
    playing = null;
    paint();
  }

  // A mark or its label chooses its place and its fact; a row its fact. A second time lets go.
  function pick(target) {
    const link = target.closest(".dossier-view a[href^='#fact-'], .dossier-view tr[id^='fact-']");
    if (!link || !area().contains(link) || target.closest("a[href^='http']")) return false;
    const fact = (link.id || link.getAttribute("href").slice(1) || "").slice("fact-".length);
    const place = link.closest("svg") ? { place: shown.places[fact] ?? "" } : {};
    const again = fact === view.fact;
    choose(again ? { fact: "", ...(link.closest("svg") ? { place: "" } : {}) } : { fact, ...place });
    return true;
  }

  function sort(table, column, down) {
    const body = table.tBodies[0];
    const text = (row) => row.cells[column]?.textContent.trim() ?? "";
    const rows = [...body.rows].sort((a, b) =>
      text(a).localeCompare(text(b), undefined, { numeric: true }) * (down ? -1 : 1));
    body.append(...rows);
    for (const row of rows) row.hidden = false; // the first of the new order may be of the last of the old
    [...table.tHead.rows[0].cells].forEach((cell, i) =>
      cell.setAttribute("aria-sort", i !== column ? "none" : down ? "descending" : "ascending"));
  }

  // What JupyterLab shows anew with each change is made to answer.
  function enhance() {
    const fresh = panels().filter(({ dataset }) => !dataset.answers);
    if (!fresh.length) return;
    for (const panel of fresh) {
      panel.dataset.answers = "true";
      resized.observe(panel); // which draws its pictures at once
      panel.querySelectorAll("table.facts").forEach(equip);
    }
    paint();
  }

  function equip(table) {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const onclick = () => {
        sorted = { column, down: sorted?.column === column && !sorted.down };
        for (const one of area().querySelectorAll(".dossier-view table.facts"))
          sort(one, sorted.column, sorted.down);
      };
      cell.replaceChildren(make("button", { type: "button", className: "sort", textContent: cell.textContent, onclick }));
    });
    if (sorted) sort(table, sorted.column, sorted.down);
    const rest = [...table.tBodies[0].rows].slice(FIRST_ROWS);
    const show = (hidden) => rest.forEach((row) => Object.assign(row, { hidden }));
    show(true); // to lay out all of them takes the browser longer than all else
    setTimeout(show, REST_MS, false);
    for (const row of table.tBodies[0].rows) {
      const textContent = row.id.slice("fact-".length);
      row.cells[0].firstChild.replaceWith(make("button", { type: "button", className: "pick", textContent }));
    }
  }

  // A fact that is chosen leaves the table as it is.
  function press(table) {
    for (const row of table.tBodies[0].rows) {
      const isChosen = row.id === `fact-${view.fact}`;
      row.classList.toggle("chosen", isChosen);
      row.querySelector(".pick").setAttribute("aria-pressed", isChosen);
    }
  }

  const answer = (event) => {
    if (!event.target.closest || event.target.closest(".sort, summary")) return;
    // Words that are being marked are no choice; a key's click has no detail, and marks none.
    if ((event.detail && getSelection().toString()) || !pick(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // A key that is pressed here is none of JupyterLab's, which would go to another cell with it.
  const keep = (event) => {
    const ours = [el, ...panels()].some((one) => one.contains(event.target));
    if (!ours || event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    if (event.key === "Enter" && event.target.closest("svg")) answer(event);
  };
  const watch = new MutationObserver(enhance);
  const resized = new ResizeObserver(() => {
    for (const one of area().querySelectorAll(".dossier-view .picture > *")) form = inline(one) ?? form;
  });
  const attach = () => {
    if (!el.isConnected) return requestAnimationFrame(attach);
    watch.observe(area(), { childList: true, subtree: true });
    area().addEventListener("click", answer, true);
    addEventListener("keydown", keep, true);
    enhance();
  };
  attach();
  model.on("change:status", () => say(model.get("status")));
  model.on("change:shown", () => {
    shown = model.get("shown");
    if (shown.turn === turn) {
      view = { ...shown.view }; // a fact that is no longer among the others was let go
      history[at] = view;
    }
    paint();
  });
  paint();
  return () => {
    pause();
    watch.disconnect();
    resized.disconnect();
    removeEventListener("keydown", keep, true);
  };
}

export default { render };
