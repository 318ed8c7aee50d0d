// In the page: notes each key, and when the ghost text for the line as it then stands is first in the document.
(() => {
  const ghosts =
    ".ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text .view-line, .suggest-preview-text .view-line";
  const seen = (window.keystrokes = { line: "", keys: [] });
  const now = () => performance.timeOrigin + performance.now();

  // `marking` of model_server.py.
  const mark = (prefix) => {
    let hash = 0x811c9dc5;
    for (const sign of prefix) hash = Math.imul(hash ^ sign.codePointAt(0), 0x01000193) >>> 0;
    return `zq${hash.toString(16).padStart(8, "0")}_`;
  };

  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") seen.line = "";
      if (event.key.length !== 1 || event.ctrlKey) return;
      seen.line += event.key;
      seen.keys.push({ at: now(), prefix: seen.line, want: mark(seen.line), ghost: null });
    },
    true,
  );

  new MutationObserver(() => {
    const key = seen.keys.at(-1);
    if (!key || key.ghost !== null) return;
    const text = [...document.querySelectorAll(ghosts)].map((part) => part.textContent).join("");
    if (text.includes(key.want)) key.ghost = now();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})();
