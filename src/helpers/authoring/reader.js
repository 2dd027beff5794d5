// A text with what it may state, a form for one fact, and the facts of a paragraph. Python owns all
// that is shown here and decides what may be written; this shows it and tells what was done. Every
// text is set as text, never as HTML.

const make = (tag, about = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys are not for who types here
  node.append(...children);
  return node;
};

const KEYS = [
  ["Click", "or drag over words, or go to the text and press"], ["← →", "to choose them;"],
  ["Shift+← →", "grows and shrinks,"], ["↑ ↓", "changes the paragraph,"], ["Enter", "goes to the form,"],
  ["Esc", "back."], ["Alt+↓", "next,"], ["Alt+Enter", "accept,"], ["Alt+Z", "undo,"], ["Alt+Y", "redo."],
];
let made = 0;
const count = (text) => [...text].length;

// The text: paragraphs of words. A span is the words from `first` to `last` of a paragraph.
class Text {
  constructor(model, choose) {
    this.model = model;
    this.choose = choose;
    this.words = [];
    this.painted = [];
    this.node = make("div", { class: "text", role: "group", "aria-label": "The text" });
    this.node.addEventListener("mouseup", (event) => this.takeSelection(event.target));
    this.node.addEventListener("keydown", (event) => this.takeKey(event));
    this.draw();
  }

  draw() {
    const { paragraphs = [], marks = [] } = this.model.get("text");
    const ofParagraph = paragraphs.map(() => []);
    for (const mark of marks) ofParagraph[mark.p].push(mark);
    this.words = paragraphs.map((text, p) => {
      const here = ofParagraph[p];
      let read = 0, counted = 0; // JavaScript has two units for some of Python's characters
      return [...text.matchAll(/\S+/g)].map((match, w) => {
        const start = counted + count(text.slice(read, match.index)), end = start + count(match[0]);
        [read, counted] = [match.index + match[0].length, end];
        const mark = here.find((one) => one.start < end && start < one.end);
        const node = make("span", { text: match[0], "data-w": w, class: mark?.kind, title: mark?.label });
        return { start, end, node, mark };
      });
    });
    this.node.replaceChildren(...this.words.map((row, p) => {
      const name = `p${made++}`;
      const number = make("b", { id: name, text: p + 1, title: `Paragraph ${p + 1}` });
      const parts = row.flatMap((word) => [word.node, " "]);
      return make("p", { "data-p": p, tabindex: p ? -1 : 0, role: "group", "aria-label": `Paragraph ${p + 1}` }, number, ...parts);
    }));
    this.paint();
  }

  paint() {
    for (const [node, name] of this.painted) node.classList.remove(name);
    this.painted = [];
    const put = (p, start, end, name) => {
      for (const word of this.words[p] ?? []) {
        if (word.start < end && start < word.end) {
          word.node.classList.add(name);
          this.painted.push([word.node, name]);
        }
      }
    };
    for (const fact of this.model.get("told").used ?? []) put(fact.p, fact.start, fact.end, "told");
    const span = this.model.get("span");
    if (span.end) put(span.p, span.start, span.end, "chosen");
  }

  goTo(p, focus = true) {
    for (const node of this.node.children) node.tabIndex = +node.dataset.p === p ? 0 : -1;
    if (focus) this.node.children[p]?.focus();
  }

  // The chosen words as numbers of words; null where there are none in this paragraph.
  find(p) {
    const span = this.model.get("span");
    if (span.p !== p || !span.end) return null;
    const inside = (word) => word.start < span.end && span.start < word.end;
    return { first: this.words[p].findIndex(inside), last: this.words[p].findLastIndex(inside), at: span.at };
  }

  pick(p, first, last) {
    const [a, b] = first <= last ? [first, last] : [last, first];
    this.goTo(p);
    this.choose({ p, start: this.words[p][a].start, end: this.words[p][b].end });
  }

  // The caret of a click on a short word stands behind it: the word is the one that was clicked.
  takeSelection(clicked) {
    const selection = window.getSelection();
    const place = (node) => {
      const inside = (node?.nodeType === 1 ? node : node?.parentElement)?.closest("span[data-w]");
      const word = inside ?? (node?.nodeType === 3 ? node.previousElementSibling : null);
      return word?.dataset.w && this.node.contains(word) ? [+word.parentElement.dataset.p, +word.dataset.w] : null;
    };
    const [from, to] = selection.isCollapsed ? [place(clicked), place(clicked)] : [place(selection.anchorNode), place(selection.focusNode)];
    if (!from || !to || from[0] !== to[0]) return;
    const [p, w] = from, mark = this.words[p][w].mark;
    if (!selection.isCollapsed && w !== to[1]) this.pick(p, w, to[1]);
    else if (!mark) this.pick(p, w, w);
    else this.pick(p, this.words[p].findIndex((one) => one.mark === mark), this.words[p].findLastIndex((one) => one.mark === mark));
    selection.removeAllRanges();
  }

