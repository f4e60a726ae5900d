"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  const chinese = JSON.parse(byId("words").textContent);
  const period = 1000 * Number(root.dataset.refresh);
  const marks = { well: "●", warn: "▲", bad: "✕", unseen: "?" };
  const patience = Math.max(4 * period, 20000);
  const crowd = 60;
  const most = 5;
  const named = 8;
  let language = remembered();
  let news = null;
  let heard = 0;

  function remembered() {
    try {
      const kept = localStorage.getItem("language");
      if (kept === "zh" || kept === "en") return kept;
    } catch { /* storage is forbidden: the browser's own language counts */ }
    return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  function t(english, values = {}) {
    if (!(english in chinese)) throw new Error(`no words for ${english}`);
    const words = language === "zh" ? chinese[english] : english;
    return words.replace(/\{(\w+)\}/g, (_, name) => (name === "ago" ? lasting(values[name]) : known(values[name])));
  }

  // What the rules say in a few words of their own has a row too; whatever has none is shown as it is.
  const known = (value) => (language === "zh" && value in chinese ? chinese[value] : String(value));

  function lasting(seconds) {
    if (seconds < 100) return t("{count} s", { count: Math.round(seconds) });
    if (seconds < 6000) return t("{count} min", { count: Math.floor(seconds / 60) });
    if (seconds < 172800) return t("{count} h", { count: Math.floor(seconds / 3600) });
    return t("{count} days", { count: Math.floor(seconds / 86400) });
  }

  const share = (ratio) => `${Math.round(100 * ratio)} %`;
  const listed = (names) => names.join(language === "zh" ? "、" : ", ");

  // Elements are kept by key and written to only where something changed, so that nothing flickers.
  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tone(element, value) {
    if (element.dataset.tone !== value) element.dataset.tone = value;
  }

  function children(parent, items, key, make, fill) {
    const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    items.forEach((item, place) => {
      let child = known.get(key(item));
      if (!child) {
        child = make(item);
        child.dataset.key = key(item);
      }
      known.delete(key(item));
      if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] || null);
      fill(child, item);
    });
    known.forEach((child) => child.remove());
  }

  function part(parent, name) {
    const found = parent.querySelector(`:scope > .${name}`);
    if (found) return found;
    const made = document.createElement("span");
    made.className = name;
    if (name === "mark") made.setAttribute("aria-hidden", "true");
    parent.append(made);
    return made;
  }

  function tile(element, item, texts) {
    tone(element, item.tone);
    write(part(element, "mark"), marks[item.tone]);
    for (const [name, text] of Object.entries(texts)) {
      if (text) write(part(element, name), text);
      else element.querySelector(`:scope > .${name}`)?.remove();
    }
    const said = `${item.name}: ${t(item.said.words, item.said.values)}`;
    if (element.title !== said) element.title = said;
  }

  function list(id, items, texts) {
    const make = () => document.createElement("li");
    children(byId(id), items, (item) => item.name, make, (element, item) => {
      tile(element, item, texts(item));
      element.classList.toggle("brief", item.title === "mains");
    });
  }

  const said = (item) => t(item.said.words, item.said.values);

  function condition(item) {
    const lost = item.lost;
    const more = [];
    if (lost && lost.symptoms > 1) {
      more.push(t("1 fault, {count} symptoms", { count: lost.symptoms }));
      if (lost.devices > 1) more.push(t("{count} devices", { count: lost.devices }));
      if (lost.segments) {
        const values = { count: lost.segments, zones: listed(lost.zones), places: listed(lost.places) };
        more.push(t("{count} segments ({zones}) at {places}", values));
      }
      if (lost.upstreams.length) more.push(t("no way to {names}", { names: listed(lost.upstreams) }));
    }
    if (item.call) more.push(t("call: {who}", { who: item.call }));
    const rest = item.also.length > named ? ` +${item.also.length - named}` : "";
    const names = listed([item.name, ...item.also.slice(0, named)]) + rest;
    const where = item.title && !item.also.length ? ` ${title(item)}` : "";
    return { said: `${names}${where} ${said(item)}`, more: more.join(" · ") };
  }

  const titled = new Set(["mains", "ups", "eps", "Isolation", "Drift"]);
  const title = (item) => (titled.has(item.title) ? t(item.title) : item.title);

  function source(item) {
    const has = item.figures;
    const measured = "seconds" in has;
    const lasts = measured ? has.seconds : has.inventoried;
    const more = [said(item), t("feeds {count} devices", { count: has.feeds })];
    if ("load" in has) more.push(t("load {share}", { share: share(has.load) }));
    if (lasts !== undefined && !measured) more.push(t("minutes as inventoried, not measured"));
    if ("on_battery" in has) more.push(t("on battery for {ago}", { ago: has.on_battery }));
    const big = lasts === undefined ? "" : lasting(lasts);
    if (item.title === "mains") return { name: item.name, more: said(item) };
    return { big, name: `${item.name} (${title(item)})`, more: more.join(" · ") };
  }

  function climate(item) {
    const has = item.figures;
    return {
      name: item.title.split(" ").pop(),
      more: "humidity" in has ? share(has.humidity) : "",
      figure: "celsius" in has ? `${has.celsius.toFixed(1)} °C` : "",
    };
  }

  const isClimate = (item) => "celsius" in item.figures || "humidity" in item.figures;

  function line(item) {
    const has = item.figures;
    const used = "in" in has ? ` ${share(Math.max(has.in, has.out))}` : "";
    return { name: item.title || item.name, figure: `${item.tone === "bad" ? said(item) : ""}${used}`.trim() };
  }

  function check(item) {
    const age = "age" in item.figures ? t("{ago} ago", { ago: item.figures.age }) : "";
    return { name: `${t(item.title)}: `, said: said(item), more: age };
  }

  function plan(levels) {
    const make = () => {
      const made = document.createElement("div");
      made.className = "level";
      made.append(document.createElement("h3"), document.createElement("ul"));
      return made;
    };
    children(byId("levels"), levels, (level) => level.title, make, (element, level) => {
      write(element.firstChild, t(level.title));
      element.classList.toggle("dense", level.tiles.length > crowd);
      const named = level.title === "Places" ? (item) => item.title : (item) => item.note;
      const fresh = () => document.createElement("li");
      children(element.lastChild, level.tiles, (item) => item.name, fresh, (box, item) => {
        tile(box, item, { name: named(item) });
      });
    });
  }

  function counted(id, counts) {
    const texts = [["well", "{count} well"], ["warn", "{count} to look at"], ["bad", "{count} wrong"], ["unseen", "{count} unseen"]];
    const told = texts.filter(([name]) => counts[name]).map(([name, words]) => t(words, { count: counts[name] }));
    write(byId(id), told.join(" · "));
  }

  function show() {
    root.lang = language === "zh" ? "zh-Hans" : "en";
    document.querySelectorAll("[data-t]").forEach((element) => write(element, t(element.dataset.t)));
    document.querySelectorAll("button[data-lang]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    });
    if (news) {
      const hidden = Math.max(0, news.conditions.length - most);
      list("conditions", news.conditions.slice(0, most), condition);
      const wrong = news.conditions.length ? String(news.conditions.length) : t("nothing that was seen");
      write(byId("wrong-count"), hidden ? `${wrong}, ${t("{count} of them not shown", { count: hidden })}` : wrong);
      list("sources", news.sources, source);
      list("climate", news.room.filter(isClimate), climate);
      list("contacts", news.room.filter((item) => !isClimate(item)), (item) => ({ name: `${item.title} ${said(item)}` }));
      list("inside", news.inside.slice(0, 3), (item) => ({ name: `${item.title} ${climate(item).figure}` }));
      plan(news.levels);
      list("circuits", news.circuits, line);
      list("checks", news.checks, check);
      counted("devices-count", news.counts.devices);
      counted("circuits-count", news.counts.circuits);
    }
    tick();
  }

  function tick() {
    const now = new Date();
    write(byId("clock"), now.toLocaleTimeString("sv-SE"));
    const silence = (Date.now() - heard) / 1000;
    const lost = !news || 1000 * silence > patience;
    if (document.body.dataset.lost !== String(lost)) document.body.dataset.lost = String(lost);
    const since = heard ? t("no news for {ago}: nothing here is known any more", { ago: silence }) : t("no news yet");
    write(byId("news"), lost ? since : t("live"));
  }

  async function ask() {
    try {
      const answer = await fetch("/state", { cache: "no-store", signal: AbortSignal.timeout(patience) });
      if (!answer.ok) return;
      news = await answer.json();
      heard = Date.now();
      show();
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException) return;
      throw error;
    }
  }

  async function forever() {
    await ask();
    setTimeout(forever, period);
  }

  document.querySelectorAll("button[data-lang]").forEach((button) => {
    button.addEventListener("click", () => {
      language = button.dataset.lang;
      try { localStorage.setItem("language", language); } catch { /* then it is chosen anew next time */ }
      show();
    });
  });
  show();
  setInterval(tick, 1000);
  forever();
})();
