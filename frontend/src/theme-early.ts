// Runs before the first paint: the chosen theme, and a mark that script is there. Classic script, no imports.
(() => {
  const root = document.documentElement;
  if (!("noModule" in HTMLScriptElement.prototype)) return;
  root.classList.add("has-script");
  try {
    const chosen = localStorage.getItem("cocontrol-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // storage may be forbidden; then the system's theme holds
  }
})();
