
// Convenience only: the page says the same without it.
"use strict";

function light(drawing, path) {
  for (const part of drawing.querySelectorAll(".lit")) part.classList.remove("lit");
  for (const box of drawing.querySelectorAll("[data-device]"))
    if (path.includes(box.dataset.device)) box.classList.add("lit");
  for (const wire of drawing.querySelectorAll("[data-ends]")) {
    const [a, b] = wire.dataset.ends.split(" ");
    for (let at = 1; at < path.length; at++)
      if ((path[at - 1] === a && path[at] === b) || (path[at - 1] === b && path[at] === a)) wire.classList.add("lit");
  }
}

// Draws the way of a pair's packet on the topology, and on a copy of it beside the words.
function draw(article) {
  const drawing = document.querySelector("#topology svg");
  const path = article.dataset.path ? article.dataset.path.split(" ") : [];
  light(drawing, path);
  const said = `${article.querySelector(".pair").textContent}: ${path.join(" → ")}`;
  document.getElementById("lit").textContent = path.length ? said : "";
  if (!path.length || article.querySelector("figure")) return;
  const figure = document.createElement("figure"), copy = drawing.cloneNode(true);
  for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
  copy.removeAttribute("aria-labelledby");
  copy.setAttribute("aria-label", said);
  light(copy, path);
  figure.append(copy);
  article.append(figure);
}

function reveal() {
  const found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = found; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (found && found.classList.contains("witness")) draw(found);
  if (found && found.tagName !== "SECTION") found.scrollIntoView();
}

function speak(language) {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const word of document.querySelectorAll("[data-zh]")) word.textContent = word.dataset[language];
  for (const button of document.querySelectorAll("button[data-lang]"))
    button.setAttribute("aria-pressed", button.dataset.lang === language);
}

addEventListener("hashchange", reveal);
for (const link of document.querySelectorAll(".matrix a"))
  link.addEventListener("click", () => { if (link.hash === location.hash) reveal(); });
for (const button of document.querySelectorAll("button[data-lang]"))
  button.addEventListener("click", () => speak(button.dataset.lang));
for (const button of document.querySelectorAll("button[data-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const scope = document.getElementById(button.dataset.scope) || document;
    for (const part of scope.querySelectorAll("details")) part.open = button.dataset.open === "yes";
  });
}
const worst = document.querySelector(".matrix td.bad a");
if (location.hash) reveal();
else if (worst) draw(document.getElementById(worst.hash.slice(1)));
