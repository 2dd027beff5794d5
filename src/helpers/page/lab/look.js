// An extension of JupyterLab. What our notebooks show looks as in the page, by the page's own style
// sheet, in the colours of JupyterLab's theme; and a notebook that was only opened is not marked as
// changed. JupyterLab calls `init` and `get`.

(() => {
  // Each piece that a passage shows, and the explorer; the id outdoes JupyterLab's own rules.
  const SHOWN = ":is(#dossier, div.mathjax_ignore, .dossier-view, .dossier-controls)";
  const here = document.currentScript.src;
  const read = async (name) => (await fetch(new URL(name, here))).text();

  async function dress() {
    const names = ["palette.json", "page.css", "notebook.css"];
    const [palette, page, ours] = await Promise.all(names.map(read));
    const style = document.createElement("style");
    document.head.prepend(style);
    const paint = () => {
      const isDark = document.body.dataset.jpThemeLight === "false";
      const colours = Object.entries(JSON.parse(palette)).map(
        ([name, pair]) => `--${name.replaceAll("_", "-")}: ${pair[isDark ? 1 : 0]};`);
      // An output may be narrow in a wide window.
      const sheet = page
        .replaceAll(":root", "&")
        .replaceAll("@media (prefers-color-scheme: dark)", `@media ${isDark ? "all" : "not all"}`)
        .replaceAll("@media print", "@media not all")
        .replaceAll(/@media (?:screen and )?(\((?:min|max)-width)/g, "@container $1")
        .replaceAll("color-scheme: light dark", `color-scheme: ${isDark ? "dark" : "light"}`);
      style.textContent = `${SHOWN} { ${sheet} ${colours.join(" ")} } ${ours}`;
    };
    paint();
    const options = { attributes: true, attributeFilter: ["data-jp-theme-light"] };
    new MutationObserver(paint).observe(document.body, options);
  }

  // Others have a module of that name too.
  const OURS = /^from helpers(\.\w+)* import\b.*\b(load_dossier|Explorer|Author|passages)\b/m;

  // JupyterLab notes in a notebook that it opens in which version its kernel runs.
  async function passOver(context) {
    await context.ready;
    const { model } = context;
    const isOurs = ({ source }) => OURS.test([source].flat().join(""));
    if (!model.toJSON().cells.some(isOurs)) return;
    model.metadataChanged.connect((_, { key, oldValue, newValue }) => {
      const isSame = key === "kernelspec" && oldValue?.name === newValue?.name;
      if (!model.dirty && (isSame || key === "language_info"))
        queueMicrotask(() => { model.dirty = false; });
    });
  }

  async function makePlugin(shared) {
    const [{ get }] = Object.values(shared["@jupyterlab/notebook"]);
    const { INotebookTracker } = (await get())();
    const activate = (_, notebooks) => {
      dress();
      notebooks.widgetAdded.connect((_, panel) => passOver(panel.context));
    };
    const plugin = { id: "dossier-notebooks:look", autoStart: true, requires: [INotebookTracker] };
    return () => ({ ...plugin, activate });
  }

  let shared;
  const container = { init(scope) { shared = scope; }, get: () => makePlugin(shared) };
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["dossier-notebooks"] = container;
})();
