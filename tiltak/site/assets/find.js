/* Find a number: choose a table, a population, months and rows; see them as a table and as a chart.

   The JSON-stat tables are scripts below data/, loaded when they are asked for, and read with jsonstat-toolkit.
   What is chosen stands in the address after #, so a link brings it back. Texts stand in the page. */
"use strict";

(() => {
  const ROOT = document.currentScript.dataset.root;
  const LANGUAGE = document.documentElement.lang;
  const TEXTS = JSON.parse(document.getElementById("texts").textContent);
  const MOST_LINES = 8;
  const FIRST_ROWS = 5;
  const TOTAL = "_T";
  const NUMBER = "number";
  const format = new Intl.NumberFormat(LANGUAGE === "nb" ? "nb-NO" : "en-GB", { maximumFractionDigits: 0 });
  const byId = (id) => document.getElementById(id);
  const named = (word) => (LANGUAGE === "nb" ? word.name : word.name_en);
  const said = (key, values = {}) => TEXTS[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  let chosen = {};
  let cubes = [];
  let asked = 0;

  // ---- loading -------------------------------------------------------------------------------------------

  const coming = {};

  /** Load the script of a table, once. */
  function load(path) {
    coming[path] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${ROOT}data/${path}`;
      script.onload = () => resolve(cubeOf(window.tiltakData[path]));
      script.onerror = () => reject(new Error(path));
      document.head.append(script);
    });
    return coming[path];
  }

  /** A table with the names of its members in the language of the page, and the way to each of its rows. */
  function cubeOf(content) {
    const dataset = JSONstat(content.table);
    const dimensions = dataset.id.map((name) => {
      const dimension = dataset.Dimension(name);
      const english = content.table.extension.dimension_en[name];
      const label = (key, place) =>
        LANGUAGE === "nb" ? dimension.Category(place).label : english.category.label[key];
      return {
        name,
        label: LANGUAGE === "nb" ? dimension.label : english.label,
        members: new Map(dimension.id.map((key, place) => [key, label(key, place)])),
        places: new Map(dimension.id.map((key, place) => [key, place])),
      };
    });
    return { ...content, dataset, dimensions, relation: content.table.extension.relation };
  }

  // ---- reading -------------------------------------------------------------------------------------------

  /** The number of a row in its cube, or null where the cube does not have it. */
  function rowNumber(cube, members) {
    let number = 0;
    for (const dimension of cube.dimensions.slice(0, -1)) {
      const place = dimension.places.get(members[dimension.name]);
      if (place === undefined) return null;
      number = number * dimension.places.size + place;
    }
    return number;
  }

  /** What is known of some members in a month: the numbers, how they came about and where they are printed. */
  function figure(members) {
    for (const cube of cubes) {
      const number = rowNumber(cube, members);
      if (number === null) continue;
      const contents = [...cube.dimensions.at(-1).members.keys()];
      const values = Object.fromEntries(
        contents.map((name, place) => [name, cube.dataset.value[number * contents.length + place]]),
      );
      const sign = cube.dataset.status?.[number * contents.length];
      const cells = cube.cells[number].split(" ").filter(Boolean).map((cell) => cellOf(cube, cell));
      const derived = cube.derivations[cube.derived[number]] ?? null;
      const since = cube.breaks[cube.broken[number]] ?? null;
      return { values, sign, cells, derived, since, state: stateOf(values, sign, cells, derived) };
    }
    return { values: {}, cells: [], derived: null, since: null, state: "absent" };
  }

  function cellOf(cube, cell) {
    const [report, ...place] = cell.split(":");
    return { id: [cube.reports[report], ...place].join(":"), href: `${ROOT}reports/${cube.reports[report]}.html#${place.join(".")}` };
  }

  function stateOf(values, sign, cells, derived) {
    if (values.participants_min == null) return "absent";
    if (sign === ":") return "hidden";
    if (sign === "-") return "nobody";
    if (values.participants != null) return derived === null && cells.length < 2 ? "printed" : "sum";
    return values.participants_estimate == null ? "bounded" : "estimated";
  }

  /** What a chart draws of a figure: a middle with a range around it; null where there is none. */
  function shape({ values, state }) {
    if (chosen.show !== NUMBER) {
      const value = values[chosen.show];
      return value == null ? null : { middle: value, low: value, high: value };
    }
    const { participants_min: low, participants_max: high } = values;
    if (state === "absent") return null;
    if (state === "estimated")
      return { middle: values.participants_estimate, low: values.participants_estimate_min, high: values.participants_estimate_max };
    return { middle: (low + high) / 2, low, high };
  }

  const range = (low, high) => (low === high ? format.format(low) : `${format.format(low)}\u2013${format.format(high)}`);

  /** A figure in words, in parts: the number; or an estimate, then its range, then its logical bounds. */
  function parts({ values, state }) {
    if (state === "absent") return [".."];
    if (chosen.show !== NUMBER) return [values[chosen.show] == null ? "." : format.format(values[chosen.show])];
    const bounds = range(values.participants_min, values.participants_max);
    if (state !== "estimated") return [bounds];
    const likely = range(Math.round(values.participants_estimate_min), Math.round(values.participants_estimate_max));
    return [`\u2248\u00a0${format.format(values.participants_estimate)}`, `(${likely})`, `[${bounds}]`];
  }

  const words = (known) => parts(known).join(" ");

  // ---- choosing ------------------------------------------------------------------------------------------

  const index = window.tiltakData.index;
  const tableOf = (key) => index.tables.find((table) => table.key === key);
  const sliceOf = (table, key) => table.slices.find((slice) => slice.key === key);

  /** Return what was asked for, with defaults where it does not name what is there. */
  function complete(wanted) {
    const table = tableOf(wanted.table) ?? index.tables[0];
    const slice = sliceOf(table, wanted.slice) ?? sliceOf(table, TOTAL) ?? table.slices.at(-1);
    const months = slice.years.flatMap((year) => year.months);
    const to = months.includes(wanted.to) ? wanted.to : months.at(-1);
    const year = slice.years.find((known) => known.months.includes(to));
    const from = months.includes(wanted.from) && wanted.from <= to ? wanted.from : year.months[0];
    return { table: table.key, slice: slice.key, from, to, show: wanted.show ?? NUMBER, rows: wanted.rows ?? {} };
  }

  /** The dimensions of all loaded cubes but month and contents, each with the members of all of them. */
  function ownDimensions() {
    return cubes[0].dimensions.slice(1, -1).map(({ name, label }, place) => ({
      name,
      label,
      members: new Map(cubes.flatMap((cube) => [...cube.dimensions[place + 1].members])),
    }));
  }

  function chooseRows(dimensions) {
    const rows = {};
    dimensions.forEach(({ name, members }, place) => {
      const known = (chosen.rows[name] ?? []).filter((key) => members.has(key));
      const all = [...members.keys()];
      const first = members.has(TOTAL) ? [TOTAL] : all.slice(0, place === dimensions.length - 1 ? FIRST_ROWS : 1);
      rows[name] = known.length ? all.filter((key) => known.includes(key)) : first;
    });
    chosen.rows = rows;
  }

  const shownMonths = () =>
    sliceOf(tableOf(chosen.table), chosen.slice)
      .years.flatMap((year) => year.months)
      .filter((month) => month >= chosen.from && month <= chosen.to);

  /** All combinations of chosen members, in the order of the dimensions. */
  function chosenRows(dimensions) {
    return dimensions.reduce(
      (rows, { name }) => rows.flatMap((row) => chosen.rows[name].map((key) => ({ ...row, [name]: key }))),
      [{}],
    );
  }

  // ---- the address ---------------------------------------------------------------------------------------

  function fromAddress() {
    const { table, slice, from, to, show, ...rows } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    return { table, slice, from, to, show, rows: Object.fromEntries(Object.entries(rows).map(([name, keys]) => [name, keys.split(",")])) };
  }

  function toAddress() {
    const { rows, ...rest } = chosen;
    const joined = Object.fromEntries(Object.entries(rows).map(([name, keys]) => [name, keys.join(",")]));
    return `#${new URLSearchParams({ ...rest, ...joined })}`.replace(/%2C/g, ",");
  }

  // ---- showing -------------------------------------------------------------------------------------------

  /** Make an element; what is null or false among attributes and children is left out. */
  function make(tag, attributes = {}, ...children) {
    const svg = ["svg", "g", "line", "rect", "circle", "polygon", "path", "text", "title"].includes(tag);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function fill(select, options, value) {
    select.replaceChildren(...options.map(([key, name]) => make("option", { value: key }, name)));
    select.value = value;
  }

  const monthName = (month) => {
    const [year, number] = month.split("M");
    return `${said(`month_${Number(number)}`)} ${year}`;
  };
  const shortMonth = (month) => `${month.slice(0, 4)}-${month.slice(5)}`;

  function showChoices(dimensions) {
    const table = tableOf(chosen.table);
    const months = sliceOf(table, chosen.slice).years.flatMap((year) => year.months);
    fill(byId("table"), index.tables.map((known) => [known.key, named(known)]), chosen.table);
    fill(byId("slice"), table.slices.map((slice) => [slice.key, named(slice)]), chosen.slice);
    byId("slice-label").textContent = said(table.slice_column);
    fill(byId("from"), months.map((month) => [month, monthName(month)]), chosen.from);
    fill(byId("to"), months.map((month) => [month, monthName(month)]), chosen.to);
    const contents = [...cubes[0].dimensions.at(-1).members].filter(([name]) => name !== "participants");
    fill(byId("show"), [[NUMBER, said("as_printed")], ...contents], chosen.show);
    showMembers(dimensions);
  }

  let boxesOf = "";

  /** Show the members to choose from; boxes that are there stay, so that the keyboard does not lose its place. */
  function showMembers(dimensions) {
    const signature = JSON.stringify(dimensions.map(({ name, members }) => [name, ...members.keys()]));
    if (signature !== boxesOf) byId("rows").replaceChildren(...dimensions.map(membersBox));
    boxesOf = signature;
    for (const box of byId("rows").querySelectorAll("input")) box.checked = chosen.rows[box.name].includes(box.value);
    dimensions.forEach(({ name, label, members }, place) => {
      const count = said("chosen", { count: chosen.rows[name].length, all: members.size });
      byId("rows").children[place].firstChild.textContent = `${label} (${count})`;
    });
  }

  function membersBox({ name, label, members }) {
    const boxes = [...members].map(([key, word]) =>
      make("label", {}, make("input", { type: "checkbox", name, value: key }), ` ${word}`));
    const set = (all) => () => {
      boxes.forEach((box, place) => (box.firstChild.checked = all || place === 0));
      choose();
    };
    return make("details", {}, make("summary"),
      make("fieldset", {}, make("legend", { class: "unseen" }, label),
        make("p", {}, make("button", { type: "button", onclick: set(true) }, said("all")), " ",
          make("button", { type: "button", onclick: set(false) }, said("only_first"))),
        ...boxes));
  }

  function showTable(lines, months, varied) {
    const head = make("tr", {}, ...varied.map(({ label }) => make("th", { scope: "col" }, label)),
      ...months.map((month) => make("th", { scope: "col", class: "number" }, shortMonth(month))));
    const rows = lines.map((line) =>
      make("tr", {}, ...varied.map(({ name, members }) => make("th", { scope: "row" }, members.get(line.members[name]))),
        ...line.figures.map((known, place) => tableCell(line, months[place], known, breakBefore(line.figures, place)))));
    byId("result").replaceChildren(make("caption", { class: "unseen" }, named(tableOf(chosen.table))), make("thead", {}, head), make("tbody", {}, ...rows));
  }

  function tableCell(line, month, known, broken) {
    const [first, ...more] = parts(known);
    const rest = more.map((part) => make("span", { class: "beside" }, ` ${part}`));
    const about = said(`state_${known.state}`);
    const attributes = { class: `number ${known.state}${broken ? " broken" : ""}`, title: broken ? `${about}. ${named(index.breaks[broken])}` : about };
    if (known.cells.length === 0) return make("td", attributes, first, ...rest);
    if (known.cells.length === 1 && known.state !== "estimated") return make("td", attributes, make("a", { href: known.cells[0].href }, first), ...rest);
    return make("td", attributes, make("button", { type: "button", class: "number-button", onclick: () => showOrigin(line, month, known) }, first), ...rest);
  }

  /** Say which printed cells a number comes from that is not printed itself. */
  function showOrigin(line, month, known) {
    const links = known.cells.flatMap((cell) => [make("a", { href: cell.href }, cell.id), " "]);
    byId("origin").replaceChildren(`${line.label}, ${monthName(month)}: ${words(known)}. ${said(`state_${known.state}`)}. ${said("comes_from")} `, ...links);
    byId("origin").scrollIntoView({ block: "nearest" });
  }

  /** The break between a figure and the one before it that is there, if any. */
  function breakBefore(figures, place) {
    const earlier = figures.slice(0, place).findLast((known) => known.state !== "absent");
    const { since, state } = figures[place];
    return earlier && state !== "absent" && since && since !== earlier.since ? since : null;
  }

  function showBreaks(lines, months) {
    const found = new Map();
    for (const { figures, label } of lines)
      figures.forEach((_, place) => {
        const broken = breakBefore(figures, place);
        if (broken) found.set(broken, [...(found.get(broken) ?? []), label]);
      });
    byId("breaks").replaceChildren(...[...found].sort().map(([day, labels]) =>
      make("li", {}, said("break", { month: monthName(`${day.slice(0, 4)}M${day.slice(5, 7)}`), name: named(index.breaks[day]) }), ` (${labels.join("; ")})`)));
    byId("breaks-part").hidden = found.size === 0 || months.length === 0;
  }

  // ---- the chart -----------------------------------------------------------------------------------------

  const monthNumber = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));

  /** Where each month stands: consecutive months side by side, a gap where months are missing. */
  function monthAxis(months, left, right) {
    const gaps = months.filter((month, place) => place && monthNumber(month) - monthNumber(months[place - 1]) > 1).length;
    const gap = Math.min(40, (right - left) / (4 * Math.max(gaps, 1)));
    const width = (right - left - gap * gaps) / months.length;
    let at = left;
    return months.map((month, place) => {
      const joined = place > 0 && monthNumber(month) - monthNumber(months[place - 1]) === 1;
      if (place && !joined) at += gap;
      at += width;
      return { month, x: at - width / 2, start: at - width, width, joined };
    });
  }

  function roundStep(highest) {
    for (let size = 1; ; size *= 10) for (const factor of [1, 2, 5]) if (highest <= 6 * factor * size) return factor * size;
  }

  function marker(place, x, y, hollow) {
    const attributes = { class: `marker series-${place}${hollow ? " hollow" : ""}` };
    if (place % 3 === 0) return make("circle", { ...attributes, cx: x, cy: y, r: 4 });
    if (place % 3 === 1) return make("rect", { ...attributes, x: x - 4, y: y - 4, width: 8, height: 8 });
    return make("polygon", { ...attributes, points: `${x},${y - 5} ${x + 5},${y + 4} ${x - 5},${y + 4}` });
  }

  function showChart(lines, months) {
    const width = Math.max(byId("chart").clientWidth, 280);
    const [left, top, bottom, height] = [58, 12, 268, 312];
    const drawn = lines.slice(0, MOST_LINES).map((line) => ({ ...line, shapes: line.figures.map(shape) }));
    const highest = Math.max(1, ...drawn.flatMap((line) => line.shapes.map((known) => known?.high ?? 0)));
    const step = roundStep(highest);
    const ceiling = step * Math.ceil(highest / step);
    const y = (value) => bottom - ((bottom - top) * value) / ceiling;
    const axis = monthAxis(months, left, width - 12);
    const parts = [...panels(axis, top, bottom)];
    for (let value = 0; value <= ceiling; value += step)
      parts.push(make("line", { x1: left, x2: width - 12, y1: y(value), y2: y(value), class: "grid" }),
        make("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", class: "tick" }, format.format(value)));
    parts.push(...axisLabels(axis, bottom));
    drawn.forEach((line, place) => parts.push(...drawLine(line, place, axis, y, top, bottom)));
    const label = `${named(tableOf(chosen.table))}, ${monthName(chosen.from)} \u2013 ${monthName(chosen.to)}. ${said("chart_is_table")}`;
    byId("chart").replaceChildren(make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ...parts));
    byId("legend").replaceChildren(...drawn.map(({ label: name }, place) =>
      make("li", {}, make("svg", { viewBox: "0 0 24 12", width: 24, height: 12, "aria-hidden": "true" },
        make("line", { x1: 1, x2: 23, y1: 6, y2: 6, class: `line series-${place}` }), marker(place, 12, 6)), ` ${name}`)));
    byId("too-many").hidden = lines.length <= MOST_LINES;
  }

  const panels = (axis, top, bottom) =>
    axis.map(({ start, width }) => make("rect", { x: start, y: top, width: width + 0.5, height: bottom - top, class: "panel" }));

  /** Write each year once below its months, and every month that has the room. */
  function axisLabels(axis, bottom) {
    const every = Math.ceil(24 / axis[0].width);
    const years = [...new Set(axis.map(({ month }) => month.slice(0, 4)))];
    return years.map((year) => [year, axis.filter(({ month }) => month.startsWith(year))]).flatMap(([year, months]) => [
      make("text", { x: (months[0].x + months.at(-1).x) / 2, y: bottom + 34, "text-anchor": "middle", class: "label" }, year),
      ...months.filter((_, place) => place % every === 0)
        .map(({ month, x }) => make("text", { x, y: bottom + 16, "text-anchor": "middle", class: "tick" }, month.slice(5))),
    ]);
  }

  /** Draw a row: a line between neighbouring months, a bar for each range, a dashed line for each break. */
  function drawLine({ shapes, figures, label }, place, axis, y, top, bottom) {
    const parts = [];
    shapes.forEach((known, month) => {
      if (!known) return;
      const { x, start, joined } = axis[month];
      const before = joined ? shapes[month - 1] : null;
      const broken = breakBefore(figures, month);
      if (broken)
        parts.push(make("line", { x1: start, x2: start, y1: top, y2: bottom, class: "break-line" }, make("title", {}, named(index.breaks[broken]))));
      if (before && !broken)
        parts.push(make("line", { x1: axis[month - 1].x, y1: y(before.middle), x2: x, y2: y(known.middle), class: `line series-${place}` }));
      parts.push(make("g", {}, make("title", {}, `${label}, ${monthName(axis[month].month)}: ${words(figures[month])}`),
        known.low === known.high ? null : make("line", { x1: x, x2: x, y1: y(known.low), y2: y(known.high), class: `range series-${place}` }),
        marker(place, x, y(known.middle), figures[month].state === "estimated")));
    });
    return parts;
  }

  // ---- taking along --------------------------------------------------------------------------------------

  /** All chosen numbers as plain CSV (RFC 4180), with codes and names. */
  function csv() {
    const dimensions = ownDimensions();
    const contents = [...cubes[0].dimensions.at(-1).members.keys()];
    const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
    const head = [...dimensions.flatMap(({ name }) => [`${name}_key`, `${name}_name`]), "month", ...contents, "state"];
    const rows = chosenRows(dimensions).flatMap((members) =>
      shownMonths().map((month) => {
        const known = figure({ ...members, month });
        return [...dimensions.flatMap(({ name, members: words_ }) => [members[name], words_.get(members[name])]), month,
          ...contents.map((name) => known.values[name] ?? ""), known.state];
      }));
    return [head, ...rows].map((row) => `${row.map((value) => quoted(String(value))).join(",")}\r\n`).join("");
  }

  function download() {
    const link = make("a", {
      href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })),
      download: `${chosen.table}_${chosen.slice.replace(/\W/g, "-")}_${chosen.from}-${chosen.to}.csv`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function copyLink() {
    byId("link").select();
    try {
      await navigator.clipboard.writeText(byId("link").value);
      byId("status").textContent = said("copied");
    } catch {
      byId("status").textContent = said("copy_by_hand");
    }
  }

  // ---- the whole -----------------------------------------------------------------------------------------

  /** Show what is asked for; a later question overtakes an earlier one that is still loading. */
  async function ask(wanted) {
    const number = ++asked;
    const next = complete(wanted);
    const years = sliceOf(tableOf(next.table), next.slice).years
      .filter(({ months }) => months.some((month) => month >= next.from && month <= next.to));
    byId("status").textContent = said("loading");
    try {
      const found = await Promise.all(years.map(({ path }) => load(path)));
      if (number !== asked) return;
      [chosen, cubes] = [next, found];
      showAll();
      byId("status").textContent = said("shown", { count: byId("result").tBodies[0].rows.length, months: shownMonths().length });
    } catch (error) {
      byId("status").textContent = said("not_loaded", { path: error.message });
    }
  }

  function showAll() {
    const dimensions = ownDimensions();
    chooseRows(dimensions);
    if (!cubes[0].dimensions.at(-1).members.has(chosen.show)) chosen.show = NUMBER;
    const months = shownMonths();
    const several = dimensions.filter(({ name }) => chosen.rows[name].length > 1);
    const varied = several.length ? several : dimensions.slice(-1);
    const lines = chosenRows(dimensions).map((members) => ({
      members,
      label: varied.map((dimension) => dimension.members.get(members[dimension.name])).join(", "),
      figures: months.map((month) => figure({ ...members, month })),
    }));
    const fixed = dimensions.filter((dimension) => !varied.includes(dimension))
      .map(({ name, members, label }) => `${label}: ${members.get(chosen.rows[name][0])}`);
    const table = tableOf(chosen.table);
    byId("heading").textContent = [named(table), named(sliceOf(table, chosen.slice)), ...fixed].join(". ");
    showChoices(dimensions);
    showChart(lines, months);
    showTable(lines, months, varied);
    showBreaks(lines, months);
    byId("origin").replaceChildren();
    byId("relation").replaceChildren(make("a", { href: `${ROOT}dictionary.html#${cubes[0].relation}` }, make("code", {}, cubes[0].relation)));
    const address = toAddress();
    if (location.hash !== address) location.replace(address);
    byId("link").value = location.href.split("#")[0] + address;
    document.querySelector("a.switch").hash = address;
    redraw = () => showChart(lines, months);
  }

  let redraw = () => {};

  /** Ask for what the form says. */
  function choose(event) {
    const form = byId("choice");
    const changed = event?.target?.id;
    const rows = {};
    for (const box of form.querySelectorAll("input:checked")) (rows[box.name] ??= []).push(box.value);
    const wanted = { table: form.table.value, slice: form.slice.value, from: form.from.value, to: form.to.value, show: form.show.value, rows };
    if (changed === "table") ask({ table: wanted.table, rows });
    else if (changed === "from" && wanted.from > wanted.to) ask({ ...wanted, to: wanted.from });
    else if (changed === "to" && wanted.from > wanted.to) ask({ ...wanted, from: wanted.to });
    else ask(wanted);
  }

  byId("choice").addEventListener("change", choose);
  byId("choice").addEventListener("submit", (event) => event.preventDefault());
  byId("download").addEventListener("click", download);
  byId("copy").addEventListener("click", copyLink);
  addEventListener("hashchange", () => { if (location.hash !== toAddress()) ask(fromAddress()); });
  addEventListener("resize", () => redraw());
  ask(fromAddress());
})();
