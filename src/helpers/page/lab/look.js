// An extension of JupyterLab that is a look and nothing else: what our notebooks show, by the
// page's own style sheet, in the colours of JupyterLab's theme. JupyterLab asks for `get`.

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

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["dossier-notebooks"] = { init() {}, get: async () => () => (dress(), {}) };
})();
