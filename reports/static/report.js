"use strict";
// Long tables: ten rows, a search box, "show all"; every table sorts by its headers. Without this script all rows show.
(() => {
  const OPEN = 10;
  const words = document.body.dataset;
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const numberOf = (text) => {
    const sign = /^[>]?[−-]/.test(text) ? -1 : 1;
    const digits = text.replace(/[,<>−%]/g, "").match(/^\d+(\.\d+)?/);
    return digits ? sign * parseFloat(digits[0]) : NaN;
  };
  const compare = (a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return a.localeCompare(b, document.documentElement.lang);
  };
  const counted = (number) => number.toLocaleString("en-US");
  const element = (name, text) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    return made;
  };

  const sortable = (table, refresh) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = element("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [row.cells[column].textContent, row]);
        rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        body.append(...rows.map(([, row]) => row));
        refresh();
      });
    });
  };

  const foldable = (holder, table) => {
    const body = table.tBodies[0];
    const texts = new Map([...body.rows].map((row) => [row, plain(row.textContent)]));
    const tools = element("div");
    const search = element("input");
    const all = element("button", words.all);
    const shown = element("output");
    let unfolded = false;
    const refresh = () => {
      const wanted = plain(search.value.trim());
      let found = 0;
      for (const row of body.rows) {
        const fits = !wanted || texts.get(row).includes(wanted);
        found += fits;
        row.classList.toggle("folded", !fits || (!unfolded && found > OPEN));
      }
      shown.textContent = words.shown
        .replace("{shown}", counted(unfolded ? found : Math.min(found, OPEN)))
        .replace("{found}", counted(found))
        .replace("{total}", counted(body.rows.length));
      all.textContent = unfolded ? words.fewer : words.all;
      all.setAttribute("aria-expanded", String(unfolded));
    };
    tools.className = "tools";
    search.type = "search";
    search.placeholder = words.search;
    search.setAttribute("aria-label", `${words.search} ${table.caption.textContent.trim()}`);
    shown.setAttribute("aria-live", "polite");
    all.type = "button";
    search.addEventListener("input", refresh);
    all.addEventListener("click", () => { unfolded = !unfolded; refresh(); });
    tools.append(search, all, shown);
    table.caption.append(tools);
    refresh();
    return refresh;
  };

  for (const holder of document.querySelectorAll(".table")) {
    const table = holder.querySelector("table");
    const rows = table.tBodies[0].rows;
    if (rows.length < 3) continue;
    const isLong = holder.classList.contains("long") && rows.length > OPEN;
    sortable(table, isLong ? foldable(holder, table) : () => {});
  }
})();