  takeKey(event) {
    const p = +event.target.dataset.p, step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const jump = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!(p >= 0) || event.altKey || event.ctrlKey || event.metaKey || !(step || jump)) return;
    event.preventDefault();
    const row = this.words[p], now = this.find(p);
    if (jump) this.goTo(Math.max(0, Math.min(this.words.length - 1, p + jump)));
    else if (!row.length) return;
    else if (!now) this.pick(p, step > 0 ? 0 : row.length - 1, step > 0 ? 0 : row.length - 1);
    else if (event.shiftKey) this.pick(p, now.first, Math.max(now.first, Math.min(row.length - 1, now.last + step)));
    else {
      const w = Math.max(0, Math.min(row.length - 1, (step > 0 ? now.last : now.first) + step));
      this.pick(p, w, w);
    }
  }
}

// The form: a field is kept while it is shown, so that what is typed is not lost to an answer.
class Form {
  constructor(model, send) {
    this.model = model;
    this.send = send;
    this.fields = new Map();
    this.turn = null;
    this.head = make("h2");
    this.body = make("div", { class: "fields" });
    this.matches = make("div", { class: "matches", role: "group", "aria-label": "Places of this name" });
    this.checks = make("div", { class: "checks", role: "status", "aria-live": "polite" });
    this.buttons = make("div", { class: "buttons" });
    for (const [act, label, keys] of [
      ["accept", "Accept", "Alt+Enter"], ["go_on", "Next", "Alt+ArrowDown"],
      ["undo", "Undo", "Alt+Z"], ["redo", "Redo", "Alt+Y"], ["toggle_fields", "All fields", ""],
    ]) {
      this.buttons.append(make("button", {
        type: "button", text: label, class: act, title: keys, "aria-keyshortcuts": keys || undefined,
        onclick: () => this.send(act),
      }));
    }
    this.node = make("form", { "aria-label": "One fact", onsubmit: (event) => event.preventDefault() },
      this.head, this.body, this.matches, this.checks, this.buttons);
    this.draw();
  }

  values() {
    return Object.fromEntries([...this.fields].map(([name, { input }]) => [name, input.value]));
  }

  draw() {
    const form = this.model.get("form"), isNew = form.turn !== this.turn;
    const held = document.activeElement, wasHere = this.body.contains(held);
    this.turn = form.turn;
    this.head.textContent = form.title ?? "";
    const kept = new Map();
    for (const field of form.fields ?? []) {
      const one = this.fields.get(field.name) ?? this.makeField(field);
      const options = JSON.stringify(field.options);
      if (one.options !== options) {
        const value = one.input.value;
        one.list.replaceChildren(...field.options.map((option) => make("option", { value: option, text: option })));
        one.input.value = value;
        one.options = options;
      }
      if (isNew || !this.fields.has(field.name)) one.input.value = field.value;
      kept.set(field.name, one);
    }
    for (const [name, one] of this.fields) if (!kept.has(name)) one.node.remove();
    this.fields = kept;
    const nodes = [...kept.values()].map((one) => one.node);
    if (nodes.some((node, at) => this.body.children[at] !== node)) this.body.append(...nodes);
    if (wasHere && document.activeElement !== held) (this.body.contains(held) ? held : this.buttons.firstChild).focus();
    this.matches.replaceChildren(...(form.matches ?? []).map((label, n) => make("button", {
      type: "button", text: label, onclick: () => this.send("choose_place", { n }),
    })));
    this.checks.replaceChildren(...(form.checks ?? []).map((check) => make("p", {
      text: check.text, class: check.ok ? "well" : "wrong",
    })));
  }

  makeField(field) {
    const id = `f${made++}`;
    const input = make(field.closed ? "select" : field.name === "statement" ? "textarea" : "input",
      { id, name: field.name, autocomplete: "off", spellcheck: field.name === "statement" ? "true" : "false" });
    const list = field.closed ? input : make("datalist", { id: `${id}l` });
    if (!field.closed && field.name !== "statement") input.setAttribute("list", list.id);
    const tell = () => this.send(field.name === "place_id" ? "find_place" : "check");
    input.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(tell, field.closed ? 0 : 200);
    });
    const node = make("div", { class: "field" }, make("label", { for: id, text: field.label }), input);
    if (list !== input) node.append(list);
    return { node, input, list, options: "" };
  }
}

