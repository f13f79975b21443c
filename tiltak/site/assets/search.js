/* Search the pages, tables, columns, labels and the glossary: all words must be found, titles count most. */
"use strict";

(() => {
  const ROOT = document.currentScript.dataset.root;
  const LANGUAGE = document.documentElement.lang;
  const TEXTS = JSON.parse(document.getElementById("texts").textContent);
  const MOST = 40;
  const said = (key, values = {}) => TEXTS[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  /** Lower case, without what keyboards lack: `ø` is found as `o`, a name in two words too. */
  const plain = (text) =>
    text.toLowerCase().replaceAll("ø", "o").replaceAll("æ", "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[_.]/g, " ");

  const entries = window.tiltakSearch
    .filter(([, , , , language]) => language === "" || language === LANGUAGE)
    .map(([kind, title, text, address]) => ({ kind, title, text, address, low: plain(title), all: plain(`${title} ${text}`) }));

  /** How well an entry fits: 0 where a word is missing; more for titles, most for titles that begin so. */
  function fit(entry, words) {
    if (!words.every((word) => entry.all.includes(word))) return 0;
    const inTitle = words.filter((word) => entry.low.includes(word)).length;
    const begins = entry.low.startsWith(words.join(" ")) ? 2 : 0;
    return 1 + inTitle + begins + (entry.kind === "column" ? 0 : 0.5);
  }

  function show() {
    const text = document.getElementById("query").value.trim();
    const words = plain(text).split(/\s+/).filter(Boolean);
    const found = words.length === 0 ? [] : entries.map((entry) => [fit(entry, words), entry]).filter(([how]) => how > 0);
    found.sort(([one, first], [other, second]) => other - one || first.title.length - second.title.length);
    const shown = found.slice(0, MOST);
    document.getElementById("found").replaceChildren(...shown.map(([, entry]) => line(entry)));
    document.getElementById("status").textContent =
      words.length === 0 ? "" : found.length === 0 ? said("nothing", { text })
        : said(found.length > shown.length ? "first" : "found", { count: found.length, shown: shown.length });
    const address = words.length === 0 ? "#" : `#${encodeURIComponent(text)}`;
    if (location.hash !== address) location.replace(address);
  }

  function line({ kind, title, text, address }) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    [link.href, link.textContent] = [ROOT + address, title];
    const about = document.createElement("span");
    [about.className, about.textContent] = ["soft small", ` ${said(`kind_${kind}`)}`];
    const more = document.createElement("p");
    [more.className, more.textContent] = ["small", text];
    item.append(link, about, more);
    return item;
  }

  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("query").addEventListener("input", show);
  document.getElementById("query").value = decodeURIComponent(location.hash.slice(1));
  show();
})();
