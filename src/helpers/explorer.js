// The controls of explore.ipynb, and what a click on the view below them does. The view itself is
// the HTML that a saved notebook keeps; here its pictures become parts of the page, its columns
// sort, and its marks and rows choose.

const LABELS = {
  as_of: "As of", sources: "Sources", topic: "Topic", place: "Place", search: "Search",
  fact: "Fact", place_names: "Place names", picture: "Picture",
};
const PLAY_MS = 700;
const HARMFUL = "script, foreignObject, iframe, image:not([href^='data:image/'])";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// A picture of the view as a part of the page: its links answer, and nothing in it runs. It has the
// form that the view has room for.
function inline(shown) {
  const picture = shown.picture ?? shown;
  const box = shown.parentElement;
  const isNarrow = box.clientWidth < parseFloat(getComputedStyle(box.parentElement).getPropertyValue("--least"));
  if (shown.isNarrow === isNarrow) return;
  box.style = isNarrow ? "--least: 0px" : "";
  const [narrow, image] = picture.children;
  const address = isNarrow ? narrow.srcset : image.src;
  const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (svg.localName !== "svg") return;
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
}

function render({ model, el }) {
  let shown = model.get("shown");
  let view = { ...shown.view };
  let turn = shown.turn;
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
    model.set("asked", { turn, ...view });
    model.save_changes();
    paint();
  }
  const choose = (change) => ask({ ...view, ...change });
  const step = (by) => {
    at += by;
    ask(history[at], false);
  };

  const controls = {};
  const fields = make("div", { className: "fields" });
  for (const name of Object.keys(LABELS)) {
    const label = make("span", { textContent: LABELS[name] });
    if (name === "as_of") {
      const slider = make("input", { type: "range", min: 0, step: 1, ariaLabel: LABELS[name] });
      const day = make("output", { className: "day" });
      slider.addEventListener("input", () => choose({ as_of: shown.choices.as_of[slider.value][1] }));
      const play = make("button", { type: "button", textContent: "Play the days" });
      play.addEventListener("click", () => (playing ? pause() : start()));
      controls[name] = { slider, day, play };
      fields.append(make("div", { className: "wide" }, make("label", {}, label, slider), day, play));
    } else if (name === "search") {
      const input = make("input", { type: "search", placeholder: "words of a statement", ariaLabel: LABELS[name] });
      input.addEventListener("change", () => choose({ search: input.value }));
      controls[name] = input;
      fields.append(make("label", {}, label, input));
    } else if (name === "picture") {
      const group = make("div", { className: "tabs", role: "group", ariaLabel: LABELS[name] });
      for (const [text, value] of shown.choices.picture) {
        const button = make("button", { type: "button", textContent: text, value });
        button.addEventListener("click", () => choose({ picture: value }));
        group.append(button);
      }
      controls[name] = group;
      fields.append(group);
    } else {
      const select = make("select", { ariaLabel: LABELS[name] });
      select.addEventListener("change", () => choose({ [name]: select.value }));
      controls[name] = select;
      fields.append(make("label", {}, label, select));
    }
  }
  const buttons = make("div", { className: "buttons" });
  const add = (text, press) => {
    const button = make("button", { type: "button", textContent: text });
    button.addEventListener("click", press);
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
  const find = () => area().querySelector(".dossier-view");
  const isBusy = () => Number(find()?.dataset.turn ?? turn) !== turn || shown.turn !== turn;

  function fill(select, options, value) {
    const same = select.length === options.length &&
      options.every(([text, one], i) => select[i].text === text && select[i].value === one);
    if (!same) select.replaceChildren(...options.map(([text, one]) => new Option(text, one)));
    select.value = value;
  }

  function paint() {
    const { slider, day, play } = controls.as_of;
    const days = shown.choices.as_of;
    slider.max = days.length - 1;
    slider.value = days.findIndex(([, value]) => value === view.as_of);
    day.value = days[slider.value]?.[0] ?? "";
    slider.setAttribute("aria-valuetext", day.value);
    play.textContent = playing ? "Stop" : "Play the days";
    for (const name of ["sources", "topic", "place", "place_names", "fact"])
      fill(controls[name], shown.choices[name], view[name]);
    controls.search.value = view.search;
    for (const button of controls.picture.children)
      button.setAttribute("aria-pressed", button.value === view.picture);
    undo.disabled = at === 0;
    redo.disabled = at === history.length - 1;
    lines.textContent = shown.lines.join("\n");
    const busy = isBusy();
    find()?.classList.toggle("busy", busy);
    find()?.setAttribute("aria-busy", busy);
    if (busy) say({ text: "Computing …" });
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
    if (view.as_of === "") choose({ as_of: days[0][1] });
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
    const text = (row) => row.cells[column]?.innerText.trim() ?? "";
    const rows = [...body.rows].sort((a, b) =>
      text(a).localeCompare(text(b), undefined, { numeric: true }) * (down ? -1 : 1));
    body.append(...rows);
    [...table.tHead.rows[0].cells].forEach((cell, i) =>
      cell.setAttribute("aria-sort", i !== column ? "none" : down ? "descending" : "ascending"));
  }

  // What JupyterLab shows anew with each change is made to answer.
  function enhance() {
    const node = find();
    if (!node || node.dataset.answers) return;
    node.dataset.answers = "true";
    resized.observe(node); // which draws its pictures at once
    const table = node.querySelector("table.facts");
    if (table) {
      [...table.tHead.rows[0].cells].forEach((cell, column) => {
        const button = make("button", { type: "button", className: "sort", textContent: cell.textContent });
        button.addEventListener("click", () => {
          sorted = { column, down: sorted?.column === column && !sorted.down };
          sort(table, sorted.column, sorted.down);
        });
        cell.replaceChildren(button);
      });
      if (sorted) sort(table, sorted.column, sorted.down);
      for (const row of table.tBodies[0].rows) {
        const id = row.id.slice("fact-".length);
        const button = make("button", { type: "button", className: "pick", textContent: id });
        button.setAttribute("aria-pressed", id === view.fact);
        row.cells[0].firstChild.replaceWith(button);
        row.classList.toggle("chosen", id === view.fact);
      }
    }
    paint();
  }

  const answer = (event) => {
    if (!event.target.closest || event.target.closest(".sort, summary")) return;
    if (getSelection().toString() || !pick(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // A key that is pressed here is none of JupyterLab's, which would go to another cell with it.
  const keep = (event) => {
    const ours = el.contains(event.target) || find()?.contains(event.target);
    if (!ours || event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    if (event.key === "Enter" && event.target.closest("svg")) answer(event);
  };
  const watch = new MutationObserver(enhance);
  const resized = new ResizeObserver(() => find()?.querySelectorAll(".picture > *").forEach(inline));
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