function listFacts(model, send) {
  const facts = model.get("told").facts ?? [];
  const rows = facts.map(({ id, text, why, waits }) => {
    const acts = waits
      ? [["Take up", "edit", { waits }], ["Leave out", "drop", { waits }]]
      : [["Edit", "edit", { waits }], ["Up", "move", { by: -1 }], ["Down", "move", { by: 1 }], ["Drop", "drop", { waits }]];
    const buttons = acts.map(([label, act, about]) => make("button", {
      type: "button", text: label, "aria-label": `${label} ${id}`, onclick: () => send(act, { id, ...about }),
    }));
    const told = make("span", { text });
    const reason = why ? [make("em", { text: why })] : [];
    return make("li", { class: waits ? "draft" : "fact" }, make("b", { text: id }), " ", told, ...reason, make("span", { class: "acts" }, ...buttons));
  });
  return rows.length ? rows : [make("li", { text: "Nothing is told of this paragraph yet." })];
}

function render({ model, el }) {
  el.classList.add("dossier-author");
  const send = (act, more = {}) => {
    clearTimeout(form.waiting);
    model.send({ act, turn: form.turn, fields: form.values(), ...more });
  };
  const form = new Form(model, (act, more) => send(act, more));
  const text = new Text(model, (span) => {
    model.set("span", span);
    text.paint();
    send("choose", span);
  });
  const source = make("select", { "aria-label": "Source", onchange: () => send("open_source", { id: source.value }) });
  const kinds = ["number", "date", "place", "speaker"].map((kind) => make("span", { class: kind, text: kind }));
  kinds.push(make("span", { class: "told", text: "told by a fact" }));
  const keys = make("p", { class: "keys", id: `k${made++}` }, ...KEYS.flatMap(([key, does]) => [make("kbd", { text: key }), ` ${does} `]));
  text.node.setAttribute("aria-describedby", keys.id);
  const legend = make("p", { class: "legend" }, source, ...kinds);
  const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
  const facts = make("ul", { class: "facts" });
  const beside = make("div", { class: "beside" }, form.node, said, make("h2", { text: "Told of this paragraph" }), facts);
  el.replaceChildren(keys, legend, make("div", { class: "both" }, text.node, beside));

  const drawSources = () => {
    const { sources = [], source: shown } = model.get("text");
    source.replaceChildren(...sources.map((id) => make("option", { value: id, text: id })));
    source.value = shown;
  };
  const drawFacts = () => facts.replaceChildren(...listFacts(model, send));
  const tell = () => { said.textContent = model.get("said"); };
  const follow = () => {
    text.paint();
    const { p } = model.get("span");
    if (p === undefined) return;
    text.goTo(p, false);
    text.node.children[p]?.scrollIntoView({ block: "nearest" });
  };
  const goToForm = () => { // to the first field that is empty and that only a person can fill
    const typed = ["topic", "statement"].map((name) => form.fields.get(name)?.input);
    (typed.find((input) => input && !input.value) ?? typed[1])?.focus();
  };
  let focus = 0; // how often the form was to be gone to
  const drawForm = () => {
    form.draw();
    if (model.get("form").focus === focus) return;
    focus = model.get("form").focus;
    goToForm();
  };
  const drawText = () => (drawSources(), text.draw());
  const drawTold = () => (drawFacts(), text.paint());
  for (const [name, act] of [
    ["text", drawText], ["told", drawTold], ["span", follow], ["form", drawForm], ["said", tell],
  ]) model.on(`change:${name}`, act);

  el.addEventListener("keydown", (event) => {
    const act = event.altKey && { Enter: "accept", ArrowDown: "go_on", z: "undo", y: "redo", Z: "undo", Y: "redo" }[event.key];
    const leave = event.key === "Escape" && form.node.contains(event.target);
    const enter = event.key === "Enter" && text.node.contains(event.target);
    if (act) send(act);
    else if (leave) text.goTo(model.get("span").p ?? 0);
    else if (enter) goToForm();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  drawSources();
  drawFacts();
  tell();
  let width = 0, settling;
  const watcher = new ResizeObserver(([{ contentRect }]) => { // another width: the words stay in view
    if (contentRect.width === width) return;
    width = contentRect.width;
    clearTimeout(settling);
    settling = setTimeout(() => text.node.querySelector(".chosen")?.scrollIntoView({ block: "nearest" }), 100);
  });
  watcher.observe(el);
  // The keys answer at once: the text is gone to, unless the reader is busy elsewhere by now.
  setTimeout(() => {
    const held = document.activeElement, busy = held?.matches("input, textarea, select, [contenteditable=true]");
    const waits = held === document.body || el.closest(".jp-Notebook")?.contains(held);
    if (waits && !busy && !el.contains(held)) text.goTo(0);
  }, 500);
  return () => watcher.disconnect();
}

export default { render };
