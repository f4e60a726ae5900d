
// Convenience only: the page says the same without it.
"use strict";
function reveal() {
  const found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = found; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (found && found.tagName !== "SECTION") found.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();
for (const button of document.querySelectorAll("button[data-open]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const scope = document.getElementById(button.dataset.scope) || document;
    for (const part of scope.querySelectorAll("details")) part.open = button.dataset.open === "yes";
  });
}
